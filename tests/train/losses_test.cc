#include "hebb/train/losses.h"

#include <gtest/gtest.h>

namespace hebb {
namespace {

TEST(Losses, SayWhatTheirTargetsAre) {
  for (const char* line : {"mse", "mse_loss", "l1", "mae", "smooth_l1 beta=2", "huber delta=0.5"})
    EXPECT_EQ(task_of_loss(line), data::Task::regression) << line;
  for (const char* line : {"", "cross_entropy", "bce_with_logits"}) EXPECT_EQ(task_of_loss(line), std::nullopt) << line;
}

}  // namespace
}  // namespace hebb
