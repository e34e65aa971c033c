// Trains a small network on Fashion-MNIST and says how good it is on pictures it has not seen:
// about 0.88.

#include <hebb/hebb.h>

#include <iostream>
using namespace hebb;

int main() {
  auto [train, test] = data::fashion_mnist("data");

  nn::Sequential net(nn::Flatten(), nn::Linear(784, 128), nn::ReLU(), nn::Linear(128, 10));

  Trainer trainer(net, {.loss = cross_entropy,
                        .optimizer = optim::adam({.lr = 1e-3}),
                        .metrics = {metrics::accuracy()}});
  trainer.fit(train, {.epochs = 5, .batch_size = 64, .validation = 0.1});
  std::cout << trainer.evaluate(test) << '\n';
  save(net, "fashion.safetensors");
}
