// ops/advanced.cc: picking and placing by several index tensors at once, written in operators.

#include "hebb/ops/advanced.h"

#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/counted.h"
#include "hebb/ops/create.h"
#include "hebb/ops/extreme.h"
#include "hebb/ops/gather.h"
#include "hebb/ops/op.h"
#include "hebb/ops/reasons.h"
#include "hebb/ops/recorder.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/scatter.h"
#include "hebb/ops/search.h"
#include "hebb/ops/statistics.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/advanced.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

// Positions of one dimension, of any shape, from its start.
Tensor from_start(const Tensor& index, int64_t size) {
  const Tensor p = cast(index, DType::i64);
  return where(lt(p, 0), p + size, p);
}

void check_mask(const Tensor& mask, const Tensor& input, int64_t first) {
  Dims covered;
  for (int64_t i = 0; i < mask.dim() && first + i < input.dim(); ++i)
    covered.push_back(input.size(first + i));
  check(mask.shape() == covered, "mask {} should be {}: input is {}, and indexed from dimension {}",
        mask.shape(), covered, input.shape(), first);
}

// Index tensors as positions in rows: the input's indexed dimensions go in front and become one.
class Picks {
 public:
  Picks(const Tensor& input, std::span<const Tensor> indices, const Dims& firsts) : input_(input) {
    check(!indices.empty(), "there should be at least one index tensor");
    check(firsts.empty() || firsts.size() == indices.size(),
          "dims {} should be as many as the {} index tensors", firsts, indices.size());
    for (size_t i = 0; i < indices.size(); ++i)
      add(indices[i], firsts.empty() ? next() : wrap_dim(firsts[i], input.dim(), "a dim"));
    for (const Tensor& p : positions_)
      shape_ = broadcast(shape_, p.shape());
    adjacent_ = dims_.empty() || dims_.back() - dims_.front() + 1 == int64_t(dims_.size());
    order_ = dims_;
    for (int64_t i = 0; i < input.dim(); ++i)
      if (std::find(dims_.begin(), dims_.end(), i) == dims_.end()) {
        order_.push_back(i);
        rest_.push_back(input.size(i));
      }
    check(count() == 0 || rows() > 0, "there is nothing to pick from: input is {}", input.shape());
  }

  int64_t rows() const {
    int64_t n = 1;
    for (int64_t d : dims_)
      n *= input_.size(d);
    return n;
  }
  int64_t count() const { return product(shape_); }

  // [count]: the row of each pick.
  Tensor at() const {
    Tensor row;
    for (size_t i = 0; i < positions_.size(); ++i) {
      const int64_t size = input_.size(dims_[i]);
      Tensor p = reshape(expand(positions_[i], shape_), {count()});
      if (positions_.size() > 1)  // refuses what is outside its own dimension
        p = index_select(arange(double(size), DType::i64, input_.device()), 0, p);
      row = row.defined() ? row * size + p : p;
    }
    return row;
  }
  // [rows, rest...]
  Tensor as_rows(const Tensor& input) const {
    return reshape(permute(input, order_), with(Dims{rows()}));
  }
  Tensor from_rows(const Tensor& table) const {  // the reverse
    Dims shape, back(order_.size(), 0);
    for (int64_t d : order_)
      shape.push_back(input_.size(d));
    for (size_t i = 0; i < order_.size(); ++i)
      back[size_t(order_[i])] = int64_t(i);
    return permute(reshape(table, shape), back);
  }
  // [count, rest...] -> the result's shape.
  Tensor placed(const Tensor& picked) const {
    return permute(reshape(picked, with(shape_)), result_order());
  }
  // values, broadcast to the result's shape -> [count, rest...]
  Tensor unplaced(const Tensor& values) const {
    const Dims from = with(shape_), order = result_order();
    Dims shape, back(order.size(), 0);
    for (size_t i = 0; i < order.size(); ++i) {
      shape.push_back(from[size_t(order[i])]);
      back[size_t(order[i])] = int64_t(i);
    }
    return reshape(permute(expand(values, shape), back), with(Dims{count()}));
  }

