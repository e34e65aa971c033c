// ops/norms.cc: norms of vectors and matrices, written in reductions and singular values.

#include "hebb/ops/norms.h"

#include <cmath>
#include <limits>

#include "hebb/base/check.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create.h"
#include "hebb/ops/extreme.h"
#include "hebb/ops/factor.h"
#include "hebb/ops/math.h"
#include "hebb/ops/matrix.h"
#include "hebb/ops/norms_onnx.h"
#include "hebb/ops/op.h"
#include "hebb/ops/reasons.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/solve.h"
#include "hebb/ops/statistics.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/norms.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

Tensor in_dtype(const Tensor& x, const std::optional<DType>& dtype) {
  const DType to = dtype.value_or(x.dtype());
  check(is_floating(to) || is_complex(to),
        "is not defined for {}; convert the input to a floating or complex dtype first", name(to));
  check(!is_complex(x.dtype()) || is_complex(to), "dtype {} is not complex, but the input is",
        name(to));
  return cast(x, to);
}

Tensor magnitude(const Tensor& x) {
  return is_complex(x.dtype()) ? abs(x) : x;
}

bool is_number(const std::string& text, double value) {
  char* end = nullptr;
  return std::strtod(text.c_str(), &end) == value && *end == 0 && !text.empty();
}

// The number that an ord says.
double vector_ord(const std::string& text) {
  char* end = nullptr;
  const double ord = std::strtod(text.c_str(), &end);
  check(!text.empty() && *end == 0 && !std::isnan(ord),
        "ord is '{}', should be a number for vectors", text);
  return ord;
}

Tensor matrix_norm(const Tensor& x, const std::string& ord, const Dims& dim, bool keepdim) {
  check(dim.size() == 2, "dim {} should name two dimensions", dim);
  check(x.dim() >= 2, "{} should have at least two dimensions", x.shape());
  const int64_t rows = wrap_dim(dim[0], x.dim()), columns = wrap_dim(dim[1], x.dim());
  check(rows != columns, "dim {} names dimension {} twice", dim, rows);
  if (ord == "fro")
    return norm(magnitude(x), 2, {rows, columns}, keepdim);
  const double inf = std::numeric_limits<double>::infinity();
  const bool sums_columns = is_number(ord, 1) || is_number(ord, -1),
             sums_rows = is_number(ord, inf) || is_number(ord, -inf);
  if (sums_columns || sums_rows) {
    const int64_t summed = sums_columns ? rows : columns, over = sums_columns ? columns : rows;
    const Tensor sums = sum(abs(x), {summed}, true);
    const Tensor most = ord[0] == '-' ? amin(sums, {over}, true) : amax(sums, {over}, true);
    return keepdim ? most : sum(most, {rows, columns});
  }
  const bool nuclear = ord == "nuc";
  check(nuclear || is_number(ord, 2) || is_number(ord, -2),
        "ord is '{}', should be 'fro', 'nuc', 1, 2, 'inf' or one of the negative numbers for "
        "matrices",
        ord);
  Dims order;
  for (int64_t i = 0; i < x.dim(); ++i)
    if (i != rows && i != columns)
      order.push_back(i);
  order.push_back(rows);
  order.push_back(columns);
  const Tensor values = linalg_svdvals(permute(x, order));
  Tensor out = nuclear         ? sum(values, {-1})
               : ord[0] == '-' ? amin(values, {-1})
                               : amax(values, {-1});
  if (keepdim)
    for (int64_t at : {std::min(rows, columns), std::max(rows, columns)})
      out = unsqueeze(out, at);
  return out;
}

}  // namespace

static Tensors compose_linalg_vector_norm(const Call& c) {
  const auto& a = c.attributes<VectorNormAttrs>();
  check(!std::isnan(a.ord), "ord is not a number");
  return {norm(magnitude(in_dtype(c.in(0), a.dtype)), a.ord, a.dim, a.keepdim)};
}

constinit const Op op::linalg_vector_norm = {
    .name = "linalg_vector_norm",
    .what =
        "The norm (sum |x|^ord)^(1/ord) over the given dimensions or all; ord may be 0 and "
        "infinite.",
    .source = "torch.linalg.vector_norm",
    .inputs = {"x"},
    .attributes = attrs_type<VectorNormAttrs>,
    .onnx = {{.since = 13,
              .nodes = "ReduceL1, ReduceL2, Abs, ReduceMax, ReduceMin, ReduceSum, Pow",
              .to = onnx::write_linalg_vector_norm}},
    .precision = Precision::f32,
    .compose = compose_linalg_vector_norm,
};

static Tensors compose_linalg_matrix_norm(const Call& c) {
  const auto& a = c.attributes<MatrixNormAttrs>();
  return {matrix_norm(in_dtype(c.in(0), a.dtype), a.ord, a.dim, a.keepdim)};
}

constinit const Op op::linalg_matrix_norm = {
    .name = "linalg_matrix_norm",
    .what =
        "The norm of matrices: Frobenius, nuclear, of the largest or smallest singular value, or "
        "of sums of rows or columns.",
    .source = "torch.linalg.matrix_norm",
    .inputs = {"A"},
    .attributes = attrs_type<MatrixNormAttrs>,
    .onnx = {{.since = 13,
              .nodes = "ReduceL1, ReduceL2, ReduceMax, ReduceMin",
              .where = "ord 'fro', 1 and infinity with their negatives",
              .to = onnx::write_linalg_matrix_norm}},
    .precision = Precision::f32,
    .compose = compose_linalg_matrix_norm,
};

