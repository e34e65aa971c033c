// ops/shapes.cc: other shapes of the same elements, written in views.

#include "hebb/ops/shapes.h"

#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/join.h"
#include "hebb/ops/math.h"
#include "hebb/ops/op.h"
#include "hebb/ops/reasons.h"
#include "hebb/ops/shapes_onnx.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/shapes.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

Tensor at_least(const Tensor& x, int64_t dims) {
  if (x.dim() == 0)
    return reshape(x, Dims(size_t(dims), 1));
  if (dims == 1 || x.dim() >= dims)
    return x;
  if (dims == 2)
    return unsqueeze(x, 0);
  return x.dim() == 1 ? unsqueeze(unsqueeze(x, 0), -1) : unsqueeze(x, -1);
}

// A view of its own, where the operand itself would come out.
Tensor seen(const Tensor& x) {
  return expand(x, x.shape());
}

int as_many_as_come_out(const Call& c) {
  return int(c.outputs().size());
}

}  // namespace

constinit const Op op::broadcast_to = {
    .name = "broadcast_to",
    .what = "A view in the given shape, along whose new and longer dimensions the elements repeat.",
    .source = "torch.broadcast_to",
    .inputs = {"input"},
    .attributes = attrs_type<BroadcastToAttrs>,
    .onnx = {{.since = 13, .nodes = "Expand", .to = onnx::write_broadcast_to}},
    .compose = [](const Call& c) -> Tensors {
      return {hebb::expand(c.in(0), c.attributes<BroadcastToAttrs>().shape)};
    },
};

constinit const Op op::flatten = {
    .name = "flatten",
    .what = "The dimensions from start_dim to end_dim as one; a 0-d tensor gets one.",
    .source = "torch.flatten",
    .inputs = {"input"},
    .attributes = attrs_type<FlattenAttrs>,
    .onnx = {{.since = 13, .nodes = "Reshape", .to = onnx::write_as_reshape}},
    .compose = [](const Call& c) -> Tensors {
      const auto& a = c.attributes<FlattenAttrs>();
      return {hebb::flatten(c.in(0), a.start_dim, a.end_dim)};
    },
};

static Tensors compose_unflatten(const Call& c) {
  const auto& a = c.attributes<UnflattenAttrs>();
  const Tensor& x = c.in(0);
  check(x.dim() > 0, "a 0-d tensor has no dimension to unfold");
  check(!a.sizes.empty(), "sizes are missing: those of the new dimensions");
  const int64_t axis = wrap_dim(a.dim, x.dim()), size = x.size(axis);
  Dims known;
  for (int64_t s : a.sizes)
    if (s != -1)
      known.push_back(s);
  const bool fits = std::all_of(known.begin(), known.end(), [](int64_t s) { return s >= 0; }) &&
                    known.size() + 1 >= a.sizes.size();
  const int64_t rest = fits ? product(known) : 0;
  check(fits && (known.size() == a.sizes.size() ? rest == size : rest > 0 && size % rest == 0),
        "sizes {} do not make {}, the size of dimension {}; one of them may be -1", a.sizes, size,
        axis);
  Dims shape;
  for (int64_t i = 0; i < axis; ++i)
    shape.push_back(x.size(i));
  for (int64_t s : a.sizes)
    shape.push_back(s == -1 ? size / rest : s);
  for (int64_t i = axis + 1; i < x.dim(); ++i)
    shape.push_back(x.size(i));
  return {reshape(x, shape)};
}

constinit const Op op::unflatten = {
    .name = "unflatten",
    .what = "Several dimensions of the given sizes in the place of one; a size of -1 is inferred.",
    .source = "torch.unflatten",
    .inputs = {"input"},
    .attributes = attrs_type<UnflattenAttrs>,
    .onnx = {{.since = 13, .nodes = "Reshape", .to = onnx::write_as_reshape}},
    .compose = compose_unflatten,
};

constinit const Op op::transpose = {
    .name = "transpose",
    .what = "A view with two dimensions in each other's place.",
    .source = "torch.transpose",
    .inputs = {"input"},
    .attributes = attrs_type<TransposeAttrs>,
    .onnx = {{.since = 13, .nodes = "Transpose", .to = onnx::write_transpose}},
    .compose = [](const Call& c) -> Tensors {
      const auto& a = c.attributes<TransposeAttrs>();
      return {hebb::transpose(c.in(0), a.dim0, a.dim1)};
    },
};

