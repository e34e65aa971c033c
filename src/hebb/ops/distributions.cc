// ops/distributions.cc: random numbers with given parameters.

#include "hebb/ops/distributions.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "hebb/base/check.h"
#include "hebb/ops/activation.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create.h"
#include "hebb/ops/extreme.h"
#include "hebb/ops/halves.h"
#include "hebb/ops/join.h"
#include "hebb/ops/kinds.h"
#include "hebb/ops/math.h"
#include "hebb/ops/op.h"
#include "hebb/ops/random.h"
#include "hebb/ops/reasons.h"
#include "hebb/ops/scatter.h"
#include "hebb/ops/softmax.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/distributions.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

void check_parameters(const Call& c, int operands) {
  for (int i = 0; i < operands; ++i)
    check(is_floating(c.in(i).dtype()) && c.in(i).dtype() == c.in(0).dtype(),
          "{} is {}, should be floating, and as {}, which is {}", c.op().inputs[i],
          name(c.in(i).dtype()), c.op().inputs[0], name(c.in(0).dtype()));
  const Tensor& key = c.in(operands);
  check(key.dtype() == DType::u64 && key.numel() == 1,
        "key is {}, should be one u64 number, from draw_key()", describe(key));
}

// Both parameters as tensors of one shape; numbers as tensors of the other's dtype.
std::pair<Tensor, Tensor> both_broadcast(const Tensor& a, const Tensor& b) {
  check(!a.is_number() || !b.is_number(),
        "one parameter should be a tensor, which gives the dtype");
  const DType dtype = a.is_number() ? b.dtype() : a.dtype();
  const Dims shape = broadcast(a.shape(), b.shape());
  const Device device = a.is_number() ? b.device() : a.device();
  const auto whole = [&](const Tensor& t) {
    return t.is_number() ? full(shape, t, dtype, device) : expand(cast(t, dtype), shape);
  };
  return {whole(a), whole(b)};
}

// What fills of a dtype are computed in.
DType wide_of(DType dtype) {
  return dtype == DType::f64 ? DType::f64 : DType::f32;
}

// Of those that f64 tells from its neighbours.
double largest_integer(DType dtype) {
  const bool is_signed =
      dtype != DType::u8 && dtype != DType::u16 && dtype != DType::u32 && dtype != DType::u64;
  return std::min(std::exp2(double(8 * item_size(dtype) - is_signed)) - 1, 0x1p62);
}

void check_continuous(DType dtype) {
  check(is_floating(dtype), "dtype is {}, should be floating", name(dtype));
}

Tensor log_gamma_samples(const Tensor& concentration, const Tensor& key) {
  return call(op::standard_gamma, {concentration, key}, GammaAttrs{true});
}

}  // namespace

static Tensors compose_exponential(const Call& c) {
  const auto& a = c.attributes<ExponentialAttrs>();
  check(a.lambd > 0, "lambd is {}, should be above 0", a.lambd);
  check_continuous(a.dtype);
  const Tensor u = hebb::uniform(a.size, 0, 1, wide_of(a.dtype), c.in(0), a.device);
  return {cast(neg(log1p(neg(u))) / a.lambd, a.dtype)};
}

constinit const Op op::exponential = {
    .name = "exponential",
    .what = "Random numbers, exponential with the rate lambd, as a function of key.",
    .source = "torch.Tensor.exponential_",
    .inputs = {"key?"},
    .attributes = attrs_type<ExponentialAttrs>,
    .no_onnx_because = because::keys_are_ours,
    .compose = compose_exponential,
    .no_gradient_because = because::random_numbers_come_out,
};

