// Penalties on weights: their value and gradient, and what a training step does with them.
#include "hebb/optim/penalty.h"

#include <gtest/gtest.h>

#include "hebb/nn/nn.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/create.h"
#include "hebb/ops/loss.h"
#include "hebb/ops/random.h"
#include "hebb/ops/random_key.h"
#include "hebb/optim/sgd.h"
#include "hebb/train/train_step.h"
#include "support/message_of.h"

namespace hebb::optim {
namespace {

TEST(Penalty, IsTheSumOfSizesAndSquares) {
  Tensor w = tensor({1.0, -2.0, 0.0, 4.0}, {2, 2}).requires_grad_(),
         bias = tensor({3.0}).requires_grad_(), frozen = tensor({100.0}, {1, 1});
  const std::vector<Tensor> params = {w, bias, frozen};
  EXPECT_EQ(penalty(params, {.l1 = 0.5}).item(), 3.5);
  EXPECT_EQ(penalty(params, {.l2 = 2}).item(), 42);
  EXPECT_EQ(penalty(params, {.l1 = 0.5, .l2 = 2, .all_params = true}).item(), 3.5 + 42 + 1.5 + 18);
  EXPECT_EQ(penalty({frozen}, {.l1 = 1}).item(), 0);
  penalty(params, {.l1 = 0.5, .l2 = 2}).backward();
  EXPECT_EQ(w.grad().to_vector<double>(), (std::vector<double>{4.5, -8.5, 0, 16.5}));
  EXPECT_FALSE(bias.grad().defined());
  EXPECT_NE(message_of([&] { penalty(params, {.l1 = -1}); }).find("should be at least 0"),
            std::string::npos);
}

TEST(Penalty, Lines) {
  const Penalty l1 = parse_penalty("l1 1e-5"), l2 = parse_penalty("l2 strength=2 all_params=true"),
                both = parse_penalty("elastic_net 0.1 0.2");
  EXPECT_EQ(l1.l1, 1e-5);
  EXPECT_EQ(l1.l2, 0);
  EXPECT_FALSE(l1.all_params);
  EXPECT_EQ(l2.l2, 2);
  EXPECT_TRUE(l2.all_params);
  EXPECT_EQ(both.l1, 0.1);
  EXPECT_EQ(both.l2, 0.2);
  EXPECT_NE(message_of([] { parse_penalty("l3 1"); }).find("l3"), std::string::npos);
  EXPECT_NE(message_of([] { parse_penalty("l1 -1"); }).find("at least 0"), std::string::npos);
  EXPECT_NE(message_of([] { parse_penalty("l1"); }).find("strength"), std::string::npos);
  EXPECT_EQ(penalty_help().size(), 3u);
}

// Three steps, each of so many batches.
std::vector<double> trained(const Penalty& penalty, double weight_decay, int batches) {
  manual_seed(2);
  nn::Linear model(3, 2);
  const Tensor x = randn({4, 3}), y = randn({4, 2});
  TrainStep step(
      [&](const TensorDict&, const TensorDict&) {
        return TrainStep::Computed{.loss = {mse_loss(model(x), y), 4}};
      },
      sgd({.lr = 0.1, .weight_decay = weight_decay})({{.params = model.parameters()}}),
      {.penalty = penalty});
  for (int i = 0; i < 3; ++i) {
    step.begin(4.0 * batches);
    for (int b = 0; b < batches; ++b)
      EXPECT_TRUE(step.add({}, {}, 4));
    step.take(0.1);
  }
  return model.weight->to_vector<double>();
}

TEST(Penalty, AStepTakesItOnce) {
  const auto plain = trained({}, 0.02, 1),
             squares = trained({.l2 = 0.01, .all_params = true}, 0, 1),
             in_two = trained({.l2 = 0.01, .all_params = true}, 0, 2),
             sizes = trained({.l1 = 0.01}, 0, 1), none = trained({}, 0, 1);
  double moved = 0;
  for (size_t i = 0; i < plain.size(); ++i) {
    EXPECT_NEAR(plain[i], squares[i], 1e-6);  // weight_decay d is the penalty d/2 w²
    EXPECT_NEAR(plain[i], in_two[i], 1e-6);
    moved += std::abs(none[i]) - std::abs(sizes[i]);
  }
  EXPECT_GT(moved, 0);
  EXPECT_NE(message_of([] { trained({.l2 = std::nan("")}, 0, 1); }).find("finite"),
            std::string::npos);
}

}  // namespace
}  // namespace hebb::optim
