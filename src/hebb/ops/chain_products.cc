// ops/chain_products.cc: products that add up over a batch, products of several matrices, and
// scalar products of many vectors, written in matmul.

#include "hebb/ops/chain_products.h"

#include <limits>

#include "hebb/base/check.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/math.h"
#include "hebb/ops/op.h"
#include "hebb/ops/products.h"
#include "hebb/ops/reasons.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/chain_products.def"
#undef OP
}  // namespace hebb::op

namespace hebb {

static Tensors compose_addbmm(const Call& c) {
  const auto& [beta, alpha] = c.attributes<AddmmAttrs>();
  const Tensor &a = c.in(1), &b = c.in(2);
  check(a.dim() == 3 && b.dim() == 3 && a.size(0) == b.size(0),
        "batch1 {} and batch2 {} should be [b, n, k] and [b, k, m]", a.shape(), b.shape());
  check(a.size(2) == b.size(1), "batch1 {} has {} columns but batch2 {} has {} rows", a.shape(),
        a.size(2), b.shape(), b.size(1));
  // One product of [n, b k] and [b k, m].
  const int64_t depth = a.size(0) * a.size(2);
  return {addmm(c.in(0), reshape(permute(a, {1, 0, 2}), {a.size(1), depth}),
                reshape(b, {depth, b.size(2)}), beta, alpha)};
}

constinit const Op op::addbmm = {
    .name = "addbmm",
    .what = "beta input + alpha times the sum over a batch of batch1[b] x batch2[b].",
    .source = "torch.addbmm",
    .inputs = {"input", "batch1", "batch2"},
    .attributes = attrs_type<AddmmAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .precision = Precision::low,
    .compose = compose_addbmm,
};

static Tensors compose_addr(const Call& c) {
  const auto& [beta, alpha] = c.attributes<AddmmAttrs>();
  const Tensor &a = c.in(1), &b = c.in(2);
  check(a.dim() == 1 && b.dim() == 1, "vec1 {} and vec2 {} should be vectors", a.shape(),
        b.shape());
  return {addmm(c.in(0), unsqueeze(a, 1), unsqueeze(b, 0), beta, alpha)};
}

constinit const Op op::addr = {
    .name = "addr",
    .what = "beta input + alpha times all products of the elements of two vectors.",
    .source = "torch.addr",
    .inputs = {"input", "vec1", "vec2"},
    .attributes = attrs_type<AddmmAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .precision = Precision::low,
    .compose = compose_addr,
};

namespace {

// Where to cut the product of matrices i..k in two, so that the fewest numbers are multiplied.
// Source: Cormen et al., Introduction to Algorithms, 15.2.
class ChainOrder {
 public:
  explicit ChainOrder(const std::vector<Tensor>& matrices)
      : count_(matrices.size()), cut_(count_ * count_, 0) {
    std::vector<double> size, cost(count_ * count_, 0);
    for (const Tensor& m : matrices)
      size.push_back(double(m.size(0)));
    size.push_back(double(matrices.back().size(1)));
    for (size_t length = 1; length < count_; ++length)
      for (size_t i = 0; i + length < count_; ++i) {
        const size_t k = i + length;
        double least = std::numeric_limits<double>::infinity();
        for (size_t at = i; at < k; ++at) {
          const double here = cost[i * count_ + at] + cost[(at + 1) * count_ + k] +
                              size[i] * size[at + 1] * size[k + 1];
          if (here < least) {
            least = here;
            cut_[i * count_ + k] = at;
          }
        }
        cost[i * count_ + k] = least;
      }
  }
  Tensor product(const std::vector<Tensor>& matrices, size_t i, size_t k) const {
    if (i == k)
      return matrices[i];
    const size_t at = cut_[i * count_ + k];
    return mm(product(matrices, i, at), product(matrices, at + 1, k));
  }

 private:
  size_t count_;
  std::vector<size_t> cut_;
};

Tensors compose_multi_dot(const Call& c) {
  std::vector<Tensor> matrices(c.list(0).begin(), c.list(0).end());
  check(matrices.size() >= 2 && matrices.size() <= 1000,
        "there are {} tensors, should be from 2 to 1000", matrices.size());
  const bool row = matrices.front().dim() == 1, column = matrices.back().dim() == 1;
  if (row)
    matrices.front() = unsqueeze(matrices.front(), 0);
  if (column)
    matrices.back() = unsqueeze(matrices.back(), 1);
  for (size_t i = 0; i < matrices.size(); ++i) {
    check(matrices[i].dim() == 2, "tensor {} is {}, should be a matrix; the ends may be vectors", i,
          matrices[i].shape());
    check(i == 0 || matrices[i - 1].size(1) == matrices[i].size(0),
          "tensor {} has {} columns but tensor {} has {} rows", i - 1,
          matrices[i == 0 ? 0 : i - 1].size(1), i, matrices[i].size(0));
  }
  Tensor out = ChainOrder(matrices).product(matrices, 0, matrices.size() - 1);
  if (column)
    out = squeeze(out, 1);
  return {row ? squeeze(out, 0) : out};
}

}  // namespace

constinit const Op op::linalg_multi_dot = {
    .name = "linalg_multi_dot",
    .what =
        "The product of matrices in the order of the fewest multiplications; the ends may be "
        "vectors.",
    .source = "torch.linalg.multi_dot",
    .inputs = {"tensors*"},
    .no_onnx_because = because::parts_have_forms,
    .precision = Precision::low,
    .compose = compose_multi_dot,
};

static Tensors compose_vecdot(const Call& c) {
  const Tensor &x = c.in(0), &y = c.in(1);
  check(is_differentiable(x.dtype()) && x.dtype() == y.dtype(),
        "x is {} and y is {}; they should be of one floating or complex dtype", name(x.dtype()),
        name(y.dtype()));
  const Dims shape = broadcast(x.shape(), y.shape());
  check(!shape.empty(), "x and y should be vectors");
  const int64_t dim = wrap_dim(c.attributes<CrossDimAttrs>().dim, int64_t(shape.size()));
  return {sum((is_complex(x.dtype()) ? conj(x) : x) * y, {dim})};
}

constinit const Op op::linalg_vecdot = {
    .name = "linalg_vecdot",
    .what =
        "The scalar products, sum conj(x) y, of vectors along a dimension; the others broadcast.",
    .source = "torch.linalg.vecdot",
    .inputs = {"x", "y"},
    .attributes = attrs_type<CrossDimAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .compose = compose_vecdot,
};

Tensor addbmm(const Tensor& input, const Tensor& batch1, const Tensor& batch2, double beta,
              double alpha) {
  return call(op::addbmm, {input, batch1, batch2}, AddmmAttrs{beta, alpha});
}
Tensor addr(const Tensor& input, const Tensor& vec1, const Tensor& vec2, double beta,
            double alpha) {
  return call(op::addr, {input, vec1, vec2}, AddmmAttrs{beta, alpha});
}
Tensor linalg_multi_dot(const std::vector<Tensor>& tensors) {
  return call_slots(op::linalg_multi_dot, {tensors})[0];
}
Tensor linalg_vecdot(const Tensor& x, const Tensor& y, int64_t dim) {
  return call(op::linalg_vecdot, {x, y}, CrossDimAttrs{dim});
}

}  // namespace hebb