 private:
  int64_t next() const { return dims_.empty() ? 0 : dims_.back() + 1; }
  void add(const Tensor& index, int64_t first) {
    const bool mask = index.dtype() == DType::boolean;
    check(mask || is_integral(index.dtype()), "an index is {}, should be integers or bool",
          name(index.dtype()));
    check(first >= next(), "dims should rise, and leave room for masks of several dimensions");
    const int64_t taken = mask ? index.dim() : 1;
    check(taken > 0, "a mask should have at least one dimension");
    check(first + taken <= input_.dim(), "the index tensors want {} dimensions, input is {}",
          first + taken, input_.shape());
    if (mask)
      check_mask(index, input_, first);
    const Tensor found = mask ? nonzero(index) : Tensor();
    for (int64_t i = 0; i < taken; ++i) {
      dims_.push_back(first + i);
      positions_.push_back(mask ? select(found, 1, i) : from_start(index, input_.size(first)));
    }
  }
  Dims with(Dims front) const {
    for (int64_t size : rest_)
      front.push_back(size);
    return front;
  }
  // The result's dimensions, as places in [shape..., rest...].
  Dims result_order() const {
    const auto block = int64_t(shape_.size()), before = adjacent_ ? dims_.front() : 0;
    Dims order;
    for (int64_t i = 0; i < before; ++i)
      order.push_back(block + i);
    for (int64_t i = 0; i < block; ++i)
      order.push_back(i);
    for (int64_t i = before; i < int64_t(rest_.size()); ++i)
      order.push_back(block + i);
    return order;
  }

  Tensor input_;
  std::vector<Tensor> positions_;  // of each dimension in dims_
  Dims dims_, order_, rest_, shape_;
  bool adjacent_ = true;
};

}  // namespace

static Tensors compose_index(const Call& c) {
  const Picks picks(c.in(0), c.list(1), c.attributes<IndexAttrs>().dims);
  return {picks.placed(index_select(picks.as_rows(c.in(0)), 0, picks.at()))};
}

constinit const Op op::index = {
    .name = "index",
    .what = "The elements at the places that index tensors of integers, or masks, name together.",
    .source = "torch.Tensor.__getitem__ with tensors",
    .inputs = {"input", "indices*"},
    .attributes = attrs_type<IndexAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .compose = compose_index,
};

static Tensors compose_index_put(const Call& c) {
  const auto& a = c.attributes<IndexPutAttrs>();
  const Tensor& input = c.in(0);
  const Picks picks(input, c.list(1), a.dims);
  const Tensor given =
      c.in(2).is_number() ? full({}, c.in(2), input.dtype(), input.device()) : c.in(2);
  check(given.dtype() == input.dtype(), "values are {} but input is {}; they should have one dtype",
        name(given.dtype()), name(input.dtype()));
  const Tensor table = picks.as_rows(input), values = picks.unplaced(given), at = picks.at();
  return {picks.from_rows(a.accumulate ? index_add(table, 0, at, values)
                                       : index_copy(table, 0, at, values))};
}

constinit const Op op::index_put = {
    .name = "index_put",
    .what = "input, with values at the places that index tensors name together, or added there.",
    .source = "torch.index_put",
    .inputs = {"input", "indices*", "values"},
    .attributes = attrs_type<IndexPutAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .compose = compose_index_put,
};

// Negative numbers count from the end.
static Tensor from_the_start(const Tensor& index, int64_t size) {
  return where(lt(index, 0), index + size, index);
}

static Tensors compose_take_along_dim(const Call& c) {
  const std::optional<int64_t> dim = c.attributes<MaybeAlongAttrs>().dim;
  const Tensor &input = c.in(0), &index = c.in(1);
  if (!dim)
    return {gather(reshape(input, {input.numel()}), 0,
                   from_the_start(reshape(index, {index.numel()}), input.numel()))};
  check(input.dim() == index.dim() && input.dim() > 0,
        "input {} and index {} should have equally many dimensions, at least one", input.shape(),
        index.shape());
  const auto axis = size_t(wrap_dim(*dim, input.dim()));
  Dims from = input.shape(), at = index.shape();
  from[axis] = at[axis] = 1;
  Dims from_shape = broadcast(from, at), at_shape = from_shape;
  from_shape[axis] = input.shape()[axis];
  at_shape[axis] = index.shape()[axis];
  return {gather(expand(input, from_shape), int64_t(axis),
                 from_the_start(expand(index, at_shape), input.size(int64_t(axis))))};
}

