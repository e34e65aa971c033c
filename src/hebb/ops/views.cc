// ops/views.cc: other windows on the same memory.

#include "hebb/ops/views.h"

#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/kernels/copy.h"
#include "hebb/kernels/indexing.h"
#include "hebb/ops/kinds.h"
#include "hebb/ops/op.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/views_onnx.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/views.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

int64_t rank(const Call& c) {
  return c.in(0).dim();
}

Dims reshaped(const Call& c) {
  const Tensor& input = c.in(0);
  Dims shape = c.attributes<ReshapeAttrs>().shape;
  Dims rest;
  int64_t free = -1;
  for (size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == -1) {
      check(free < 0, "shape {} leaves more than one size open (-1)", shape);
      free = int64_t(i);
    } else {
      check(shape[i] >= 0, "shape {} has the negative size {}", shape, shape[i]);
      rest.push_back(shape[i]);
    }
  }
  const int64_t known = product(rest);
  if (free >= 0) {
    check(known != 0 && input.numel() % known == 0, "{} elements do not fit into shape {}",
          input.numel(), shape);
    shape[size_t(free)] = input.numel() / known;
  } else {
    check(known == input.numel(), "{} elements do not fit into shape {}, which has {}",
          input.numel(), shape, known);
  }
  return shape;
}

// The strides that give `shape` from a strided tensor without moving values, or nothing. Walks both
// shapes from the back, matching groups of axes that hold the same number of elements.
std::optional<Dims> reshaped_strides(const Tensor& input, const Dims& shape) {
  if (input.numel() == 0)
    return contiguous_strides(shape);
  Dims strides(shape.size(), 1);
  int64_t axis = int64_t(shape.size()) - 1;
  const Dims &old_shape = input.shape(), &old_strides = input.strides();
  int64_t group = 1, step = input.dim() ? old_strides.back() : 1;
  for (int64_t i = input.dim() - 1; i >= 0; --i) {
    group *= old_shape[size_t(i)];
    const bool ends =
        i == 0 || (old_shape[size_t(i) - 1] != 1 && old_strides[size_t(i) - 1] != group * step);
    if (!ends)
      continue;
    int64_t taken = 1;
    while (axis >= 0 && (taken < group || shape[size_t(axis)] == 1)) {
      strides[size_t(axis)] = step * taken;
      taken *= shape[size_t(axis)];
      --axis;
    }
    if (taken != group)
      return std::nullopt;
    if (i > 0) {
      step = old_strides[size_t(i) - 1];
      group = 1;
    }
  }
  return strides;
}

Tensor pad_slice_gradient(const Tensor& dy, const Dims& shape, const SliceAttrs& range) {
  return call(op::slice_backward, {dy},
              SliceBackwardAttrs{shape, range.dim, range.start, range.stop, range.step});
}

}  // namespace

static std::optional<ViewSpec> view_reshape(const Call& c) {
  const Dims shape = reshaped(c);
  std::optional<Dims> strides = reshaped_strides(c.in(0), shape);
  if (!strides)
    return std::nullopt;
  return ViewSpec{shape, *strides, c.in(0).body()->offset};
}

constinit const Op op::reshape = {
    .name = "reshape",
    .what =
        "The same elements in row-major order in another shape: a view where the strides allow it, "
        "else a copy.",
    .source = "torch.reshape",
    .inputs = {"input"},
    .attributes = attrs_type<ReshapeAttrs>,
    .onnx =
        {{.type = "Reshape", .since = 13, .to = onnx::write_reshape, .from = onnx::read_reshape},
         {.type = "Flatten", .since = 13, .from = onnx::read_flatten, .only_read = true}},
    .infer = [](const Call& c) -> Specs {
      return {{c.in(0).dtype(), reshaped(c)}};
    },
    .view = view_reshape,
    .kernel = kernel::reshape_copy,
    .vjp = [](const Call& c, const Grads& dy) -> Grads {
      return {hebb::reshape(dy[0], c.in(0).shape())};
    },
};

static std::optional<ViewSpec> view_permute(const Call& c) {
  const Dims& dims = c.attributes<PermuteAttrs>().dims;
  check(int64_t(dims.size()) == rank(c), "dims {} should name each of the {} dimensions once", dims,
        rank(c));
  ViewSpec view{{}, {}, c.in(0).body()->offset};
  std::vector<bool> seen(dims.size());
  for (int64_t d : dims) {
    const auto axis = size_t(wrap_dim(d, rank(c), "a dim"));
    check(!seen[axis], "dims {} should name each of the {} dimensions once", dims, rank(c));
    seen[axis] = true;
    view.shape.push_back(c.in(0).shape()[axis]);
    view.strides.push_back(c.in(0).strides()[axis]);
  }
  return view;
}

