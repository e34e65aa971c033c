// Losses with a weight for each class against PyTorch (tests/reference/class_weights.json, written
// by class_weights.py), and their means over batches.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "hebb/base/file.h"
#include "hebb/nn/losses.h"
#include "hebb/ops/create.h"
#include "support/message_of.h"
#include "support/places.h"

namespace hebb {
namespace {

nlohmann::json weighted_losses() {
  return nlohmann::json::parse(read_file(reference_folder() / "class_weights.json"));
}

TEST(ClassWeights, FollowPyTorch) {
  int cases = 0;
  for (const auto& c : weighted_losses()) {
    const Loss loss =
        parse_loss(c["line"].get<std::string>(), c["weights"].get<std::vector<double>>());
    const Dims shape(c["shape"].get<std::vector<int64_t>>());
    Tensor output = Tensor::from(c["output"].get<std::vector<float>>(), shape);
    output.requires_grad_();
    const std::vector<int64_t> labels = c["target"];
    const Tensor value = loss(output, Tensor::from(labels, {int64_t(labels.size())}));
    EXPECT_NEAR(value.item(), c["loss"].get<double>(), 1e-6) << c["line"];
    value.backward();
    const std::vector<double> got = output.grad().to_vector<double>(), wanted = c["grad"];
    ASSERT_EQ(got.size(), wanted.size());
    for (size_t i = 0; i < got.size(); ++i)
      EXPECT_NEAR(got[i], wanted[i], 1e-6) << c["line"] << " " << i;
    ++cases;
  }
  EXPECT_EQ(cases, 10);
}

// A mean over all samples is that of its batches by their weights.
TEST(ClassWeights, BatchesAddUp) {
  for (const auto& c : weighted_losses()) {
    const Loss loss =
        parse_loss(c["line"].get<std::string>(), c["weights"].get<std::vector<double>>());
    const std::vector<float> outputs = c["output"];
    const std::vector<int64_t> labels = c["target"];
    const size_t each = outputs.size() / labels.size();
    LossSum sum;
    // Two of different sizes and weights; a batch whose weight is 0 would count for nothing.
    for (const auto& [first, last] : {std::pair<size_t, size_t>{0, 2}, {2, labels.size()}}) {
      const auto n = int64_t(last - first);
      const std::vector<float> rows(outputs.begin() + int64_t(first * each),
                                    outputs.begin() + int64_t(last * each));
      const Tensor target = Tensor::from(
          std::vector<int64_t>(labels.begin() + int64_t(first), labels.begin() + int64_t(last)),
          {n});
      sum.add(loss(Tensor::from(rows, {n, int64_t(each)}), target).item(), loss.weight(target));
    }
    EXPECT_NEAR(sum.mean(), c["loss"].get<double>(), 1e-6) << c["line"];
  }
}

TEST(ClassWeights, AreRefusedWhereTheyMeanNothing) {
  for (const char* line : {"mse", "l1", "huber"})
    EXPECT_NE(message_of([&] {
                parse_loss(line, std::vector<double>{1, 2});
              })
                  .find("this loss takes no weights of classes; cross_entropy, nll, "
                        "bce_with_logits, bce, focal, multi_margin do"),
              std::string::npos);
  EXPECT_NE(message_of([&] {
              parse_loss("bce", std::vector<double>{1, 2, 3});
            }).find("it is for two classes, and there are weights of 3"),
            std::string::npos);
  const Tensor output = zeros({2, 2}), target = Tensor::from(std::vector<int64_t>{0, 1}, {2});
  EXPECT_EQ(parse_loss("cross_entropy", std::vector<double>{})(output, target).item(),
            parse_loss("cross_entropy")(output, target).item());
}

}  // namespace
}  // namespace hebb
