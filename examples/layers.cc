// Layers in a screen: made by name, put together, looked at, started anew, frozen.
// docs/guide/layers.md explains.

#include <hebb/hebb.h>
#include <hebb/nn/initialisers.h>
#include <hebb/nn/summary.h>

#include <iostream>
using namespace hebb;

// y = relu(x + f(x)), f a small network: a layer of one's own is a struct whose fields are layers.
struct Block : nn::Module {
  nn::Conv2d conv1, conv2;
  nn::BatchNorm2d norm1, norm2;
  HEBB_FIELDS(conv1, norm1, conv2, norm2)

  explicit Block(int64_t channels)
      : conv1({.in = channels, .out = channels, .kernel = 3, .padding = 1, .bias = false}),
        conv2({.in = channels, .out = channels, .kernel = 3, .padding = 1, .bias = false}),
        norm1(channels), norm2(channels) {}

  Tensor forward(const Tensor& x) { return relu(x + norm2(conv2(relu(norm1(conv1(x)))))); }
};

// Of any number of layers, called as it likes.
struct Tower : nn::Module {
  nn::Conv2d stem{{.in = 3, .out = 8, .kernel = 3, .padding = 1}};
  std::vector<Block> blocks;
  std::optional<nn::Dropout> dropout;
  nn::Linear head{8, 10};
  HEBB_FIELDS(stem, blocks, dropout, head)

  Tower(int depth, double p) {
    for (int i = 0; i < depth; ++i)
      blocks.emplace_back(8);
    if (p > 0)
      dropout.emplace(p);
  }
  Tensor forward(const Tensor& input) {
    Tensor x = stem(input);
    for (Block& block : blocks)
      x = block(x);
    x = x.mean({2, 3});
    return head(dropout ? (*dropout)(x) : x);
  }
};

int main() {
  manual_seed(1);
  nn::Conv2d by_position(3, 64, 3), by_name({.in = 3, .out = 64, .kernel = 3, .padding = 1});
  std::cout << by_name.describe() << ": " << by_name(zeros({1, 3, 8, 8})).shape() << '\n';

  nn::Sequential net(nn::Conv2d(3, 8, 3), nn::ReLU(), nn::Flatten(), nn::Linear(8 * 6 * 6, 10));
  std::cout << nn::to_string(nn::summarize(net, {3, 8, 8}));
  std::cout << net[0].as<nn::Conv2d>()->weight.shape() << '\n';

  nn::Residual residual(nn::Sequential(nn::Conv2d({.in = 8, .out = 8, .kernel = 3, .padding = 1}),
                                       nn::BatchNorm2d(8)));
  nn::Parallel branches(
      {nn::Sequential(nn::Conv2d(8, 4, 1)),
       nn::Sequential(nn::MaxPool2d(3, 1, 1), nn::Conv2d(8, 2, 1)), nn::Sequential()},
      nn::Join::cat);
  const Tensor joined = branches(residual(zeros({2, 8, 5, 5})));  // 4 + 2 + 8 channels

  Tower tower(2, 0.1);
  for (const auto& [name, tensor] : tower.named_parameters())
    if (name.starts_with("blocks.1."))
      std::cout << name << ' ' << describe(tensor) << '\n';  // blocks.1.conv1.weight, ...

  nn::init::kaiming_normal_(tower.head.weight.tensor(), 7);  // by a key
  nn::initialise(tower, "xavier_uniform");                   // all weights, by a line

  tower.blocks[0].requires_grad_(false);  // frozen
  tower.eval();                           // as at prediction: dropout passes on, norms stand still
  const int64_t trained = tower.parameter_count(true);
  std::cout << trained << " of " << tower.parameter_count() << " parameters are trained\n";

  Tower copy = tower;  // its own weights
  copy.head.bias->tensor().fill_(1);
  const bool apart = tower.head.bias->tensor().sum().item() != 10;

  const bool right = joined.shape() == Dims{2, 14, 5, 5} && apart &&
                     trained == tower.parameter_count() - tower.blocks[0].parameter_count() &&
                     by_position(zeros({1, 3, 8, 8})).shape() == Dims{1, 64, 6, 6};
  return right ? 0 : 1;
}