constinit const Op op::swapaxes = {
    .name = "swapaxes",
    .what = "A view with two axes in each other's place, as NumPy says transpose.",
    .source = "torch.swapaxes",
    .inputs = {"input"},
    .attributes = attrs_type<SwapaxesAttrs>,
    .onnx = {{.since = 13, .nodes = "Transpose", .to = onnx::write_swapaxes}},
    .compose = [](const Call& c) -> Tensors {
      const auto& a = c.attributes<SwapaxesAttrs>();
      return {hebb::transpose(c.in(0), a.axis0, a.axis1)};
    },
};

Dims moved_dims(int64_t rank, const Dims& source, const Dims& destination) {
  check(source.size() == destination.size(),
        "source {} and destination {} should name equally many dimensions", source, destination);
  Dims order(size_t(rank), -1), rest;
  std::vector<bool> taken(size_t(rank), false);
  for (size_t i = 0; i < source.size(); ++i) {
    const auto from = size_t(wrap_dim(source[i], rank, "a source")),
               to = size_t(wrap_dim(destination[i], rank, "a destination"));
    check(rank > 0, "a 0-d tensor has no dimension to move");
    check(!taken[from] && order[to] < 0,
          "source {} and destination {} should name each dimension once", source, destination);
    taken[from] = true;
    order[to] = int64_t(from);
  }
  size_t next = 0;
  for (int64_t& place : order) {
    while (place < 0 && taken[next])
      ++next;
    if (place < 0)
      place = int64_t(next++);
  }
  return order;
}

constinit const Op op::movedim = {
    .name = "movedim",
    .what = "A view with the dimensions of source at the places of destination; the others follow.",
    .source = "torch.movedim",
    .inputs = {"input"},
    .attributes = attrs_type<MovedimAttrs>,
    .onnx = {{.since = 13, .nodes = "Transpose", .to = onnx::write_movedim}},
    .compose = [](const Call& c) -> Tensors {
      const auto& a = c.attributes<MovedimAttrs>();
      return {hebb::permute(c.in(0), moved_dims(c.in(0).dim(), a.source, a.destination))};
    },
};

static Tensors compose_narrow(const Call& c) {
  const auto& a = c.attributes<NarrowAttrs>();
  check(c.in(0).dim() > 0, "a 0-d tensor has no dimension to narrow");
  const int64_t axis = wrap_dim(a.dim, c.in(0).dim()), size = c.in(0).size(axis);
  check(a.start >= -size && a.start <= size, "start is {}, should be from {} to {}", a.start, -size,
        size);
  const int64_t start = a.start < 0 ? a.start + size : a.start;
  check(a.length >= 0 && a.length <= size - start,
        "length is {}, should be from 0 to {}: dimension {} has size {}", a.length, size - start,
        axis, size);
  return {slice(c.in(0), axis, Slice(start, start + a.length))};
}

constinit const Op op::narrow = {
    .name = "narrow",
    .what = "A view of length elements of a dimension, from start on.",
    .source = "torch.narrow",
    .inputs = {"input"},
    .attributes = attrs_type<NarrowAttrs>,
    .onnx = {{.since = 13, .nodes = "Slice", .to = onnx::write_narrow}},
    .compose = compose_narrow,
};

static Tensors compose_unbind(const Call& c) {
  const Tensor& x = c.in(0);
  check(x.dim() > 0, "a 0-d tensor has no dimension to take apart");
  const int64_t axis = wrap_dim(c.attributes<UnbindAttrs>().dim, x.dim());
  check(x.size(axis) > 0, "dimension {} of {} has size 0, so that nothing comes out", axis,
        x.shape());
  Tensors parts;
  for (int64_t i = 0; i < x.size(axis); ++i)
    parts.push_back(select(x, axis, i));
  return parts;
}

constinit const Op op::unbind = {
    .name = "unbind",
    .what = "A view for each index of a dimension, which goes away.",
    .source = "torch.unbind",
    .inputs = {"input"},
    .outputs = {"outs*"},
    .attributes = attrs_type<UnbindAttrs>,
    .onnx = {{.since = 13, .nodes = "Gather", .to = onnx::write_unbind}},
    .compose = compose_unbind,
    .results = as_many_as_come_out,
};

constinit const Op op::tile = {
    .name = "tile",
    .what = "Copies of input side by side, so many along each of the last dimensions.",
    .source = "torch.tile",
    .inputs = {"input"},
    .attributes = attrs_type<TileAttrs>,
    .onnx = {{.since = 13, .nodes = "Tile, Reshape", .to = onnx::write_tile}},
    .compose = [](const Call& c) -> Tensors {
      Dims dims = c.attributes<TileAttrs>().dims;
      while (int64_t(dims.size()) < c.in(0).dim())
        dims.insert(0, 1);
      return {hebb::repeat(c.in(0), dims)};
    },
};