constinit const Op op::take_along_dim = {
    .name = "take_along_dim",
    .what =
        "Picks along a dimension as gather does, also from the end; input and index broadcast in "
        "the others.",
    .source = "torch.take_along_dim",
    .inputs = {"input", "indices"},
    .attributes = attrs_type<MaybeAlongAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .indices = {1},
    .compose = compose_take_along_dim,
};

static Tensors compose_repeat_interleave(const Call& c) {
  const auto& a = c.attributes<RepeatInterleaveAttrs>();
  const Tensor input = a.dim ? c.in(0) : reshape(c.in(0), {c.in(0).numel()}), &repeats = c.in(1);
  check(input.dim() > 0, "a 0-d input has no dimension to repeat along; leave dim out");
  const int64_t axis = wrap_dim(a.dim.value_or(0), input.dim()), size = input.size(axis);
  check(is_integral(repeats.dtype()) && repeats.dtype() != DType::boolean,
        "repeats is {}, should be integers", name(repeats.dtype()));
  if (repeats.is_number()) {
    const int64_t times = repeats.item_as_int();
    check(times >= 0, "repeats is {}, should be at least 0", times);
    const int64_t all = product(Dims{size, times});
    check(!a.output_size || *a.output_size == all,
          "output_size is {}, but {} elements {} times are {}", a.output_size.value_or(0), size,
          times, all);
    Dims wide = input.shape(), shape = input.shape();
    wide.insert(size_t(axis) + 1, times);
    shape[size_t(axis)] = all;
    return {reshape(expand(unsqueeze(input, axis + 1), wide), shape)};
  }
  check(repeats.dim() <= 1 && (repeats.numel() == 1 || repeats.numel() == size),
        "repeats {} should be [{}]: one number for each element of dimension {}", repeats.shape(),
        size, axis);
  const Tensor each = expand(reshape(cast(repeats, DType::i64), {repeats.numel()}), {size});
  if (size == 0)
    return {input};
  int64_t count = a.output_size.value_or(0);
  check(count >= 0, "output_size is {}, should be at least 0", count);
  if (!a.output_size || (!shapes_only() && !each.is_meta())) {
    const int64_t least = amin(each).item_as_int();
    check(least >= 0, "repeats holds {}, should be at least 0", least);
    count = sum(each).item_as_int();
    check(!a.output_size || count == *a.output_size, "output_size is {}, but repeats add up to {}",
          a.output_size.value_or(0), count);
  }
  const Tensor ends = cumsum(each, 0), at = arange(double(count), DType::i64, input.device());
  return {index_select(input, axis, searchsorted(ends, at, {.right = true}))};
}

constinit const Op op::repeat_interleave = {
    .name = "repeat_interleave",
    .what = "Each element of a dimension so many times, one after the other.",
    .source = "torch.repeat_interleave",
    .inputs = {"input", "repeats"},
    .attributes = attrs_type<RepeatInterleaveAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .compose = compose_repeat_interleave,
};

Tensor index_tensors(const Tensor& input, const std::vector<Tensor>& indices, const Dims& dims) {
  return call_slots(op::index, {{input}, indices}, IndexAttrs{dims})[0];
}
Tensor index_put(const Tensor& input, const std::vector<Tensor>& indices, const Tensor& values,
                 bool accumulate, const Dims& dims) {
  return call_slots(op::index_put, {{input}, indices, {values}},
                    IndexPutAttrs{accumulate, dims})[0];
}
Tensor take_along_dim(const Tensor& input, const Tensor& index, std::optional<int64_t> dim) {
  return call(op::take_along_dim, {input, index}, MaybeAlongAttrs{dim});
}
Tensor repeat_interleave(const Tensor& input, const Tensor& repeats, std::optional<int64_t> dim,
                         std::optional<int64_t> output_size) {
  return call(op::repeat_interleave, {input, repeats}, RepeatInterleaveAttrs{dim, output_size});
}

}  // namespace hebb
