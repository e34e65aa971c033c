// How curved a loss is where training has brought a small network: the Hessian's largest eigenvalue
// by power iteration. A Hessian-vector product costs a few backward passes, while the Hessian
// itself, which is computed here to check, costs one for each of its rows. With a learning rate
// above 2 / eigenvalue gradient descent runs away in that direction, with one below it comes back.

#include <hebb/hebb.h>

#include <cmath>
#include <iostream>
using namespace hebb;

constexpr int64_t hidden = 4, count = 3 * hidden + 1;  // one input, one output

Tensor net(const Tensor& weights, const Tensor& x) {  // all weights in one vector
  const auto part = [&](int64_t from, int64_t to, const Dims& shape) {
    return weights[Slice(from, to)].reshape(shape);
  };
  const Tensor h =
      tanh(linear(x, part(0, hidden, {hidden, 1}), part(hidden, 2 * hidden, {hidden})));
  return linear(h, part(2 * hidden, 3 * hidden, {1, hidden}), part(3 * hidden, count, {1}));
}

int main() {
  manual_seed(1);
  const Tensor x = linspace(-2, 2, 64, f64).reshape({64, 1}), y = sin(x * 2);
  const auto loss = [&](const Tensor& weights) { return mse_loss(net(weights, x), y); };

  Tensor weights = randn({count}).to(f64);
  for (int step = 0; step < 500; ++step)
    weights = weights - autograd::vjp(loss, weights).second * 0.05;

  Tensor direction = ones({count}, f64);
  double eigenvalue = 0;
  for (int i = 0; i < 200; ++i) {
    direction = direction / direction.norm();
    const Tensor curved = autograd::hvp(loss, weights, direction).second;
    eigenvalue = (direction * curved).sum().item();
    direction = curved;
  }

  const Tensor hessian = autograd::hessian(loss, weights);
  const double exact = linalg_eigvalsh(hessian).abs().max().item();

  // A small push in that direction, ten steps of gradient descent, and the slope that is left
  // there.
  direction = direction / direction.norm();
  const auto slope = [&](const Tensor& w) {
    return (autograd::vjp(loss, w).second * direction).sum().abs().item();
  };
  const auto slope_after = [&](double lr) {
    Tensor w = weights + direction * 1e-3;
    for (int step = 0; step < 10; ++step)
      w = w - autograd::vjp(loss, w).second * lr;
    return slope(w);
  };
  const double pushed = slope(weights + direction * 1e-3);
  const double above = slope_after(2.2 / eigenvalue), below = slope_after(1.8 / eigenvalue);
  std::cout << "largest eigenvalue " << eigenvalue << ", of the whole Hessian " << exact
            << "\nslope in its direction " << pushed << ", after 10 steps of 2.2 / eigenvalue "
            << above << ", of 1.8 / eigenvalue " << below << '\n';
  return std::abs(eigenvalue - exact) < 1e-6 * exact && above > 2 * pushed && below < pushed / 2
             ? 0
             : 1;
}