constinit const Op op::atleast_1d = {
    .name = "atleast_1d",
    .what = "The input, with one dimension where it has none.",
    .source = "torch.atleast_1d",
    .inputs = {"input"},
    .onnx = {{.since = 13, .nodes = "Reshape", .to = onnx::write_as_reshape}},
    .compose = [](const Call& c) -> Tensors { return {seen(at_least(c.in(0), 1))}; },
};

constinit const Op op::atleast_2d = {
    .name = "atleast_2d",
    .what = "The input, with new dimensions in front where it has less than two.",
    .source = "torch.atleast_2d",
    .inputs = {"input"},
    .onnx = {{.since = 13, .nodes = "Reshape", .to = onnx::write_as_reshape}},
    .compose = [](const Call& c) -> Tensors { return {seen(at_least(c.in(0), 2))}; },
};

constinit const Op op::atleast_3d = {
    .name = "atleast_3d",
    .what =
        "The input, with new dimensions around it where it has less than three: [n] -> [1, n, 1].",
    .source = "torch.atleast_3d",
    .inputs = {"input"},
    .onnx = {{.since = 13, .nodes = "Reshape", .to = onnx::write_as_reshape}},
    .compose = [](const Call& c) -> Tensors { return {seen(at_least(c.in(0), 3))}; },
};

static Tensors compose_rot90(const Call& c) {
  const auto& a = c.attributes<Rot90Attrs>();
  const Tensor& x = c.in(0);
  check(a.dims.size() == 2, "dims {} should name two dimensions", a.dims);
  check(x.dim() >= 2, "input {} should have at least two dimensions", x.shape());
  const int64_t first = wrap_dim(a.dims[0], x.dim(), "a dim"),
                second = wrap_dim(a.dims[1], x.dim(), "a dim");
  check(first != second, "dims {} name one dimension twice", a.dims);
  switch ((a.k % 4 + 4) % 4) {
    case 1:
      return {transpose(flip(x, {second}), first, second)};
    case 2:
      return {flip(x, {first, second})};
    case 3:
      return {transpose(flip(x, {first}), first, second)};
    default:
      return {clone(x)};
  }
}

constinit const Op op::rot90 = {
    .name = "rot90",
    .what = "A copy that is turned k times by a right angle, from the first of dims to the second.",
    .source = "torch.rot90",
    .inputs = {"input"},
    .attributes = attrs_type<Rot90Attrs>,
    .onnx = {{.since = 13, .nodes = "Slice, Transpose", .to = onnx::write_rot90}},
    .compose = compose_rot90,
};

constinit const Op op::fliplr = {
    .name = "fliplr",
    .what = "A copy with the columns, dimension 1, in reverse order.",
    .source = "torch.fliplr",
    .inputs = {"input"},
    .onnx = {{.since = 13, .nodes = "Slice", .to = onnx::write_fliplr}},
    .compose = [](const Call& c) -> Tensors {
      check(c.in(0).dim() >= 2, "input {} should have at least two dimensions", c.in(0).shape());
      return {hebb::flip(c.in(0), {1})};
    },
};

constinit const Op op::flipud = {
    .name = "flipud",
    .what = "A copy with the rows, dimension 0, in reverse order.",
    .source = "torch.flipud",
    .inputs = {"input"},
    .onnx = {{.since = 13, .nodes = "Slice", .to = onnx::write_flipud}},
    .compose = [](const Call& c) -> Tensors {
      check(c.in(0).dim() >= 1, "a 0-d tensor has no rows");
      return {hebb::flip(c.in(0), {0})};
    },
};

constinit const Op op::t = {
    .name = "t",
    .what = "A view of a matrix with rows and columns exchanged; vectors and numbers stay.",
    .source = "torch.t",
    .inputs = {"input"},
    .no_onnx_because = because::parts_have_forms,
    .compose = [](const Call& c) -> Tensors {
      const Tensor& x = c.in(0);
      check(x.dim() <= 2, "input {} should be a matrix, or have less dimensions", x.shape());
      return {x.dim() == 2 ? hebb::transpose(x, 0, 1) : seen(x)};
    },
};