// The cotangent of a random angle, which is known best where the numbers are large.
static Tensors compose_cauchy(const Call& c) {
  const auto& a = c.attributes<CauchyAttrs>();
  check(std::isfinite(a.median), "median is {}, should be finite", a.median);
  check(a.sigma > 0 && std::isfinite(a.sigma), "sigma is {}, should be above 0", a.sigma);
  check_continuous(a.dtype);
  const DType wide = wide_of(a.dtype);
  const Tensor u = hebb::uniform(a.size, -0.5, 0.5, wide, c.in(0), a.device);
  const double half_a_step = wide == DType::f64 ? 0x1p-54 : 0x1p-25;
  const Tensor turn = where(eq(u, 0), half_a_step, u) * std::numbers::pi;
  return {cast(a.median + a.sigma / tan(turn), a.dtype)};
}

constinit const Op op::cauchy = {
    .name = "cauchy",
    .what = "Random numbers, Cauchy with a median and the scale sigma, as a function of key.",
    .source = "torch.Tensor.cauchy_",
    .inputs = {"key?"},
    .attributes = attrs_type<CauchyAttrs>,
    .no_onnx_because = because::keys_are_ours,
    .compose = compose_cauchy,
    .no_gradient_because = because::random_numbers_come_out,
};

static Tensors compose_log_normal(const Call& c) {
  const auto& a = c.attributes<LogNormalAttrs>();
  check(std::isfinite(a.mean), "mean is {}, should be finite", a.mean);
  check(a.std > 0 && std::isfinite(a.std), "std is {}, should be above 0", a.std);
  check_continuous(a.dtype);
  const Tensor normal = hebb::randn(a.size, wide_of(a.dtype), c.in(0), a.device);
  return {cast(exp(a.mean + a.std * normal), a.dtype)};
}

constinit const Op op::log_normal = {
    .name = "log_normal",
    .what = "Random numbers whose logarithms are normal with mean and std, as a function of key.",
    .source = "torch.Tensor.log_normal_",
    .inputs = {"key?"},
    .attributes = attrs_type<LogNormalAttrs>,
    .no_onnx_because = because::keys_are_ours,
    .compose = compose_log_normal,
    .no_gradient_because = because::random_numbers_come_out,
};

// What is larger than an integer dtype holds becomes its largest number (of i64 and u64 2^62).
static Tensors compose_geometric(const Call& c) {
  const auto& a = c.attributes<GeometricAttrs>();
  check(a.p > 0 && a.p < 1, "p is {}, should be between 0 and 1", a.p);
  check(is_floating(a.dtype) || (is_integral(a.dtype) && a.dtype != DType::boolean),
        "dtype is {}, should be floating or an integer dtype", name(a.dtype));
  const bool whole = is_integral(a.dtype);
  const DType wide = whole ? DType::f64 : wide_of(a.dtype);
  const Tensor u = hebb::uniform(a.size, 0, 1, wide, c.in(0), a.device);
  const Tensor trials = clamp(ceil(log1p(neg(u)) / std::log1p(-a.p)), 1);
  const double most = whole ? largest_integer(a.dtype) : 0;
  return {cast(whole ? clamp(trials, 1, most) : trials, a.dtype)};
}

constinit const Op op::geometric = {
    .name = "geometric",
    .what =
        "Random whole numbers from 1 on: the first success of trials with the probability p, as a "
        "function of key.",
    .source = "torch.Tensor.geometric_",
    .inputs = {"key?"},
    .attributes = attrs_type<GeometricAttrs>,
    .no_onnx_because = because::keys_are_ours,
    .compose = compose_geometric,
    .no_gradient_because = because::random_numbers_come_out,
};

// A sample moves so that the share of the distribution below it stays. Source: Figurnov et al.,
// Implicit Reparameterization Gradients, 2018.
static Grads standard_gamma_vjp(const Call& c, const Grads& dy) {
  const Tensor &concentration = c.in(0), &sample = c.out(0);
  if (c.attributes<GammaAttrs>().log)
    return {dy[0] * call(op::log_gamma_slope, {concentration, sample}), Tensor()};
  const Tensor none = eq(sample, 0);
  const Tensor slope = call(op::log_gamma_slope, {concentration, log(where(none, 1, sample))});
  return {where(none, 0, dy[0] * sample * slope), Tensor()};
}