static Grads permute_vjp(const Call& c, const Grads& dy) {
  const Dims& dims = c.attributes<PermuteAttrs>().dims;
  Dims inverse(dims.size(), 0);
  for (size_t i = 0; i < dims.size(); ++i)
    inverse[size_t(wrap_dim(dims[i], rank(c)))] = int64_t(i);
  return {permute(dy[0], inverse)};
}

constinit const Op op::permute = {
    .name = "permute",
    .what = "A view with the dimensions in another order.",
    .source = "torch.permute",
    .inputs = {"input"},
    .attributes = attrs_type<PermuteAttrs>,
    .onnx = {{.type = "Transpose",
              .since = 13,
              .to = onnx::write_permute,
              .from = onnx::read_transpose}},
    .view = view_permute,
    .vjp = permute_vjp,
};

static std::optional<ViewSpec> view_expand(const Call& c) {
  const Tensor& input = c.in(0);
  Dims shape = c.attributes<ReshapeAttrs>().shape;
  check(int64_t(shape.size()) >= input.dim(), "shape {} has fewer dimensions than the input's {}",
        shape, input.shape());
  const size_t added = shape.size() - size_t(input.dim());
  Dims strides(shape.size(), 0);
  for (size_t i = 0; i < shape.size(); ++i) {
    const bool is_new = i < added;
    check(shape[i] >= -1, "shape {} has the negative size {}", shape, shape[i]);
    if (shape[i] == -1) {
      check(!is_new, "shape {} leaves the size of a new dimension open (-1)", shape);
      shape[i] = input.shape()[i - added];
    }
    if (is_new)
      continue;
    const int64_t size = input.shape()[i - added];
    check(size == shape[i] || size == 1,
          "size {} of dimension {} cannot become {}; only a size of 1 can be repeated", size,
          i - added, shape[i]);
    strides[i] = size == shape[i] ? input.strides()[i - added] : 0;
  }
  product(shape);  // or an error: more elements than can be counted
  return ViewSpec{shape, strides, input.body()->offset};
}

constinit const Op op::expand = {
    .name = "expand",
    .what =
        "A view in which dimensions of size 1, and new ones in front, repeat without memory of "
        "their own.",
    .source = "torch.Tensor.expand",
    .inputs = {"input"},
    .attributes = attrs_type<ReshapeAttrs>,
    .onnx = {{.type = "Expand", .since = 13, .to = onnx::write_expand, .from = onnx::read_expand}},
    .view = view_expand,
    .vjp = [](const Call& c, const Grads& dy) -> Grads { return {sum_to(dy[0], c.in(0).shape())}; },
};

static std::optional<ViewSpec> view_slice(const Call& c) {
  const auto& [dim, start, stop, step] = c.attributes<SliceAttrs>();
  const Tensor& input = c.in(0);
  check(rank(c) > 0, "a 0-d tensor has no dimension to slice");
  const auto axis = size_t(wrap_dim(dim, rank(c)));
  check(0 <= start && start <= stop && stop <= input.shape()[axis],
        "start {} and stop {} should lie in this order within dimension {} of size {}", start, stop,
        axis, input.shape()[axis]);
  check(step >= 1, "the step is {}, should be at least 1", step);
  ViewSpec view{input.shape(), input.strides(), input.body()->offset};
  view.shape[axis] = start < stop ? (stop - start - 1) / step + 1 : 0;
  if (view.shape[axis] > 0)
    view.offset += start * input.strides()[axis];
  if (view.shape[axis] > 1)
    view.strides[axis] *= step;
  return view;
}

constinit const Op op::slice = {
    .name = "slice",
    .what = "A view of every step-th element of a dimension, from start up to stop.",
    .source = "torch.narrow; steps as in NumPy",
    .inputs = {"input"},
    .attributes = attrs_type<SliceAttrs>,
    .onnx = {{.type = "Slice", .since = 13, .to = onnx::write_slice, .from = onnx::read_slice}},
    .view = view_slice,
    .vjp = [](const Call& c, const Grads& dy) -> Grads {
      SliceAttrs range = c.attributes<SliceAttrs>();
      range.dim = wrap_dim(range.dim, rank(c));
      return {pad_slice_gradient(dy[0], c.in(0).shape(), range)};
    },
};

