// Models of any signature: several inputs by name, several outputs, losses over all of them.

#include <gtest/gtest.h>

#include <cmath>

#include "hebb/autograd/no_grad.h"
#include "hebb/data/loader.h"
#include "hebb/nn/model.h"
#include "hebb/train/evaluation.h"
#include "support/message_of.h"
#include "train/clouds.h"

namespace hebb {
namespace {

struct TwoInputs : nn::Module {
  nn::Param table{nn::Linear(3, 5).weight.tensor().detach().clone()};  // [5, 3]
  nn::Linear head{5, 2};
  HEBB_FIELDS(table, head)
  HEBB_INPUTS(x, codes)
  Tensor forward(const Tensor& x, const Tensor& codes) {
    return head(cat({x, embedding(codes, table)}, 1));
  }
};

struct Both {
  Tensor label, size;
  HEBB_FIELDS(label, size)
};
struct TwoOutputs : nn::Module {
  nn::Linear hidden{2, 8}, label{8, 2}, size{8, 1};
  HEBB_FIELDS(hidden, label, size)
  Both forward(const Tensor& x) {
    const Tensor h = relu(hidden(x));
    return {label(h), size(h)};
  }
};

struct OfDicts : nn::Module {
  nn::Linear layer{2, 2};
  HEBB_FIELDS(layer)
  TensorDict forward(const TensorDict& in) {
    return {{"logits", layer(in["x"])}, {"same", in["x"]}};
  }
};

struct NoForward : nn::Module {
  nn::Linear layer{2, 2};
  HEBB_FIELDS(layer)
};

// clouds() with a code, 0 to 4, that goes with the class, and the size of x as a second target.
data::Dataset coded(int64_t n) {
  Tensor x, y;
  for (auto [a, b] : data::Loader(clouds(n), {.batch_size = n}))
    x = a, y = b;
  std::vector<int64_t> codes;
  for (int64_t i = 0; i < n; ++i)
    codes.push_back(i % 2 ? 3 + i % 4 / 2 : i % 3);
  const Tensor size = sum(x * x, {1});
  return data::from_tensors({{"x", x}, {"codes", Tensor::from(codes, {n})}},
                            {{"y", y}, {"size", size}});
}

TensorDict inputs_of(const data::Dataset& data) {
  for (const data::Batch& batch : data::Loader(data, {.batch_size = data.size()}))
    return batch.inputs;
  return {};
}

TEST(Model, TakesWhatItNames) {
  manual_seed(1);
  TwoInputs two;
  const nn::Model model(two);
  EXPECT_EQ(model.inputs(), (std::vector<std::string>{"x", "codes"}));
  const Tensor x = ones({2, 2}), codes = Tensor::from(std::vector<int64_t>{1, 4}, {2});
  const TensorDict out = model({{"codes", codes}, {"other", x}, {"x", x}});
  EXPECT_EQ(out.names(), (std::vector<std::string>{"output"}));
  EXPECT_EQ(out["output"].to_vector<double>(), two(x, codes).to_vector<double>());
  EXPECT_EQ(message_of([&] {
              model({{"x", x}, {"ids", codes}});
            }),
            "model: takes x and codes, but the inputs are x and ids");
}

TEST(Model, OfOneTensorTakesTheOneThatThereIs) {
  nn::Sequential one = net();
  const nn::Model model(one);
  const Tensor x = ones({3, 2});
  EXPECT_EQ(model({{"whatever", x}})["output"].to_vector<double>(), one(x).to_vector<double>());
  EXPECT_NE(message_of([&] {
              model({{"x", x}, {"codes", x}});
            }).find("takes one tensor, but the inputs are x and codes; HEBB_INPUTS(...)"),
            std::string::npos);
  EXPECT_NE(message_of([&] { model(TensorDict()); }).find("but the inputs are nothing"),
            std::string::npos);
}

TEST(Model, GivesSeveralByName) {
  TwoOutputs two;
  OfDicts dicts;
  NoForward none;
  const Tensor x = ones({3, 2});
  EXPECT_EQ(nn::Model(two)({{"x", x}}).names(), (std::vector<std::string>{"label", "size"}));
  EXPECT_EQ(nn::Model(dicts)({{"x", x}}).names(), (std::vector<std::string>{"logits", "same"}));
  const nn::Model model(none);
  EXPECT_NE(message_of([&] {
              model({{"x", x}});
            }).find("NoForward() has no forward()"),
            std::string::npos);
}

TEST(Model, OfTwoInputsIsTrainedAsByHand) {
  const data::Dataset data = coded(50);
  const auto made = [] {
    manual_seed(4);
    return TwoInputs();
  };
  TwoInputs by_hand = made(), by_fit = made();
  optim::SGD sgd(by_hand.parameters(), {.lr = 0.5});
  data::Loader loader(data, {.batch_size = 8, .shuffle = true, .seed = 9});
  const auto label_loss = [](const TensorDict& outputs, const TensorDict& targets) {
    return cross_entropy(outputs["output"], targets["y"]);
  };
  for (int epoch = 0; epoch < 2; ++epoch)
    for (const data::Batch& batch : loader) {
      sgd.zero_grad();
      cross_entropy(by_hand(batch["x"], batch["codes"]), batch["y"]).backward();
      sgd.step();
    }
  Trainer trainer(
      by_fit,
      {.loss = label_loss, .optimizer = optim::sgd({.lr = 0.5}), .metrics = {metrics::accuracy()}});
  trainer.fit(data, quiet({.epochs = 2, .batch_size = 8, .seed = 9}));
  EXPECT_EQ(weights(by_hand), weights(by_fit));

  const Evaluation seen = trainer.evaluate(data, 7);
  EXPECT_GT(find_value(seen.values, "accuracy").value(), 0.8);
  const Tensor outputs = trainer.predict(data, 7);
  by_hand.eval();
  NoGrad off;
  const TensorDict inputs = inputs_of(data);
  EXPECT_EQ(outputs.to_vector<double>(), trainer.predict(inputs)["output"].to_vector<double>());
  EXPECT_EQ(outputs.to_vector<double>(), by_hand(inputs["x"], inputs["codes"]).to_vector<double>());
  EXPECT_EQ(test_model(by_fit, label_loss, data).metrics[0].second, trainer.evaluate(data).loss);
}

TEST(Model, WhoseInputsAreMissingIsRefused) {
  TwoInputs model;
  const std::string said =
      message_of([&] { Trainer(model, {.loss = cross_entropy}).fit(clouds(8), quiet({})); });
  EXPECT_EQ(said, "model: takes x and codes, but the inputs are x");
  nn::Sequential one = net();
  EXPECT_NE(message_of([&] {
              Trainer(one, {.loss = cross_entropy}).fit(coded(8), quiet({}));
            }).find("takes one tensor, but the inputs are x and codes"),
            std::string::npos);
}

// A class and a quantity of the same sample, added up.
Loss both_losses() {
  return [](const TensorDict& outputs, const TensorDict& targets) {
    return cross_entropy(outputs["label"], targets["y"]) +
           mse_loss(outputs["size"].squeeze(), targets["size"]);
  };
}

struct TwoOutputsOfX : TwoOutputs {
  HEBB_INPUTS(x)
};

TEST(Model, OfTwoOutputsIsTrainedOnALossOverBoth) {
  manual_seed(6);
  TwoOutputsOfX model;
  Trainer trainer(model, {.loss = both_losses(),
                          .optimizer = optim::adam({.lr = 0.02}),
                          .metrics = {metrics::accuracy()}});
  const std::vector<EpochLog> history =
      trainer.fit(coded(100), quiet({.epochs = 40, .batch_size = 16}));
  EXPECT_LT(*find_value(history.back().values, "loss"),
            *find_value(history.front().values, "loss") / 2);
  EXPECT_GT(*find_value(history.back().values, "accuracy"), 0.7);  // of the first output
  const TensorDict all = trainer.predict_all(coded(10), 4);
  EXPECT_EQ(all["label"].shape(), (Dims{10, 2}));
  EXPECT_EQ(all["size"].shape(), (Dims{10, 1}));
  EXPECT_EQ(message_of([&] { trainer.predict(coded(10)); }),
            "predict: the model gives label and size; predict_all() has them by name");
  EXPECT_NE(message_of([&] { Trainer(model, {.loss = cross_entropy}).evaluate(coded(10)); })
                .find("loss: is of one output and one target, but the model gives label and size "
                      "and the targets are y and size"),
            std::string::npos);
  EXPECT_NE(message_of([&] { Trainer(model, {}).evaluate(coded(10)); }).find("loss: there is none"),
            std::string::npos);
}

// ---- sums and weights ----

// Only targets of class 1 count; a mean over them.
Loss of_ones() {
  return [](const TensorDict& outputs, const TensorDict& targets) {
    const Tensor counts = targets["y"].to(f32);
    const Tensor each = outputs["output"].reshape({-1}) - targets["size"];
    return LossValue::of_sum(sum(each * each * counts), sum(counts).item());
  };
}

struct OneOutput : nn::Module {
  nn::Linear layer{2, 1};
  HEBB_FIELDS(layer)
  HEBB_INPUTS(x)
  Tensor forward(const Tensor& x) { return layer(x); }
};

TEST(Model, ASumOverWhatCountsIsTheSameInAnyBatches) {
  const data::Dataset data = coded(24);
  const auto trained = [&](int64_t batch_size, int64_t accumulate) {
    manual_seed(5);
    OneOutput model;
    Trainer trainer(
        model, {.loss = of_ones(), .optimizer = optim::sgd({.lr = 0.1}), .accumulate = accumulate});
    const std::vector<EpochLog> history =
        trainer.fit(data, quiet({.epochs = 2, .batch_size = batch_size}));
    std::vector<double> out = weights(model);
    out.push_back(find_value(history.back().values, "loss").value());
    out.push_back(trainer.evaluate(data, batch_size).loss);
    return out;
  };
  const std::vector<double> whole = trained(24, 1);
  for (const auto& [batch_size, accumulate] : {std::pair{12, 2}, {5, 5}, {1, 24}}) {
    const std::vector<double> parts = trained(batch_size, accumulate);
    for (size_t i = 0; i < whole.size(); ++i)
      EXPECT_NEAR(parts[i], whole[i], 2e-6) << batch_size << ' ' << i;
  }
}

}  // namespace
}  // namespace hebb
