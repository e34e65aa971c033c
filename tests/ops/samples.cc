#include "ops/samples.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <map>
#include <numeric>
#include <set>

#include "hebb/base/check.h"
#include "hebb/base/philox.h"
#include "hebb/ops/attrs_json.h"
#include "hebb/ops/copy.h"
#include "hebb/ops/views.h"
#include "hebb/tensor/element_types.h"

namespace hebb::test {
namespace {

// ---- operands ----

// What draws are a function of: the family, the entry whose samples were made before, and how many
// draws there were since.
struct Draws {
  uint64_t key = 0, calls = 0;
};
Draws& draws() {
  static Draws state;
  return state;
}
void draw_after(std::string_view family, std::string_view entry) {
  uint64_t key = 14695981039346656037u;  // FNV-1a
  for (std::string_view word : {family, entry})
    for (char c : word)
      key = (key ^ uint8_t(c)) * 1099511628211u;
  draws() = {key, 0};
}
Philox next_stream() {
  return Philox(philox_key(draws().key, draws().calls++));
}

// What a test draws itself is a function of its name, whatever else ran in the process.
class DrawsOfOneTest : public testing::EmptyTestEventListener {
  void OnTestStart(const testing::TestInfo& test) override {
    draw_after(test.test_suite_name(), test.name());
  }
};
[[maybe_unused]] const bool draws_begin_anew = [] {
  testing::UnitTest::GetInstance()->listeners().Append(new DrawsOfOneTest);  // which it will own
  return true;
}();

// Values without a kernel, so that listing the samples costs nothing.
template <class F>
Tensor generate(Shape shape, DType dtype, F&& next) {
  Tensor out = Tensor::empty(Dims(shape), dtype);
  visit(dtype, [&]<class T>(Type<T>) {
    T* to = out.data<T>();
    for (int64_t i = 0; i < out.numel(); ++i) {
      if constexpr (std::is_same_v<T, std::complex<float>> ||
                    std::is_same_v<T, std::complex<double>>) {
        const double real = next(i);
        to[i] = T(typename T::value_type(real), typename T::value_type(next(i)));
      } else if constexpr (std::is_same_v<T, Half> || std::is_same_v<T, BFloat16>) {
        to[i] = T(float(next(i)));
      } else {
        to[i] = T(next(i));
      }
    }
  });
  return out;
}

}  // namespace

Tensor values(std::initializer_list<double> values, Shape shape, DType dtype) {
  promise(int64_t(values.size()) == product(Dims(shape)),
          "a sample's values do not fill its shape");
  return generate(shape, dtype, [&](int64_t i) { return values.begin()[i]; });
}
Tensor linspace(double start, double end, Shape shape, DType dtype) {
  const int64_t n = product(Dims(shape));
  return generate(shape, dtype, [&](int64_t i) {
    return n > 1 ? start + (end - start) * double(i) / double(n - 1) : start;
  });
}
Tensor randn(Shape shape, DType dtype) {
  return generate(shape, dtype,
                  [random = next_stream()](int64_t) mutable { return random.normal(); });
}
Tensor uniform(double low, double high, Shape shape, DType dtype) {
  return generate(shape, dtype, [=, random = next_stream()](int64_t) mutable {
    return random.uniform(low, high);
  });
}
Tensor integers(int64_t low, int64_t high, Shape shape, DType dtype) {
  return generate(shape, dtype, [=, random = next_stream()](int64_t) mutable {
    return double(low + int64_t(random.below(uint64_t(high - low))));
  });
}
Tensor distinct(Shape shape, DType dtype) {
  std::vector<double> ordered(static_cast<size_t>(product(Dims(shape))));
  for (size_t i = 0; i < ordered.size(); ++i)
    ordered[i] = 0.25 * (double(i) - double(ordered.size()) / 2) + 0.07;
  Philox random = next_stream();
  for (size_t i = ordered.size(); i > 1; --i)
    std::swap(ordered[i - 1], ordered[random.below(i)]);
  return generate(shape, dtype, [&](int64_t i) { return ordered[size_t(i)]; });
}
Tensor full(Shape shape, double value, DType dtype) {
  return generate(shape, dtype, [=](int64_t) { return value; });
}
Tensor zeros(Shape shape, DType dtype) {
  return test::full(shape, 0, dtype);
}
Tensor ones(Shape shape, DType dtype) {
  return test::full(shape, 1, dtype);
}
Tensor key(uint64_t value) {
  Tensor out = Tensor::empty({}, u64);
  *out.data<uint64_t>() = value;
  return out;
}
Tensor transpose(const Tensor& matrix) {
  return hebb::transpose(matrix, -2, -1);
}
Tensor channels_last(const Tensor& batch) {
  return from_channels_last(batch.permute({0, 2, 3, 1}).contiguous());
}
Tensor from_channels_last(const Tensor& batch) {
  return batch.permute({0, 3, 1, 2});
}

Tensor without_mean(const Tensor& tensor, int64_t kept) {
  std::vector<float> values = tensor.to_vector<float>();
  const int64_t groups = tensor.size(kept);
  int64_t inner = 1;
  for (int64_t d = kept + 1; d < tensor.dim(); ++d)
    inner *= tensor.size(d);
  const auto group = [&](size_t i) { return size_t(int64_t(i) / inner % groups); };
  std::vector<double> sums(size_t(groups), 0);
  for (size_t i = 0; i < values.size(); ++i)
    sums[group(i)] += double(values[i]);
  for (size_t i = 0; i < values.size(); ++i)
    values[i] -= float(sums[group(i)] * double(groups) / double(values.size()));
  return Tensor::from(values, tensor.shape());
}

// ---- the table ----

namespace {

// The files of samples by family, and what they declared so far.
using Fill = void (*)();
std::map<std::string_view, Fill>& families() {
  static std::map<std::string_view, Fill> all;
  return all;
}
std::map<std::string_view, std::string_view> families_by_op() {
  std::map<std::string_view, std::string_view> all;
  for (const OpFamily& family : op_families())
    for (const Op* op : family.ops)
      all[op->name] = family.name;
  return all;
}
std::string_view family_of(std::string_view op) {
  static const auto all = families_by_op();
  const auto found = all.find(op);
  return found == all.end() ? std::string_view() : found->second;
}

class Table {
 public:
  Table() {
    for (const Op* op : all_ops())
      by_name_[op->name].op = op;
  }
  Tried& operator[](std::string_view op) {
    const auto found = by_name_.find(op);
    if (found != by_name_.end() && family_of(op) == filling_)
      return found->second;
    strange_.emplace_back(op);
    return nowhere_;
  }
  // What the family declares for the operator, of which nothing is left out.
  const Tried& filled(std::string_view op) {
    const auto found = by_name_.find(op);
    promise(found != by_name_.end(), "no such operator");
    fill(family_of(op));
    return found->second;
  }
  void fill(std::string_view family) {
    const auto found = families().find(family);
    if (found == families().end() || !filled_.insert(family).second)
      return;
    filling_ = family;
    const Draws outer = draws();  // of the test that asks
    draw_after(family, "");
    found->second();
    draws() = outer;
  }
  std::string_view filling() const { return filling_; }
  const std::vector<std::string>& strange() const { return strange_; }

