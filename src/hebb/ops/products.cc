// ops/products.cc: products of vectors, matrices and tensors, written in matmul.

#include "hebb/ops/products.h"

#include <cmath>
#include <numeric>

#include "hebb/base/check.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/contract.h"
#include "hebb/ops/join.h"
#include "hebb/ops/math.h"
#include "hebb/ops/matmul.h"
#include "hebb/ops/op.h"
#include "hebb/ops/products_onnx.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/products.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

void check_rank(std::string_view operand, const Tensor& x, int64_t rank, std::string_view what) {
  check(x.dim() == rank, "{} {} should be {}", operand, x.shape(), what);
}

void check_inner(std::string_view left, const Tensor& a, std::string_view right, const Tensor& b,
                 int64_t b_dim) {
  check(a.size(-1) == b.size(b_dim), "{} {} has {} in its last dimension but {} {} has {}", left,
        a.shape(), a.size(-1), right, b.shape(), b.size(b_dim));
}

// Whole factors keep integers what they are.
Tensor scaled(const Tensor& x, double factor, std::string_view name) {
  if (factor == 1)
    return x;
  if (is_floating(x.dtype()) || is_complex(x.dtype()))
    return x * factor;
  check(factor == std::trunc(factor) && std::abs(factor) < 0x1p63,
        "{} is {}, should be a whole number for {}", name, factor, hebb::name(x.dtype()));
  return x * int64_t(factor);
}

// beta * input + alpha * product
Tensor added(const Call& c, const Tensor& product) {
  const auto& [beta, alpha] = c.attributes<AddmmAttrs>();
  const Tensor& input = c.in(0);
  check(input.dtype() == product.dtype(),
        "input is {} but the product is {}; they should have one dtype", name(input.dtype()),
        name(product.dtype()));
  check(broadcast(input.shape(), product.shape()) == product.shape(),
        "input {} does not broadcast to the shape of the product, {}", input.shape(),
        product.shape());
  const Tensor right = scaled(product, alpha, "alpha");
  return beta == 0 ? right : scaled(input, beta, "beta") + right;
}

Tensor cross_along(const Tensor& a, const Tensor& b, int64_t dim) {
  check(a.dim() == b.dim(), "input {} and other {} should have as many dimensions", a.shape(),
        b.shape());
  const int64_t axis = wrap_dim(dim, a.dim());
  check(a.dim() > 0 && a.size(axis) == 3 && b.size(axis) == 3,
        "dimension {} of input {} and other {} should have the size 3", dim, a.shape(), b.shape());
  const auto turned = [&](const Tensor& x, int64_t by) { return roll(x, {-by}, {axis}); };
  return turned(a, 1) * turned(b, 2) - turned(a, 2) * turned(b, 1);
}

int64_t first_of_three(const Tensor& x) {
  for (int64_t i = 0; i < x.dim(); ++i)
    if (x.size(i) == 3)
      return i;
  check(false, "input {} has no dimension of size 3", x.shape());
  return 0;
}

}  // namespace

static Tensors compose_mm(const Call& c) {
  const Tensor &a = c.in(0), &b = c.in(1);
  check_rank("input", a, 2, "a matrix");
  check_rank("mat2", b, 2, "a matrix");
  check_inner("input", a, "mat2", b, 0);
  return {matmul(a, b)};
}

constinit const Op op::mm = {
    .name = "mm",
    .what = "The product of two matrices: [n, k], [k, m] -> [n, m].",
    .source = "torch.mm",
    .inputs = {"input", "mat2"},
    .onnx = {{.since = 13, .nodes = "MatMul", .to = onnx::write_product}},
    .precision = Precision::low,
    .compose = compose_mm,
};

static Tensors compose_bmm(const Call& c) {
  const Tensor &a = c.in(0), &b = c.in(1);
  check_rank("input", a, 3, "a batch of matrices [b, n, k]");
  check_rank("mat2", b, 3, "a batch of matrices [b, k, m]");
  check(a.size(0) == b.size(0), "input {} has {} matrices but mat2 {} has {}", a.shape(), a.size(0),
        b.shape(), b.size(0));
  check_inner("input", a, "mat2", b, 1);
  return {matmul(a, b)};
}