constinit const Op op::log_gamma_slope = Elementwise{
    .name = "log_gamma_slope",
    .what = "How the logarithm of a gamma sample of rate 1 moves with its concentration.",
    .source = "torch._standard_gamma_grad; Figurnov et al. 2018",
    .inputs = {"concentration", "log_sample"},
    .no_onnx_because = "gradients are not exported",
    .precision = Precision::f32,
    .kernel = kernel::elementwise_scalar,
    .no_gradient_because = "PyTorch has none: it is a second derivative by the concentration",
    .cost = flops_per_element<200>,
    .internal = true,
};

constinit const Op op::standard_gamma = {
    .name = "standard_gamma",
    .what = "Random numbers, gamma with the given concentrations and rate 1, or their logarithms.",
    .source = "Marsaglia and Tsang 2000",
    .inputs = {"concentration", "key?"},
    .attributes = attrs_type<GammaAttrs>,
    .no_onnx_because = "a piece of gamma, beta and dirichlet",
    .infer = [](const Call& c) -> Specs {
      check_parameters(c, 1);
      return {{c.in(0).dtype(), c.in(0).shape()}};
    },
    .kernel = kernel::standard_gamma,
    .keep = {Keep::input(0), Keep::output(0)},
    .vjp = standard_gamma_vjp,
    .internal = true,
};

static Tensors compose_gamma(const Call& c) {
  const auto [concentration, rate] = both_broadcast(c.in(0), c.in(1));
  return {exp(log_gamma_samples(concentration, c.in(2)) - log(rate))};
}

constinit const Op op::gamma = {
    .name = "gamma",
    .what = "Random numbers, gamma with concentration and rate, as a function of key.",
    .source = "torch.distributions.Gamma; Marsaglia and Tsang 2000",
    .inputs = {"concentration", "rate", "key?"},
    .no_onnx_because = because::onnx_lacks_it,
    .compose = compose_gamma,
};

static Tensors compose_beta(const Call& c) {
  const auto [one, zero] = both_broadcast(c.in(0), c.in(1));
  const Tensor both = log_gamma_samples(stack({one, zero}), c.in(2));
  return {sigmoid(select(both, 0, 0) - select(both, 0, 1))};
}

constinit const Op op::beta = {
    .name = "beta",
    .what = "Random numbers in [0, 1], beta with two concentrations, as a function of key.",
    .source = "torch.distributions.Beta",
    .inputs = {"concentration1", "concentration0", "key?"},
    .no_onnx_because = because::onnx_lacks_it,
    .compose = compose_beta,
};

constinit const Op op::dirichlet = {
    .name = "dirichlet",
    .what = "Random shares, whose rows add up to 1, Dirichlet with the given concentrations.",
    .source = "torch.distributions.Dirichlet",
    .inputs = {"concentration", "key?"},
    .no_onnx_because = because::onnx_lacks_it,
    .compose = [](const Call& c) -> Tensors {
      check(c.in(0).dim() > 0, "concentration should have at least one dimension");
      return {softmax(log_gamma_samples(c.in(0), c.in(1)), -1)};
    },
};

constinit const Op op::poisson = {
    .name = "poisson",
    .what = "Random whole numbers, Poisson with the rates in input, in its dtype.",
    .source = "torch.poisson; Hoermann 1993",
    .inputs = {"input", "key?"},
    .no_onnx_because = because::onnx_lacks_it,
    .infer = [](const Call& c) -> Specs {
      check_parameters(c, 1);
      return {{c.in(0).dtype(), c.in(0).shape()}};
    },
    .kernel = kernel::poisson,
    .vjp = [](const Call&, const Grads& dy) -> Grads {
      return {zeros_like(dy[0]), Tensor()};
    },
};

