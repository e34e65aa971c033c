// ops/counted.cc: nonzero, masked_select, unique: the values say how many elements come out.

#include "hebb/ops/counted.h"

#include "hebb/base/check.h"
#include "hebb/kernels/counted.h"
#include "hebb/ops/gather.h"
#include "hebb/ops/op.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/counted.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

int as_asked(const Call& c) {
  const auto& a = c.attributes<UniqueAttrs>();
  return a.return_inverse || a.return_counts ? 1 + a.return_inverse + a.return_counts : 0;
}

}  // namespace

constinit const Op op::nonzero = {
    .name = "nonzero",
    .inputs = {"input"},
    .infer = [](const Call& c) -> Specs {
      return {{DType::i64, {c.in(0).numel(), c.in(0).dim()}}};
    },
    .counted = {0},
    .kernel = kernel::nonzero,
};

constinit const Op op::masked_select = {
    .name = "masked_select",
    .inputs = {"input", "mask"},
    .compose = [](const Call& c) -> Tensors {
      const Tensor &input = c.in(0), &mask = c.in(1);
      check(mask.dtype() == DType::boolean, "mask is {}, should be bool", name(mask.dtype()));
      const Dims shape = broadcast(input.shape(), mask.shape());
      auto flat = [&](const Tensor& t) {
        return hebb::reshape(hebb::expand(t, shape), {product(shape)});
      };
      return {hebb::index_select(flat(input), 0, hebb::select(hebb::nonzero(flat(mask)), 1, 0))};
    },
};

constinit const Op op::unique = {
    .name = "unique",
    .inputs = {"input"},
    .outputs = {"out", "inverse", "counts"},
    .attributes = attrs_type<UniqueAttrs>,
    .compose = [](const Call& c) -> Tensors {
      const auto& a = c.attributes<UniqueAttrs>();
      const Unique all = hebb::unique(c.in(0));
      Tensors out = {all.values};
      if (a.return_inverse)
        out.push_back(all.inverse);
      if (a.return_counts)
        out.push_back(all.counts);
      return out;
    },
    .results = as_asked,
    .no_gradient = true,
};

constinit const Op op::unique_counted = {
    .name = "unique_counted",
    .inputs = {"input"},
    .outputs = {"values", "inverse", "counts"},
    .infer = [](const Call& c) -> Specs {
      const int64_t most = c.in(0).numel();
      check(!is_complex(c.in(0).dtype()), "input is {}, which has no order; should be real",
            name(c.in(0).dtype()));
      return {{c.in(0).dtype(), {most}}, {DType::i64, c.in(0).shape()}, {DType::i64, {most}}};
    },
    .counted = {0, 2},
    .kernel = kernel::unique,
    .internal = true,
};

Tensor nonzero(const Tensor& input) {
  return call(op::nonzero, {input});
}
Tensor masked_select(const Tensor& input, const Tensor& mask) {
  return call(op::masked_select, {input, mask});
}
Unique unique(const Tensor& input) {
  const Tensors out = call_all(op::unique_counted, {input});
  return {out[0], out[1], out[2]};
}

}  // namespace hebb
