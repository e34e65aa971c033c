// Which kind of problem a loss is for.

#include "hebb/tasks/defaults.h"

#include <gtest/gtest.h>

namespace hebb {
namespace {

TEST(Defaults, LossesSayWhatTheirTargetsAre) {
  for (const char* line : {"mse", "mse_loss", "l1", "mae", "smooth_l1 beta=2", "huber delta=0.5"})
    EXPECT_EQ(task_of_loss(line), data::Task::regression) << line;
  for (const char* line : {"cross_entropy", "bce", "bce_with_logits"})
    EXPECT_EQ(task_of_loss(line), data::Task::classification) << line;
  EXPECT_EQ(task_of_loss(""), std::nullopt);
}

}  // namespace
}  // namespace hebb
