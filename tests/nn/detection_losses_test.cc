// Losses of detectors against torchvision (tests/reference/detection_losses.json, written by
// detection_losses.py).
#include "hebb/nn/detection_losses.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "hebb/autograd/gradcheck.h"
#include "hebb/base/file.h"
#include "hebb/ops/create.h"
#include "hebb/ops/random.h"
#include "hebb/ops/random_key.h"
#include "support/message_of.h"
#include "support/places.h"

namespace hebb {
namespace {

using Doubles = std::vector<double>;

Tensor stored_rows(const nlohmann::json& rows) {
  if (!rows[0].is_array())
    return tensor(rows.get<Doubles>());
  Doubles all;
  for (const auto& row : rows)
    for (double value : row.get<Doubles>())
      all.push_back(value);
  return tensor(all, {int64_t(rows.size()), int64_t(rows[0].size())});
}

void expect_gradient(const Tensor& got, const nlohmann::json& wanted) {
  const Doubles values = got.to_vector<double>();
  ASSERT_EQ(values.size(), wanted.size());
  for (size_t i = 0; i < values.size(); ++i)
    EXPECT_NEAR(values[i], wanted[i].get<double>(), 1e-12) << i;
}

TEST(DetectionLosses, AreTorchvisions) {
  const auto cases = nlohmann::json::parse(read_file(reference_folder() / "detection_losses.json"));
  ASSERT_EQ(cases.size(), 6u);
  for (const auto& c : cases) {
    SCOPED_TRACE(c["name"].get<std::string>());
    const auto loss = c["name"] == "rpn" ? rpn_loss : detection_loss;
    Tensor scores = stored_rows(c["scores"]).requires_grad_(),
           deltas = stored_rows(c["deltas"]).requires_grad_();
    BoxLossOptions options;
    options.box_weight = c["options"].value("box_weight", options.box_weight);
    options.beta = c["options"].value("beta", options.beta);
    const Tensor value = loss(scores, deltas, tensor(c["labels"].get<std::vector<int64_t>>()),
                              stored_rows(c["targets"]), options);
    EXPECT_NEAR(value.item(), c["loss"].get<double>(), 1e-12);
    value.backward();
    expect_gradient(scores.grad(), c["scores grad"]);
    expect_gradient(deltas.grad(), c["deltas grad"]);
  }
}

TEST(DetectionLosses, Gradients) {
  manual_seed(4);
  const Tensor labels = tensor({1, 0, -1}), classes = tensor({2, 0, 1}),
               targets = randn({3, 4}, f64);
  gradcheck(
      [&](const std::vector<Tensor>& in) {
        return std::vector{rpn_loss(in[0], in[1], labels, targets)};
      },
      {randn({3}, f64), randn({3, 4}, f64)});
  gradcheck(
      [&](const std::vector<Tensor>& in) {
        return std::vector{detection_loss(in[0], in[1], classes, targets)};
      },
      {randn({3, 3}, f64), randn({3, 12}, f64)});
}

// Boxes of the background are nobody's: often they were never computed.
TEST(DetectionLosses, WhatIsNoObjectHasNoBox) {
  const double nan = std::nan("");
  const Tensor scores = zeros({2}, f64),
               boxes = tensor(Doubles{1, 2, 3, 4, nan, nan, nan, nan}, {2, 4}),
               targets = tensor(Doubles{1, 2, 3, 4, 5, 6, 7, 8}, {2, 4});
  EXPECT_NEAR(rpn_loss(scores, boxes, tensor({1, 0}), targets).item(), std::log(2), 1e-12);
  EXPECT_NEAR(detection_loss(zeros({2, 5}, f64), boxes, tensor({3, 0}), targets).item(),
              std::log(5), 1e-12);
  EXPECT_EQ(rpn_loss(scores, boxes, tensor({-1, -1}), targets).item(), 0);
}

TEST(DetectionLosses, RefuseWhatDoesNotFit) {
  const Tensor boxes = zeros({2, 4}), labels = tensor({1, 0});
  EXPECT_NE(message_of([&] { rpn_loss(zeros({3}), boxes, labels, boxes); }).find("[N] and [N, 4]"),
            std::string::npos);
  EXPECT_NE(
      message_of([&] { rpn_loss(zeros({2}), boxes, zeros({2}), boxes); }).find("whole numbers [N]"),
      std::string::npos);
  EXPECT_NE(message_of([&] {
              detection_loss(zeros({2, 3}), zeros({2, 8}), labels, boxes);
            }).find("of 3 classes, [2, 12]"),
            std::string::npos);
  EXPECT_NE(message_of([&] {
              detection_loss(zeros({2}), boxes, labels, boxes);
            }).find("should be [N, C]"),
            std::string::npos);
}

}  // namespace
}  // namespace hebb