constinit const Op op::slice_backward = GradientKernel{
    .name = "slice_backward",
    .what = "The gradient of slice: the values at the places that were sliced, zeros elsewhere.",
    .attributes = attrs_type<SliceBackwardAttrs>,
    .infer = [](const Call& c) -> Specs {
      return {{c.in(0).dtype(), c.attributes<SliceBackwardAttrs>().shape}};
    },
    .kernel = kernel::slice_backward,
    .vjp = [](const Call& c, const Grads& dy) -> Grads {
      const auto& a = c.attributes<SliceBackwardAttrs>();
      return {call(op::slice, {dy[0]}, SliceAttrs{a.dim, a.start, a.stop, a.step})};
    },
};

static std::optional<ViewSpec> view_select(const Call& c) {
  const auto& [dim, index] = c.attributes<SelectAttrs>();
  const Tensor& input = c.in(0);
  check(rank(c) > 0, "a 0-d tensor has no dimension to select from");
  const auto axis = size_t(wrap_dim(dim, rank(c)));
  const int64_t size = input.shape()[axis];
  check(index >= -size && index < size, "index {} is outside dimension {} of size {}", index, axis,
        size);
  ViewSpec view{input.shape(), input.strides(),
                input.body()->offset + (index < 0 ? index + size : index) * input.strides()[axis]};
  view.shape.erase(axis);
  view.strides.erase(axis);
  return view;
}

static Grads select_vjp(const Call& c, const Grads& dy) {
  const auto& [dim, index] = c.attributes<SelectAttrs>();
  const int64_t axis = wrap_dim(dim, rank(c)), at = index < 0 ? index + c.in(0).size(axis) : index;
  return {pad_slice_gradient(unsqueeze(dy[0], axis), c.in(0).shape(), {axis, at, at + 1, 1})};
}

constinit const Op op::select = {
    .name = "select",
    .what =
        "A view at one index of a dimension, which goes away; a negative index counts from the "
        "end.",
    .source = "torch.select",
    .inputs = {"input"},
    .attributes = attrs_type<SelectAttrs>,
    .onnx = {{.since = 13, .nodes = "Gather", .to = onnx::write_select}},
    .view = view_select,
    .vjp = select_vjp,
};

static std::optional<ViewSpec> view_unsqueeze(const Call& c) {
  const auto axis = size_t(wrap_dim(c.attributes<DimAttrs>().dim, rank(c) + 1));
  ViewSpec view{c.in(0).shape(), c.in(0).strides(), c.in(0).body()->offset};
  view.strides.insert(axis, axis < view.shape.size() ? view.shape[axis] * view.strides[axis] : 1);
  view.shape.insert(axis, 1);
  return view;
}

constinit const Op op::unsqueeze = {
    .name = "unsqueeze",
    .what = "A view with a new dimension of size 1.",
    .source = "torch.unsqueeze",
    .inputs = {"input"},
    .attributes = attrs_type<DimAttrs>,
    .onnx = {{.type = "Unsqueeze",
              .since = 13,
              .to = onnx::write_unsqueeze,
              .from = onnx::read_unsqueeze}},
    .view = view_unsqueeze,
    .vjp = [](const Call& c, const Grads& dy) -> Grads {
      return {hebb::reshape(dy[0], c.in(0).shape())};
    },
};

std::vector<bool> squeezed(const Dims& shape, const SqueezeAttrs& attrs) {
  const auto rank = int64_t(shape.size());
  std::vector<bool> named(shape.size(), !attrs.dim);
  for (int64_t dim : attrs.dim.value_or(Dims())) {
    const auto axis = size_t(wrap_dim(dim, std::max<int64_t>(1, rank)));
    if (rank == 0)  // a number has the dimensions 0 and -1, and none to lose
      continue;
    check(!named[axis], "dim {} names dimension {} twice", *attrs.dim, axis);
    named[axis] = true;
  }
  for (size_t i = 0; i < shape.size(); ++i)
    named[i] = named[i] && shape[i] == 1;
  return named;
}

static std::optional<ViewSpec> view_squeeze(const Call& c) {
  const std::vector<bool> leaves = squeezed(c.in(0).shape(), c.attributes<SqueezeAttrs>());
  ViewSpec view{{}, {}, c.in(0).body()->offset};
  for (int64_t i = 0; i < rank(c); ++i) {
    if (leaves[size_t(i)])
      continue;
    view.shape.push_back(c.in(0).size(i));
    view.strides.push_back(c.in(0).strides()[size_t(i)]);
  }
  return view;
}

