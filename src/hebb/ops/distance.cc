// ops/distance.cc: distances and angles between vectors, written in norms.

#include "hebb/ops/distance.h"

#include "hebb/base/check.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/distance_onnx.h"
#include "hebb/ops/gather.h"
#include "hebb/ops/halves.h"
#include "hebb/ops/math.h"
#include "hebb/ops/matmul.h"
#include "hebb/ops/op.h"
#include "hebb/ops/ranges.h"
#include "hebb/ops/reasons.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/statistics.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/distance.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

void check_both_floating(const Tensor& a, const Tensor& b) {
  check(is_floating(a.dtype()) && is_floating(b.dtype()),
        "is not defined for {} and {}; convert the operands to floating dtypes first",
        name(a.dtype()), name(b.dtype()));
}

// Whether norms of x can be taken: floating or complex.
bool has_norm(const Tensor& x) {
  return is_floating(x.dtype()) || is_complex(x.dtype());
}

// f(a - b) in their common dtype: of integers f32, and for halves computed in f32.
template <class F>
Tensor of_difference(const Tensor& a, const Tensor& b, F&& f) {
  const DType both = promote(a.dtype(), b.dtype()), common = is_integral(both) ? DType::f32 : both;
  return in_single(cast(a, common), [&](const Tensor& x) { return f(x - cast(b, x.dtype())); });
}

// |a|² + |b|² - 2 a·b, and its root; the gradient is 0 where the distance is.
Tensor euclidean_by_product(const Tensor& a, const Tensor& b) {
  const auto squares = [](const Tensor& x) { return sum(square(x), {-1}, true); };
  const Tensor products = matmul(a, transpose(b, -2, -1)),
               squared = squares(a) + transpose(squares(b), -2, -1) - 2 * products;
  const Tensor apart = gt(squared, 0);
  return where(apart, sqrt(where(apart, squared, 1)), 0);
}

// f(a, b), in f32 for halves.
template <class F>
Tensor in_single2(const Tensor& a, const Tensor& b, F&& f) {
  return in_single(
      a, [&](const Tensor& x) { return f(x, x.dtype() == a.dtype() ? b : cast(b, x.dtype())); });
}

}  // namespace

static Tensors compose_cdist(const Call& c) {
  const auto& [p, mode] = c.attributes<CdistAttrs>();
  const Tensor &a = c.in(0), &b = c.in(1);
  check_both_floating(a, b);
  check(p >= 0, "p is {}, should be at least 0", p);
  check(a.dim() >= 2 && b.dim() >= 2, "x1 {} and x2 {} should have at least two dimensions",
        a.shape(), b.shape());
  check(a.size(-1) == b.size(-1), "the rows of x1 {} have {} elements but those of x2 {} have {}",
        a.shape(), a.size(-1), b.shape(), b.size(-1));
  const bool by_product = mode == "use_mm_for_euclid_dist";
  check(by_product || mode == "use_mm_for_euclid_dist_if_necessary" ||
            mode == "donot_use_mm_for_euclid_dist",
        "compute_mode is '{}', should be 'use_mm_for_euclid_dist', "
        "'use_mm_for_euclid_dist_if_necessary' or 'donot_use_mm_for_euclid_dist'",
        mode);
  return {in_single2(a, b, [&, p = p](const Tensor& x, const Tensor& y) {
    return by_product && p == 2 ? euclidean_by_product(x, y)
                                : norm(unsqueeze(x, -2) - unsqueeze(y, -3), p, {-1});
  })};
}

constinit const Op op::cdist = {
    .name = "cdist",
    .what =
        "The p-norm distance of every row of x1 to every row of x2: [..., P, M], [..., R, M] -> "
        "[..., P, R].",
    .source = "torch.cdist",
    .inputs = {"x1", "x2"},
    .attributes = attrs_type<CdistAttrs>,
    .onnx = {{.since = 13,
              .nodes = "Unsqueeze, Sub, ReduceL1, ReduceL2, Abs, ReduceMax, ReduceSum, Pow",
              .to = onnx::write_cdist}},
    .precision = Precision::f32,
    .compose = compose_cdist,
};

static Tensors compose_pairwise_distance(const Call& c) {
  const auto& a = c.attributes<PairwiseDistanceAttrs>();
  return {of_difference(c.in(0), c.in(1), [&](const Tensor& difference) {
    return norm(difference + a.eps, a.p, {-1}, a.keepdim);
  })};
}

constinit const Op op::pairwise_distance = {
    .name = "pairwise_distance",
    .what = "The p-norm of x1 - x2 + eps over the last dimension; the others broadcast.",
    .source = "torch.nn.functional.pairwise_distance",
    .inputs = {"x1", "x2"},
    .attributes = attrs_type<PairwiseDistanceAttrs>,
    .onnx = {{.since = 13,
              .nodes = "Sub, Add, ReduceL1, ReduceL2, Abs, ReduceMax, ReduceMin, ReduceSum, Pow",
              .to = onnx::write_pairwise_distance}},
    .precision = Precision::f32,
    .compose = compose_pairwise_distance,
};