constinit const Op op::adjoint = {
    .name = "adjoint",
    .what = "Matrices with rows and columns exchanged, and conjugates of complex numbers.",
    .source = "torch.adjoint",
    .inputs = {"input"},
    .no_onnx_because = because::parts_have_forms,
    .compose = [](const Call& c) -> Tensors {
      check(c.in(0).dim() >= 2, "input {} should have at least two dimensions", c.in(0).shape());
      const Tensor turned = hebb::transpose(c.in(0), -2, -1);
      return {is_complex(turned.dtype()) ? hebb::conj(turned) : turned};
    },
};

static Tensors compose_broadcast_tensors(const Call& c) {
  check(!c.list(0).empty(), "there should be at least one tensor");
  Dims shape;
  for (const Tensor& x : c.list(0))
    shape = broadcast(shape, x.shape());
  Tensors out;
  for (const Tensor& x : c.list(0))
    out.push_back(expand(x, shape));
  return out;
}

constinit const Op op::broadcast_tensors = {
    .name = "broadcast_tensors",
    .what = "Views of all tensors in their common shape.",
    .source = "torch.broadcast_tensors",
    .inputs = {"tensors*"},
    .outputs = {"outs*"},
    .no_onnx_because = because::parts_have_forms,
    .compose = compose_broadcast_tensors,
    .results = as_many_as_come_out,
};

static Tensors compose_unravel_index(const Call& c) {
  const Dims& shape = c.attributes<UnravelAttrs>().shape;
  product(shape);  // Error: a negative size, or more elements than can be counted
  Tensors out;
  int64_t behind = 1;
  for (size_t i = shape.size(); i-- > 0;) {
    check(shape[i] > 0, "shape {} should have no size 0", shape);
    out.insert(0, remainder(floor_divide(c.in(0), behind), shape[i]));
    behind *= shape[i];
  }
  return out;
}

constinit const Op op::unravel_index = {
    .name = "unravel_index",
    .what =
        "The coordinates of row-major positions in a tensor of the given shape, a tensor for each "
        "dimension.",
    .source = "torch.unravel_index",
    .inputs = {"indices"},
    .outputs = {"outs*"},
    .attributes = attrs_type<UnravelAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .indices = {0},
    .compose = compose_unravel_index,
    .no_gradient_because = because::integers_come_out,
    .results = as_many_as_come_out,
};

Tensor broadcast_to(const Tensor& input, const Dims& shape) {
  return call(op::broadcast_to, {input}, BroadcastToAttrs{shape});
}
Tensor unflatten(const Tensor& input, int64_t dim, const Dims& sizes) {
  return call(op::unflatten, {input}, UnflattenAttrs{dim, sizes});
}
Tensor movedim(const Tensor& input, const Dims& source, const Dims& destination) {
  return call(op::movedim, {input}, MovedimAttrs{source, destination});
}
Tensor movedim(const Tensor& input, int64_t source, int64_t destination) {
  return movedim(input, Dims{source}, Dims{destination});
}
Tensor narrow(const Tensor& input, int64_t dim, int64_t start, int64_t length) {
  return call(op::narrow, {input}, NarrowAttrs{dim, start, length});
}
std::vector<Tensor> unbind(const Tensor& input, int64_t dim) {
  return call_all(op::unbind, {input}, UnbindAttrs{dim}).to_vector();
}
Tensor tile(const Tensor& input, const Dims& dims) {
  return call(op::tile, {input}, TileAttrs{dims});
}
Tensor atleast_1d(const Tensor& input) {
  return call(op::atleast_1d, {input});
}
Tensor atleast_2d(const Tensor& input) {
  return call(op::atleast_2d, {input});
}
Tensor atleast_3d(const Tensor& input) {
  return call(op::atleast_3d, {input});
}
Tensor rot90(const Tensor& input, int64_t k, const Dims& dims) {
  return call(op::rot90, {input}, Rot90Attrs{k, dims});
}
Tensor fliplr(const Tensor& input) {
  return call(op::fliplr, {input});
}
Tensor flipud(const Tensor& input) {
  return call(op::flipud, {input});
}

Tensor t(const Tensor& input) {
  return call(op::t, {input});
}
Tensor adjoint(const Tensor& input) {
  return call(op::adjoint, {input});
}
std::vector<Tensor> broadcast_tensors(const std::vector<Tensor>& tensors) {
  return call_slots(op::broadcast_tensors, {tensors}).to_vector();
}
std::vector<Tensor> unravel_index(const Tensor& indices, const Dims& shape) {
  return call_all(op::unravel_index, {indices}, UnravelAttrs{shape}).to_vector();
}

}  // namespace hebb