constinit const Op op::bmm = {
    .name = "bmm",
    .what = "The products of two batches of matrices: [b, n, k], [b, k, m] -> [b, n, m].",
    .source = "torch.bmm",
    .inputs = {"input", "mat2"},
    .onnx = {{.since = 13, .nodes = "MatMul", .to = onnx::write_product}},
    .precision = Precision::low,
    .compose = compose_bmm,
};

static Tensors compose_mv(const Call& c) {
  check_rank("input", c.in(0), 2, "a matrix");
  check_rank("vec", c.in(1), 1, "a vector");
  check_inner("input", c.in(0), "vec", c.in(1), 0);
  return {matmul(c.in(0), c.in(1))};
}

constinit const Op op::mv = {
    .name = "mv",
    .what = "The product of a matrix and a vector: [n, k], [k] -> [n].",
    .source = "torch.mv",
    .inputs = {"input", "vec"},
    .onnx = {{.since = 13, .nodes = "MatMul", .to = onnx::write_product}},
    .precision = Precision::low,
    .compose = compose_mv,
};

static Tensors compose_dot(const Call& c) {
  check_rank("input", c.in(0), 1, "a vector");
  check_rank("tensor", c.in(1), 1, "a vector");
  check_inner("input", c.in(0), "tensor", c.in(1), 0);
  return {matmul(c.in(0), c.in(1))};
}

constinit const Op op::dot = {
    .name = "dot",
    .what = "The sum of the products of the elements of two vectors.",
    .source = "torch.dot",
    .inputs = {"input", "tensor"},
    .onnx = {{.since = 13, .nodes = "MatMul", .to = onnx::write_product}},
    .precision = Precision::low,
    .compose = compose_dot,
};

static Tensors compose_vdot(const Call& c) {
  check_rank("input", c.in(0), 1, "a vector");
  check_rank("other", c.in(1), 1, "a vector");
  check_inner("input", c.in(0), "other", c.in(1), 0);
  return {matmul(is_complex(c.in(0).dtype()) ? conj(c.in(0)) : c.in(0), c.in(1))};
}

constinit const Op op::vdot = {
    .name = "vdot",
    .what = "The sum of the products of two vectors' elements, with the conjugate of the first.",
    .source = "torch.vdot",
    .inputs = {"input", "other"},
    .onnx = {{.since = 13, .nodes = "MatMul", .to = onnx::write_product}},
    .precision = Precision::low,
    .compose = compose_vdot,
};

static Tensors compose_inner(const Call& c) {
  const Tensor &a = c.in(0), &b = c.in(1);
  if (a.dim() == 0 || b.dim() == 0)
    return {a * b};
  check_inner("input", a, "other", b, -1);
  return {tensordot(a, b, {a.dim() - 1}, {b.dim() - 1})};
}

constinit const Op op::inner = {
    .name = "inner",
    .what =
        "The sum of products over the last dimensions of both: [..., k], [---, k] -> [..., ---].",
    .source = "torch.inner",
    .inputs = {"input", "other"},
    .onnx = {{.since = 13, .nodes = "Einsum, Mul", .to = onnx::write_inner}},
    .precision = Precision::low,
    .compose = compose_inner,
};

static Tensors compose_outer(const Call& c) {
  check_rank("input", c.in(0), 1, "a vector");
  check_rank("vec2", c.in(1), 1, "a vector");
  return {unsqueeze(c.in(0), 1) * c.in(1)};
}

constinit const Op op::outer = {
    .name = "outer",
    .what = "All products of the elements of two vectors: [n], [m] -> [n, m].",
    .source = "torch.outer",
    .inputs = {"input", "vec2"},
    .onnx = {{.since = 13, .nodes = "Unsqueeze, Mul", .to = onnx::write_outer}},
    .compose = compose_outer,
};

