// Every differentiable operator in f64 against PyTorch: results, gradients and second derivatives
// of tests/reference/f64.json and .npz, which f64.py writes. Central differences are too coarse to
// find a number that went through f32. A difference counts in parts of its tensor's largest
// magnitude.

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "hebb/base/file.h"
#include "hebb/formats/npz.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/complex.h"
#include "hebb/ops/create.h"
#include "hebb/ops/named.h"
#include "hebb/ops/recorder.h"
#include "hebb/ops/views.h"
#include "ops/samples.h"
#include "support/places.h"

namespace hebb::test {
namespace {

constexpr double result_tolerance = 1e-12, gradient_tolerance = 1e-10;

struct F64Case {
  std::string name, label, attrs;
  std::map<std::string, NamedTensors> parts;  // in, out, gy, gx, v, vx, vy
  const NamedTensors& part(const std::string& name) const {
    static const NamedTensors nothing;
    const auto found = parts.find(name);
    return found == parts.end() ? nothing : found->second;
  }
};

// All arrays lie in one, end to end, in the order in which the cases name them.
std::vector<F64Case> read_f64_cases() {
  const Tensor values = read_npz(reference_folder() / "f64.npz").at("values");
  const auto cases = nlohmann::ordered_json::parse(read_file(reference_folder() / "f64.json"));
  std::vector<F64Case> read;
  int64_t at = 0;
  for (const auto& json : cases) {
    read.push_back({json["name"], json["label"], json["attrs"].dump(), {}});
    for (const auto& [name, array] : json["arrays"].items()) {
      Dims shape;
      for (int64_t size : array[1])
        shape.push_back(size);
      const DType dtype = dtype_from_name(array[0].get<std::string>());
      const bool pairs = is_complex(dtype);  // of real and imaginary parts
      const int64_t end = at + product(shape) * (pairs ? 2 : 1);
      if (pairs)
        shape.push_back(2);
      const Tensor stored = reshape(slice(values, 0, Slice(at, end)), shape);
      const size_t dot = name.find('.');
      read.back().parts[name.substr(0, dot)][name.substr(dot + 1)] =
          cast(pairs ? view_as_complex(stored) : stored, dtype).clone();
      at = end;
    }
  }
  return read;
}
const std::vector<F64Case>& f64_cases() {
  static const std::vector<F64Case> cases = read_f64_cases();
  return cases;
}

// Where two tensors differ by more than tolerance * (largest |expected|); empty when nowhere.
std::string scaled_difference(const Tensor& got, const Tensor& expected, double tolerance) {
  if (describe(got) != describe(expected))
    return fmt::format("{}, not {}", describe(got), describe(expected));
  const auto numbers = [](const Tensor& t) {
    return (is_complex(t.dtype()) ? view_as_real(t.detach()) : t).to_vector<double>();
  };
  const std::vector<double> x = numbers(got), y = numbers(expected);
  double largest = 0;
  for (double value : y)
    if (std::isfinite(value))
      largest = std::max(largest, std::abs(value));
  for (size_t i = 0; i < y.size(); ++i) {
    const bool same = x[i] == y[i] || (std::isnan(x[i]) && std::isnan(y[i]));
    if (!same && !(std::abs(x[i] - y[i]) <= tolerance * largest))
      return fmt::format("element {} is {:.17g}, not {:.17g}; the largest is {:.3g}", i, x[i], y[i],
                         largest);
  }
  return "";
}

void expect_close(const std::string& what, const NamedTensors& got, const NamedTensors& expected,
                  double tolerance) {
  for (const auto& [name, tensor] : expected) {
    const auto found = got.find(name);
    if (found == got.end())
      ADD_FAILURE() << what << name << " is missing";
    else
      EXPECT_EQ(scaled_difference(found->second, tensor, tolerance), "") << what << name;
  }
}

NamedTensors as_leaves(const NamedTensors& tensors) {
  NamedTensors leaves = tensors;
  for (auto& [name, tensor] : leaves)
    if (is_differentiable(tensor.dtype()))
      tensor = tensor.detach().requires_grad_();
  return leaves;
}

// What has arrived at the leaves, taken from them.
NamedTensors take_gradients(NamedTensors& leaves) {
  NamedTensors gradients;
  for (auto& [name, leaf] : leaves) {
    if (!leaf.requires_grad())
      continue;
    gradients[name] = leaf.grad().defined() ? leaf.grad() : zeros_like(leaf);
    leaf.set_grad({});
  }
  return gradients;
}

// The gradients once more, as a recorded computation, and what comes out when that is
// differentiated.
void expect_second_derivatives(const F64Case& one) {
  NamedTensors leaves = as_leaves(one.part("in")), given = as_leaves(one.part("gy"));
  Call call = call_by_name(*find_op(one.name), leaves, one.attrs);
  run(call);
  NamedTensors results = results_by_name(call);
  for (const auto& [name, gradient] : given)
    results.at(name).backward(gradient, true, true);
  const NamedTensors gradients = take_gradients(leaves);
  expect_close("recorded gradient of ", gradients, one.part("gx"), gradient_tolerance);
  Tensor total = zeros({}, f64);
  for (const auto& [name, factor] : one.part("v"))
    total = total + (is_complex(factor.dtype()) ? real(gradients.at(name) * factor)
                                                : gradients.at(name) * factor)
                        .sum();
  if (!total.requires_grad()) {
    ADD_FAILURE() << "the gradients cannot be differentiated";
    return;
  }
  total.backward();
  expect_close("second derivative of ", take_gradients(leaves), one.part("vx"), gradient_tolerance);
  expect_close("derivative by the gradient of ", take_gradients(given), one.part("vy"),
               gradient_tolerance);
}

void expect_f64(const F64Case& one) {
  SCOPED_TRACE(one.name + "/" + one.label);
  try {
    const NamedTensors& given = one.part("gy");
    const RunByName run = run_by_name(*find_op(one.name), one.part("in"), one.attrs, &given);
    expect_close("", run.results, one.part("out"), result_tolerance);
    expect_close("gradient of ", run.gradients, one.part("gx"), gradient_tolerance);
    if (!one.part("v").empty())
      expect_second_derivatives(one);
  } catch (const std::exception& error) {
    ADD_FAILURE() << error.what();
  }
}

void expect_needed(const Tried& op, bool covered) {
  if (exempted(op.exempt, Check::f64_reference))
    EXPECT_FALSE(covered) << op.op->name << ": the exemption is no longer needed";
  else
    EXPECT_TRUE(covered) << "tests/reference/f64.py has no gradient of " << op.op->name;
}

struct F64References : testing::TestWithParam<std::string> {};
TEST_P(F64References, AgreeWithPyTorch) {
  bool found = false;
  for (const F64Case& one : f64_cases()) {
    if (one.name != GetParam())
      continue;
    found |= !one.part("gx").empty();
    expect_f64(one);
  }
  expect_needed(tried(GetParam()), found);
}
INSTANTIATE_TEST_SUITE_P(Ops, F64References, testing::ValuesIn(operators_where([](const Op& op) {
                           return op.differentiable() && !op.internal;
                         })),
                         [](const auto& p) { return parameter_name(p.param); });

// The operators whose gradient rule a backward pass will run.
struct RecordedOperators : Recorder {
  std::set<std::string_view> names;
  void called(const Call& call) override {
    if (tape().records(call))
      names.insert(call.op().name);
  }
  void began(const Call&) override {}
  void ended(const Call&) override {}
  void wrote(const Tensor&, const Tensor&) override {}
  void drew_key(const Tensor&, const RandomKeyId&) override {}
  void entered(std::string_view) override {}
  void left() override {}
  void read(const Tensor&) override {}
  void regrads(const std::shared_ptr<History>&, const Tensor&) override {}
};

TEST(F64References, ReachThePiecesOfOperators) {
  RecordedOperators recorded;
  {
    const RecorderScope scope(recorded);
    for (const F64Case& one : f64_cases())
      expect_f64(one);
  }
  for (const Tried* tried : all_tried())
    if (tried->op->differentiable() && tried->op->internal)
      expect_needed(*tried, recorded.names.contains(tried->op->name));
}

TEST(F64References, NameKnownOperators) {
  for (const F64Case& one : f64_cases())
    EXPECT_NE(find_op(one.name), nullptr) << one.name;
}

}  // namespace
}  // namespace hebb::test
