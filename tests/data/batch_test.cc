// Batches of several inputs and targets: every field that a source or a step gives is stacked, and
// each is found by its name.

#include "hebb/data/batch.h"

#include <gtest/gtest.h>

#include <cstring>

#include "hebb/base/error.h"
#include "hebb/data/collate.h"
#include "hebb/data/loader.h"
#include "hebb/data/tensors.h"
#include "support/message_of.h"

namespace hebb::data {
namespace {

Tensor floats(const std::vector<float>& values, const Dims& shape) {
  return Tensor::from(values, shape);
}

// Three samples: x [2], codes [2] i64, mask bool; y a quantity, label a class.
Dataset five_fields() {
  const Tensor codes = Tensor::from(std::vector<int64_t>{1, 2, 3, 4, 5, 6}, {3, 2});
  const Tensor mask = Tensor::from(std::vector<float>{1, 0, 1}, {3}).to(DType::boolean);
  return from_tensors(
      {{"codes", codes.to(DType::i32)}, {"x", floats({1, 2, 3, 4, 5, 6}, {3, 2})}, {"mask", mask}},
      {{"y", floats({0.5, 1.5, 2.5}, {3})},
       {"label", Tensor::from(std::vector<int64_t>{7, 8, 9}, {3})}});
}

TEST(Batch, HoldsEveryFieldByName) {
  for (const int workers : {0, 1, 3}) {
    std::vector<int64_t> codes, labels;
    std::vector<double> y, x, mask;
    for (const Batch& batch : Loader(five_fields(), {.batch_size = 2, .workers = workers})) {
      EXPECT_EQ(batch.inputs.names(), (std::vector<std::string>{"x", "codes", "mask"}));
      EXPECT_EQ(batch.targets.names(), (std::vector<std::string>{"y", "label"}));
      EXPECT_EQ(batch["codes"].dtype(), i64);
      EXPECT_EQ(batch["mask"].dtype(), DType::boolean);
      EXPECT_EQ(batch["codes"].shape(), (Dims{batch.size(), 2}));
      EXPECT_EQ(batch["label"].shape(), (Dims{batch.size()}));
      const auto add = [](auto& to, const auto& values) {
        to.insert(to.end(), values.begin(), values.end());
      };
      add(codes, batch["codes"].to_vector<int64_t>());
      add(labels, batch["label"].to_vector<int64_t>());
      add(x, batch["x"].to_vector<double>());
      add(y, batch["y"].to_vector<double>());
      add(mask, batch["mask"].to_vector<double>());
    }
    EXPECT_EQ(codes, (std::vector<int64_t>{1, 2, 3, 4, 5, 6}));
    EXPECT_EQ(labels, (std::vector<int64_t>{7, 8, 9}));
    EXPECT_EQ(x, (std::vector<double>{1, 2, 3, 4, 5, 6}));
    EXPECT_EQ(y, (std::vector<double>{0.5, 1.5, 2.5}));
    EXPECT_EQ(mask, (std::vector<double>{1, 0, 1}));
  }
}

TEST(Batch, SaysWhatItHolds) {
  const Dataset data = five_fields();
  for (const Batch& batch : Loader(data, {.batch_size = 3})) {
    EXPECT_EQ(hebb::message_of([&] { batch["code"]; }),
              "batch: unknown tensor 'code'; did you mean 'codes'?");
    EXPECT_EQ(hebb::message_of([&] {
                auto [x, y] = batch;
                (void)x, (void)y;
              }),
              "batch: auto [x, y] is for one input and one target, but the inputs are x, codes and "
              "mask; take each by its name: batch[\"x\"]");
  }
  const Dataset two_targets =
      from_tensors({{"x", floats({1, 2}, {2, 1})}},
                   {{"y", floats({1, 2}, {2})}, {"weight", floats({3, 4}, {2})}});
  EXPECT_EQ(hebb::message_of([&] {
              for (auto [x, y] : Loader(two_targets))
                (void)x, (void)y;
            }),
            "batch: auto [x, y] is for one input and one target, but the targets are y and weight; "
            "take each by its name: batch[\"y\"]");
}

TEST(Batch, RefusesFieldsThatDoNotFit) {
  const Tensor x = floats({1, 2}, {2, 1}), y = floats({1, 2}, {2});
  EXPECT_EQ(hebb::message_of([&] {
              from_tensors({{"ids", x}}, {{"y", y}});
            }),
            "tensors: one of the inputs should be called x, but there is ids");
  EXPECT_EQ(hebb::message_of([&] {
              from_tensors({{"x", x}}, {{"a", y}, {"b", y}});
            }),
            "tensors: one of the targets should be called y, but there are a and b");
  EXPECT_EQ(hebb::message_of([&] {
              from_tensors({{"x", x}, {"y", x}}, {{"y", y}});
            }),
            "tensors: there are two fields 'y'");
  EXPECT_NE(hebb::message_of([&] {
              from_tensors({{"x", x}, {"z", floats({1}, {1})}}, {{"y", y}});
            }).find("but there are 2 samples"),
            std::string::npos);
}

TEST(Batch, OtherFieldsChangeTheHash) {
  const Tensor x = floats({1, 2}, {2, 1}), y = floats({1, 2}, {2});
  const Dataset plain = from_tensors(x, y),
                more = from_tensors({{"x", x}, {"z", floats({1, 2}, {2})}}, {{"y", y}}),
                other = from_tensors({{"x", x}, {"z", floats({1, 3}, {2})}}, {{"y", y}});
  EXPECT_EQ(plain.hash(), from_tensors({{"x", x}}, {{"y", y}}).hash());
  EXPECT_NE(plain.hash(), more.hash());
  EXPECT_NE(more.hash(), other.hash());
}

// Makes a second input of the first one, and doubles the target.
class Halves : public Step {
 public:
  Schema map(const Schema& in) const override {
    Schema out = in;
    out.push_back({.name = "second", .kind = FieldKind::number, .dtype = f64, .shape = {1}});
    return out;
  }
  void apply(Record& record, Philox&) const override {
    const Value& x = record.at(input_field);
    const double half = double(x.data<float>()[0]) / 2;
    *static_cast<double*>(record.add("second").make(f64, {1})) = half;
    Value& y = record.at(target_field);
    const float twice = 2 * y.data<float>()[0];
    *static_cast<float*>(y.make(f32, {})) = twice;
  }
  std::string line() const override { return "halves"; }
  std::vector<std::string> words() const override { return {}; }
};

TEST(Batch, AStepMayGiveASecondInputAndChangeTheTarget) {
  const Dataset plain = from_tensors(floats({2, 4, 6}, {3, 1}), floats({1, 2, 3}, {3}));
  Recipe::Steps steps = plain.recipe().steps();
  steps.push_back(std::make_shared<Halves>());
  Schema input = plain.source().schema();
  const Dataset data = plain.with_recipe({input, steps});
  std::vector<double> x, second, y;
  for (const Batch& batch : Loader(data, {.batch_size = 3})) {
    x = batch["x"].to_vector<double>();
    second = batch["second"].to_vector<double>();
    y = batch["y"].to_vector<double>();
    EXPECT_EQ(batch["second"].dtype(), f64);
    EXPECT_EQ(batch.inputs.names(), (std::vector<std::string>{"x", "second"}));
  }
  EXPECT_EQ(x, (std::vector<double>{2, 4, 6}));
  EXPECT_EQ(second, (std::vector<double>{1, 2, 3}));
  EXPECT_EQ(y, (std::vector<double>{2, 4, 6}));
}

// A field of another size for every sample.
class Varying : public Halves {
 public:
  Schema map(const Schema& in) const override {
    Schema out = Halves::map(in);
    out.back().shape = {-1};
    return out;
  }
};

TEST(Batch, WhatVariesInSizeIsNotStacked) {
  const Dataset plain = from_tensors(floats({2, 4}, {2, 1}), floats({1, 2}, {2}));
  Recipe::Steps steps = plain.recipe().steps();
  steps.push_back(std::make_shared<Varying>());
  const Dataset data = plain.with_recipe({plain.source().schema(), steps});
  EXPECT_NE(hebb::message_of([&] { Loader loader(data); }).find("loader: 'second' is"),
            std::string::npos);
}

TEST(Batch, TheInputMayBeTheTarget) {
  const Dataset data =
      from_tensors(floats({2, 4}, {2, 1}), Tensor::from(std::vector<int64_t>{0, 1}, {2}))
          .with_normalize({1}, {2})
          .with_input_as_target();
  EXPECT_EQ(data.task(), Task::regression);
  EXPECT_EQ(data.target_shape(), (Dims{1}));
  for (auto [x, y] : Loader(data)) {
    EXPECT_TRUE(x.same(y));
    EXPECT_EQ(y.to_vector<double>(), (std::vector<double>{0.5, 1.5}));
  }
}

}  // namespace
}  // namespace hebb::data
