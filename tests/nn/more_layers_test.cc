// Layers that no line of a configuration names: tables of rows, layers of two inputs, unpooling,
// random pooling, whole samples dropped, and containers. Numbers are PyTorch's where they are
// given.

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "hebb/nn/nn.h"
#include "hebb/ops/ops.h"
#include "support/message_of.h"

namespace hebb {
namespace {

using nn::AnyModule;

std::vector<std::string> state_names(nn::Module& module) {
  std::vector<std::string> all;
  for (const auto& [name, tensor] : module.state_dict())
    all.push_back(name);
  return all;
}
std::vector<double> numbers_of(const Tensor& t) {
  return t.to_vector<double>();
}

TEST(Embedding, RowsComeOutAndThePaddingIsNotTrained) {
  nn::Embedding table({.rows = 5, .width = 3, .padding_idx = -4});
  EXPECT_EQ(table.describe(), "Embedding(5, 3, padding_idx=1)");
  EXPECT_EQ(state_names(table), std::vector<std::string>{"weight"});
  EXPECT_EQ(numbers_of(table.weight.tensor()[{1}]), std::vector<double>(3, 0));
  EXPECT_NE(numbers_of(table.weight.tensor()[{2}]), std::vector<double>(3, 0));
  const Tensor y = table(tensor(std::vector<int64_t>{2, 1, 2, 4}, {2, 2}));
  EXPECT_EQ(y.shape(), (Dims{2, 2, 3}));
  EXPECT_EQ(numbers_of(y[{0, 0}]), numbers_of(table.weight.tensor()[{2}]));
  y.sum().backward();
  EXPECT_EQ(numbers_of(table.weight->grad()),
            (std::vector<double>{0, 0, 0, 0, 0, 0, 2, 2, 2, 0, 0, 0, 1, 1, 1}));
  EXPECT_NE(message_of([] {
              nn::Embedding({.rows = 2, .width = 1, .padding_idx = 2});
            }).find("padding_idx is 2, but there are 2 rows"),
            std::string::npos);
}

TEST(Embedding, RowsBeginNormal) {
  manual_seed(3);
  nn::Embedding table(2000, 10);
  const std::vector<double> all = numbers_of(table.weight);
  double sum = 0, squares = 0;
  for (double v : all)
    sum += v, squares += v * v;
  EXPECT_NEAR(sum / double(all.size()), 0, 0.03);
  EXPECT_NEAR(squares / double(all.size()), 1, 0.03);
}

TEST(EmbeddingBag, BagsComeOutInEachMode) {
  const Tensor rows = tensor({{1, 2}, {3, 5}, {4, 1}});
  const Tensor input = tensor(std::vector<int64_t>{0, 1, 2, 1}),
               offsets = tensor(std::vector<int64_t>{0, 2});
  for (const auto& [mode, expected] : std::vector<std::pair<std::string, std::vector<double>>>{
           {"sum", {4, 7, 7, 6}}, {"mean", {2, 3.5, 3.5, 3}}, {"max", {3, 5, 4, 5}}}) {
    nn::EmbeddingBag bag({.rows = 3, .width = 2, .mode = mode});
    bag.weight.tensor().copy_(rows);
    EXPECT_EQ(numbers_of(bag(input, offsets)), expected) << mode;
    EXPECT_EQ(bag.describe(), "EmbeddingBag(3, 2, mode='" + mode + "')");
  }
  EXPECT_NE(message_of([] {
              nn::EmbeddingBag({.rows = 2, .width = 1, .mode = "min"});
            }).find("mode 'min'"),
            std::string::npos);
}

TEST(Bilinear, IsTheProductWithBothInputs) {
  nn::Bilinear layer(2, 3, 2);
  EXPECT_EQ(layer.describe(),
            "Bilinear(in1_features=2, in2_features=3, out_features=2, bias=True)");
  EXPECT_EQ(state_names(layer), (std::vector<std::string>{"weight", "bias"}));
  layer.weight.tensor().copy_(arange(12, f32).reshape({2, 2, 3}));
  layer.bias->tensor().copy_(tensor({0.5, -1}));
  const Tensor y = layer(tensor({{1., 2.}, {0., -1.}}), tensor({{1., 0., 2.}, {3., 1., 1.}}));
  EXPECT_EQ(numbers_of(y), (std::vector<double>{30.5, 83, -17.5, -49}));
  EXPECT_NE(message_of([&] {
              layer(ones({1, 2}), ones({1, 2}));
            }).find("expects 2 and 3"),
            std::string::npos);
}

TEST(AdaptiveLogSoftmax, RefusesWhatDoesNotFit) {
  const auto refusal = [](std::vector<int64_t> cutoffs, double div_value = 4) {
    return message_of([&] {
      nn::AdaptiveLogSoftmaxWithLoss({.in_features = 8,
                                      .n_classes = 10,
                                      .cutoffs = std::move(cutoffs),
                                      .div_value = div_value});
    });
  };
  for (const std::vector<int64_t>& cutoffs :
       std::vector<std::vector<int64_t>>{{}, {0, 3}, {3, 3}, {5, 2}, {3, 10}})
    EXPECT_NE(refusal(cutoffs).find("should be rising numbers from 1 to 9"), std::string::npos);
  EXPECT_NE(refusal({3, 6}).find("of 8 features cluster 1 would have none"), std::string::npos);
  EXPECT_NE(refusal({3}, 0).find("div_value is 0"), std::string::npos);
  nn::AdaptiveLogSoftmaxWithLoss layer({.in_features = 8, .n_classes = 10, .cutoffs = {3}});
  EXPECT_NE(message_of([&] {
              layer(ones({2, 8}), tensor(std::vector<int64_t>{0, 10}));
            }).find("targets should be from 0 to 9"),
            std::string::npos);
  EXPECT_NE(message_of([&] {
              layer(ones({2, 8}), tensor(std::vector<int64_t>{0}));
            }).find("should be [N, 8] and [N]"),
            std::string::npos);
}

TEST(Distances, OfVectors) {
  const Tensor a = tensor({{3., 4.}, {1., 0.}}), b = tensor({{4., 3.}, {0., 2.}});
  const std::vector<double> cosines = numbers_of(nn::CosineSimilarity()(a, b)),
                            apart = numbers_of(nn::PairwiseDistance(1, 0)(a, b));
  EXPECT_NEAR(cosines[0], 24.0 / 25, 1e-6);
  EXPECT_NEAR(cosines[1], 0, 1e-6);
  EXPECT_EQ(apart, (std::vector<double>{2, 3}));
  EXPECT_EQ(nn::PairwiseDistance(2, 1e-6, true)(a, b).shape(), (Dims{2, 1}));
}

TEST(MaxUnpool, PutsMaximaBack) {
  const Tensor x = arange(16, f32).reshape({1, 1, 4, 4});
  const auto [y, indices] = max_pool2d_with_indices(x, {.kernel_size = {2}});
  const Tensor back = nn::MaxUnpool2d(2)(y, indices);
  EXPECT_EQ(numbers_of(back),
            (std::vector<double>{0, 0, 0, 0, 0, 5, 0, 7, 0, 0, 0, 0, 0, 13, 0, 15}));
  EXPECT_EQ(nn::MaxUnpool2d(2)(y, indices, Dims{5, 4}).shape(), (Dims{1, 1, 5, 4}));
  EXPECT_EQ(nn::MaxUnpool1d(2).describe(),
            "MaxUnpool1d(kernel_size=(2,), stride=(2,), padding=(0,))");
}

TEST(FractionalMaxPool, GivesTheSizeAskedFor) {
  nn::FractionalMaxPool2d pool({.kernel_size = {2}, .output_size = {3}});
  const Tensor x = randn({2, 3, 8, 7});
  EXPECT_EQ(pool(x).shape(), (Dims{2, 3, 3, 3}));
  EXPECT_EQ(
      nn::FractionalMaxPool3d({.kernel_size = {2}, .output_ratio = {0.5}})(randn({1, 1, 6, 5, 8}))
          .shape(),
      (Dims{1, 1, 3, 2, 4}));
}

TEST(FractionalMaxPool, DrawsInTrainingOnly) {
  manual_seed(3);
  nn::FractionalMaxPool2d flat({.kernel_size = {2}, .output_size = {5}});
  nn::FractionalMaxPool3d deep({.kernel_size = {2}, .output_size = {3}});
  const Tensor x = randn({2, 3, 11, 9}), y = randn({3, 7, 7, 7});
  EXPECT_NE(numbers_of(flat(x)), numbers_of(flat(x)));
  flat.eval();
  deep.eval();
  const Tensor all = flat(x);
  EXPECT_EQ(numbers_of(all), numbers_of(flat(x)));
  EXPECT_EQ(numbers_of(all[{1}]), numbers_of(flat(x[{1}])));  // without a batch, too
  EXPECT_EQ(numbers_of(deep(y)), numbers_of(deep(y.unsqueeze(0))[{0}]));
}

TEST(StochasticDepth, DropsWholeSamples) {
  manual_seed(1);
  nn::StochasticDepth drop(0.25);
  const std::vector<double> rows = numbers_of(mean(drop(ones({4000, 3})), {1}));
  int kept = 0;
  for (double row : rows) {
    EXPECT_TRUE(row == 0 || std::abs(row - 1 / 0.75) < 1e-6) << row;
    kept += row != 0;
  }
  EXPECT_NEAR(kept / 4000.0, 0.75, 0.03);
  drop.eval();
  EXPECT_EQ(numbers_of(drop(ones({3, 2}))), std::vector<double>(6, 1));
  EXPECT_NE(message_of([] { nn::StochasticDepth(0.5, "rows"); }).find("should be row or batch"),
            std::string::npos);
}

// The moments stay, which is what these forms are for.
TEST(AlphaDropout, KeepsMeanAndVariance) {
  manual_seed(2);
  nn::AlphaDropout drop(0.3);
  nn::FeatureAlphaDropout channels(0.3);
  const Tensor x = randn({400, 50, 4});
  for (const Tensor& y : {drop(x), channels(x)}) {
    EXPECT_NEAR(mean(y).item(), 0, 0.03);
    EXPECT_NEAR(var(y).item(), 1, 0.05);
  }
}

TEST(ChannelDropout, DropsWholeChannels) {
  manual_seed(4);
  const std::vector<double> sums =
      numbers_of(sum(nn::Dropout2d(0.4)(ones({200, 30, 2, 2})), {2, 3}));
  int dropped = 0;
  for (double s : sums) {
    EXPECT_TRUE(s == 0 || std::abs(s - 4 / 0.6) < 1e-4) << s;
    dropped += s == 0;
  }
  EXPECT_NEAR(dropped / double(sums.size()), 0.4, 0.03);
}

TEST(DropConnect, DropsWeightsWhileTraining) {
  manual_seed(5);
  nn::DropConnect layer({.in = 40, .out = 30, .p = 0.5, .bias = false});
  const Tensor x = eye(40);
  const std::vector<double> trained = numbers_of(layer(x).t()), weights = numbers_of(layer.weight);
  int dropped = 0;
  for (size_t i = 0; i < weights.size(); ++i) {
    EXPECT_TRUE(trained[i] == 0 || std::abs(trained[i] - 2 * weights[i]) < 1e-6);
    dropped += trained[i] == 0;
  }
  EXPECT_NEAR(dropped / double(weights.size()), 0.5, 0.06);
  layer.eval();
  EXPECT_EQ(numbers_of(layer(x).t()), weights);
}

struct Branches : nn::Module {
  nn::ModuleList blocks;
  nn::ModuleDict heads;
  HEBB_FIELDS(blocks, heads)
  Branches() {
    for (int i = 0; i < 3; ++i)
      blocks.push_back(nn::Linear(2, 2));
    heads.insert("left", nn::Linear(2, 1));
    heads.insert("right", nn::Linear(2, 3));
  }
  Tensor forward(const Tensor& x) {
    Tensor h = x;
    for (AnyModule& block : blocks)
      h = relu(block(h));
    return cat({heads.at("left")(h), heads.at("right")(h)}, 1);
  }
};

TEST(Containers, NameTheirLayersAsPyTorchDoes) {
  Branches net;
  EXPECT_EQ(state_names(net),
            (std::vector<std::string>{"blocks.0.weight", "blocks.0.bias", "blocks.1.weight",
                                      "blocks.1.bias", "blocks.2.weight", "blocks.2.bias",
                                      "heads.left.weight", "heads.left.bias", "heads.right.weight",
                                      "heads.right.bias"}));
  const Tensor y = net(ones({4, 2}));
  EXPECT_EQ(y.shape(), (Dims{4, 4}));
  y.sum().backward();
  EXPECT_TRUE(net.parameters()[9].grad().defined());
}

TEST(Containers, CopyAndAssignValues) {
  Branches net, other;
  const Branches copy = net;
  EXPECT_EQ(numbers_of(Branches(copy)(ones({1, 2}))), numbers_of(net(ones({1, 2}))));
  const Tensor held = other.parameters()[0];
  other = net;
  EXPECT_EQ(numbers_of(held), numbers_of(net.parameters()[0])) << "what an optimiser holds";
  nn::ModuleList two({nn::Linear(2, 2), nn::ReLU()});
  EXPECT_NE(message_of([&] { two = net.blocks; }).find("of 2 layers cannot take"),
            std::string::npos);
  nn::ModuleList empty;
  empty = two;
  EXPECT_EQ(empty.size(), 2u);
}

TEST(Containers, CountPositionsFromTheEnd) {
  nn::Sequential net(nn::Linear(2, 3), nn::ReLU());
  EXPECT_NE(net[-2].as<nn::Linear>(), nullptr);
  EXPECT_NE(net[-1].as<nn::ReLU>(), nullptr);
  EXPECT_EQ(&net[size_t(1)], &net[-1]);
  for (int i : {2, -3})
    EXPECT_NE(message_of([&] { net[i]; }).find("a Sequential of 2 layers has no layer"),
              std::string::npos);
  nn::ModuleList blocks({nn::Linear(2, 2), nn::ReLU()});
  EXPECT_EQ(&blocks[-1], &blocks[1]);
  EXPECT_NE(message_of([&] { blocks[2]; }).find("a ModuleList of 2 layers has no layer 2"),
            std::string::npos);
}

TEST(Containers, RefuseNames) {
  nn::ModuleDict dict({{"left", nn::ReLU()}, {"right", nn::ReLU()}});
  EXPECT_TRUE(dict.contains("left"));
  EXPECT_NE(message_of([&] { dict.at("rigth"); }).find("right"), std::string::npos);
  EXPECT_NE(message_of([&] { dict.insert("left", nn::ReLU()); }).find("has 'left' already"),
            std::string::npos);
  EXPECT_NE(message_of([&] { dict.insert("a.b", nn::ReLU()); }).find("nor hold a dot"),
            std::string::npos);
}

TEST(TripletLoss, TakesAnyDistance) {
  const Tensor a = tensor({{0., 0.}, {1., 1.}}), p = tensor({{1., 0.}, {1., 2.}}),
               n = tensor({{0., 3.}, {2., 1.}});
  const auto taxi = [](const Tensor& x, const Tensor& y) { return sum(abs(x - y), {-1}); };
  EXPECT_EQ(numbers_of(triplet_margin_with_distance_loss(a, p, n, taxi,
                                                         {.margin = 1.5, .reduction = "none"})),
            (std::vector<double>{0, 1.5}));
  EXPECT_NEAR(triplet_margin_with_distance_loss(a, p, n).item(),
              triplet_margin_loss(a, p, n).item(), 1e-6);
}

void expect_near(const Tensor& got, const std::vector<double>& expected) {
  const std::vector<double> numbers = numbers_of(got);
  ASSERT_EQ(numbers.size(), expected.size());
  for (size_t i = 0; i < numbers.size(); ++i)
    EXPECT_NEAR(numbers[i], expected[i], 6e-5) << i;
}
Tensor& state_of(nn::Module& module, const std::string& name) {
  static nn::StateDict state;
  state = module.state_dict();
  for (auto& [key, tensor] : state)
    if (key == name)
      return tensor;
  ADD_FAILURE() << name;
  return state.front().second;
}

TEST(WeightNorm, ComputesTheWeightUnderPyTorchsNames) {
  nn::WeightNorm layer(nn::Linear(3, 2));
  EXPECT_EQ(state_names(layer),
            (std::vector<std::string>{"bias", "parametrizations.weight.original0",
                                      "parametrizations.weight.original1"}));
  const Tensor x = tensor({{1.0, -1.0, 2.0}});
  const nn::StateDict given = {
      {"bias", tensor({0.5, -0.5})},
      {"parametrizations.weight.original0", tensor({2.0, 3.0}).reshape({2, 1})},
      {"parametrizations.weight.original1", tensor({{1.0, 2.0, 2.0}, {0.5, -1.0, 1.0}})}};
  layer.load_state_dict(given);
  const Tensor y = layer(x);
  expect_near(y, {2.5, 6.5});
  y.sum().backward();
  expect_near(state_of(layer, "parametrizations.weight.original0").grad(), {1, 2.3333});
  expect_near(state_of(layer, "parametrizations.weight.original1").grad(),
              {0.4444, -1.1111, 0.8889, 0.4444, 1.1111, 0.8889});
  EXPECT_EQ(layer.parameters().size(), 3u);
  nn::WeightNorm inputs(nn::Conv1d(1, 2, 2), 1);
  EXPECT_EQ(state_of(inputs, "parametrizations.weight.original0").shape(), (Dims{1, 1, 1}));
  nn::WeightNorm whole(nn::Conv1d(1, 2, 2), std::nullopt);
  EXPECT_EQ(state_of(whole, "parametrizations.weight.original0").shape(), Dims{});
}

TEST(WeightNorm, BeginsWithTheWeightOfItsLayerAndCopies) {
  nn::Linear plain(4, 3);
  nn::WeightNorm layer(plain);
  const Tensor x = randn({2, 4});
  expect_near(layer(x), numbers_of(plain(x)));
  auto copy = layer;
  state_of(layer, "parametrizations.weight.original0").zero_();
  expect_near(copy(x), numbers_of(plain(x)));
  nn::Sequential net(std::move(copy), nn::ReLU());
  EXPECT_EQ(state_names(net).back(), "0.parametrizations.weight.original1");
  EXPECT_EQ(net(x).shape(), (Dims{2, 3}));
}

TEST(SpectralNorm, DividesByTheLargestSingularValue) {
  nn::SpectralNorm layer(nn::Linear(3, 2));
  EXPECT_EQ(
      state_names(layer),
      (std::vector<std::string>{"bias", "parametrizations.weight.original",
                                "parametrizations.weight.0._u", "parametrizations.weight.0._v"}));
  const Tensor x = tensor({{1.0, -1.0, 2.0}});
  layer.load_state_dict(
      {{"bias", tensor({0.0, 0.0})},
       {"parametrizations.weight.original", tensor({{1.0, 2.0, 2.0}, {0.5, -1.0, 1.0}})},
       {"parametrizations.weight.0._u", tensor({0.6, 0.8})},
       {"parametrizations.weight.0._v", tensor({1.0 / 3, 2.0 / 3, 2.0 / 3})}});
  layer.eval();
  expect_near(layer(x), {1.5517, 1.8103});
  layer.train();
  const Tensor y = layer(x);
  expect_near(y, {0.9981, 1.1644});
  y.sum().backward();
  expect_near(state_of(layer, "parametrizations.weight.original").grad(),
              {0.0874, -0.7967, 0.1749, 0.3191, -0.3585, 0.6381});
  expect_near(state_of(layer, "parametrizations.weight.0._u"), {0.9985, 0.0555});
  expect_near(state_of(layer, "parametrizations.weight.0._v"), {0.3414, 0.6459, 0.6828});
  for (int i = 0; i < 50; ++i)
    layer(x);
  EXPECT_NEAR(linalg_svdvals(layer.weight())[0].item(), 1, 1e-5);
}

TEST(SpectralNorm, OutputsOfTransposedConvolutionsAreDimensionOne) {
  nn::SpectralNorm layer(nn::ConvTranspose2d(2, 3, 2));
  EXPECT_EQ(state_of(layer, "parametrizations.weight.0._u").shape(), Dims{3});
  EXPECT_EQ(state_of(layer, "parametrizations.weight.0._v").shape(), Dims{8});
  layer.eval();
  EXPECT_NEAR(linalg_svdvals(movedim(layer.weight(), 1, 0).reshape({3, 8}))[0].item(), 1, 0.2);
}

TEST(Sequential, LayersMayHaveNames) {
  nn::Sequential net({{"in", nn::Linear(3, 4)}, {"relu", nn::ReLU()}, {"out", nn::Linear(4, 2)}});
  EXPECT_EQ(state_names(net),
            (std::vector<std::string>{"in.weight", "in.bias", "out.weight", "out.bias"}));
  const Tensor x = randn({2, 3});
  nn::Sequential copy = net;
  EXPECT_EQ(numbers_of(copy(x)), numbers_of(net(x)));
  EXPECT_EQ(copy.name(2), "out");
  net.push_back(nn::ReLU());
  EXPECT_EQ(net.name(3), "3");
  EXPECT_NE(message_of([&] { net.push_back("out", nn::ReLU()); }).find("has 'out' already"),
            std::string::npos);
  EXPECT_NE(message_of([&] { net.push_back("a.b", nn::ReLU()); }).find("nor hold a dot"),
            std::string::npos);
}

struct Scaled : nn::Module {
  nn::ParameterList scales{{tensor({2.0}), tensor({3.0})}};
  Tensor forward(const Tensor& x) { return x * scales[0].tensor() + scales[1].tensor(); }
  HEBB_FIELDS(scales)
};

TEST(ParameterList, IsWalkedByPositionAndCopiesValues) {
  nn::ParameterList list({tensor({1.0, 2.0}), full({1, 1}, 3.0)});
  list.push_back(tensor({4.0}));
  EXPECT_EQ(state_names(list), (std::vector<std::string>{"0", "1", "2"}));
  EXPECT_EQ(numbers_of(list[-1]), std::vector<double>{4});
  EXPECT_TRUE(list[0]->requires_grad());
  nn::ParameterList copy = list;
  const Tensor held = list[0].tensor();
  (list[0].tensor() * 2).sum().backward();
  EXPECT_EQ(numbers_of(held.grad()), (std::vector<double>{2, 2}));
  copy[0].tensor().detach().zero_();
  list = copy;
  EXPECT_EQ(numbers_of(held), (std::vector<double>{0, 0}));
  EXPECT_NE(message_of([&] { list[3]; }).find("3"), std::string::npos);
  nn::ParameterList shorter({tensor({1.0, 2.0})}), empty;
  EXPECT_NE(message_of([&] {
              shorter = list;
            }).find("a ParameterList of 1 parameters cannot take the values of one of 3"),
            std::string::npos);
  empty = list;
  EXPECT_EQ(empty.size(), 3u);
  Scaled scaled;
  EXPECT_EQ(state_names(scaled), (std::vector<std::string>{"scales.0", "scales.1"}));
  EXPECT_EQ(numbers_of(scaled(tensor({5.0}))), std::vector<double>{13});
}

TEST(ParameterDict, IsWalkedByName) {
  nn::ParameterDict dict({{"left", tensor({1.0})}, {"right", tensor({2.0})}});
  EXPECT_EQ(state_names(dict), (std::vector<std::string>{"left", "right"}));
  EXPECT_EQ(numbers_of(dict.at("right")), std::vector<double>{2});
  EXPECT_TRUE(dict.contains("left"));
  EXPECT_NE(message_of([&] { dict.at("lift"); }).find("'left'"), std::string::npos);
  EXPECT_NE(message_of([&] { dict.insert("left", tensor({1.0})); }).find("has 'left' already"),
            std::string::npos);
  EXPECT_NE(message_of([&] { dict.insert("a.b", tensor({1.0})); }).find("a.b"), std::string::npos);
  nn::ParameterDict other({{"left", tensor({3.0})}, {"wrong", tensor({2.0})}});
  EXPECT_NE(message_of([&] { dict = other; }).find("other names"), std::string::npos);
  const Tensor held = dict.at("left").tensor();
  dict = nn::ParameterDict(std::vector<std::pair<std::string, Tensor>>{{"left", tensor({7.0})},
                                                                       {"right", tensor({8.0})}});
  EXPECT_EQ(numbers_of(dict.at("left")), std::vector<double>{7});
}

TEST(EmbeddingBag, IdsBeyondTheLengthsCountInNoBag) {
  const Tensor rows = tensor({{1, 2}, {3, 5}, {4, 1}}).to(f32);
  const Tensor ids = tensor(std::vector<int64_t>{0, 1, 2, 1, 2, 0}, {2, 3}),
               lengths = tensor(std::vector<int64_t>{2, 0});
  const std::map<std::string, std::vector<double>> expected = {
      {"mean", {2, 3.5, 0, 0}}, {"sum", {4, 7, 0, 0}}, {"max", {3, 5, 0, 0}}};
  for (const auto& [mode, values] : expected)
    for (bool padded : {false, true}) {
      nn::EmbeddingBagOptions o{.rows = 3, .width = 2, .mode = mode};
      if (padded)
        o.padding_idx = 2;
      nn::EmbeddingBag bag(o);
      bag.load_state_dict({{"weight", rows}});
      const nn::Sequence out = bag(nn::Sequence{ids, lengths});
      EXPECT_EQ(numbers_of(out.values), values) << mode << padded;
      EXPECT_FALSE(out.lengths.defined());
    }
}

}  // namespace
}  // namespace hebb
