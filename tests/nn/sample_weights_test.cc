// Losses of samples that count differently: a weight of k is k copies of the sample.
#include <gtest/gtest.h>

#include "hebb/nn/losses.h"
#include "hebb/ops/create.h"
#include "hebb/ops/cross_entropy.h"
#include "hebb/ops/loss.h"
#include "support/message_of.h"

namespace hebb {
namespace {

struct Case {
  std::string line;
  int64_t columns;
  bool classes;
  std::vector<double> class_weights = {};
};

// Four samples, of which the second counts twice, the third not at all.
const std::vector<double> weights = {1, 2, 0, 1};
const std::vector<int64_t> copies = {0, 1, 1, 3};

Tensor rows(const Tensor& all, const std::vector<int64_t>& which) {
  return all.index_select(0, Tensor::from(which, {int64_t(which.size())}));
}

void expect_copies(const Loss& loss, const Case& c) {
  std::vector<float> values;
  for (int64_t i = 0; i < 4 * c.columns; ++i)
    values.push_back(0.1F + 0.17F * float((i * 7) % 5));
  const Tensor output = Tensor::from(values, {4, c.columns});
  const Tensor target = c.classes
                            ? Tensor::from(std::vector<int64_t>{1, 0, 1, 0}, {4})
                            : Tensor::from(std::vector<float>{0.2F, 0.9F, 0.4F, 0.7F}, {4, 1});
  Tensor a = output.clone(), b = output.clone();
  a.requires_grad_();
  b.requires_grad_();
  const LossValue weighted =
      loss(TensorDict{{"output", a}},
           TensorDict{{"y", target},
                      {std::string(sample_weight_name), Tensor::from(weights, {4}).to(f32)}});
  const LossValue copied =
      loss(TensorDict{{"output", rows(b, copies)}}, TensorDict{{"y", rows(target, copies)}});
  EXPECT_NEAR(weighted.mean.item(), copied.mean.item(), 1e-6) << c.line;
  EXPECT_NEAR(weighted.weight, copied.weight, 1e-9) << c.line;
  weighted.mean.backward();
  copied.mean.backward();
  const std::vector<double> got = a.grad().to_vector<double>(), want = b.grad().to_vector<double>();
  for (size_t i = 0; i < got.size(); ++i)
    EXPECT_NEAR(got[i], want[i], 1e-6) << c.line << " " << i;
}

TEST(SampleWeightsOfLosses, AreCopiesInEveryLoss) {
  for (const Case& c :
       {Case{"cross_entropy", 3, true}, Case{"cross_entropy label_smoothing=0.1", 3, true},
        Case{"cross_entropy", 2, true, {1, 3}}, Case{"bce_with_logits", 1, true},
        Case{"bce_with_logits", 1, true, {2, 0.5}}, Case{"bce", 1, true}, Case{"bce", 1, false},
        Case{"mse", 1, false}, Case{"l1", 1, false}, Case{"smooth_l1 0.1", 1, false},
        Case{"huber 0.2", 1, false}, Case{"focal 2", 3, true}, Case{"sigmoid_focal", 1, true},
        Case{"multi_margin", 3, true}, Case{"soft_margin", 1, true}})
    expect_copies(parse_loss(c.line, c.class_weights), c);
  // Every loss of the list is here.
  for (const SpecHelp& help : loss_help())
    EXPECT_TRUE(parse_loss(help.name).takes_sample_weights()) << help.name;
}

TEST(SampleWeightsOfLosses, OfFunctionsByName) {
  expect_copies(cross_entropy, {"cross_entropy", 3, true});
  expect_copies(mse_loss, {"mse_loss", 1, false});
  expect_copies(binary_cross_entropy, {"binary_cross_entropy", 1, false});
}

TEST(SampleWeightsOfLosses, ABatchThatDoesNotCountAddsNothing) {
  const LossValue none = parse_loss("mse")(
      TensorDict{{"output", ones({2, 1})}},
      TensorDict{{"y", zeros({2, 1})}, {std::string(sample_weight_name), zeros({2})}});
  EXPECT_EQ(none.weight, 0);
  LossSum sum;
  sum.add(none.mean.item(), none.weight);
  EXPECT_EQ(sum.weight, 0);
}

TEST(SampleWeightsOfLosses, AreRefusedByALossThatHasNoSingleSamples) {
  const Loss loss([](const Tensor& x, const Tensor& y) { return mse_loss(x, y); });
  EXPECT_NE(message_of([&] {
              loss(TensorDict{{"output", ones({2, 1})}},
                   TensorDict{{"y", zeros({2, 1})}, {std::string(sample_weight_name), ones({2})}});
            }).find("takes no weights of samples"),
            std::string::npos);
}

}  // namespace
}  // namespace hebb
