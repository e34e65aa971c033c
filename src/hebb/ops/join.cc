// ops/join.cc: putting together, cutting apart, repeating, turning round.

#include "hebb/ops/join.h"

#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/kernels/gather.h"
#include "hebb/ops/join_onnx.h"
#include "hebb/ops/op.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/join.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

bool is_left_out(const Tensor& t) {
  return t.shape() == Dims{0};
}  // PyTorch lets an empty vector join anything

int as_many_as_there_are(const Call& c) {
  return int(c.outputs().size());
}

Tensors cut(const Tensor& tensor, const Dims& sizes, int64_t dim) {
  Tensors parts;
  int64_t at = 0;
  for (int64_t size : sizes) {
    parts.push_back(slice(tensor, dim, Slice(at, at + size)));
    at += size;
  }
  return parts;
}

Dims equal_parts(int64_t total, int64_t size) {
  Dims sizes;
  size = std::min(size, std::max<int64_t>(total, 1));
  for (int64_t at = 0; at < total; at += size)
    sizes.push_back(std::min(size, total - at));
  if (total == 0)
    sizes.push_back(0);
  return sizes;
}

}  // namespace

static Specs infer_cat(const Call& c) {
  const auto tensors = c.list(0);
  check(!tensors.empty(), "there should be at least one tensor");
  const Tensor* first = nullptr;
  for (const Tensor& t : tensors)
    if (!first && !is_left_out(t))
      first = &t;
  if (!first)
    return {{c.common_dtype(), {0}}};
  check(first->dim() > 0, "a 0-d tensor has no dimension to join along; stack makes one");
  const auto axis = size_t(wrap_dim(c.attributes<AlongAttrs>().dim, first->dim()));
  Dims shape = first->shape();
  shape[axis] = 0;
  for (size_t i = 0; i < tensors.size(); ++i) {
    if (is_left_out(tensors[i]))
      continue;
    Dims other = tensors[i].shape();
    const bool same_rank = other.size() == shape.size();
    const int64_t size = same_rank ? other[axis] : 0;
    if (same_rank)
      other[axis] = shape[axis];
    check(same_rank && other == shape,
          "tensor {} is {}, which differs from {} in more than dimension {}", i, tensors[i].shape(),
          first->shape(), axis);
    shape[axis] += size;
  }
  return {{c.common_dtype(), shape}};
}

static Grads cat_vjp(const Call& c, const Grads& dy) {
  const int64_t dim = c.attributes<AlongAttrs>().dim;
  Grads grads;
  int64_t at = 0;
  for (size_t i = 0; i < c.list(0).size(); ++i) {
    const Tensor& tensor = c.list(0)[i];
    if (is_left_out(tensor)) {
      grads.push_back(slice(reshape(dy[0], {dy[0].numel()}), 0, Slice(0, 0)));
      continue;
    }
    const int64_t size = tensor.size(dim);
    grads.push_back(c.wants(0, int(i)) ? slice(dy[0], dim, Slice(at, at + size)) : Tensor());
    at += size;
  }
  return grads;
}

constinit const Op op::cat = {
    .name = "cat",
    .what = "Joins tensors along a dimension that they have; empty vectors may join anything.",
    .source = "torch.cat",
    .inputs = {"tensors*"},
    .attributes = attrs_type<AlongAttrs>,
    .onnx =
        {{.type = "Concat", .since = 13, .attributes = {{"dim", "axis"}}, .to = onnx::write_cat}},
    .promotion = Promotion::common,
    .infer = infer_cat,
    .kernel = kernel::cat,
    .vjp = cat_vjp,
};

static Tensors compose_stack(const Call& c) {
  const auto tensors = c.list(0);
  check(!tensors.empty(), "there should be at least one tensor");
  const int64_t dim = c.attributes<AlongAttrs>().dim;
  std::vector<Tensor> wider;
  for (size_t i = 0; i < tensors.size(); ++i) {
    check(tensors[i].shape() == tensors[0].shape(),
          "tensor {} is {}, but tensor 0 is {}; they should have one shape", i, tensors[i].shape(),
          tensors[0].shape());
    wider.push_back(unsqueeze(tensors[i], wrap_dim(dim, tensors[i].dim() + 1)));
  }
  return {cat(wider, wrap_dim(dim, tensors[0].dim() + 1))};
}

constinit const Op op::stack = {
    .name = "stack",
    .what = "Joins tensors of one shape along a new dimension.",
    .source = "torch.stack",
    .inputs = {"tensors*"},
    .attributes = attrs_type<AlongAttrs>,
    .onnx = {{.since = 13, .nodes = "Unsqueeze, Concat", .to = onnx::write_stack}},
    .compose = compose_stack,
};

