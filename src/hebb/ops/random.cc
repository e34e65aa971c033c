// ops/random.cc: random tensors and dropout.

#include "hebb/ops/random.h"

#include <cmath>

#include "hebb/base/check.h"
#include "hebb/kernels/random.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/create.h"
#include "hebb/ops/fits.h"
#include "hebb/ops/kinds.h"
#include "hebb/ops/op.h"
#include "hebb/ops/random_onnx.h"
#include "hebb/ops/reasons.h"

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

static Specs infer_uniform(const Call& c) {
  const auto& a = c.attributes<UniformAttrs>();
  check_floating(a.dtype);
  const double width =
      a.dtype == DType::f64 ? a.high - a.low : double(float(a.high) - float(a.low));
  check(a.low <= a.high && std::isfinite(width),
        "low {} and high {} should be finite, as is their distance, and low not above high", a.low,
        a.high);
  check_key(c.in(0));
  return {{a.dtype, a.size}};
}

constinit const Op op::uniform = {
    .name = "uniform",
    .what = "Random numbers, uniform in [low, high), as a function of key.",
    .source = "torch.Tensor.uniform_; Philox: Salmon et al. 2011",
    .inputs = {"key?"},
    .attributes = attrs_type<UniformAttrs>,
    .no_onnx_because = "ONNX's RandomUniform draws from a state of its own, not from a key",
    .infer = infer_uniform,
    .kernel = kernel::uniform,
    .no_gradient_because =
        "random numbers come out, which depend on no operand that has a gradient",
};

static Specs infer_normal(const Call& c) {
  const auto& a = c.attributes<NormalAttrs>();
  check(a.std >= 0, "std is {}, should be at least 0", a.std);
  check_floating(a.dtype);
  check_key(c.in(0));
  return {{a.dtype, a.size}};
}

constinit const Op op::normal = {
    .name = "normal",
    .what =
        "Random numbers, normal with the given mean and standard deviation, as a function of key.",
    .source = "torch.normal; Philox: Salmon et al. 2011",
    .inputs = {"key?"},
    .attributes = attrs_type<NormalAttrs>,
    .no_onnx_because = "ONNX's RandomNormal draws from a state of its own, not from a key",
    .infer = infer_normal,
    .kernel = kernel::normal,
    .no_gradient_because =
        "random numbers come out, which depend on no operand that has a gradient",
};

constinit const Op op::rand = {
    .name = "rand",
    .what = "Random numbers, uniform in [0, 1), as a function of key.",
    .source = "torch.rand",
    .inputs = {"key?"},
    .attributes = attrs_type<RandAttrs>,
    .no_onnx_because = "ONNX's RandomUniform draws from a state of its own, not from a key",
    .compose = [](const Call& c) -> Tensors {
      const auto& a = c.attributes<RandAttrs>();
      return {hebb::uniform(a.size, 0, 1, a.dtype, c.in(0), a.device)};
    },
    .no_gradient_because =
        "random numbers come out, which depend on no operand that has a gradient",
};

constinit const Op op::randn = {
    .name = "randn",
    .what = "Random numbers, normal with mean 0 and standard deviation 1, as a function of key.",
    .source = "torch.randn",
    .inputs = {"key?"},
    .attributes = attrs_type<RandAttrs>,
    .no_onnx_because = "ONNX's RandomNormal draws from a state of its own, not from a key",
    .compose = [](const Call& c) -> Tensors {
      const auto& a = c.attributes<RandAttrs>();
      return {hebb::normal(0, 1, a.size, a.dtype, c.in(0), a.device)};
    },
    .no_gradient_because =
        "random numbers come out, which depend on no operand that has a gradient",
};

static Specs infer_randint(const Call& c) {
  const auto& a = c.attributes<RandintAttrs>();
  check(a.low < a.high, "low is {}, should be below high, which is {}", a.low, a.high);
  check_fits("low", a.low, a.dtype);
  check_fits("the largest value", a.high - 1, a.dtype);
  check_key(c.in(0));
  return {{a.dtype, a.size}};
}

constinit const Op op::randint = {
    .name = "randint",
    .what = "Random whole numbers, uniform in [low, high), as a function of key.",
    .source = "torch.randint",
    .inputs = {"key?"},
    .attributes = attrs_type<RandintAttrs>,
    .no_onnx_because = "ONNX has no such operator; its RandomUniform gives floating numbers only",
    .infer = infer_randint,
    .kernel = kernel::randint,
    .no_gradient_because = "whole numbers come out",
};

static Specs infer_randperm(const Call& c) {
  const auto& a = c.attributes<RandpermAttrs>();
  check(a.n >= 0, "n is {}, should be at least 0", a.n);
  check(a.dtype == DType::i64 || (a.dtype == DType::i32 && a.n <= INT32_MAX),
        "dtype is {}, should be i64, or i32 for n below 2^31", name(a.dtype));
  check_key(c.in(0));
  return {{a.dtype, {a.n}}};
}

