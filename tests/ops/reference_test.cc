// Every operator against PyTorch's values, forward and backward: tests/reference/ops_FAMILY.json
// and .npz, which ops_FAMILY.py writes.

#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "hebb/base/file.h"
#include "hebb/formats/npz.h"
#include "hebb/ops/named.h"
#include "ops/samples.h"
#include "support/places.h"

namespace hebb::test {
namespace {

struct StoredCase {
  std::string name, label, attrs;
  double rtol, atol;
  NamedTensors in, out, gy, gx;
};

// The arrays NAME/LABEL/PART.*
NamedTensors part(const NamedTensors& arrays, const std::string& prefix) {
  NamedTensors found;
  for (auto at = arrays.lower_bound(prefix); at != arrays.end() && at->first.starts_with(prefix);
       ++at)
    found.emplace(at->first.substr(prefix.size()), at->second);
  return found;
}

std::vector<StoredCase> read_cases() {
  std::vector<StoredCase> cases;
  for (const auto& entry : fs::directory_iterator(reference_folder())) {
    const fs::path path = entry.path();
    if (!path.filename().string().starts_with("ops_") || path.extension() != ".json")
      continue;
    fs::path values = path;
    const NamedTensors arrays = read_npz(values.replace_extension(".npz"));
    for (const auto& json : nlohmann::json::parse(read_file(path))) {
      const std::string group =
          json["name"].get<std::string>() + "/" + json["label"].get<std::string>() + "/";
      cases.push_back({json["name"], json["label"], json["attrs"].dump(), json["rtol"],
                       json["atol"], part(arrays, group + "in."), part(arrays, group + "out."),
                       part(arrays, group + "gy."), part(arrays, group + "gx.")});
    }
  }
  return cases;
}
const std::vector<StoredCase>& all_cases() {
  static const std::vector<StoredCase> cases = read_cases();
  return cases;
}

void expect_same(const std::string& what, const NamedTensors& got, const NamedTensors& expected,
                 const StoredCase& one) {
  for (const auto& [name, tensor] : expected) {
    const auto found = got.find(name);
    if (found == got.end()) {
      ADD_FAILURE() << what << name << " is missing";
      continue;
    }
    EXPECT_EQ(describe(found->second), describe(tensor)) << what << name;
    EXPECT_EQ(difference(found->second, tensor, one.rtol, one.atol), "") << what << name;
  }
}

struct References : testing::TestWithParam<std::string> {};
TEST_P(References, AgreeWithPyTorch) {
  int found = 0;
  for (const StoredCase& one : all_cases()) {
    if (one.name != GetParam())
      continue;
    ++found;
    SCOPED_TRACE(one.name + "/" + one.label);
    try {
      const RunByName run =
          run_by_name(*find_op(one.name), one.in, one.attrs, one.gy.empty() ? nullptr : &one.gy);
      expect_same("", run.results, one.out, one);
      expect_same("gradient of ", run.gradients, one.gx, one);
    } catch (const std::exception& error) {
      ADD_FAILURE() << error.what();
    }
  }
  const Tried& op = tried(GetParam());
  if (exempted(op.exempt, Check::reference))
    EXPECT_EQ(found, 0) << "the exemption is no longer needed";
  else
    EXPECT_GT(found, 0) << "no values of PyTorch are stored for " << GetParam()
                        << ": tests/reference/ops_*.py";
}
INSTANTIATE_TEST_SUITE_P(Ops, References, testing::ValuesIn(operators_where([](const Tried& tried) {
                           return !tried.op->internal;
                         })),
                         [](const auto& p) { return parameter_name(p.param); });

TEST(References, NameKnownOperators) {
  for (const StoredCase& one : all_cases())
    EXPECT_NE(find_op(one.name), nullptr) << one.name;
}

}  // namespace
}  // namespace hebb::test
