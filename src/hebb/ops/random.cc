// ops/random.cc: random tensors and dropout.

#include "hebb/ops/random.h"

#include <cmath>

#include "hebb/base/check.h"
#include "hebb/kernels/random.h"
#include "hebb/ops/create.h"
#include "hebb/ops/fits.h"
#include "hebb/ops/op.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/random.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

void check_key(const Tensor& key) {
  check(key.dtype() == DType::u64 && key.numel() == 1,
        "key is {}, should be one u64 number, from draw_key()", describe(key));
}
void check_floating(DType dtype) {
  check(is_floating(dtype), "dtype is {}, should be a floating one", name(dtype));
}

// Whether dropout gives its input back.
bool passes(const DropoutAttrs& a) {
  return !a.training || a.p == 0;
}

Specs infer_dropout(const Call& c) {
  const double p = c.attributes<DropoutAttrs>().p;
  check(p >= 0 && p <= 1, "p is {}, should be a probability between 0 and 1", p);
  check_floating(c.in(0).dtype());
  check_key(c.in(1));
  return {{c.in(0).dtype(), c.in(0).shape()}};
}

Grads dropout_vjp(const Call& c, const Grads& dy) {
  const auto& a = c.attributes<DropoutAttrs>();
  return {passes(a) ? dy[0] : call(op::dropout_backward, {dy[0], c.in(1)}, a), Tensor()};
}

}  // namespace

constinit const Op op::uniform = {
    .name = "uniform",
    .inputs = {"key?"},
    .attributes = attrs_type<UniformAttrs>,
    .infer = [](const Call& c) -> Specs {
      const auto& a = c.attributes<UniformAttrs>();
      check_floating(a.dtype);
      const double width =
          a.dtype == DType::f64 ? a.high - a.low : double(float(a.high) - float(a.low));
      check(a.low <= a.high && std::isfinite(width),
            "low {} and high {} should be finite, as is their distance, and low not above high",
            a.low, a.high);
      check_key(c.in(0));
      return {{a.dtype, a.size}};
    },
    .kernel = kernel::uniform,
};

constinit const Op op::normal = {
    .name = "normal",
    .inputs = {"key?"},
    .attributes = attrs_type<NormalAttrs>,
    .infer = [](const Call& c) -> Specs {
      const auto& a = c.attributes<NormalAttrs>();
      check(a.std >= 0, "std is {}, should be at least 0", a.std);
      check_floating(a.dtype);
      check_key(c.in(0));
      return {{a.dtype, a.size}};
    },
    .kernel = kernel::normal,
};

constinit const Op op::rand = {
    .name = "rand",
    .inputs = {"key?"},
    .attributes = attrs_type<RandAttrs>,
    .compose = [](const Call& c) -> Tensors {
      const auto& a = c.attributes<RandAttrs>();
      return {hebb::uniform(a.size, 0, 1, a.dtype, c.in(0), a.device)};
    },
    .no_gradient = true,
};

constinit const Op op::randn = {
    .name = "randn",
    .inputs = {"key?"},
    .attributes = attrs_type<RandAttrs>,
    .compose = [](const Call& c) -> Tensors {
      const auto& a = c.attributes<RandAttrs>();
      return {hebb::normal(0, 1, a.size, a.dtype, c.in(0), a.device)};
    },
    .no_gradient = true,
};

constinit const Op op::randint = {
    .name = "randint",
    .inputs = {"key?"},
    .attributes = attrs_type<RandintAttrs>,
    .infer = [](const Call& c) -> Specs {
      const auto& a = c.attributes<RandintAttrs>();
      check(a.low < a.high, "low is {}, should be below high, which is {}", a.low, a.high);
      check_fits("low", a.low, a.dtype);
      check_fits("the largest value", a.high - 1, a.dtype);
      check_key(c.in(0));
      return {{a.dtype, a.size}};
    },
    .kernel = kernel::randint,
};

constinit const Op op::randperm = {
    .name = "randperm",
    .inputs = {"key?"},
    .attributes = attrs_type<RandpermAttrs>,
    .infer = [](const Call& c) -> Specs {
      const auto& a = c.attributes<RandpermAttrs>();
      check(a.n >= 0, "n is {}, should be at least 0", a.n);
      check(a.dtype == DType::i64 || (a.dtype == DType::i32 && a.n <= INT32_MAX),
            "dtype is {}, should be i64, or i32 for n below 2^31", hebb::name(a.dtype));
      check_key(c.in(0));
      return {{a.dtype, {a.n}}};
    },
    .kernel = kernel::randperm,
};

constinit const Op op::bernoulli = {
    .name = "bernoulli",
    .inputs = {"input", "key?"},
    .infer = [](const Call& c) -> Specs {
      check_floating(c.in(0).dtype());
      check_key(c.in(1));
      return {{c.in(0).dtype(), c.in(0).shape()}};
    },
    .kernel = kernel::bernoulli,
    .vjp = [](const Call&, const Grads& dy) -> Grads {
      return {zeros_like(dy[0]), Tensor()};
    },
};

constinit const Op op::dropout = {
    .name = "dropout",
    .inputs = {"input", "key?"},
    .attributes = attrs_type<DropoutAttrs>,
    .infer = infer_dropout,
    .view = [](const Call& c) -> std::optional<ViewSpec> {
      infer_dropout(c);
      if (!passes(c.attributes<DropoutAttrs>()))
        return std::nullopt;
      return ViewSpec{c.in(0).shape(), c.in(0).strides(), c.in(0).body()->offset};
    },
    .kernel = kernel::dropout,
    .keep = {Keep::input(1)},  // the mask is drawn again from the key
    .vjp = dropout_vjp,
};

// The same elements of a gradient, zero and scaled as they were.
constinit const Op op::dropout_backward = {
    .name = "dropout_backward",
    .inputs = {"grad", "key"},
    .attributes = attrs_type<DropoutAttrs>,
    .infer = infer_dropout,
    .kernel = kernel::dropout,
    .keep = {Keep::input(1)},
    .vjp = dropout_vjp,
    .internal = true,
};

Tensor uniform(const Dims& size, double low, double high, DType dtype, const Tensor& key,
               Device device) {
  return call(op::uniform, {key}, UniformAttrs{size, low, high, dtype, device});
}
Tensor normal(double mean, double std, const Dims& size, DType dtype, const Tensor& key,
              Device device) {
  return call(op::normal, {key}, NormalAttrs{mean, std, size, dtype, device});
}
Tensor rand(const Dims& size, DType dtype, const Tensor& key, Device device) {
  return uniform(size, 0, 1, dtype, key, device);
}
Tensor randn(const Dims& size, DType dtype, const Tensor& key, Device device) {
  return normal(0, 1, size, dtype, key, device);
}
Tensor randint(int64_t low, int64_t high, const Dims& size, DType dtype, const Tensor& key,
               Device device) {
  return call(op::randint, {key}, RandintAttrs{low, high, size, dtype, device});
}
Tensor randperm(int64_t n, DType dtype, const Tensor& key, Device device) {
  return call(op::randperm, {key}, RandpermAttrs{n, dtype, device});
}
Tensor bernoulli(const Tensor& input, const Tensor& key) {
  return call(op::bernoulli, {input, key});
}
Tensor dropout(const Tensor& input, double p, bool training, const Tensor& key) {
  return training ? call(op::dropout, {input, key}, DropoutAttrs{p, training}) : input;
}

}  // namespace hebb