static Tensors compose_split(const Call& c) {
  const auto& a = c.attributes<SplitAttrs>();
  const Dims& sizes = a.split_size_or_sections;
  const int64_t total = c.in(0).size(wrap_dim(a.dim, c.in(0).dim()));
  check(!sizes.empty(), "split_size_or_sections is missing: the size of every part, or of each");
  for (int64_t size : sizes)
    check(size >= (sizes.size() == 1 && total > 0 ? 1 : 0), "a part of size {} is asked for", size);
  if (sizes.size() == 1)
    return cut(c.in(0), equal_parts(total, std::max<int64_t>(1, sizes[0])), a.dim);
  int64_t left = total;
  for (int64_t size : sizes)
    left -= std::min(size, left + 1);  // below 0 and no further when they are too many
  check(left == 0, "the sections {} should add up to {}, the size of dimension {}", sizes, total,
        a.dim);
  return cut(c.in(0), sizes, a.dim);
}

constinit const Op op::split = {
    .name = "split",
    .what =
        "Views of one size, the last of which may be smaller, or of the sizes given, cut along a "
        "dimension.",
    .source = "torch.split",
    .inputs = {"tensor"},
    .outputs = {"outs*"},
    .attributes = attrs_type<SplitAttrs>,
    .onnx = {{.type = "Split", .since = 13, .to = onnx::write_split, .from = onnx::read_split}},
    .compose = compose_split,
    .results = as_many_as_there_are,
};

static Tensors compose_chunk(const Call& c) {
  const auto& a = c.attributes<ChunkAttrs>();
  check(a.chunks >= 1, "chunks is {}, should be at least 1", a.chunks);
  const int64_t total = c.in(0).size(wrap_dim(a.dim, c.in(0).dim()));
  // Not more parts than there are elements; of nothing PyTorch makes as many empty ones as are
  // asked for.
  check(total > 0 || a.chunks < int64_t(1) << 31, "chunks is {}, should be less than 2^31",
        a.chunks);
  if (total == 0)
    return cut(c.in(0), Dims(size_t(a.chunks), 0), a.dim);
  return cut(c.in(0), equal_parts(total, (total - 1) / a.chunks + 1), a.dim);
}

constinit const Op op::chunk = {
    .name = "chunk",
    .what =
        "At most so many views of one size, the last of which may be smaller, cut along a "
        "dimension.",
    .source = "torch.chunk",
    .inputs = {"input"},
    .outputs = {"outs*"},
    .attributes = attrs_type<ChunkAttrs>,
    .onnx = {{.since = 13, .nodes = "Split", .to = onnx::write_chunk}},
    .compose = compose_chunk,
    .results = as_many_as_there_are,
};

static Specs infer_flip(const Call& c) {
  const Dims& dims = c.attributes<FlipAttrs>().dims;
  std::vector<bool> seen(size_t(c.in(0).dim()));
  for (int64_t d : dims) {
    const auto axis = size_t(wrap_dim(d, c.in(0).dim(), "a dim"));
    check(axis < seen.size() && !seen[axis], "dims {} names dimension {} twice", dims, axis);
    seen[axis] = true;
  }
  return {{c.in(0).dtype(), c.in(0).shape()}};
}

constinit const Op op::flip = {
    .name = "flip",
    .what = "A copy in reverse order along the given dimensions.",
    .source = "torch.flip",
    .inputs = {"input"},
    .attributes = attrs_type<FlipAttrs>,
    .onnx = {{.since = 13, .nodes = "Slice", .to = onnx::write_flip}},
    .infer = infer_flip,
    .kernel = kernel::flip,
    .vjp = [](const Call& c, const Grads& dy) -> Grads {
      return {hebb::flip(dy[0], c.attributes<FlipAttrs>().dims)};
    },
};

static Tensors compose_roll(const Call& c) {
  const auto& a = c.attributes<RollAttrs>();
  const Tensor& input = c.in(0);
  if (a.dims.empty()) {
    check(a.shifts.size() == 1, "without dims there should be one shift, not {}", a.shifts.size());
    return {reshape(roll(reshape(input, {input.numel()}), a.shifts, {0}), input.shape())};
  }
  check(a.shifts.size() == a.dims.size(), "shifts {} and dims {} should be equally many", a.shifts,
        a.dims);
  Tensor out = input;
  for (size_t i = 0; i < a.dims.size(); ++i) {
    const int64_t size = input.size(a.dims[i]);
    if (size == 0)
      continue;
    const int64_t at = ((size - a.shifts[i] % size) % size + size) % size;
    if (at != 0)
      out = cat({slice(out, a.dims[i], Slice(at, size)), slice(out, a.dims[i], Slice(0, at))},
                a.dims[i]);
  }
  return {out};
}

constinit const Op op::roll = {
    .name = "roll",
    .what = "Shifts along the given dimensions; what leaves at the end comes back at the front.",
    .source = "torch.roll",
    .inputs = {"input"},
    .attributes = attrs_type<RollAttrs>,
    .onnx = {{.since = 13, .nodes = "Slice, Concat, Reshape", .to = onnx::write_roll}},
    .compose = compose_roll,
};

