// Gradients: descent on one weight, a perceptron, the graph of a small program, differences.
#include <cmath>
#include <vector>

#include "hebb/autograd/gradcheck.h"
#include "hebb/course/worked_number.h"
#include "hebb/nn/linear.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/create.h"
#include "hebb/ops/loss.h"
#include "hebb/ops/reduce.h"
#include "hebb/optim/sgd.h"

namespace hebb::course {
namespace {

struct Step {  // of gradient descent on the squared error of y_hat = w x, where x = 2 and y = 6
  double w, y_hat, loss, gradient;
};

std::vector<Step> descend(double lr, int steps) {
  const Tensor x = tensor(std::vector<double>{2}), y = tensor(std::vector<double>{6});
  Tensor w = tensor(std::vector<double>{1}).requires_grad_();
  optim::SGD sgd({w}, {.lr = lr});
  std::vector<Step> out;
  for (int i = 0; i < steps; ++i) {
    const Tensor y_hat = w * x, loss = mse_loss(y_hat, y);
    sgd.zero_grad();
    loss.backward();
    out.push_back({w.item(), y_hat.item(), loss.item(), w.grad().item()});
    sgd.step();
  }
  return out;
}

void one_weight(Checks& checks) {
  const auto steps = descend(0.1, 2);
  checks.near("y_hat", 2, steps[0].y_hat);
  checks.near("loss", 16, steps[0].loss);
  checks.near("dL/dw", -16, steps[0].gradient);
  checks.near("w after a step of 0.1", 2.6, steps[1].w);
}

void one_weight_continued(Checks& checks) {
  const auto steps = descend(0.1, 6);
  const double w[] = {1, 2.6, 2.92, 2.984, 2.9968, 2.99936};
  const double loss[] = {16, 0.64, 0.0256, 0.001024};
  for (size_t i = 0; i < std::size(w); ++i)
    checks.near("w after " + std::to_string(i) + " steps", w[i], steps[i].w, 1e-9);
  for (size_t i = 0; i < std::size(loss); ++i)
    checks.near("loss after " + std::to_string(i) + " steps", loss[i], steps[i].loss, 1e-9);
}

void too_large_a_step(Checks& checks) {
  const auto bouncing = descend(0.25, 100), growing = descend(0.3, 20);
  for (size_t i : {1, 2, 3, 98, 99})
    checks.near("lr 0.25: w after " + std::to_string(i) + " steps", i % 2 ? 5 : 1, bouncing[i].w,
                1e-9);
  bool diverges = true;
  for (size_t i = 1; i < growing.size(); ++i)
    diverges = diverges && growing[i].loss > growing[i - 1].loss;
  checks.holds("lr 0.3: the loss grows at every step", diverges);
}

void perceptron(Checks& checks) {
  nn::Linear layer(2, 1);
  layer.weight.tensor().copy_(tensor({3.0, -2.0}, {1, 2}));
  layer.bias->tensor().copy_(tensor({1.0}));
  const Tensor z = layer(tensor({-1.0, 2.0}, {1, 2}));
  checks.near("z", -6, z.item());
  checks.near("sigmoid(z)", 0.00247262, z.sigmoid().item(), 1e-8);
}

void graph_of_a_program(Checks& checks) {
  Tensor x = ones({2, 2}, f64).requires_grad_();
  const Tensor a = x + 2, b = a * a * 3, c = b.mean();
  c.backward();
  const auto a_values = a.to_vector<double>(), b_values = b.to_vector<double>(),
             gradient = x.grad().to_vector<double>();
  for (size_t i = 0; i < 4; ++i) {
    const std::string at = "[" + std::to_string(i / 2) + ", " + std::to_string(i % 2) + "]";
    checks.near("a" + at, 3, a_values[i], 0);
    checks.near("b" + at, 27, b_values[i], 0);
    checks.near("dc/dx" + at, 4.5, gradient[i], 1e-12);
  }
  checks.near("c", 27, c.item(), 0);
}

void difference_of_two_losses(Checks& checks) {
  // The course's loss where only the first weight, 0.34, moves: it falls by 0.00025 over 0.0001.
  constexpr double h = 0.0001, before = 1.25347, after = 1.25322;
  const auto loss = [](const Tensor& w) { return before + (w - 0.34) * ((after - before) / h); };
  const Tensor w = tensor(std::vector<double>{0.34});
  checks.near("(L(w + h) - L(w)) / h", -2.5, (loss(w + h).item() - loss(w).item()) / h, 1e-6);
  const GradcheckReport report = gradcheck_report(
      [&](const std::vector<Tensor>& in) { return std::vector<Tensor>{loss(in[0])}; }, {w},
      {.eps = h});
  checks.equal("gradcheck: elements that are wrong", 0, report.wrong);
  Tensor leaf = w.clone().requires_grad_();
  loss(leaf).sum().backward();
  checks.near("dL/dw", -2.5, leaf.grad().item(), 1e-6);
}

}  // namespace

constinit const WorkedNumber worked::A01 = {
    .id = "A01", .what = "one weight: y_hat = w x, squared error, a step", .compute = one_weight};
constinit const WorkedNumber worked::A02 = {
    .id = "A02", .what = "one weight: five more steps", .compute = one_weight_continued};
constinit const WorkedNumber worked::A03 = {
    .id = "A03", .what = "one weight: too large a step", .compute = too_large_a_step};
constinit const WorkedNumber worked::A07 = {
    .id = "A07", .what = "a perceptron with a sigmoid", .compute = perceptron};
constinit const WorkedNumber worked::A23 = {
    .id = "A23", .what = "a program as a graph, backwards", .compute = graph_of_a_program};
constinit const WorkedNumber worked::A24 = {
    .id = "A24", .what = "a gradient by differences", .compute = difference_of_two_losses};

}  // namespace hebb::course
