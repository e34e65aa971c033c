// A residual block: a layer is a struct, and its fields are its parameters. Prints the state dict's
// names and the model.

#include <hebb/hebb.h>

#include <iostream>
using namespace hebb;

struct Block : nn::Module {
  nn::Conv2d conv1, conv2;
  nn::BatchNorm2d bn1, bn2;
  HEBB_FIELDS(conv1, bn1, conv2, bn2)  // state-dict names: conv1.weight, bn1.running_mean, ...

  Block(int64_t in, int64_t out)
      : conv1({.in = in, .out = out, .kernel = 3, .padding = 1, .bias = false}),
        conv2({.in = out, .out = out, .kernel = 3, .padding = 1, .bias = false}), bn1(out),
        bn2(out) {}

  Tensor forward(const Tensor& x) { return relu(x + bn2(conv2(relu(bn1(conv1(x)))))); }
};

int main() {
  manual_seed(1);
  Block block(8, 8);
  for (const auto& [name, tensor] : block.state_dict())
    std::cout << name << " " << describe(tensor) << '\n';

  Tensor x = randn({2, 8, 16, 16});
  Tensor y = block(x);
  y.sum().backward();
  std::cout << nn::to_string(block) << '\n'
            << describe(y) << ", " << block.parameter_count() << " parameters\n";
  return y.shape() == x.shape() && block.conv1.weight->grad().defined() ? 0 : 1;
}
