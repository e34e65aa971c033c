// One training step of a small convolutional network on pictures of 28 x 28, 64 at a time:
// peers/train.py has the same network in PyTorch. Prints the best and the median of 60 steps,
// forward, backward and Adam.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "hebb/nn/nn.h"
#include "hebb/ops/create.h"
#include "hebb/ops/cross_entropy.h"
#include "hebb/ops/random.h"
#include "hebb/ops/random_key.h"
#include "hebb/optim/adam.h"

using namespace hebb;

int main() {
  manual_seed(1);
  nn::Sequential net(nn::Conv2d({.in = 1, .out = 32, .kernel = 3, .padding = 1}), nn::ReLU(),
                     nn::MaxPool2d(2), nn::Conv2d({.in = 32, .out = 64, .kernel = 3, .padding = 1}),
                     nn::ReLU(), nn::MaxPool2d(2), nn::Flatten(), nn::Linear(3136, 128), nn::ReLU(),
                     nn::Linear(128, 10));
  optim::Adam adam(net.parameters(), {.lr = 1e-3});
  const Tensor x = randn({64, 1, 28, 28});
  std::vector<int64_t> labels;
  for (int64_t i = 0; i < 64; ++i)
    labels.push_back(i % 10);
  const Tensor y = tensor(labels);

  std::vector<double> ms;
  double first = 0, last = 0;
  for (int step = 0; step < 70; ++step) {
    const auto start = std::chrono::steady_clock::now();
    const Tensor loss = cross_entropy(net(x), y);
    adam.zero_grad();
    loss.backward();
    adam.step();
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    if (step >= 10)
      ms.push_back(took.count());  // kernels are prepared in the first steps
    (step == 0 ? first : last) = loss.item();
  }
  if (!(first > 1.5 && last < 0.1)) {  // it must have learned the batch by heart
    fmt::print("wrong: the loss went from {:.3f} to {:.3f}\n", first, last);
    return 1;
  }
  std::sort(ms.begin(), ms.end());
  fmt::print("cnn step, batch 64: best {:.2f} ms, median {:.2f} ms\n", ms.front(),
             ms[ms.size() / 2]);
}