constinit const Op op::randperm = {
    .name = "randperm",
    .what = "The numbers 0 to n - 1 in random order, as a function of key.",
    .source = "torch.randperm",
    .inputs = {"key?"},
    .attributes = attrs_type<RandpermAttrs>,
    .no_onnx_because = "ONNX has no such operator: it shuffles nothing",
    .infer = infer_randperm,
    .kernel = kernel::randperm,
    .no_gradient_because = "whole numbers come out",
};

constinit const Op op::rand_like = {
    .name = "rand_like",
    .what = "Random numbers, uniform in [0, 1), in the shape of input, as a function of key.",
    .source = "torch.rand_like",
    .inputs = {"input", "key?"},
    .attributes = attrs_type<RandLikeAttrs>,
    .no_onnx_because = because::keys_are_ours,
    .compose = [](const Call& c) -> Tensors {
      const DType dtype = c.attributes<RandLikeAttrs>().dtype.value_or(c.in(0).dtype());
      return {hebb::rand(c.in(0).shape(), dtype, c.in(1), c.in(0).device())};
    },
    .no_gradient_because = because::random_numbers_come_out,
};

constinit const Op op::randn_like = {
    .name = "randn_like",
    .what =
        "Random numbers, normal with mean 0 and deviation 1, in the shape of input, as a function "
        "of key.",
    .source = "torch.randn_like",
    .inputs = {"input", "key?"},
    .attributes = attrs_type<RandLikeAttrs>,
    .no_onnx_because = because::keys_are_ours,
    .compose = [](const Call& c) -> Tensors {
      const DType dtype = c.attributes<RandLikeAttrs>().dtype.value_or(c.in(0).dtype());
      return {hebb::randn(c.in(0).shape(), dtype, c.in(1), c.in(0).device())};
    },
    .no_gradient_because = because::random_numbers_come_out,
};

// Floating dtypes take whole numbers, too, as PyTorch's do.
static Tensors compose_randint_like(const Call& c) {
  const auto& a = c.attributes<RandintLikeAttrs>();
  const DType dtype = a.dtype.value_or(c.in(0).dtype());
  const bool whole = is_integral(dtype) && dtype != DType::boolean;
  return {cast(randint(a.low, a.high, c.in(0).shape(), whole ? dtype : DType::i64, c.in(1),
                       c.in(0).device()),
               dtype)};
}

constinit const Op op::randint_like = {
    .name = "randint_like",
    .what =
        "Random whole numbers, uniform in [low, high), in the shape of input, as a function of "
        "key.",
    .source = "torch.randint_like",
    .inputs = {"input", "key?"},
    .attributes = attrs_type<RandintLikeAttrs>,
    .no_onnx_because = because::keys_are_ours,
    .compose = compose_randint_like,
    .no_gradient_because = because::random_numbers_come_out,
};

constinit const Op op::bernoulli = {
    .name = "bernoulli",
    .what = "1 with the probability that input gives, else 0, as a function of key.",
    .source = "torch.bernoulli",
    .inputs = {"input", "key?"},
    .no_onnx_because = "ONNX's Bernoulli draws from a state of its own, not from a key",
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

static std::optional<ViewSpec> view_dropout(const Call& c) {
  infer_dropout(c);
  if (!passes(c.attributes<DropoutAttrs>()))
    return std::nullopt;
  return ViewSpec{c.in(0).shape(), c.in(0).strides(), c.in(0).body()->offset};
}

constinit const Op op::dropout = {
    .name = "dropout",
    .what =
        "In training each element is 0 with probability p, the others are divided by 1 - p; else "
        "the input itself.",
    .source = "torch.nn.functional.dropout; Srivastava et al. 2014",
    .inputs = {"input", "key?"},
    .attributes = attrs_type<DropoutAttrs>,
    .onnx = {{.type = "Dropout",
              .since = 13,
              .where = "not in training",
              .to = onnx::write_dropout,
              .from = onnx::read_dropout}},
    .infer = infer_dropout,
    .view = view_dropout,
    .kernel = kernel::dropout,
    .keep = {Keep::input(1)},  // the mask is drawn again from the key
    .vjp = dropout_vjp,
};

constinit const Op op::dropout_backward = GradientKernel{
    .name = "dropout_backward",
    .what = "The gradient of dropout: zero and scaled where the key made the input so.",
    .inputs = {"grad", "key"},
    .attributes = attrs_type<DropoutAttrs>,
    .infer = infer_dropout,
    .kernel = kernel::dropout,
    .keep = {Keep::input(1)},
    .vjp = dropout_vjp,
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

Tensor rand_like(const Tensor& input, std::optional<DType> dtype, const Tensor& key) {
  return call(op::rand_like, {input, key}, RandLikeAttrs{dtype});
}
Tensor randn_like(const Tensor& input, std::optional<DType> dtype, const Tensor& key) {
  return call(op::randn_like, {input, key}, RandLikeAttrs{dtype});
}
Tensor randint_like(const Tensor& input, int64_t low, int64_t high, std::optional<DType> dtype,
                    const Tensor& key) {
  return call(op::randint_like, {input, key}, RandintLikeAttrs{low, high, dtype});
}

}  // namespace hebb
