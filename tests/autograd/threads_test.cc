// Operators from several threads at once: each with a model of its own, and all with one model that
// only infers. The numbers are those of one thread; under ThreadSanitizer (./test --sanitize) the
// allocator, the kernel cache, the counters and the tape are raced.

#include <gtest/gtest.h>

#include <functional>
#include <thread>
#include <vector>

#include "hebb/autograd/no_grad.h"
#include "hebb/hebb.h"

namespace hebb {
namespace {

constexpr int threads = 4, rounds = 8;

void in_threads(const std::function<void(int thread)>& work) {
  std::vector<std::thread> running;
  for (int t = 0; t < threads; ++t)
    running.emplace_back(work, t);
  for (std::thread& thread : running)
    thread.join();
}

nn::Sequential small_cnn() {
  manual_seed(5);
  return nn::Sequential(nn::Conv2d({.in = 1, .out = 4, .kernel = 3}), nn::BatchNorm2d(4),
                        nn::ReLU(), nn::MaxPool2d(2), nn::Flatten(), nn::Linear(4 * 5 * 5, 3));
}

Tensor batch_of(int64_t n) {
  return sin(arange(0, double(n * 144), 1).reshape({n, 1, 12, 12}));
}

// Losses of some steps; the sizes differ from step to step so that kernels and memory come and go.
std::vector<double> train(nn::Sequential& model) {
  optim::SGD sgd(model.parameters(), {.lr = 0.1, .momentum = 0.9});
  std::vector<double> losses;
  for (int i = 0; i < rounds; ++i) {
    const int64_t n = 4 + i % 3;
    sgd.zero_grad();
    const Tensor loss = cross_entropy(model(batch_of(n)), remainder(arange(n), 3));
    loss.backward();
    sgd.step();
    losses.push_back(loss.item());
  }
  return losses;
}

TEST(Threads, TrainModelsOfTheirOwn) {
  nn::Sequential alone = small_cnn();
  const std::vector<double> expected = train(alone);
  std::vector<nn::Sequential> models;
  for (int t = 0; t < threads; ++t)
    models.push_back(small_cnn());
  std::vector<std::vector<double>> losses(threads);
  in_threads([&](int t) { losses[size_t(t)] = train(models[size_t(t)]); });
  for (int t = 0; t < threads; ++t)
    EXPECT_EQ(losses[size_t(t)], expected) << "thread " << t;
}

TEST(Threads, InferWithOneModel) {
  nn::Sequential model = small_cnn();
  model.eval();
  std::vector<std::vector<float>> expected;
  for (int t = 0; t < threads; ++t)
    expected.push_back(model(batch_of(t + 1)).to_vector<float>());
  std::vector<std::vector<float>> seen(threads);
  in_threads([&](int t) {
    NoGrad off;
    for (int i = 0; i < rounds; ++i)
      seen[size_t(t)] = model(batch_of(t + 1)).to_vector<float>();
  });
  EXPECT_EQ(seen, expected);
}

}  // namespace
}  // namespace hebb
