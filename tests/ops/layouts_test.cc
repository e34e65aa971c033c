// The same values in other memory give the same results: transposed, sliced out of a larger array,
// repeated (stride 0), channels-last, as heads of attention lie; and gradients do not depend on how
// the gradient of the result lies in memory.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <limits>
#include <utility>

#include "hebb/base/error.h"
#include "hebb/ops/copy.h"
#include "hebb/tensor/unrecorded_view.h"
#include "ops/samples.h"

namespace hebb::test {
namespace {

struct Layout {
  const char* name;
  Tensor (*of)(const Tensor&);  // undefined where it does not apply
};

Tensor with_axes_stored_as(const Tensor& t, const Dims& order) {  // order: outermost first
  Dims strides(t.shape().size(), 0);
  int64_t stride = 1;
  for (size_t i = order.size(); i-- > 0;) {
    strides[size_t(order[i])] = stride;
    stride *= t.shape()[size_t(order[i])];
  }
  Tensor out = Tensor::empty_strided(t.shape(), strides, t.dtype());
  copy_values(t, out);
  return out;
}

Tensor transposed(const Tensor& t) {
  if (t.dim() < 2 || t.numel() == 0)
    return {};
  Dims order;
  for (int64_t i = t.dim(); i-- > 0;)
    order.push_back(i);
  return with_axes_stored_as(t, order);
}
Tensor stored_channels_last(const Tensor& t) {
  if (t.dim() < 3 || t.numel() == 0)
    return {};
  Dims order = {0};
  for (int64_t i = 2; i < t.dim(); ++i)
    order.push_back(i);
  order.push_back(1);
  return with_axes_stored_as(t, order);
}
// The rows of several matrices in turns, as the heads of attention lie: [N, heads, L, E] stored as
// [N, L, heads, E].
Tensor interleaved(const Tensor& t) {
  if (t.dim() < 3 || t.numel() == 0)
    return {};
  Dims order;
  for (int64_t i = 0; i < t.dim(); ++i)
    order.push_back(i);
  std::swap(order[order.size() - 2], order[order.size() - 3]);
  return with_axes_stored_as(t, order);
}
// Every second element of every axis of an array whose other elements would spoil the result.
Tensor sliced(const Tensor& t) {
  if (t.dim() < 1 || t.numel() == 0)
    return {};
  Dims larger = t.shape();
  for (int64_t& size : larger)
    size = 2 * size + 1;
  Tensor around = Tensor::empty(larger, t.dtype());
  copy_values(is_floating(t.dtype()) ? Tensor(std::numeric_limits<double>::quiet_NaN()) : Tensor(1),
              around);
  Dims strides = around.strides();
  int64_t offset = 0;
  for (int64_t& stride : strides)
    offset += stride, stride *= 2;
  Tensor out = unrecorded_view(around, t.shape(), strides, offset);
  copy_values(t, out);
  return out;
}
// The first slice repeated along the first axis that is longer than one: other values, so compared
// with a dense copy of itself.
Tensor repeated(const Tensor& t) {
  Dims strides = contiguous_strides(t.shape());
  for (size_t i = 0; i < t.shape().size(); ++i)
    if (t.shape()[i] > 1 && t.numel() > 0) {
      strides[i] = 0;
      return unrecorded_view(t.contiguous(), t.shape(), strides, 0);
    }
  return {};
}
constexpr Layout layouts[] = {{"transposed", transposed},
                              {"channels-last", stored_channels_last},
                              {"interleaved", interleaved},
                              {"sliced", sliced},
                              {"repeated", repeated}};

Tensor dense(const Tensor& t) {
  Tensor out = Tensor::empty(t.shape(), t.dtype());
  copy_values(t, out);
  return t.is_number() ? t : out;
}

// What comes out, or the error's message: a layout must not change that either.
struct Outcome {
  Tensors outputs;
  std::string error;
};
Outcome outcome(const Op& op, const Slots& slots, const Attrs& attrs) {
  try {
    return {run_call(op, slots, attrs).outputs(), ""};
  } catch (const Error& error) {
    return {{}, error.message()};
  }
}
std::string compare(const Op& op, const Attrs& attrs, const Slots& strided, double tolerance) {
  const Outcome got = outcome(op, strided, attrs),
                expected = outcome(op, map_operands(strided, dense), attrs);
  if (got.error != expected.error)
    return fmt::format("says '{}' instead of '{}'", got.error, expected.error);
  return difference(got.outputs, expected.outputs, 1e-5 * tolerance, 2e-6 * tolerance);
}

std::string problem(const Op& op, const Sample& sample) {
  const Attrs attrs = sample.attrs.of(op);
  const Slots slots = slots_of(sample.operands);
  for (const Layout& layout : layouts) {
    bool any = false;
    for (size_t slot = 0; slot < slots.size(); ++slot)
      for (size_t i = 0; i < slots[slot].size(); ++i) {
        if (!slots[slot][i].defined() || slots[slot][i].is_number())
          continue;
        const Tensor other = layout.of(slots[slot][i]);
        if (!other.defined())
          continue;
        any = true;
        Slots strided = slots;
        strided[slot][i] = other;
        const std::string different = compare(op, attrs, strided, sample.tolerance);
        if (!different.empty())
          return fmt::format("{} {}: {}", op.inputs[int(slot)], layout.name, different);
      }
    if (!any || layout.of == repeated)
      continue;
    const Slots all = map_operands(slots, [&](const Tensor& t) {
      const Tensor other = t.is_number() ? Tensor() : layout.of(t);
      return other.defined() ? other : t;
    });
    const std::string different = compare(op, attrs, all, sample.tolerance);
    if (!different.empty())
      return fmt::format("all operands {}: {}", layout.name, different);
  }
  return "";
}

// Gradients of all operands, for a gradient of the results that is one number repeated, dense or
// with strides of 0.
std::vector<Tensor> gradients(const Op& op, const Sample& sample, bool repeat) {
  const Slots slots =
      map_operands(cast_floating(slots_of(sample.operands), f32), [](const Tensor& t) {
        return is_differentiable(t.dtype()) && !t.is_number() ? t.detach().requires_grad_() : t;
      });
  const Call call = run_call(op, slots, sample.attrs.of(op));
  for (const Tensor& out : call.outputs()) {
    if (!out.defined() || !out.requires_grad())
      continue;
    Tensor one = Tensor::empty({}, out.dtype());
    copy_values(Tensor(0.5), one);
    const Tensor spread = unrecorded_view(one, out.shape(), Dims(out.shape().size(), 0), 0);
    out.backward(repeat ? spread : dense(spread), true);
  }
  std::vector<Tensor> grads;
  for (const Tensor& t : flattened(slots))
    if (t.requires_grad())
      grads.push_back(t.grad());
  return grads;
}

struct Layouts : testing::TestWithParam<std::string> {};
TEST_P(Layouts, DoNotChangeResults) {
  const Tried& op = tried(GetParam());
  hold(op, Check::layouts, [&](const Sample& sample) -> std::string {
    const std::string different = problem(*op.op, sample);
    if (!different.empty() || !op.op->differentiable())
      return different;
    const std::string gradient =
        difference(gradients(*op.op, sample, true), gradients(*op.op, sample, false),
                   1e-5 * sample.tolerance, 2e-6 * sample.tolerance);
    return gradient.empty() ? "" : "gradient of a repeated gradient: " + gradient;
  });
}
INSTANTIATE_TEST_SUITE_P(Ops, Layouts, testing::ValuesIn(operators_where([](const Op& op) {
                           return op.inputs.size() > 0;
                         })),
                         [](const auto& p) { return parameter_name(p.param); });

}  // namespace
}  // namespace hebb::test
