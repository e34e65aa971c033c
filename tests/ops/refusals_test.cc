// What an operator must refuse: an hebb::Error whose first line names the operator and holds the
// words.

#include <gtest/gtest.h>

#include "hebb/base/error.h"
#include "ops/samples.h"

namespace hebb::test {
namespace {

struct Refusals : testing::TestWithParam<std::string> {};
TEST_P(Refusals, NameTheOperatorAndTheReason) {
  const Tried& op = tried(GetParam());
  for (const Refusal& refusal : op.refusals) {
    try {
      run_call(*op.op, slots_of(refusal.operands), refusal.attrs.of(*op.op));
      ADD_FAILURE() << GetParam() << ": was not refused: " << refusal.words;
    } catch (const Error& error) {
      const std::string text = error.what(), first = text.substr(0, text.find('\n'));
      EXPECT_TRUE(first.starts_with(GetParam() + ": ")) << first;
      EXPECT_NE(first.find(refusal.words), std::string::npos)
          << first << "\nshould hold: " << refusal.words;
    }
  }
}
INSTANTIATE_TEST_SUITE_P(Ops, Refusals, testing::ValuesIn(operators_where([](const Tried& tried) {
                           return !tried.refusals.empty();
                         })),
                         [](const auto& p) { return parameter_name(p.param); });

}  // namespace
}  // namespace hebb::test
