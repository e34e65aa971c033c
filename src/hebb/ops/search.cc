// ops/search.cc: searching in sorted numbers, and counting.

#include "hebb/ops/search.h"

#include <cmath>
#include <limits>

#include "hebb/base/check.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create.h"
#include "hebb/ops/extreme.h"
#include "hebb/ops/gather.h"
#include "hebb/ops/math.h"
#include "hebb/ops/op.h"
#include "hebb/ops/reasons.h"
#include "hebb/ops/sort.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/search.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

// A number as a tensor of the sequence's dtype, or both in f64 where that holds no fractions.
Tensor found_in(Tensor sequence, Tensor input, const Tensor& sorter, const SearchAttrs& a) {
  if (input.is_number()) {
    if (is_floating(input.dtype()) && !is_floating(sequence.dtype()))
      sequence = cast(sequence, DType::f64);
    input = full({}, input, sequence.dtype(), sequence.device());
  }
  check(!sorter.defined() || is_integral(sorter.dtype()), "sorter is {}, should be integers",
        sorter.defined() ? name(sorter.dtype()) : "");
  const Tensor order = sorter.defined() ? cast(sorter, DType::i64) : sorter;
  return call(op::search, {sequence, input, order}, a);
}

}  // namespace

static Tensors compose_searchsorted(const Call& c) {
  const auto& a = c.attributes<SearchsortedAttrs>();
  const std::string side = a.side.value_or(a.right ? "right" : "left");
  check(side == "left" || side == "right", "side is '{}', should be left or right", side);
  check(!(a.right && side == "left"), "right is true but side is left; leave one of them out");
  return {found_in(c.in(0), c.in(1), c.in(2), {a.out_int32, side == "right"})};
}

constinit const Op op::searchsorted = {
    .name = "searchsorted",
    .what =
        "The positions in a sorted sequence, or in each row of sequences, where input would go.",
    .source = "torch.searchsorted",
    .inputs = {"sorted_sequence", "input", "sorter?"},
    .attributes = attrs_type<SearchsortedAttrs>,
    .no_onnx_because = because::onnx_lacks_it,
    .compose = compose_searchsorted,
    .no_gradient_because = because::integers_come_out,
};

static Tensors compose_bucketize(const Call& c) {
  const auto& a = c.attributes<BucketizeAttrs>();
  check(c.in(1).dim() == 1, "boundaries {} should have one dimension", c.in(1).shape());
  return {found_in(c.in(1), c.in(0), Tensor(), {a.out_int32, a.right})};
}

constinit const Op op::bucketize = {
    .name = "bucketize",
    .what = "The number of the bucket, between sorted boundaries, in which each element lies.",
    .source = "torch.bucketize",
    .inputs = {"input", "boundaries"},
    .attributes = attrs_type<BucketizeAttrs>,
    .no_onnx_because = because::onnx_lacks_it,
    .compose = compose_bucketize,
    .no_gradient_because = because::integers_come_out,
};

static Specs infer_search(const Call& c) {
  const Tensor &sequence = c.in(0), &input = c.in(1);
  check(sequence.dim() > 0, "the sequence should have at least one dimension");
  check(sequence.dtype() == input.dtype(),
        "the sequence is {} but input is {}; should be of one "
        "dtype",
        name(sequence.dtype()), name(input.dtype()));
  check(!is_complex(input.dtype()), "{} numbers have no order", name(input.dtype()));
  if (sequence.dim() > 1) {
    Dims expected = input.shape();
    check(!expected.empty(), "a 0-d input is searched in a sequence of one dimension only");
    expected.back() = sequence.size(-1);
    check(sequence.shape() == expected, "the sequence {} should be {}: a row for each of input {}",
          sequence.shape(), expected, input.shape());
  }
  if (c.has(2))
    check(c.in(2).shape() == sequence.shape() && c.in(2).dtype() == DType::i64,
          "sorter {} should be i64 {}, as the sequence", describe(c.in(2)), sequence.shape());
  const bool narrow = c.attributes<SearchAttrs>().out_int32;
  check(!narrow || sequence.size(-1) <= std::numeric_limits<int32_t>::max(),
        "i32 does not hold the positions in {} numbers", sequence.size(-1));
  return {{narrow ? DType::i32 : DType::i64, input.shape()}};
}

constinit const Op op::search = {
    .name = "search",
    .what = "The positions in sorted sequences where the elements of input would go.",
    .source = "torch.searchsorted",
    .inputs = {"sorted_sequence", "input", "sorter?"},
    .attributes = attrs_type<SearchAttrs>,
    .no_onnx_because = "a piece of searchsorted and bucketize",
    .infer = infer_search,
    .kernel = kernel::searchsorted,
    .no_gradient_because = because::integers_come_out,
    .internal = true,
};

static Tensors compose_isin(const Call& c) {
  const bool invert = c.attributes<IsinAttrs>().invert;
  Tensor elements = c.in(0), tests = c.in(1);
  if (elements.is_number())
    elements = full({}, elements, tests.dtype(), tests.device());
  if (tests.is_number())
    tests = full({}, tests, elements.dtype(), elements.device());
  check(elements.dtype() == tests.dtype(),
        "elements are {} but test_elements are {}; they should "
        "have one dtype",
        name(elements.dtype()), name(tests.dtype()));
  const int64_t n = tests.numel();
  if (n == 0)
    return {full(elements.shape(), invert, DType::boolean, elements.device())};
  const Tensor sorted = sort(reshape(tests, {n})).first;
  const Tensor at = clamp(searchsorted(sorted, elements), 0, n - 1);
  const Tensor nearest =
      reshape(index_select(sorted, 0, reshape(at, {at.numel()})), elements.shape());
  return {invert ? ne(nearest, elements) : eq(nearest, elements)};
}