static Tensors compose_linalg_norm(const Call& c) {
  const auto& a = c.attributes<AnyNormAttrs>();
  const Tensor x = in_dtype(c.in(0), a.dtype);
  check(!a.dim.empty() || !a.ord || x.dim() == 1 || x.dim() == 2,
        "input {} should be a vector or a matrix where ord is given and dim is not", x.shape());
  check(a.dim.size() <= 2 || !a.ord, "dim {} should name one dimension or two", a.dim);
  if (a.ord && (a.dim.size() == 2 || (a.dim.empty() && x.dim() == 2)))
    return {matrix_norm(x, *a.ord, a.dim.empty() ? Dims{-2, -1} : a.dim, a.keepdim)};
  return {norm(magnitude(x), a.ord ? vector_ord(*a.ord) : 2, a.dim, a.keepdim)};
}

constinit const Op op::linalg_norm = {
    .name = "linalg_norm",
    .what =
        "The vector norm over one dimension, or over all where ord is left out; the matrix norm "
        "over two.",
    .source = "torch.linalg.norm",
    .inputs = {"input"},
    .attributes = attrs_type<AnyNormAttrs>,
    .onnx = {{.since = 13,
              .nodes = "ReduceL1, ReduceL2, Abs, ReduceMax, ReduceMin, ReduceSum, Pow",
              .where = "no norm of singular values",
              .to = onnx::write_linalg_norm}},
    .precision = Precision::f32,
    .compose = compose_linalg_norm,
};

static Tensors compose_linalg_cond(const Call& c) {
  const std::string p = c.attributes<CondAttrs>().p.value_or("2");
  const Tensor& a = c.in(0);
  check_matrices("A", a);
  if (a.size(-1) == 0 || a.size(-2) == 0)
    return {zeros(batch_of(a), real_of(a.dtype()), a.device())};
  if (is_number(p, 2) || is_number(p, -2)) {
    const Tensor values = linalg_svdvals(a);
    const Tensor first = select(values, -1, 0), last = select(values, -1, -1);
    return {p[0] == '-' ? last / first : first / last};
  }
  check_square("A", a);
  return {matrix_norm(a, p, {-2, -1}, false) * matrix_norm(linalg_inv(a), p, {-2, -1}, false)};
}

constinit const Op op::linalg_cond = {
    .name = "linalg_cond",
    .what =
        "The condition numbers of matrices: the ratio of their largest and smallest singular "
        "values, or of another norm.",
    .source = "torch.linalg.cond",
    .inputs = {"A"},
    .attributes = attrs_type<CondAttrs>,
    .no_onnx_because = "ONNX has no singular values",
    .precision = Precision::f32,
    .compose = compose_linalg_cond,
};

static Tensors compose_renorm(const Call& c) {
  const auto& a = c.attributes<RenormAttrs>();
  const Tensor& x = c.in(0);
  check(is_differentiable(x.dtype()), "input is {}, should be floating or complex",
        name(x.dtype()));
  check(x.dim() >= 2, "input {} should have at least two dimensions", x.shape());
  check(a.p > 0, "p is {}, should be above 0", a.p);
  check(a.maxnorm >= 0, "maxnorm is {}, should be at least 0", a.maxnorm);
  const int64_t axis = wrap_dim(a.dim, x.dim());
  Dims others;
  for (int64_t i = 0; i < x.dim(); ++i)
    if (i != axis)
      others.push_back(i);
  const Tensor size = norm(magnitude(x), a.p, others, true);
  constexpr double least = 1e-7;  // PyTorch's
  return {x * where(gt(size, a.maxnorm), a.maxnorm / (size + least), 1)};
}

constinit const Op op::renorm = {
    .name = "renorm",
    .what =
        "input, whose slices along dim are scaled down to the p-norm maxnorm where theirs is "
        "larger.",
    .source = "torch.renorm",
    .inputs = {"input"},
    .attributes = attrs_type<RenormAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .precision = Precision::f32,
    .compose = compose_renorm,
};

Tensor linalg_vector_norm(const Tensor& input, double ord, const DimOrDims& dim, bool keepdim) {
  return call(op::linalg_vector_norm, {input}, VectorNormAttrs{ord, dim, keepdim, {}});
}
Tensor linalg_matrix_norm(const Tensor& input, const std::string& ord, const Dims& dim,
                          bool keepdim) {
  return call(op::linalg_matrix_norm, {input}, MatrixNormAttrs{ord, dim, keepdim, {}});
}
Tensor linalg_norm(const Tensor& input, const std::optional<std::string>& ord, const DimOrDims& dim,
                   bool keepdim) {
  return call(op::linalg_norm, {input}, AnyNormAttrs{ord, dim, keepdim, {}});
}
Tensor norm(const Tensor& input, std::string_view p, const DimOrDims& dim, bool keepdim) {
  check(p == "fro" || p == "nuc", "norm: p is '{}', should be 'fro', 'nuc' or a number", p);
  const bool whole = dim.empty() && input.dim() != 2;
  if (p == "fro" && (whole || dim.size() == 1))  // the root of all squares
    return norm(input, 2, dim, keepdim);
  check(!whole, "norm: input {} should be a matrix where p is 'nuc' and dim is not given",
        input.shape());
  return linalg_matrix_norm(input, std::string(p), dim.empty() ? Dims{0, 1} : Dims(dim), keepdim);
}

Tensor linalg_cond(const Tensor& A, const std::optional<std::string>& p) {
  return call(op::linalg_cond, {A}, CondAttrs{p});
}
Tensor renorm(const Tensor& input, double p, int64_t dim, double maxnorm) {
  return call(op::renorm, {input}, RenormAttrs{p, dim, maxnorm});
}

}  // namespace hebb