static Tensors compose_repeat(const Call& c) {
  const Dims& repeats = c.attributes<RepeatAttrs>().repeats;
  const Tensor& input = c.in(0);
  check(int64_t(repeats.size()) >= input.dim(),
        "repeats {} should have a number for each of the {} dimensions", repeats, input.dim());
  const size_t added = repeats.size() - size_t(input.dim());
  Dims apart, repeated, merged;  // [1, n] -> [r, n] -> [r n], for every dimension
  for (size_t i = 0; i < repeats.size(); ++i) {
    check(repeats[i] >= 0, "repeats {} has the negative number {}", repeats, repeats[i]);
    const int64_t size = i < added ? 1 : input.size(int64_t(i - added));
    apart.push_back(1);
    apart.push_back(size);
    repeated.push_back(repeats[i]);
    repeated.push_back(size);
    merged.push_back(product(Dims{repeats[i], size}));
  }
  return {reshape(expand(reshape(input, apart), repeated), merged)};
}

constinit const Op op::repeat = {
    .name = "repeat",
    .what =
        "Copies of input side by side, so many along each dimension; more numbers than dimensions "
        "add dimensions in front.",
    .source = "torch.Tensor.repeat",
    .inputs = {"input"},
    .attributes = attrs_type<RepeatAttrs>,
    .onnx = {{.type = "Tile",
              .since = 13,
              .nodes = "Reshape",
              .to = onnx::write_repeat,
              .from = onnx::read_tile}},
    .compose = compose_repeat,
};

static Tensors compose_meshgrid(const Call& c) {
  const std::string& indexing = c.attributes<MeshgridAttrs>().indexing;
  check(indexing == "ij" || indexing == "xy", "indexing is \"{}\", should be ij or xy", indexing);
  const auto tensors = c.list(0);
  const size_t n = tensors.size();
  check(n > 0, "there should be at least one tensor");
  const bool swap = indexing == "xy" && n >= 2;
  auto axis_of = [&](size_t i) { return swap && i < 2 ? 1 - i : i; };
  Dims full(n, 1);
  for (size_t i = 0; i < n; ++i) {
    check(tensors[i].dim() <= 1, "tensor {} is {}, should have one dimension", i,
          tensors[i].shape());
    full[axis_of(i)] = tensors[i].numel();
  }
  Tensors grids;
  for (size_t i = 0; i < n; ++i) {
    Dims shape(n, 1);
    shape[axis_of(i)] = tensors[i].numel();
    grids.push_back(expand(reshape(tensors[i], shape), full));
  }
  return grids;
}

constinit const Op op::meshgrid = {
    .name = "meshgrid",
    .what = "The coordinates of a grid: each vector, expanded along the dimensions of all others.",
    .source = "torch.meshgrid",
    .inputs = {"tensors*"},
    .outputs = {"outs*"},
    .attributes = attrs_type<MeshgridAttrs>,
    .onnx = {{.since = 13, .nodes = "Reshape, Expand", .to = onnx::write_meshgrid}},
    .compose = compose_meshgrid,
    .results = as_many_as_there_are,
};

Tensor cat(const std::vector<Tensor>& tensors, int64_t dim) {
  return call_slots(op::cat, {tensors}, AlongAttrs{dim})[0];
}
Tensor stack(const std::vector<Tensor>& tensors, int64_t dim) {
  return call_slots(op::stack, {tensors}, AlongAttrs{dim})[0];
}
std::vector<Tensor> split(const Tensor& tensor, int64_t split_size, int64_t dim) {
  return call_all(op::split, {tensor}, SplitAttrs{{split_size}, dim}).to_vector();
}
std::vector<Tensor> split(const Tensor& tensor, const Dims& sections, int64_t dim) {
  if (sections.size() == 1)
    check(sections[0] == tensor.size(dim), "split: the sections {} should add up to {}", sections,
          tensor.size(dim));
  return call_all(op::split, {tensor}, SplitAttrs{sections, dim}).to_vector();
}
std::vector<Tensor> chunk(const Tensor& input, int64_t chunks, int64_t dim) {
  return call_all(op::chunk, {input}, ChunkAttrs{chunks, dim}).to_vector();
}
Tensor flip(const Tensor& input, const Dims& dims) {
  return call(op::flip, {input}, FlipAttrs{dims});
}
Tensor roll(const Tensor& input, const Dims& shifts, const Dims& dims) {
  return call(op::roll, {input}, RollAttrs{shifts, dims});
}
Tensor repeat(const Tensor& input, const Dims& repeats) {
  return call(op::repeat, {input}, RepeatAttrs{repeats});
}
std::vector<Tensor> meshgrid(const std::vector<Tensor>& tensors, const std::string& indexing) {
  return call_slots(op::meshgrid, {tensors}, MeshgridAttrs{indexing}).to_vector();
}

}  // namespace hebb
