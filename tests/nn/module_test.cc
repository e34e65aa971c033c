// Modules as values: names, copies, assignments, loading, freezing, and Params that nobody lists.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>

#include "hebb/base/error.h"
#include "hebb/nn/nn.h"
#include "hebb/nn/summary.h"
#include "hebb/ops/ops.h"
#include "hebb/optim/sgd.h"
#include "support/message_of.h"
#include "support/temp_folder.h"

namespace hebb {
namespace {

std::vector<std::string> names(nn::Module& module) {
  std::vector<std::string> out;
  for (const auto& [name, tensor] : module.state_dict())
    out.push_back(name);
  return out;
}

struct Inner : nn::Module {
  nn::Linear first{3, 4};
  std::vector<nn::Linear> head{nn::Linear(4, 4), nn::Linear(4, 2)};
  std::optional<nn::BatchNorm1d> norm{nn::BatchNorm1d(4)};
  int not_state = 7;
  HEBB_FIELDS(first, head, norm, not_state)
  Tensor forward(const Tensor& x) { return head[1](head[0]((*norm)(first(x)))); }
};

struct Extended : Inner {
  nn::Param scale{ones({2})};
  HEBB_FIELDS_OF(Inner, scale)
  Tensor forward(const Tensor& x) { return Inner::forward(x) * scale; }
};

TEST(Module, StateDictNamesArePyTorchs) {
  Extended net;
  EXPECT_EQ(names(net),
            (std::vector<std::string>{"first.weight", "first.bias", "head.0.weight", "head.0.bias",
                                      "head.1.weight", "head.1.bias", "norm.weight", "norm.bias",
                                      "norm.running_mean", "norm.running_var",
                                      "norm.num_batches_tracked", "scale"}));
  nn::Sequential nested(nn::Flatten(), nn::Sequential(nn::ReLU(), nn::Linear(2, 2)));
  EXPECT_EQ(names(nested), (std::vector<std::string>{"1.1.weight", "1.1.bias"}));
}

struct InLists : nn::Module {
  std::array<nn::Dropout, 2> drops{nn::Dropout(0.5), nn::Dropout(0.5)};
  std::vector<nn::AnyModule> any{nn::Linear(2, 2), nn::ReLU()};
  std::vector<std::vector<nn::Linear>> grid{{nn::Linear(2, 2)},
                                            {nn::Linear(2, 2), nn::Linear(2, 2)}};
  std::vector<std::optional<nn::Linear>> some{std::nullopt, nn::Linear(2, 2)};
  std::array<int, 2> not_state{};
  std::map<std::string, double> nor_this;
  HEBB_FIELDS(drops, any, grid, some, not_state, nor_this)
  Tensor forward(const Tensor& x) { return drops[1](x); }
};

TEST(Module, ListsOfListsAreWalked) {
  InLists net;
  EXPECT_EQ(names(net), (std::vector<std::string>{
                            "any.0.weight", "any.0.bias", "grid.0.0.weight", "grid.0.0.bias",
                            "grid.1.0.weight", "grid.1.0.bias", "grid.1.1.weight", "grid.1.1.bias",
                            "some.1.weight", "some.1.bias"}));
  net.eval();
  EXPECT_FALSE(net.drops[1].is_training());
  EXPECT_TRUE(net(ones({8})).to_vector<float>() == std::vector<float>(8, 1.0f));
}

// Where a walk would pass layers by without a word, HEBB_FIELDS does not compile.
static_assert(nn::can_be_listed<std::vector<std::array<nn::Linear, 2>>>() &&
              nn::can_be_listed<std::map<std::string, double>>());
struct OfItself {
  using value_type = OfItself;
};
static_assert(nn::can_be_listed<OfItself>());
static_assert(nn::can_be_listed<std::function<Tensor(Tensor)>>() &&
              nn::can_be_listed<std::shared_ptr<int>>());
static_assert(!nn::can_be_listed<std::unique_ptr<nn::Linear>>() &&
              !nn::can_be_listed<nn::Linear*>());
static_assert(!nn::can_be_listed<std::map<std::string, nn::Linear>>() &&
              !nn::can_be_listed<std::pair<nn::Linear, int>>());
static_assert(!nn::can_be_listed<std::tuple<int, nn::Param>>() &&
              !nn::can_be_listed<std::vector<std::shared_ptr<nn::AnyModule>>>());

TEST(Module, ACopyIsASnapshotAndAnAssignmentPutsValuesBack) {
  Inner net;
  Inner best = net;
  const Tensor held = net.first.weight.tensor();  // what an optimiser holds
  nn::init::constant_(net.first.weight.tensor(), 5);
  EXPECT_NE(best.first.weight->sum().item(), held.sum().item());
  net = best;
  EXPECT_TRUE(net.first.weight.tensor().same(held));
  EXPECT_EQ(held.sum().item(), best.first.weight->sum().item());
  nn::Linear other(5, 4);
  EXPECT_NE(message_of([&] { net.first = other; }).find("cannot take the values"),
            std::string::npos);
}

TEST(Module, AnAssignmentThatDoesNotFitChangesNothing) {
  Inner net, other;
  const Tensor held = net.head[1].weight.tensor();
  other.head.emplace_back(2, 2);
  EXPECT_NE(
      message_of([&] { net = other; }).find("Inner cannot take the values of another one: 'head.2"),
      std::string::npos);
  other.head.erase(other.head.begin() + 1, other.head.end());
  EXPECT_NE(message_of([&] { net = other; }).find("that has no 'head.1."), std::string::npos);
  EXPECT_TRUE(net.head[1].weight.tensor().same(held));
  other.head.clear();
  EXPECT_EQ(message_of([&] { other.head = net.head; }),
            "no error");  // an empty list becomes a copy
  net.norm.reset();
  EXPECT_EQ(message_of([&] { net = other; }), "no error");  // an empty field, too
  EXPECT_TRUE(net.norm);

  nn::Sequential line(nn::Linear(2, 2), nn::Linear(2, 2));
  const nn::Sequential types(nn::Linear(2, 2), nn::ReLU()),
      shapes(nn::Linear(2, 2), nn::Linear(2, 3));
  const std::vector<float> values = line.parameters()[0].to_vector<float>();
  for (const nn::Sequential* wrong : {&types, &shapes}) {
    EXPECT_NE(message_of([&] { line = *wrong; }).find("cannot take the values"), std::string::npos);
    EXPECT_EQ(line.parameters()[0].to_vector<float>(), values);
  }
}

TEST(Module, TrainAndEvalReachEverything) {
  nn::Sequential net(nn::Dropout(0.5), nn::Sequential(nn::Dropout(0.5)));
  net.eval();
  for (const auto& [path, module] : net.named_modules())
    EXPECT_FALSE(module->is_training()) << path;
  const Tensor x = ones({4, 4});
  EXPECT_EQ(net(x).sum().item(), 16);
  net.train();
  EXPECT_NE(net(x).to_vector<float>(), std::vector<float>(16, 1));
}

TEST(Module, LoadingNamesWhatDoesNotFit) {
  nn::Sequential net(nn::Linear(3, 2));
  nn::StateDict state{{"0.weight", ones({2, 3})}, {"extra", ones({1})}};
  const std::string message = message_of([&] { net.load_state_dict(state); });
  EXPECT_NE(message.find("missing keys: 0.bias; unexpected keys: extra"), std::string::npos)
      << message;
  state = {{"module.0.weight", ones({2, 3})}, {"module.0.bias", ones({3})}};
  EXPECT_NE(message_of([&] {
              net.load_state_dict(state);
            }).find("0.bias is [3] in the file, the model has [2]"),
            std::string::npos);
  EXPECT_TRUE(
      net.load_state_dict({{"module.0.weight", ones({2, 3})}, {"module.0.bias", ones({2})}}).ok());
  EXPECT_EQ(net.parameters()[0].sum().item(), 6);
}

using SavedModule = TempFolder;

TEST_F(SavedModule, WeightsComeBack) {
  const fs::path path = folder_ / "weights.safetensors";
  Inner a, b;
  save(a, path);
  load(b, path);
  EXPECT_EQ(a.first.weight->to_vector<float>(), b.first.weight->to_vector<float>());
  nn::Sequential other(nn::Linear(1, 1));
  EXPECT_NE(message_of([&] { load(other, path); }).find(path.string()), std::string::npos);
}

TEST_F(SavedModule, WeightsThatAreNoNumbersAreRefused) {
  const fs::path path = folder_ / "weights.safetensors";
  for (const float wrong :
       {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()}) {
    nn::Sequential spoilt(nn::Linear(2, 1)), other(nn::Linear(2, 1));
    spoilt.parameters()[0].data<float>()[1] = wrong;
    save(spoilt, path);
    const std::vector<float> before = other.parameters()[0].to_vector<float>();
    const std::string said = message_of([&] { load(other, path); });
    EXPECT_NE(said.find(path.string() + ": the weights of '0.weight' are not finite: value 1 is"),
              std::string::npos)
        << said;
    EXPECT_EQ(other.parameters()[0].to_vector<float>(), before);
  }
}

struct Masked : nn::Module {
  nn::Linear layer{2, 2};
  nn::Buffer mask{full({2}, -std::numeric_limits<double>::infinity())};
  HEBB_FIELDS(layer, mask)
  Tensor forward(const Tensor& x) { return layer(x) + mask; }
};

TEST_F(SavedModule, AMaskMayBeInfinite) {
  const fs::path path = folder_ / "weights.safetensors";
  Masked model, other;
  save(model, path);
  other.mask = nn::Buffer(zeros({2}));
  load(other, path);
  EXPECT_EQ(other.mask->to_vector<float>(), model.mask->to_vector<float>());
  model.mask = nn::Buffer(full({2}, std::numeric_limits<double>::quiet_NaN()));
  save(model, path);
  EXPECT_NE(message_of([&] { load(other, path); }).find("'mask' are not finite: value 0 is nan"),
            std::string::npos);
}

struct Forgetful : nn::Module {
  nn::Linear layer{2, 2};
  nn::Param scale{ones({2})};
  HEBB_FIELDS(layer)
  Tensor forward(const Tensor& x) { return layer(x) * scale; }
};

TEST(Module, AParamThatNoModuleListsIsAnError) {
  Forgetful net;
  optim::SGD sgd(net.parameters(), {.lr = 0.1});
  net(ones({1, 2})).sum().backward();
  EXPECT_NE(message_of([&] { sgd.step(); }).find("no module lists it"), std::string::npos);
}

struct ForgetsALayer : nn::Module {
  nn::Linear a{2, 2}, b{2, 2};
  HEBB_FIELDS(a)
  Tensor forward(const Tensor& x) { return b(a(x)); }
};

TEST(Module, ALayerThatItsStructDoesNotListIsAnError) {
  for (int depth : {1, 2}) {
    nn::Sequential net{ForgetsALayer()};
    if (depth == 2)
      net = nn::Sequential(net);
    optim::SGD sgd(net.parameters(), {.lr = 0.1});
    net(ones({1, 2})).sum().backward();
    EXPECT_NE(message_of([&] { sgd.step(); }).find("a Param of shape [2"), std::string::npos)
        << depth;
  }
}

TEST(Module, ALayerThatComesLaterIsListed) {
  nn::Sequential net(nn::Linear(2, 2));
  optim::SGD sgd(net.parameters(), {.lr = 0.1});
  net(ones({1, 2})).sum().backward();
  net.push_back(nn::Linear(2, 1));
  net(ones({1, 2})).sum().backward();
  EXPECT_EQ(message_of([&] { sgd.step(); }), "no error");
}

// A model that computed is listed, walked or not: a feature extractor, a copy, the other half of a
// GAN.
TEST(Module, AModelThatWasNeverWalkedIsListedWhenItComputes) {
  nn::Linear trained(2, 2);
  optim::SGD sgd(trained.parameters(), {.lr = 0.1});
  const Inner original;
  Inner extractor = original;  // nobody asks for its parameters
  nn::Linear lone(2, 1);
  lone(trained(extractor(ones({4, 3})))).sum().backward();
  EXPECT_EQ(message_of([&] { sgd.step(); }), "no error");
  nn::Linear copy = lone;  // Params of its own
  copy(trained(ones({1, 2}))).sum().backward();
  EXPECT_EQ(message_of([&] { sgd.step(); }), "no error");
}

TEST(Module, AnErrorSaysInWhichLayer) {
  nn::Sequential net(nn::Flatten(), nn::Linear(2, 3), nn::Sequential(nn::ReLU(), nn::Linear(4, 2)));
  const std::string said = message_of([&] { net(ones({1, 2})); });
  EXPECT_EQ(said.find("in layer 2.1, Linear(in_features=4, out_features=2, bias=True): linear"), 0u)
      << said;
  EXPECT_NE(said.find("): linear: input [1, 3] has 3 features but weight [2, 4] expects 4"),
            std::string::npos)
      << said;
  EXPECT_EQ(message_of([] { nn::Linear(4, 2)(ones({1, 3})); }).find("linear: input"), 0u);
}

TEST(Module, CastingKeepsWhatAnOptimiserHolds) {
  nn::Sequential net(nn::Linear(2, 1), nn::BatchNorm1d(1));
  const std::vector<Tensor> held = net.parameters();
  net(randn({4, 2})).sum().backward();
  net.to(f64);
  const std::vector<Tensor> now = net.parameters();
  for (size_t i = 0; i < held.size(); ++i) {
    EXPECT_TRUE(held[i].same(now[i]));
    EXPECT_EQ(held[i].dtype(), f64);
    EXPECT_EQ(held[i].grad().dtype(), f64);
    EXPECT_TRUE(held[i].requires_grad());
  }
  optim::SGD sgd(held, {.lr = 0.1});
  sgd.zero_grad();
  net(randn({4, 2}).to(f64)).sum().backward();
  const double before = now[0].sum().item(), slope = now[0].grad().sum().item();
  sgd.step();
  EXPECT_NEAR(net.parameters()[0].sum().item(), before - 0.1 * slope, 1e-12);
  EXPECT_NE(message_of([&] { net.to(i64); }).find("floating"), std::string::npos);
}

struct Wrapper : nn::Module {
  nn::Linear module{2, 2}, extra{2, 2};
  HEBB_FIELDS(module, extra)
  Tensor forward(const Tensor& x) { return extra(module(x)); }
};
struct OnlyModule : nn::Module {
  nn::Linear module{2, 2};
  HEBB_FIELDS(module)
  Tensor forward(const Tensor& x) { return module(x); }
};

TEST(Module, LoadingLeavesNamesThatAreTheModelsOwn) {
  Wrapper a, b;
  b.load_state_dict(a.state_dict());
  EXPECT_EQ(a.module.weight->to_vector<float>(), b.module.weight->to_vector<float>());
  OnlyModule c, d;
  d.load_state_dict(c.state_dict());  // all names carry the prefix, and they are the model's
  EXPECT_EQ(c.module.weight->to_vector<float>(), d.module.weight->to_vector<float>());
  nn::StateDict wrapped;
  for (const auto& [name, tensor] : c.state_dict())
    wrapped.emplace_back("_orig_mod.module." + name, tensor);
  EXPECT_EQ(message_of([&] { d.load_state_dict(wrapped); }), "no error");
  wrapped.emplace_back("other", ones({1}));
  EXPECT_NE(message_of([&] { d.load_state_dict(wrapped); }).find("_orig_mod.module.module.weight"),
            std::string::npos);
}

TEST_F(SavedModule, LoadingCanBeLessThanStrict) {
  const std::string path = (folder_ / "part.safetensors").string();
  nn::Sequential part(nn::Linear(2, 2), nn::ReLU()), net(nn::Linear(2, 2), nn::Linear(2, 1));
  nn::Sequential other(nn::Linear(2, 2), nn::Linear(3, 1));
  save(net, path);
  EXPECT_NE(message_of([&] { load(part, path); }).find("unexpected keys: 1.bias, 1.weight"),
            std::string::npos);
  nn::LoadReport report = load(part, path, {.strict = false});
  EXPECT_EQ(report.unexpected, (std::vector<std::string>{"1.bias", "1.weight"}));
  EXPECT_TRUE(report.missing.empty());
  const auto weight = [](nn::Sequential& of) {
    return of.state_dict()[0].second.to_vector<float>();
  };
  EXPECT_EQ(weight(part), weight(net));
  save(part, path);
  report = load(net, path, {.strict = false});
  EXPECT_EQ(report.missing, (std::vector<std::string>{"1.weight", "1.bias"}));
  EXPECT_EQ(report.to_string(), "missing keys: 1.weight, 1.bias");
  EXPECT_TRUE(load(part, path).ok());
  save(net, path);
  EXPECT_EQ(message_of([&] { load(other, path, {.strict = false}); }),
            path +
                ": the weights do not belong to this model: size mismatch: 1.weight is [1, 2] in "
                "the file, the model has [1, 3]");
}

TEST(Module, WeightsOfOlderPyTorchsHaveNoNumBatchesTracked) {
  nn::Sequential old(nn::Linear(2, 3), nn::BatchNorm1d(3)), net = old;
  old(randn({4, 2}));
  nn::StateDict state = old.state_dict();
  ASSERT_EQ(std::erase_if(state,
                          [](const auto& entry) { return entry.first == "1.num_batches_tracked"; }),
            1u);
  EXPECT_TRUE(net.load_state_dict(state).ok());
  const auto value = [](const nn::StateDict& of, std::string_view name) {
    return std::ranges::find(of, name, &nn::StateDict::value_type::first)
        ->second.to_vector<double>();
  };
  EXPECT_EQ(value(net.state_dict(), "1.num_batches_tracked"), std::vector<double>{0});
  EXPECT_EQ(value(net.state_dict(), "1.running_mean"), value(state, "1.running_mean"));
  std::erase_if(state, [](const auto& entry) { return entry.first == "1.running_mean"; });
  EXPECT_NE(message_of([&] { net.load_state_dict(state); }).find("missing keys: 1.running_mean"),
            std::string::npos);
}

TEST(Module, LoadingAHostileFileIsQuickAndItsMessageShort) {
  nn::Linear net(1, 1);
  nn::StateDict state;
  const Tensor nothing = zeros({0});
  for (int i = 0; i < 200000; ++i)
    state.emplace_back(std::to_string(i), nothing);
  const std::string message = message_of([&] { net.load_state_dict(state); });
  EXPECT_LT(message.size(), 400u);
  EXPECT_NE(message.find("9 and 199990 more"), std::string::npos) << message;
}

TEST(Summary, ParametersBesideLayersHaveARow) {
  Extended net;
  const nn::Summary summary = nn::summarize(net, {3});
  int64_t sum = 0;
  for (const nn::SummaryRow& row : summary.rows)
    sum += row.parameters;
  EXPECT_EQ(sum, summary.total);
  EXPECT_EQ(summary.rows.back().type, "Extended");
  EXPECT_EQ(summary.rows.back().parameters, 2);
}

}  // namespace
}  // namespace hebb
