// Models in several threads at once. Meant for the builds with sanitizers, which see what a plain
// run survives.

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "hebb/autograd/no_grad.h"
#include "hebb/nn/eval_scope.h"
#include "hebb/nn/nn.h"
#include "hebb/ops/ops.h"
#include "hebb/optim/sgd.h"

namespace hebb {
namespace {

// step() looks at all Params that its thread has made, while another thread destroys some of them.
TEST(Threads, ModelsMayBeDestroyedWhileAnotherThreadSteps) {
  nn::Linear trained(2, 2);
  optim::SGD sgd(trained.parameters(), {.lr = 0.1});
  trained(ones({1, 2})).sum().backward();
  std::vector<std::unique_ptr<nn::Linear>> others;
  for (int i = 0; i < 2000; ++i)
    others.push_back(std::make_unique<nn::Linear>(2, 2));
  std::atomic<bool> over = false;
  std::thread destroyer([&] {
    others.clear();
    over = true;
  });
  do
    sgd.step();
  while (!over);
  destroyer.join();
  EXPECT_GT(sgd.steps(), 0);
}

TEST(Threads, AModelInEvaluationModeMayBeShared) {
  nn::Sequential net(nn::Linear(4, 8), nn::BatchNorm1d(8), nn::Dropout(0.5), nn::Linear(8, 2));
  net.eval();
  nn::name_modules(net);
  std::vector<std::thread> threads;
  std::vector<float> sums(4);
  for (float& sum : sums)
    threads.emplace_back([&net, &sum] {
      NoGrad off;
      for (int i = 0; i < 20; ++i) {
        const nn::EvalScope evaluation(net);
        sum = float(net(ones({2, 4})).sum().item());
      }
    });
  for (std::thread& thread : threads)
    thread.join();
  for (float sum : sums)
    EXPECT_EQ(sum, sums[0]);
  EXPECT_FALSE(net.is_training());
}

}  // namespace
}  // namespace hebb