constinit const Op op::addmm = {
    .name = "addmm",
    .what = "beta input + alpha (mat1 x mat2) of matrices; input broadcasts.",
    .source = "torch.addmm",
    .inputs = {"input", "mat1", "mat2"},
    .attributes = attrs_type<AddmmAttrs>,
    .onnx = {{.since = 13, .nodes = "MatMul, Mul, Add", .to = onnx::write_added}},
    .precision = Precision::low,
    .compose = [](const Call& c) -> Tensors { return {added(c, hebb::mm(c.in(1), c.in(2)))}; },
};

constinit const Op op::addmv = {
    .name = "addmv",
    .what = "beta input + alpha (mat x vec) of a matrix and a vector; input broadcasts.",
    .source = "torch.addmv",
    .inputs = {"input", "mat", "vec"},
    .attributes = attrs_type<AddmmAttrs>,
    .onnx = {{.since = 13, .nodes = "MatMul, Mul, Add", .to = onnx::write_added}},
    .precision = Precision::low,
    .compose = [](const Call& c) -> Tensors { return {added(c, hebb::mv(c.in(1), c.in(2)))}; },
};

constinit const Op op::baddbmm = {
    .name = "baddbmm",
    .what = "beta input + alpha (batch1 x batch2) of batches of matrices; input broadcasts.",
    .source = "torch.baddbmm",
    .inputs = {"input", "batch1", "batch2"},
    .attributes = attrs_type<AddmmAttrs>,
    .onnx = {{.since = 13, .nodes = "MatMul, Mul, Add", .to = onnx::write_added}},
    .precision = Precision::low,
    .compose = [](const Call& c) -> Tensors { return {added(c, hebb::bmm(c.in(1), c.in(2)))}; },
};

static Tensors compose_tensordot(const Call& c) {
  const Tensor &a = c.in(0), &b = c.in(1);
  const auto [of_a, of_b] = tensordot_dims(c);
  Labelled left{a, std::vector<int>(size_t(a.dim()))}, right{b, std::vector<int>(size_t(b.dim()))};
  std::iota(left.labels.begin(), left.labels.end(), 0);
  std::iota(right.labels.begin(), right.labels.end(), int(a.dim()));
  for (size_t i = 0; i < of_a.size(); ++i) {
    const int64_t x = of_a[i], y = of_b[i];
    check(a.size(x) == b.size(y) || a.size(x) == 1 || b.size(y) == 1,
          "dimension {} of input {} is summed with dimension {} of other "
          "{}; they should have one size, or one of them 1",
          x, a.shape(), y, b.shape());
    right.labels[size_t(y)] = left.labels[size_t(x)];
  }
  std::vector<int> kept;
  for (int label : left.labels)
    if (!right.has(label))
      kept.push_back(label);
  for (int label : right.labels)
    if (!left.has(label))
      kept.push_back(label);
  return {in_order(contract(left, right, kept), kept)};
}

TensordotDims tensordot_dims(const Call& c) {
  const Tensor &a = c.in(0), &b = c.in(1);
  const Dims& dims = c.attributes<TensordotAttrs>().dims;
  TensordotDims out;
  if (dims.size() == 1) {
    const int64_t n = dims[0];
    check(n >= 0 && n <= a.dim() && n <= b.dim(),
          "dims is {}, should be from 0 to the number of dimensions of input {} and other {}", n,
          a.shape(), b.shape());
    for (int64_t i = 0; i < n; ++i) {
      out.input.push_back(a.dim() - n + i);
      out.other.push_back(i);
    }
    return out;
  }
  check(dims.size() % 2 == 0, "dims {} should have as many dimensions of input as of other", dims);
  const size_t half = dims.size() / 2;
  for (size_t i = 0; i < half; ++i) {
    out.input.push_back(wrap_dim(dims[i], a.dim(), "a dim of input"));
    out.other.push_back(wrap_dim(dims[half + i], b.dim(), "a dim of other"));
    for (size_t k = 0; k < i; ++k)
      check(out.input[k] != out.input[i] && out.other[k] != out.other[i],
            "dims {} names a dimension twice", dims);
  }
  return out;
}