static Tensors compose_cosine_similarity(const Call& c) {
  const auto& [dim, eps] = c.attributes<CosineSimilarityAttrs>();
  check_both_floating(c.in(0), c.in(1));
  return {in_single2(c.in(0), c.in(1), [&, dim = dim, eps = eps](const Tensor& a, const Tensor& b) {
    const Dims shape = broadcast(a.shape(), b.shape());
    const auto unit = [&](const Tensor& given) {
      const Tensor x = given.shape() == shape ? given : expand(given, shape);
      return x / maximum(norm(x, 2, {dim}, true), eps);
    };
    return sum(unit(a) * unit(b), {dim});
  })};
}

constinit const Op op::cosine_similarity = {
    .name = "cosine_similarity",
    .what =
        "The cosine of the angle between vectors along a dimension, with lengths of eps at least.",
    .source = "torch.nn.functional.cosine_similarity",
    .inputs = {"x1", "x2"},
    .attributes = attrs_type<CosineSimilarityAttrs>,
    .onnx = {{.since = 13,
              .nodes = "Expand, ReduceL2, Max, Div, Mul, ReduceSum",
              .to = onnx::write_cosine_similarity}},
    .precision = Precision::f32,
    .compose = compose_cosine_similarity,
};

static Tensors compose_normalize(const Call& c) {
  const auto& a = c.attributes<NormalizeAttrs>();
  const DType dtype = c.in(0).dtype();
  check(has_norm(c.in(0)), "is not defined for {}; convert the input to a floating dtype first",
        name(dtype));
  return {in_single(
      c.in(0), [&](const Tensor& x) { return x / maximum(norm(x, a.p, {a.dim}, true), a.eps); })};
}

constinit const Op op::normalize = {
    .name = "normalize",
    .what = "Vectors along a dimension divided by their p-norm, or by eps where that is less.",
    .source = "torch.nn.functional.normalize",
    .inputs = {"input"},
    .attributes = attrs_type<NormalizeAttrs>,
    .onnx = {{.since = 13,
              .nodes = "ReduceL1, ReduceL2, Abs, ReduceMax, ReduceMin, ReduceSum, Pow, Max, Div",
              .to = onnx::write_normalize}},
    .precision = Precision::f32,
    .compose = compose_normalize,
};

static Tensors compose_dist(const Call& c) {
  const DType common = promote(c.in(0).dtype(), c.in(1).dtype());
  check(is_differentiable(common),
        "is not defined for {}; convert an operand to a floating dtype first", name(common));
  const double p = c.attributes<DistanceAttrs>().p;
  return {of_difference(c.in(0), c.in(1),
                        [&](const Tensor& difference) { return norm(difference, p); })};
}

constinit const Op op::dist = {
    .name = "dist",
    .what = "The p-norm of input - other: one number.",
    .source = "torch.dist",
    .inputs = {"input", "other"},
    .attributes = attrs_type<DistanceAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .precision = Precision::f32,
    .compose = compose_dist,
};

static Tensors compose_pdist(const Call& c) {
  const double p = c.attributes<DistanceAttrs>().p;
  const Tensor& given = c.in(0);
  check(is_floating(given.dtype()), "input is {}, should be floating", name(given.dtype()));
  check(given.dim() == 2, "input {} should be [N, M]", given.shape());
  check(p >= 0, "p is {}, should be at least 0", p);
  const int64_t n = given.size(0);
  const Tensor pairs = triu_indices(n, n, 1, given.device());
  return {in_single(given, [&](const Tensor& x) {
    const auto rows = [&](int64_t which) { return index_select(x, 0, select(pairs, 0, which)); };
    return norm(rows(0) - rows(1), p, {1});
  })};
}

constinit const Op op::pdist = {
    .name = "pdist",
    .what =
        "The p-norm distances of each two different rows of a matrix: [N, M] -> [N (N - 1) / 2].",
    .source = "torch.nn.functional.pdist",
    .inputs = {"input"},
    .attributes = attrs_type<DistanceAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .precision = Precision::f32,
    .compose = compose_pdist,
};

Tensor cdist(const Tensor& x1, const Tensor& x2, double p, const std::string& compute_mode) {
  return call(op::cdist, {x1, x2}, CdistAttrs{p, compute_mode});
}
Tensor pairwise_distance(const Tensor& x1, const Tensor& x2, double p, double eps, bool keepdim) {
  return call(op::pairwise_distance, {x1, x2}, PairwiseDistanceAttrs{p, eps, keepdim});
}
Tensor cosine_similarity(const Tensor& x1, const Tensor& x2, int64_t dim, double eps) {
  return call(op::cosine_similarity, {x1, x2}, CosineSimilarityAttrs{dim, eps});
}
Tensor normalize(const Tensor& input, double p, int64_t dim, double eps) {
  return call(op::normalize, {input}, NormalizeAttrs{p, dim, eps});
}

Tensor dist(const Tensor& input, const Tensor& other, double p) {
  return call(op::dist, {input, other}, DistanceAttrs{p});
}
Tensor pdist(const Tensor& input, double p) {
  return call(op::pdist, {input}, DistanceAttrs{p});
}

}  // namespace hebb
