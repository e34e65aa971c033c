// One epoch of the course's network (784-128-10, Adam, batches of 64) on Fashion-MNIST with
// everything: loading, shuffling, scaling, forward, backward, update. Prints the best and the
// median of five epochs. Its peer: bench/peers/train.py.
//   HEBB_DATA=FOLDER build/release/bin/bench_mlp_epoch

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "hebb/data/data.h"
#include "hebb/nn/nn.h"
#include "hebb/ops/cross_entropy.h"
#include "hebb/ops/random_key.h"
#include "hebb/optim/adam.h"

using namespace hebb;

int main() {
  auto [train, test] = data::fashion_mnist();
  manual_seed(1);
  nn::Sequential net(nn::Flatten(), nn::Linear(784, 128), nn::ReLU(), nn::Linear(128, 10));
  optim::Adam adam(net.parameters(), {.lr = 1e-3});
  data::Loader loader(train, {.batch_size = 64, .shuffle = true, .seed = 7});

  std::vector<double> seconds;
  double mean_loss = 0;
  for (int epoch = 0; epoch < 5; ++epoch) {
    const auto start = std::chrono::steady_clock::now();
    double sum = 0;
    for (auto [x, y] : loader) {
      Tensor loss = cross_entropy(net(x), y);
      adam.zero_grad();
      loss.backward();
      adam.step();
      sum += loss.item();
    }
    seconds.push_back(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    mean_loss = sum / double(loader.size());
  }
  if (!(mean_loss < 0.32)) {  // it must have learned something
    fmt::print("wrong: the mean loss of the fifth epoch is {:.3f}\n", mean_loss);
    return 1;
  }
  std::sort(seconds.begin(), seconds.end());
  const double steps = double(loader.size());
  fmt::print("mlp epoch with loading: best {:.3f} s ({:.3f} ms a step), median {:.3f} s\n",
             seconds[0], seconds[0] / steps * 1e3, seconds[2]);
}
