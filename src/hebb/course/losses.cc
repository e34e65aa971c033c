// Losses: softmax, cross-entropy and what they have in common, the equilibrium of two adversaries.
#include <cmath>
#include <vector>

#include "hebb/course/worked_number.h"
#include "hebb/nn/linear.h"
#include "hebb/nn/loss_functions.h"
#include "hebb/ops/activation.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/create.h"
#include "hebb/ops/cross_entropy.h"
#include "hebb/ops/linear.h"
#include "hebb/ops/loss.h"
#include "hebb/ops/math.h"
#include "hebb/ops/random.h"
#include "hebb/optim/sgd.h"

namespace hebb::course {
namespace {

Tensor doubles(const std::vector<double>& values) {
  return tensor(values);
}
Tensor row(const std::vector<double>& values) {
  return tensor(values, {1, int64_t(values.size())});
}

void softmax_of_three(Checks& checks) {
  const auto p = doubles({1, 0, 0}).softmax(0).to_vector<double>();
  const double expected[] = {0.576117, 0.211942, 0.211942};
  for (size_t i = 0; i < 3; ++i)
    checks.near("p[" + std::to_string(i) + "]", expected[i], p[i], 1e-6);
  checks.near("sum", 1, p[0] + p[1] + p[2], 1e-12);
}

void cross_entropy_of_one(Checks& checks) {
  const Tensor logits = row({0.4, 0.35, 0.25}).log();  // whose softmax are these probabilities
  checks.near("-ln 0.4", 0.916291, cross_entropy(logits, tensor({0})).item(), 1e-6);
}

void binary_cross_entropy_of_three(Checks& checks) {
  checks.near("mean", 1.474283,
              binary_cross_entropy(doubles({0.1, 0.8, 0.6}), doubles({1, 0, 1})).item(), 1e-6);
}

void gradient_of_cross_entropy(Checks& checks) {
  const Tensor x = randn({1, 4}, f64);
  Tensor weight = randn({3, 4}, f64).requires_grad_();
  const Tensor logits = linear(x, weight);
  cross_entropy(logits, tensor({1})).backward();
  const Tensor y_hat = logits.detach().softmax(1)[0];
  for (int64_t k : {0, 1, 2}) {
    const Tensor expected = (y_hat[k] - (k == 1 ? 1 : 0)) * x[0];
    checks.near(k == 1 ? "true class: distance from (y_hat - 1) x"
                       : "class " + std::to_string(k) + ": distance from y_hat x",
                0, (weight.grad()[k] - expected).abs().max().item(), 1e-12);
  }
}

void two_forms_of_one_loss(Checks& checks) {
  const Tensor z = doubles({-3, -0.5, 0, 1.5, 4}), t = doubles({-1, 1, -1, 1, -1});
  const Tensor signs = -logsigmoid(t * z);
  const Tensor bce = binary_cross_entropy_with_logits(z, (t + 1) / 2, {.reduction = "none"});
  checks.near("-log sigma(t z): distance from BCE", 0, (signs - bce).abs().max().item(), 1e-12);
  const Tensor p = row({0.5, 0.3, 0.2}), q = row({0.2, 0.2, 0.6});
  const double entropy = -(p * p.log()).sum().item();
  const double divergence = kl_div(q.log(), p, {.reduction = "sum"}).item();
  checks.near("H(p, q) - H(p) - KL(p, q)", 0,
              cross_entropy(q.log(), p).item() - entropy - divergence, 1e-12);
}

// The generator makes what the data hold, so the best that is left to the discriminator is to say
// 1/2 to everything.
void equilibrium(Checks& checks) {
  nn::Linear discriminator(1, 1);
  discriminator.weight.tensor().copy_(tensor({2.0}, {1, 1}));
  discriminator.bias->tensor().copy_(tensor({-1.0}));
  optim::SGD sgd(discriminator.parameters(), {.lr = 0.5});
  const Tensor samples = randn({256, 1});
  double loss = 0;
  for (int i = 0; i < 200; ++i) {
    const Tensor logits = discriminator(samples);
    const Tensor both = discriminator_loss(logits, logits);
    sgd.zero_grad();
    both.backward();
    sgd.step();
    loss = both.item();
  }
  const Tensor answers = discriminator(samples).sigmoid();
  checks.near("largest answer", 0.5, answers.max().item(), 1e-3);
  checks.near("smallest answer", 0.5, answers.min().item(), 1e-3);
  checks.near("loss: 2 ln 2", 1.386294, loss, 1e-5);
}

}  // namespace

constinit const WorkedNumber worked::A25 = {
    .id = "A25", .what = "softmax of (1, 0, 0)", .compute = softmax_of_three};
constinit const WorkedNumber worked::A26 = {
    .id = "A26", .what = "cross-entropy of 0.4 on the true class", .compute = cross_entropy_of_one};
constinit const WorkedNumber worked::A27 = {.id = "A27",
                                            .what = "binary cross-entropy of (0.1, 0.8, 0.6)",
                                            .compute = binary_cross_entropy_of_three};
constinit const WorkedNumber worked::A28 = {.id = "A28",
                                            .what = "the gradient of softmax and cross-entropy",
                                            .compute = gradient_of_cross_entropy};
constinit const WorkedNumber worked::A29 = {.id = "A29",
                                            .what = "signed labels and BCE; cross-entropy and KL",
                                            .compute = two_forms_of_one_loss};
constinit const WorkedNumber worked::A43 = {
    .id = "A43", .what = "the equilibrium of adversaries", .compute = equilibrium};

}  // namespace hebb::course
