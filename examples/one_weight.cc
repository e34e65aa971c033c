// Gradient descent on one weight: y = w x with x = 2, w = 1, and the answer should be 6. Prints w
// and the squared error at each step: 1, 2.6, 2.92, ... towards 3. With a step of 0.25 it bounces
// between 1 and 5 for ever.

#include <hebb/hebb.h>

#include <iostream>
using namespace hebb;

std::vector<double> descend(double lr, int steps) {
  Tensor w = tensor({1.0}).requires_grad_();
  std::vector<double> path{w.item()};
  for (int i = 0; i < steps; ++i) {
    Tensor error = w * 2 - 6;
    Tensor loss = (error * error).sum();
    w.set_grad({});
    loss.backward();
    std::cout << "w " << w.item() << "  loss " << loss.item() << "  dL/dw " << w.grad().item()
              << '\n';
    w.copy_((w - lr * w.grad()).detach());
    path.push_back(w.item());
  }
  return path;
}

int main() {
  const std::vector<double> good = descend(0.1, 5), bouncing = descend(0.25, 4);
  std::cout << "with a step of 0.1: " << good.back() << ", with 0.25: " << bouncing.back() << '\n';
  return std::abs(good[1] - 2.6) < 1e-6 && std::abs(good[5] - 2.99936) < 1e-5 && bouncing[1] == 5 &&
                 bouncing[2] == 1
             ? 0
             : 1;
}
