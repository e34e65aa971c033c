// Every operator against PyTorch's values, forward and backward, in the dtypes of the operands and
// in f64: tests/reference/ops_FAMILY.json and .npz, which ops_FAMILY.py writes.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

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
  bool rounded;                // results come in f32 where f64 is stored
  std::optional<double> wide;  // of the run in f64: the share of the largest magnitude
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

// The files ops_FAMILY.json, each with its file of values.
void for_each_description(
    const std::function<void(const nlohmann::json&, const fs::path& values)>& f) {
  for (const auto& entry : fs::directory_iterator(reference_folder())) {
    const fs::path path = entry.path();
    if (!path.filename().string().starts_with("ops_") || path.extension() != ".json")
      continue;
    fs::path values = path;
    f(nlohmann::json::parse(read_file(path)), values.replace_extension(".npz"));
  }
}

bool mentions(const nlohmann::json& cases, std::string_view op) {
  return std::any_of(cases.begin(), cases.end(),
                     [&](const auto& one) { return one.at("name") == op; });
}

// The cases of one operator; the values of other families' files are not read.
std::vector<StoredCase> cases_of(std::string_view op) {
  std::vector<StoredCase> cases;
  for_each_description([&](const nlohmann::json& descriptions, const fs::path& values) {
    if (!mentions(descriptions, op))
      return;
    const NamedTensors arrays = read_npz(values);
    for (const auto& json : descriptions) {
      if (json["name"] != op)
        continue;
      const std::string group =
          json["name"].get<std::string>() + "/" + json["label"].get<std::string>() + "/";
      cases.push_back({json["name"], json["label"], json["attrs"].dump(), json["rtol"],
                       json["atol"], json["rounded"],
                       json["wide"].is_null() ? std::nullopt : std::optional<double>(json["wide"]),
                       part(arrays, group + "in."), part(arrays, group + "out."),
                       part(arrays, group + "gy."), part(arrays, group + "gx.")});
    }
  });
  return cases;
}

DType rounded_dtype(DType dtype) {
  return dtype == f64 ? f32 : dtype == c128 ? c64 : dtype;
}
NamedTensors widened(const NamedTensors& tensors) {
  NamedTensors wide;
  for (const auto& [name, tensor] : tensors)
    wide.emplace(name, is_complex(tensor.dtype())    ? tensor.to(c128)
                       : is_floating(tensor.dtype()) ? tensor.to(f64)
                                                     : tensor);
  return wide;
}

// The largest magnitude among finite values; complex ones count by their parts.
double largest_magnitude(const Tensor& tensor) {
  if (!is_differentiable(tensor.dtype()))
    return 0;
  const Tensor wide = tensor.to(is_complex(tensor.dtype()) ? c128 : f64).contiguous();
  const auto* values = static_cast<const double*>(wide.raw_data());
  double largest = 0;
  for (int64_t i = 0; i < wide.nbytes() / 8; ++i)
    if (std::isfinite(values[i]))
      largest = std::max(largest, std::abs(values[i]));
  return largest;
}

struct Tolerance {
  bool rounded;
  double rtol, atol;  // atol: times the largest magnitude; that is taken as 1 where it is less,
  bool absolute;      // unless this says that it is not
};

void expect_same(const std::string& what, const NamedTensors& got, const NamedTensors& expected,
                 const Tolerance& tolerance) {
  for (const auto& [name, tensor] : expected) {
    const auto found = got.find(name);
    if (found == got.end()) {
      ADD_FAILURE() << what << name << " is missing";
      continue;
    }
    const DType dtype = tolerance.rounded ? rounded_dtype(tensor.dtype()) : tensor.dtype();
    EXPECT_EQ(found->second.dtype(), dtype) << what << name;
    const double magnitude = tolerance.absolute ? std::min(largest_magnitude(tensor), 1.0) : 1;
    EXPECT_EQ(
        difference(found->second, tensor.to(dtype), tolerance.rtol, tolerance.atol * magnitude), "")
        << what << name;
  }
}

void run_case(const StoredCase& one, bool wide) {
  const NamedTensors gy = wide ? widened(one.gy) : one.gy;
  const RunByName run = run_by_name(*find_op(one.name), wide ? widened(one.in) : one.in, one.attrs,
                                    gy.empty() ? nullptr : &gy);
  const Tolerance tolerance = wide ? Tolerance{false, 0, *one.wide, true}
                                   : Tolerance{one.rounded, one.rtol, one.atol, false};
  const std::string where = wide ? "in f64: " : "";
  expect_same(where, run.results, one.out, tolerance);
  expect_same(where + "gradient of ", run.gradients, one.gx, tolerance);
}

struct References : testing::TestWithParam<std::string> {};
TEST_P(References, AgreeWithPyTorch) {
  int found = 0, gradients = 0;
  for (const StoredCase& one : cases_of(GetParam())) {
    ++found;
    SCOPED_TRACE(one.name + "/" + one.label);
    try {
      run_case(one, false);
      if (one.wide)
        run_case(one, true);
      gradients += one.wide && !one.gx.empty();
    } catch (const std::exception& error) {
      ADD_FAILURE() << error.what();
    }
  }
  const Tried& op = tried(GetParam());
  if (exempted(op.exempt, Check::reference)) {
    EXPECT_EQ(found, 0) << "the exemption is no longer needed";
    return;
  }
  EXPECT_GT(found, 0) << "no values of PyTorch are stored for " << GetParam()
                      << ": tests/reference/ops_*.py";
  EXPECT_TRUE(gradients > 0 || !op.op->differentiable())
      << "no gradient in f64 is stored for " << GetParam();
}
INSTANTIATE_TEST_SUITE_P(Ops, References, testing::ValuesIn(operators_where([](const Op& op) {
                           return !op.internal;
                         })),
                         [](const auto& p) { return parameter_name(p.param); });

TEST(References, NameKnownOperators) {
  for_each_description([](const nlohmann::json& descriptions, const fs::path& values) {
    EXPECT_TRUE(fs::exists(values)) << values;
    for (const auto& json : descriptions)
      EXPECT_NE(find_op(json["name"].get<std::string>()), nullptr) << json["name"];
  });
}

}  // namespace
}  // namespace hebb::test