constinit const Op op::isin = {
    .name = "isin",
    .what = "Whether each element is among test_elements; with invert, whether it is not.",
    .source = "torch.isin",
    .inputs = {"elements", "test_elements"},
    .attributes = attrs_type<IsinAttrs>,
    .no_onnx_because = because::onnx_lacks_it,
    .compose = compose_isin,
    .no_gradient_because = because::truth_values_come_out,
};

static Tensors compose_bincount(const Call& c) {
  const int64_t minlength = c.attributes<BincountAttrs>().minlength;
  const Tensor& input = c.in(0);
  check(input.dim() == 1, "input {} should have one dimension", input.shape());
  check(minlength >= 0, "minlength is {}, should be at least 0", minlength);
  if (c.has(1))
    check(c.in(1).shape() == input.shape(), "weights {} should be {}, as input", c.in(1).shape(),
          input.shape());
  int64_t size = minlength;
  if (input.numel() > 0) {
    const int64_t least = amin(input).item_as_int(), largest = amax(input).item_as_int();
    check(least >= 0, "input holds {}, should be at least 0", least);
    check(largest < std::numeric_limits<int64_t>::max() / 8,
          "input holds {}, which is too large to "
          "count up to",
          largest);
    size = std::max(size, largest + 1);
  }
  DType dtype = DType::i64;
  if (c.has(1))
    dtype = c.in(1).dtype() == DType::f32 ? DType::f32 : DType::f64;
  const Tensor weights =
      c.has(1) ? cast(c.in(1), dtype) : ones(input.shape(), dtype, input.device());
  return {index_add(zeros({size}, dtype, input.device()), 0, input, weights)};
}

constinit const Op op::bincount = {
    .name = "bincount",
    .what = "How often each of 0, 1, ... is in input, or the sum of the weights of its places.",
    .source = "torch.bincount",
    .inputs = {"input", "weights?"},
    .attributes = attrs_type<BincountAttrs>,
    .no_onnx_because = because::onnx_lacks_it,
    .indices = {0},
    .compose = compose_bincount,
    .no_gradient_because = "PyTorch defines none",
};

static Tensors compose_histc(const Call& c) {
  const auto& a = c.attributes<HistcAttrs>();
  check(a.bins > 0, "bins is {}, should be at least 1", a.bins);
  check(std::isfinite(a.min) && std::isfinite(a.max) && a.min <= a.max,
        "min {} and max {} should be finite, and min not above max", a.min, a.max);
  check(is_floating(c.in(0).dtype()), "input is {}, should be floating", name(c.in(0).dtype()));
  const DType dtype = c.in(0).dtype(), wide = dtype == DType::f64 ? DType::f64 : DType::f32;
  const Tensor x = reshape(cast(c.in(0), wide), {c.in(0).numel()});
  Tensor low = full({}, a.min, wide, x.device()), high = full({}, a.max, wide, x.device());
  if (a.min == a.max && x.numel() > 0) {
    low = amin(x);
    high = amax(x);
  }
  const Tensor flat = eq(low, high);
  low = where(flat, low - 1, low);
  high = where(flat, high + 1, high);
  const Tensor inside = logical_and(ge(x, low), le(x, high));
  const Tensor place = where(inside, (x - low) * double(a.bins) / (high - low), 0);
  const Tensor bin = clamp(cast(place, DType::i64), 0, a.bins - 1);
  return {cast(index_add(zeros({a.bins}, wide, x.device()), 0, bin, cast(inside, wide)), dtype)};
}

constinit const Op op::histc = {
    .name = "histc",
    .what = "How many elements lie in each of so many bins of equal width from min to max.",
    .source = "torch.histc",
    .inputs = {"input"},
    .attributes = attrs_type<HistcAttrs>,
    .no_onnx_because = because::onnx_lacks_it,
    .compose = compose_histc,
    .no_gradient_because = "counts are flat between the edges of bins",
};

Tensor searchsorted(const Tensor& sorted_sequence, const Tensor& input,
                    const SearchsortedAttrs& options, const Tensor& sorter) {
  return call(op::searchsorted, {sorted_sequence, input, sorter}, options);
}
Tensor bucketize(const Tensor& input, const Tensor& boundaries, bool right) {
  return call(op::bucketize, {input, boundaries}, BucketizeAttrs{false, right});
}
Tensor isin(const Tensor& elements, const Tensor& test_elements, bool invert) {
  return call(op::isin, {elements, test_elements}, IsinAttrs{false, invert});
}
Tensor bincount(const Tensor& input, const Tensor& weights, int64_t minlength) {
  return call(op::bincount, {input, weights}, BincountAttrs{minlength});
}
Tensor histc(const Tensor& input, int64_t bins, double min, double max) {
  return call(op::histc, {input}, HistcAttrs{bins, min, max});
}

}  // namespace hebb