static Specs infer_binomial(const Call& c) {
  check_parameters(c, 2);
  check(c.in(0).shape() == c.in(1).shape(), "count {} and prob {} should have one shape",
        c.in(0).shape(), c.in(1).shape());
  return {{c.in(0).dtype(), c.in(0).shape()}};
}

constinit const Op op::binomial = {
    .name = "binomial",
    .what = "Random whole numbers: the successes in count trials with the probability prob.",
    .source = "torch.binomial; Hoermann 1993",
    .inputs = {"count", "prob", "key?"},
    .no_onnx_because = because::onnx_lacks_it,
    .infer = infer_binomial,
    .kernel = kernel::binomial,
    .no_gradient_because = "PyTorch defines none: whole numbers come out",
};

static Specs infer_multinomial(const Call& c) {
  const auto& a = c.attributes<MultinomialAttrs>();
  check_parameters(c, 1);
  const Tensor& input = c.in(0);
  check(input.dim() == 1 || input.dim() == 2, "input {} should have one or two dimensions",
        input.shape());
  check(input.size(-1) > 0, "input {} has no weights to choose from", input.shape());
  check(a.num_samples > 0, "num_samples is {}, should be at least 1", a.num_samples);
  check(a.replacement || a.num_samples <= input.size(-1),
        "num_samples is {}, should be at most {} without replacement", a.num_samples,
        input.size(-1));
  Dims shape = input.shape();
  shape.back() = a.num_samples;
  return {{DType::i64, shape}};
}

constinit const Op op::multinomial = {
    .name = "multinomial",
    .what = "Indices of a vector's elements, or of each row's, chosen in proportion to them.",
    .source = "torch.multinomial; Efraimidis and Spirakis 2006",
    .inputs = {"input", "key?"},
    .attributes = attrs_type<MultinomialAttrs>,
    .no_onnx_because = "ONNX's Multinomial draws from a state of its own, not from a key",
    .infer = infer_multinomial,
    .kernel = kernel::multinomial,
    .no_gradient_because = because::integers_come_out,
};

static Tensors compose_rrelu(const Call& c) {
  const auto& a = c.attributes<RreluAttrs>();
  const Tensor& x = c.in(0);
  check(is_floating(x.dtype()), "input is {}, should be floating", name(x.dtype()));
  check(std::isfinite(a.lower) && std::isfinite(a.upper) && a.lower <= a.upper,
        "lower {} and upper {} should be finite, and lower not above upper", a.lower, a.upper);
  if (!a.training)
    return {leaky_relu(x, (a.lower + a.upper) / 2)};
  const Tensor slope = hebb::uniform(x.shape(), a.lower, a.upper, x.dtype(), c.in(1), x.device());
  return {where(gt(x, 0), x, x * slope)};
}

constinit const Op op::rrelu = {
    .name = "rrelu",
    .what =
        "input above 0, else times a slope: in training random in [lower, upper), else the mean.",
    .source = "torch.nn.functional.rrelu; Xu et al. 2015",
    .inputs = {"input", "key?"},
    .attributes = attrs_type<RreluAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .compose = compose_rrelu,
};

static Tensors compose_gumbel_softmax(const Call& c) {
  const auto& a = c.attributes<GumbelSoftmaxAttrs>();
  const Tensor& logits = c.in(0);
  check(is_floating(logits.dtype()), "logits is {}, should be floating", name(logits.dtype()));
  check(a.tau > 0, "tau is {}, should be above 0", a.tau);
  const Tensor u =
      hebb::uniform(logits.shape(), 0, 1, wide_of(logits.dtype()), c.in(1), logits.device());
  // -log of an exponential number; the smallest number of f32 stands for 0.
  const Tensor noise = cast(neg(log(clamp(neg(log1p(neg(u))), 1e-38))), logits.dtype());
  const Tensor soft = softmax((logits + noise) / a.tau, a.dim);
  if (!a.hard)
    return {soft};
  if (logits.dim() == 0)
    return {call(op::straight_through, {ones_like(soft), soft})};
  const Tensor largest = argmax(soft, a.dim, true);
  const Tensor hard = scatter_value(zeros_like(soft), a.dim, largest, 1);
  return {call(op::straight_through, {hard, soft})};
}