constinit const Op op::squeeze = {
    .name = "squeeze",
    .what =
        "A view without the dimensions of size 1, or without those of the given ones whose size "
        "is 1.",
    .source = "torch.squeeze",
    .inputs = {"input"},
    .attributes = attrs_type<SqueezeAttrs>,
    .onnx =
        {{.type = "Squeeze", .since = 13, .to = onnx::write_squeeze, .from = onnx::read_squeeze}},
    .view = view_squeeze,
    .vjp = [](const Call& c, const Grads& dy) -> Grads {
      return {hebb::reshape(dy[0], c.in(0).shape())};
    },
};

Tensor reshape(const Tensor& input, const Dims& shape) {
  return call(op::reshape, {input}, ReshapeAttrs{shape});
}
Tensor permute(const Tensor& input, const Dims& dims) {
  return call(op::permute, {input}, PermuteAttrs{dims});
}
Tensor expand(const Tensor& input, const Dims& shape) {
  return call(op::expand, {input}, ReshapeAttrs{shape});
}
Tensor select(const Tensor& input, int64_t dim, int64_t index) {
  return call(op::select, {input}, SelectAttrs{dim, index});
}
Tensor unsqueeze(const Tensor& input, int64_t dim) {
  return call(op::unsqueeze, {input}, DimAttrs{dim});
}
Tensor squeeze(const Tensor& input) {
  return call(op::squeeze, {input}, SqueezeAttrs{});
}
Tensor squeeze(const Tensor& input, int64_t dim) {
  return call(op::squeeze, {input}, SqueezeAttrs{Dims{dim}});
}
Tensor squeeze(const Tensor& input, const Dims& dims) {
  return call(op::squeeze, {input}, SqueezeAttrs{dims});
}

Tensor flatten(const Tensor& input, int64_t start_dim, int64_t end_dim) {
  const int64_t first = wrap_dim(start_dim, input.dim(), "start_dim"),
                last = wrap_dim(end_dim, input.dim(), "end_dim");
  check(first <= last, "flatten: start_dim {} comes after end_dim {}", start_dim, end_dim);
  if (input.dim() == 0)
    return reshape(input, {1});
  Dims shape;
  for (int64_t i = 0; i < first; ++i)
    shape.push_back(input.size(i));
  int64_t merged = 1;
  for (int64_t i = first; i <= last; ++i)
    merged *= input.size(i);
  shape.push_back(merged);
  for (int64_t i = last + 1; i < input.dim(); ++i)
    shape.push_back(input.size(i));
  return reshape(input, shape);
}

Tensor transpose(const Tensor& input, int64_t dim0, int64_t dim1) {
  const auto a = size_t(wrap_dim(dim0, input.dim(), "dim0")),
             b = size_t(wrap_dim(dim1, input.dim(), "dim1"));
  Dims dims;
  for (int64_t i = 0; i < input.dim(); ++i)
    dims.push_back(i);
  if (!dims.empty())
    std::swap(dims[a], dims[b]);
  return permute(input, dims);
}

Tensor slice(const Tensor& input, int64_t dim, Slice range) {
  check(input.dim() > 0, "slice: a 0-d tensor has no dimension to slice");
  const int64_t axis = wrap_dim(dim, input.dim()), size = input.size(axis);
  check(range.step > 0, "slice: the step is {}, should be at least 1", range.step);
  auto position = [&](int64_t p) { return std::clamp<int64_t>(p < 0 ? p + size : p, 0, size); };
  const int64_t start = range.start ? position(*range.start) : 0;
  const int64_t stop = std::max(start, range.stop ? position(*range.stop) : size);
  return call(op::slice, {input}, SliceAttrs{axis, start, stop, range.step});
}

Tensor sum_to(const Tensor& input, const Dims& shape) {
  if (input.shape() == shape)
    return input;
  Dims dims;
  const int64_t added = input.dim() - int64_t(shape.size());
  for (int64_t i = 0; i < input.dim(); ++i)
    if (i < added || (shape[size_t(i - added)] == 1 && input.size(i) != 1))
      dims.push_back(i);
  const Tensor summed = dims.empty() ? input : sum(input, dims, true);
  return reshape(summed, shape);
}

}  // namespace hebb