 private:
  std::map<std::string_view, Tried> by_name_;
  std::set<std::string_view> filled_;
  std::string_view filling_;
  std::vector<std::string> strange_;
  Tried nowhere_;
};
Table& table() {
  static Table one;
  return one;
}

template <class T>
void append(std::vector<T>& to, const std::vector<T>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

}  // namespace

FamilyList::FamilyList(std::string_view family, void (*fill)()) {
  promise(families().emplace(family, fill).second, "two files of samples for one family");
}

void samples(std::string_view op, std::vector<Sample> samples) {
  append(table()[op].samples, samples);
  draw_after(table().filling(), op);
}
void refuses(std::string_view op, std::vector<Refusal> refusals) {
  append(table()[op].refusals, refusals);
}
void exempt(std::string_view op, std::vector<Exemption> exemptions) {
  append(table()[op].exempt, exemptions);
}

const Tried& tried(std::string_view op) {
  return table().filled(op);
}

std::vector<const Tried*> all_tried() {
  std::vector<const Tried*> all;
  for (const Op* op : all_ops())
    all.push_back(&tried(op->name));
  return all;
}

std::vector<std::string> strange_operators() {
  for (const auto& [family, fill] : families())
    table().fill(family);
  return table().strange();
}

std::vector<std::string> operators_where(bool (*applies)(const Op& op)) {
  std::vector<std::string> names;
  for (const Op* op : all_ops())
    if (applies(*op))
      names.emplace_back(op->name);
  return names;
}
std::string parameter_name(const std::string& op) {
  return op;
}

Attrs SampleAttrs::of(const Op& op) const {
  if (!attrs_.empty())
    return attrs_;
  return attrs_from_json(op, json_);
}

// ---- calls ----

Slots slots_of(const std::vector<Slot>& operands) {
  Slots slots;
  for (const Slot& operand : operands)
    slots.push_back(operand.tensors());
  return slots;
}
Call make_call(const Op& op, const Slots& slots, const Attrs& attrs) {
  return Call(op, slots, attrs);
}
Call run_call(const Op& op, const Slots& slots, const Attrs& attrs) {
  Call call(op, slots, attrs);
  run(call);
  return call;
}
std::vector<Tensor> flattened(const Slots& slots) {
  std::vector<Tensor> all;
  for (const auto& slot : slots)
    for (const Tensor& tensor : slot)
      if (tensor.defined())
        all.push_back(tensor);
  return all;
}
Slots map_operands(const Slots& slots, const std::function<Tensor(const Tensor&)>& f) {
  Slots mapped = slots;
  for (auto& slot : mapped)
    for (Tensor& tensor : slot)
      if (tensor.defined())
        tensor = f(tensor);
  return mapped;
}
Slots cast_floating(const Slots& slots, DType dtype) {
  return map_operands(slots, [&](const Tensor& t) {
    if (t.is_number())
      return t;
    if (is_complex(t.dtype()))
      return dtype == f64 ? cast_values(t, c128) : t;
    return is_floating(t.dtype()) && t.dtype() != f64 && t.dtype() != dtype ? cast_values(t, dtype)
                                                                            : t;
  });
}

// ---- comparing ----

std::string difference(const Tensor& got, const Tensor& expected, double rtol, double atol) {
  if (got.defined() != expected.defined())
    return got.defined() ? "there is one, none was expected" : "there is none";
  if (!got.defined())
    return "";
  if (got.shape() != expected.shape())
    return fmt::format("the shape is {}, not {}", to_string(got.shape()),
                       to_string(expected.shape()));
  const DType wide = is_complex(expected.dtype())    ? c128
                     : is_floating(expected.dtype()) ? f64
                                                     : expected.dtype();
  Tensor a = Tensor::empty(got.shape(), wide), b = Tensor::empty(got.shape(), wide);
  copy_values(got, a);
  copy_values(expected, b);
  if (!is_differentiable(wide)) {
    const bool same = std::equal(static_cast<const char*>(a.raw_data()),
                                 static_cast<const char*>(a.raw_data()) + a.nbytes(),
                                 static_cast<const char*>(b.raw_data()));
    return same ? "" : fmt::format("{} values differ", name(wide));
  }
  const int64_t n = a.numel() * (is_complex(wide) ? 2 : 1);
  const auto *x = static_cast<const double*>(a.raw_data()),
             *y = static_cast<const double*>(b.raw_data());
  double largest = 1;
  for (int64_t i = 0; i < n; ++i)
    if (std::isfinite(y[i]))
      largest = std::max(largest, std::abs(y[i]));
  for (int64_t i = 0; i < n; ++i) {
    if (x[i] == y[i] || (std::isnan(x[i]) && std::isnan(y[i])))
      continue;
    if (!(std::abs(x[i] - y[i]) <= rtol * std::abs(y[i]) + atol * largest))
      return fmt::format("element {} is {}, not {}", i, x[i], y[i]);
  }
  return "";
}

std::string difference(std::span<const Tensor> got, std::span<const Tensor> expected, double rtol,
                       double atol) {
  if (got.size() != expected.size())
    return fmt::format("{} tensors, not {}", got.size(), expected.size());
  for (size_t i = 0; i < got.size(); ++i) {
    const std::string different = difference(got[i], expected[i], rtol, atol);
    if (!different.empty())
      return fmt::format("output {}: {}", i, different);
  }
  return "";
}

bool exempted(const std::vector<Exemption>& exemptions, Check check) {
  return std::any_of(exemptions.begin(), exemptions.end(),
                     [&](const Exemption& e) { return e.check == check; });
}

void hold(const Tried& tried, Check check,
          const std::function<std::string(const Sample&)>& problem) {
  const auto reason = [&](const std::vector<Exemption>& list) {
    const auto found = std::find_if(list.begin(), list.end(),
                                    [&](const Exemption& e) { return e.check == check; });
    return found == list.end() ? std::string() : found->reason;
  };
  const std::string all = reason(tried.exempt);
  bool needed = all.empty();
  for (const Sample& sample : tried.samples) {
    std::string what;
    try {
      what = problem(sample);
    } catch (const std::exception& error) {
      what = error.what();
    }
    const std::string one = reason(sample.exempt);
    if (!all.empty()) {
      needed |= !what.empty();
      if (needed)
        return;  // one sample is proof enough
    } else if (!one.empty()) {
      EXPECT_FALSE(what.empty()) << tried.op->name << "/" << sample.label << ": the exemption ("
                                 << one << ") is no longer needed";
    } else {
      EXPECT_EQ(what, "") << tried.op->name << "/" << sample.label;
    }
  }
  EXPECT_TRUE(needed) << tried.op->name << ": the exemption (" << all << ") is no longer needed";
}

}  // namespace hebb::test