constinit const Op op::tensordot = {
    .name = "tensordot",
    .what =
        "The sum of products over pairs of dimensions: dims says how many last ones with first "
        "ones, or lists those of both.",
    .source = "torch.tensordot",
    .inputs = {"input", "other"},
    .attributes = attrs_type<TensordotAttrs>,
    .onnx = {{.since = 13, .nodes = "Einsum", .to = onnx::write_tensordot}},
    .precision = Precision::low,
    .compose = compose_tensordot,
};

static Tensors compose_kron(const Call& c) {
  const KronShapes shapes = kron_shapes(c);
  return {reshape(reshape(c.in(0), shapes.input) * reshape(c.in(1), shapes.other), shapes.result)};
}

KronShapes kron_shapes(const Call& c) {
  const Tensor &a = c.in(0), &b = c.in(1);
  const int64_t rank = std::max(a.dim(), b.dim());
  KronShapes out;
  for (int64_t i = 0; i < rank; ++i) {
    const auto size = [&](const Tensor& x) {
      const int64_t at = i - (rank - x.dim());
      return at < 0 ? 1 : x.size(at);
    };
    out.input.push_back(size(a));
    out.input.push_back(1);
    out.other.push_back(1);
    out.other.push_back(size(b));
    out.result.push_back(size(a) * size(b));
  }
  return out;
}

constinit const Op op::kron = {
    .name = "kron",
    .what =
        "The Kronecker product: every element of input times the whole of other, size by size in "
        "each dimension.",
    .source = "torch.kron",
    .inputs = {"input", "other"},
    .onnx = {{.since = 13, .nodes = "Reshape, Mul", .to = onnx::write_kron}},
    .compose = compose_kron,
};

constinit const Op op::linalg_cross = {
    .name = "linalg_cross",
    .what = "The vector product of vectors of three along a dimension; the others broadcast.",
    .source = "torch.linalg.cross",
    .inputs = {"input", "other"},
    .attributes = attrs_type<CrossDimAttrs>,
    .onnx = {{.since = 13, .nodes = "Slice, Concat, Mul, Sub", .to = onnx::write_linalg_cross}},
    .compose = [](const Call& c) -> Tensors {
      return {cross_along(c.in(0), c.in(1), c.attributes<CrossDimAttrs>().dim)};
    },
};

static Tensors compose_cross(const Call& c) {
  const std::optional<int64_t> dim = c.attributes<CrossAttrs>().dim;
  return {cross_along(c.in(0), c.in(1), dim ? *dim : first_of_three(c.in(0)))};
}

constinit const Op op::cross = {
    .name = "cross",
    .what = "The vector product along a dimension, or along the first of size 3.",
    .source = "torch.cross",
    .inputs = {"input", "other"},
    .attributes = attrs_type<CrossAttrs>,
    .onnx = {{.since = 13, .nodes = "Slice, Concat, Mul, Sub", .to = onnx::write_cross}},
    .compose = compose_cross,
};

static Tensors compose_bilinear(const Call& c) {
  const Tensor &x1 = c.in(0), &x2 = c.in(1), &weight = c.in(2);
  check_rank("weight", weight, 3, "[out, in1, in2]");
  check(x1.dim() >= 1 && x1.dim() == x2.dim(),
        "input1 {} and input2 {} should have as many dimensions", x1.shape(), x2.shape());
  check(x1.size(-1) == weight.size(1) && x2.size(-1) == weight.size(2),
        "input1 {} and input2 {} have {} and {} features but weight {} expects {} and {}",
        x1.shape(), x2.shape(), x1.size(-1), x2.size(-1), weight.shape(), weight.size(1),
        weight.size(2));
  Dims shape = x1.shape(), other = x2.shape();
  shape.pop_back();
  other.pop_back();
  check(shape == other, "input1 {} and input2 {} should differ in the last dimension only",
        x1.shape(), x2.shape());
  const int64_t n = product(shape), out = weight.size(0);
  const Tensor maps = reshape(permute(weight, {1, 0, 2}), {weight.size(1), out * weight.size(2)}),
               left = reshape(matmul(reshape(x1, {n, x1.size(-1)}), maps), {n, out, x2.size(-1)});
  shape.push_back(out);
  const Tensor y = reshape(matmul(left, reshape(x2, {n, x2.size(-1), 1})), shape);
  if (!c.has(3))
    return {y};
  check(c.in(3).shape() == Dims{out}, "bias {} should have the shape [{}], one value per output",
        c.in(3).shape(), out);
  return {y + c.in(3)};
}

