// Samples: the inputs on which this folder's suites test every operator, joined to its entry by
// name. One file per family, tests/ops/FAMILY.cc:
//
//   OPS_FAMILY(activation) {
//     samples("tanh", {{"plain", {linspace(-3, 3, {2, 5})}}, {"empty", {zeros({0, 3})}}});
//     samples("cat", {{"two", {list({randn({2, 3}), randn({1, 3})})}, R"({"dim": 0})"}});
//     refuses("glu", {{"halves of 3", {zeros({2, 3})}}});     // words that the message must hold
//   }
//
// The suites: gradients (f64, central differences), kernels (each against the plain one), layouts,
// numbers of threads, dtypes, refusals, census.
#pragma once

#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <vector>

#include "hebb/ops/op.h"

namespace hebb::test {

// ---- operands, made without running an operator ----

using Shape = std::initializer_list<int64_t>;
Tensor values(std::initializer_list<double> values, Shape shape, DType dtype = f32);
// Both ends included, row-major.
Tensor linspace(double start, double end, Shape shape, DType dtype = f32);
// Normal; each call gives new numbers, the same in every run. They follow from the family and from
// the entry before, so that new families and entries leave the numbers of others as they are.
Tensor randn(Shape shape, DType dtype = f32);
Tensor uniform(double low, double high, Shape shape, DType dtype = f32);
Tensor integers(int64_t low, int64_t high, Shape shape, DType dtype = i64);  // of [low, high)
// Shuffled, at least 0.1 apart: no ties, no kinks nearby.
Tensor distinct(Shape shape, DType dtype = f32);
Tensor full(Shape shape, double value, DType dtype = f32);
Tensor zeros(Shape shape, DType dtype = f32);
Tensor ones(Shape shape, DType dtype = f32);
// Minus its means over all dimensions but one.
Tensor without_mean(const Tensor& tensor, int64_t kept);
Tensor key(uint64_t value = 1);          // for a random operator
Tensor transpose(const Tensor& matrix);  // the last two dimensions; not contiguous
// The values of [N, C, H, W] with the channels innermost in memory.
Tensor channels_last(const Tensor& batch);
Tensor from_channels_last(const Tensor& batch);  // [N, C, H, W], a view of [N, H, W, C]

// One slot of the schema: a tensor, a number, a list of tensors, or none() where an optional
// operand is left out.
class Slot {
 public:
  Slot(Tensor tensor) : tensors_{std::move(tensor)} {}
  template <Number T>
  Slot(T number) : tensors_{Tensor(number)} {}
  explicit Slot(std::vector<Tensor> list) : tensors_(std::move(list)) {}
  const std::vector<Tensor>& tensors() const { return tensors_; }
  std::vector<Tensor>& tensors() { return tensors_; }

 private:
  std::vector<Tensor> tensors_;
};
inline Slot list(std::vector<Tensor> tensors) {
  return Slot(std::move(tensors));
}
inline Slot none() {
  return Slot(std::vector<Tensor>{});
}

// The operator's attribute struct, or the same as JSON (the form of `hebb ops run --attrs`).
class SampleAttrs {
 public:
  SampleAttrs() = default;
  SampleAttrs(const char* json) : json_(json) {}
  template <fields::Listed A>
  SampleAttrs(A attrs) : attrs_(std::move(attrs)) {}
  Attrs of(const Op& op) const;

 private:
  Attrs attrs_;
  std::string json_;
};

// ---- samples and refusals ----

enum class Check {
  gradient,
  second_gradient,
  kernels,
  layouts,
  f64,
  half,
  reference,
  f64_reference
};

// A check that a sample or a whole operator is exempt from, and why. The suite fails when the
// exemption is no longer needed.
struct Exemption {
  Check check;
  std::string reason;
};

struct Sample {
  std::string label;
  std::vector<Slot> operands = {};
  SampleAttrs attrs = {};
  std::vector<Exemption> exempt = {};
  double tolerance = 1;  // factor on the suites' tolerance, where rounding adds up
};

struct Refusal {
  std::string words;  // the message must contain them
  std::vector<Slot> operands = {};
  SampleAttrs attrs = {};
};

void samples(std::string_view op, std::vector<Sample> samples);
void refuses(std::string_view op, std::vector<Refusal> refusals);
void exempt(std::string_view op, std::vector<Exemption> exemptions);  // the whole operator

// ---- for the suites ----

struct Tried {  // everything that is declared for one operator
  const Op* op = nullptr;
  std::vector<Sample> samples;
  std::vector<Refusal> refusals;
  std::vector<Exemption> exempt;
};
const Tried& tried(std::string_view op);       // makes the samples of its family, no others
std::vector<const Tried*> all_tried();         // one per entry of the registry, in its order
std::vector<std::string> strange_operators();  // those with samples that their family does not have

// The names of operators that a suite applies to, for INSTANTIATE_TEST_SUITE_P. The entry decides,
// so that a process makes the samples of what it tests and no others.
std::vector<std::string> operators_where(bool (*applies)(const Op& op));
inline bool any_operator(const Op&) {
  return true;
}
std::string parameter_name(const std::string& op);

using Slots = std::vector<std::vector<Tensor>>;
Slots slots_of(const std::vector<Slot>& operands);
Call make_call(const Op& op, const Slots& slots, const Attrs& attrs);  // not run yet
Call run_call(const Op& op, const Slots& slots, const Attrs& attrs);
std::vector<Tensor> flattened(const Slots& slots);  // defined operands only
Slots map_operands(const Slots& slots, const std::function<Tensor(const Tensor&)>& f);
// Floating and complex operands; numbers stay numbers, and f64 stays f64.
Slots cast_floating(const Slots& slots, DType dtype);

// Says where two tensors differ by more than rtol * |expected| + atol * (largest |expected|, at
// least 1). Empty: nowhere. NaN equals NaN.
std::string difference(const Tensor& got, const Tensor& expected, double rtol, double atol);
std::string difference(std::span<const Tensor> got, std::span<const Tensor> expected, double rtol,
                       double atol);

bool exempted(const std::vector<Exemption>& exemptions, Check check);

// Runs `problem` (empty: all is well) on every sample, compares the outcome with the exemptions,
// and reports through GoogleTest.
void hold(const Tried& tried, Check check,
          const std::function<std::string(const Sample&)>& problem);

// A file of samples registers itself under the family's name in ops.def. Its function runs when the
// samples of an entry of the family are first used.
class FamilyList {
 public:
  FamilyList(std::string_view family, void (*fill)());
};
#define OPS_FAMILY(name)                                                      \
  static void name##_samples();                                               \
  static const ::hebb::test::FamilyList name##_listed(#name, name##_samples); \
  static void name##_samples()

}  // namespace hebb::test
