// The same Fashion-MNIST classifier trained twice: by an explicit loop, where every step can be
// seen, and by Trainer::fit. Both end in the same weights, bit by bit.

#include <hebb/hebb.h>

#include <cstring>
#include <iostream>
using namespace hebb;

nn::Sequential make_net() {
  manual_seed(7);
  return nn::Sequential(nn::Flatten(), nn::Linear(784, 128), nn::ReLU(), nn::Linear(128, 10));
}

int main(int argc, char** argv) {
  const bool quick = argc > 1 && std::string(argv[1]) == "--quick";
  const int epochs = quick ? 1 : 5;
  auto [train, test] = data::fashion_mnist("data");

  nn::Sequential by_hand = make_net();
  optim::Adam adam(by_hand.parameters(), {.lr = 1e-3});
  data::Loader loader(train, {.batch_size = 64, .shuffle = true, .seed = 7});
  for (int epoch = 0; epoch < epochs; ++epoch) {
    for (auto [x, y] : loader) {
      Tensor loss = cross_entropy(by_hand(x), y);
      adam.zero_grad();
      loss.backward();
      adam.step();
    }
  }

  nn::Sequential by_fit = make_net();
  Trainer trainer(by_fit, {.loss = cross_entropy,
                           .optimizer = optim::adam({.lr = 1e-3}),
                           .metrics = {metrics::accuracy()}});
  trainer.fit(train, {.epochs = epochs, .batch_size = 64, .seed = 7});
  std::cout << trainer.evaluate(test) << '\n';

  const auto a = by_hand.state_dict(), b = by_fit.state_dict();
  for (size_t i = 0; i < a.size(); ++i)
    if (std::memcmp(a[i].second.raw_data(), b[i].second.raw_data(), size_t(a[i].second.nbytes())) !=
        0) {
      std::cout << a[i].first << " differs\n";
      return 1;
    }
  std::cout << "the loop and fit gave the same bits\n";
}