constinit const Op op::bilinear = {
    .name = "bilinear",
    .what =
        "x1^T A x2 + b for each output: input1 [..., in1], input2 [..., in2], weight [out, in1, "
        "in2] -> [..., out].",
    .source = "torch.nn.functional.bilinear",
    .inputs = {"input1", "input2", "weight", "bias?"},
    .onnx = {{.since = 13, .nodes = "Einsum, Add", .to = onnx::write_bilinear}},
    .precision = Precision::low,
    .compose = compose_bilinear,
};

Tensor mm(const Tensor& input, const Tensor& mat2) {
  return call(op::mm, {input, mat2});
}
Tensor bmm(const Tensor& input, const Tensor& mat2) {
  return call(op::bmm, {input, mat2});
}
Tensor mv(const Tensor& input, const Tensor& vec) {
  return call(op::mv, {input, vec});
}
Tensor dot(const Tensor& input, const Tensor& tensor) {
  return call(op::dot, {input, tensor});
}
Tensor vdot(const Tensor& input, const Tensor& other) {
  return call(op::vdot, {input, other});
}
Tensor inner(const Tensor& input, const Tensor& other) {
  return call(op::inner, {input, other});
}
Tensor outer(const Tensor& input, const Tensor& vec2) {
  return call(op::outer, {input, vec2});
}
Tensor addmm(const Tensor& input, const Tensor& mat1, const Tensor& mat2, double beta,
             double alpha) {
  return call(op::addmm, {input, mat1, mat2}, AddmmAttrs{beta, alpha});
}
Tensor addmv(const Tensor& input, const Tensor& mat, const Tensor& vec, double beta, double alpha) {
  return call(op::addmv, {input, mat, vec}, AddmmAttrs{beta, alpha});
}
Tensor baddbmm(const Tensor& input, const Tensor& batch1, const Tensor& batch2, double beta,
               double alpha) {
  return call(op::baddbmm, {input, batch1, batch2}, AddmmAttrs{beta, alpha});
}
Tensor tensordot(const Tensor& input, const Tensor& other, int64_t dims) {
  return call(op::tensordot, {input, other}, TensordotAttrs{{dims}});
}
Tensor tensordot(const Tensor& input, const Tensor& other, const Dims& input_dims,
                 const Dims& other_dims) {
  check(input_dims.size() == other_dims.size(),
        "tensordot: dims {} of input and {} of other should be as many", input_dims, other_dims);
  Dims dims = input_dims;
  dims.append(other_dims.begin(), other_dims.end());
  return call(op::tensordot, {input, other}, TensordotAttrs{dims});
}
Tensor kron(const Tensor& input, const Tensor& other) {
  return call(op::kron, {input, other});
}
Tensor linalg_cross(const Tensor& input, const Tensor& other, int64_t dim) {
  return call(op::linalg_cross, {input, other}, CrossDimAttrs{dim});
}
Tensor cross(const Tensor& input, const Tensor& other, std::optional<int64_t> dim) {
  return call(op::cross, {input, other}, CrossAttrs{dim});
}
Tensor bilinear(const Tensor& input1, const Tensor& input2, const Tensor& weight,
                const Tensor& bias) {
  return call(op::bilinear, {input1, input2, weight, bias});
}

}  // namespace hebb