constinit const Op op::gumbel_softmax = {
    .name = "gumbel_softmax",
    .what = "A sample of a category that has a gradient: softmax of logits and noise, over tau.",
    .source = "torch.nn.functional.gumbel_softmax; Jang et al. 2017",
    .inputs = {"logits", "key?"},
    .attributes = attrs_type<GumbelSoftmaxAttrs>,
    .no_onnx_because = because::keys_are_ours,
    .compose = compose_gumbel_softmax,
};

static std::optional<ViewSpec> view_straight_through(const Call& c) {
  check(c.in(0).shape() == c.in(1).shape() && c.in(0).dtype() == c.in(1).dtype(),
        "value {} and gradient_of {} should be alike", describe(c.in(0)), describe(c.in(1)));
  return ViewSpec{c.in(0).shape(), c.in(0).strides(), c.in(0).body()->offset};
}

constinit const Op op::straight_through = {
    .name = "straight_through",
    .what = "value itself; its gradient goes to another tensor instead.",
    .source = "Bengio et al. 2013",
    .inputs = {"value", "gradient_of"},
    .no_onnx_because = "a piece of gumbel_softmax",
    .view = view_straight_through,
    .vjp = [](const Call&, const Grads& dy) -> Grads {
      return {Tensor(), dy[0]};
    },
    .internal = true,
};

Tensor exponential(const Dims& size, double lambd, DType dtype, const Tensor& key, Device device) {
  return call(op::exponential, {key}, ExponentialAttrs{size, lambd, dtype, device});
}
Tensor cauchy(const Dims& size, double median, double sigma, DType dtype, const Tensor& key,
              Device device) {
  return call(op::cauchy, {key}, CauchyAttrs{size, median, sigma, dtype, device});
}
Tensor log_normal(const Dims& size, double mean, double std, DType dtype, const Tensor& key,
                  Device device) {
  return call(op::log_normal, {key}, LogNormalAttrs{size, mean, std, dtype, device});
}
Tensor geometric(const Dims& size, double p, DType dtype, const Tensor& key, Device device) {
  return call(op::geometric, {key}, GeometricAttrs{size, p, dtype, device});
}
Tensor normal(const Tensor& mean, const Tensor& std, const Tensor& key) {
  const auto [centre, spread] = both_broadcast(mean, std);
  return centre + spread * randn(centre.shape(), centre.dtype(), key, centre.device());
}
Tensor gamma(const Tensor& concentration, const Tensor& rate, const Tensor& key) {
  return call(op::gamma, {concentration, rate, key});
}
Tensor beta(const Tensor& concentration1, const Tensor& concentration0, const Tensor& key) {
  return call(op::beta, {concentration1, concentration0, key});
}
Tensor dirichlet(const Tensor& concentration, const Tensor& key) {
  return call(op::dirichlet, {concentration, key});
}
Tensor poisson(const Tensor& input, const Tensor& key) {
  return call(op::poisson, {input, key});
}
Tensor binomial(const Tensor& count, const Tensor& prob, const Tensor& key) {
  return call(op::binomial, {count, prob, key});
}
Tensor multinomial(const Tensor& input, int64_t num_samples, bool replacement, const Tensor& key) {
  return call(op::multinomial, {input, key}, MultinomialAttrs{num_samples, replacement});
}
Tensor rrelu(const Tensor& input, double lower, double upper, bool training, const Tensor& key) {
  return call(op::rrelu, {input, key}, RreluAttrs{lower, upper, training});
}
Tensor gumbel_softmax(const Tensor& logits, double tau, bool hard, int64_t dim, const Tensor& key) {
  return call(op::gumbel_softmax, {logits, key}, GumbelSoftmaxAttrs{tau, hard, dim});
}

}  // namespace hebb
