// Models in several threads at once. Meant for the builds with sanitizers, which see what a plain run survives.

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

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
  for (int i = 0; i < 2000; ++i) others.push_back(std::make_unique<nn::Linear>(2, 2));
  std::atomic<bool> over = false;
  std::thread destroyer([&] {
    others.clear();
    over = true;
  });
  do sgd.step();
  while (!over);
  destroyer.join();
  EXPECT_GT(sgd.steps(), 0);
}

}  // namespace
}  // namespace hebb
