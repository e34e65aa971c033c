// What operators must refuse: an hebb::Error whose first line names the operator and holds the
// words. A family at a time: not every operator has something to refuse.

#include <gtest/gtest.h>

#include "hebb/base/error.h"
#include "ops/samples.h"

namespace hebb::test {
namespace {

std::vector<std::string> family_names() {
  std::vector<std::string> names;
  for (const OpFamily& family : op_families())
    names.emplace_back(family.name);
  return names;
}

void expect_refused(const Op& op, const Refusal& refusal) {
  try {
    run_call(op, slots_of(refusal.operands), refusal.attrs.of(op));
    ADD_FAILURE() << op.name << ": was not refused: " << refusal.words;
  } catch (const Error& error) {
    const std::string text = error.what(), first = text.substr(0, text.find('\n'));
    EXPECT_TRUE(first.starts_with(std::string(op.name) + ": ")) << first;
    EXPECT_NE(first.find(refusal.words), std::string::npos)
        << first << "\nshould hold: " << refusal.words;
  }
}

struct Refusals : testing::TestWithParam<std::string> {};
TEST_P(Refusals, NameTheOperatorAndTheReason) {
  for (const OpFamily& family : op_families())
    if (family.name == GetParam())
      for (const Op* op : family.ops)
        for (const Refusal& refusal : tried(op->name).refusals)
          expect_refused(*op, refusal);
}
INSTANTIATE_TEST_SUITE_P(Ops, Refusals, testing::ValuesIn(family_names()),
                         [](const auto& p) { return p.param; });

}  // namespace
}  // namespace hebb::test
