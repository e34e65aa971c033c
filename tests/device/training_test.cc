// A model trains, is saved and loaded on a second device, with the CPU's bits.

#include <gtest/gtest.h>

#include "hebb/data/tensors.h"
#include "hebb/formats/npz.h"
#include "hebb/formats/safetensors.h"
#include "hebb/hebb.h"
#include "hebb/nn/finite.h"
#include "hebb/nn/summary.h"
#include "support/message_of.h"
#include "support/other_device.h"
#include "support/same_bits.h"
#include "support/temp_folder.h"

namespace hebb::test {
namespace {

Tensor features() {
  manual_seed(5);
  return randn({32, 6});
}
Tensor classes() {
  std::vector<int64_t> y;
  for (int64_t i = 0; i < 32; ++i)
    y.push_back(i * 7 % 3);
  return tensor(y);
}
nn::Sequential small_net() {
  manual_seed(6);
  return nn::Sequential(nn::Linear(6, 16), nn::ReLU(), nn::Linear(16, 3));
}

std::vector<Tensor> on_host(nn::Module& model) {
  std::vector<Tensor> out;
  for (const Tensor& parameter : model.parameters())
    out.push_back(parameter.detach().to(Device::cpu));
  return out;
}

void expect_same(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i)
    EXPECT_TRUE(same_bits(a[i], b[i])) << i;
}

// Ten steps written out: operators, the tape, updates in place.
std::vector<Tensor> train_by_hand(Device device) {
  const Tensor x = features().to(device), y = classes().to(device);
  std::vector<Tensor> weights;
  manual_seed(7);
  for (const Dims& shape : {Dims{16, 6}, Dims{16}, Dims{3, 16}, Dims{3}})
    weights.push_back((randn(shape) * 0.3).to(device).detach().requires_grad_());
  double first = 0, last = 0;
  for (int step = 0; step < 10; ++step) {
    const Tensor hidden = relu(linear(x, weights[0], weights[1]));
    const Tensor loss = cross_entropy(linear(hidden, weights[2], weights[3]), y);
    loss.backward();
    (step == 0 ? first : last) = loss.item();
    NoGrad off;
    for (Tensor& weight : weights) {
      weight.copy_(weight - weight.grad() * 0.5);
      weight.set_grad({});
    }
  }
  EXPECT_LT(last, first);
  for (Tensor& weight : weights)
    weight = weight.detach().to(Device::cpu);
  return weights;
}

TEST(Training, ByHandHasTheBitsOfTheCpu) {
  expect_same(train_by_hand(other()), train_by_hand(Device::cpu));
}

template <class Opt, class Options>
std::vector<Tensor> train(Device device, const Options& options) {
  nn::Sequential net = small_net();
  net.to(device);
  const Tensor x = features().to(device), y = classes().to(device);
  Opt optimizer(net.parameters(), options);
  for (int step = 0; step < 10; ++step) {
    optimizer.zero_grad();
    cross_entropy(net(x), y).backward();
    optimizer.step();
  }
  EXPECT_EQ(net.device(), device);
  std::vector<Tensor> out = on_host(net);
  for (const auto& [name, state] : optimizer.state())
    out.push_back(state.to(Device::cpu));
  return out;
}

TEST(Training, WithOptimisersHasTheBitsOfTheCpu) {
  const uint64_t before = other_memory().stats().in_use, requests = other_memory().stats().requests;
  const optim::SgdOptions plain{.lr = 0.1}, momentum{.lr = 0.1, .momentum = 0.9};
  const optim::AdamOptions adam{.lr = 0.01};
  expect_same(train<optim::SGD>(other(), plain), train<optim::SGD>(Device::cpu, plain));
  expect_same(train<optim::SGD>(other(), momentum), train<optim::SGD>(Device::cpu, momentum));
  expect_same(train<optim::Adam>(other(), adam), train<optim::Adam>(Device::cpu, adam));
  EXPECT_GT(other_memory().stats().requests, requests);
  EXPECT_EQ(other_memory().stats().in_use, before) << "memory that did not go back";
}

TEST(Training, OneOptimiserServesTwoDevices) {
  const auto run = [](Device second) {
    manual_seed(8);
    nn::Linear a(4, 4), b(4, 2);
    a.to(other());
    b.to(second);
    std::vector<Tensor> all = a.parameters(), more = b.parameters();
    all.insert(all.end(), more.begin(), more.end());
    optim::Adam adam(all, {.lr = 0.1});
    for (int step = 0; step < 3; ++step) {
      adam.zero_grad();
      square(b(relu(a(ones({3, 4}, f32, other()))).to(second))).sum().backward();
      adam.step();
    }
    std::vector<Tensor> out = on_host(a), rest = on_host(b);
    out.insert(out.end(), rest.begin(), rest.end());
    return out;
  };
  expect_same(run(Device::cpu), run(other(1)));
}

TEST(Training, ATrainerBringsBatchesToItsModel) {
  const auto run = [](Device device, const Tensor& x, const Tensor& y) {
    nn::Sequential net = small_net();
    net.to(device);
    const data::Dataset data = data::from_tensors(x, y);
    Trainer trainer(net, {.loss = cross_entropy,
                          .optimizer = optim::sgd({.lr = 0.1}),
                          .metrics = {metrics::accuracy()}});
    trainer.fit(data, {.epochs = 2, .batch_size = 8, .verbosity = Verbosity::silent});
    const Evaluation evaluation = trainer.evaluate(data);
    std::vector<Tensor> out = on_host(net);
    out.push_back(full({}, evaluation.loss, f64));
    out.push_back(full({}, evaluation.values[0].second, f64));
    out.push_back(trainer.predict(data));
    out.push_back(trainer.predict(features()).to(Device::cpu));
    return out;
  };
  const std::vector<Tensor> want = run(Device::cpu, features(), classes());
  expect_same(run(other(), features(), classes()), want);
  // A data set of tensors that lie there is read on the host.
  expect_same(run(other(), features().to(other()), classes().to(other())), want);
}

TEST(Modules, MoveAndKeepTheirIdentity) {
  nn::Linear layer(3, 2);
  const Tensor held = layer.weight.tensor(), before = held.detach().clone();
  layer(ones({1, 3})).sum().backward();
  const Tensor grad = held.grad();
  layer.to(other());
  EXPECT_EQ(held.device(), other());
  EXPECT_TRUE(held.requires_grad());
  EXPECT_EQ(held.grad().device(), other());
  EXPECT_TRUE(same_bits(held.detach().to(Device::cpu), before));
  EXPECT_TRUE(same_bits(held.grad().to(Device::cpu), grad));
  const nn::Linear copy = layer;
  EXPECT_EQ(copy.weight.tensor().device(), other());
  nn::BatchNorm1d norm(4);
  norm.to(other(1));
  for (const auto& [name, tensor] : norm.state_dict())
    EXPECT_EQ(tensor.device(), other(1)) << name;
  layer.to(Device::cpu);
  EXPECT_TRUE(same_bits(held.detach(), before));
  EXPECT_NE(message_of([&] { layer.to(other(9)); }).find("no device 'other:9'"), std::string::npos);
  nn::Linear across(3, 2);
  across.to(other());
  across = layer;  // values go where the parameters are
  EXPECT_EQ(across.device(), other());
  EXPECT_TRUE(same_bits(across.weight.tensor().detach().to(Device::cpu), before));
  EXPECT_NE(message_of([&] {
              across(ones({1, 3}));
            }).find("input is on cpu and weight on other:0"),
            std::string::npos);
}

TEST(Modules, AreSummarisedWhereTheyAre) {
  nn::Sequential net = small_net();
  net.to(other());
  EXPECT_EQ(nn::summarize(net, [&](const Tensor& x) { return net(x); }, {6}).rows.size(), 4u);
}

using DeviceFiles = TempFolder;
TEST_F(DeviceFiles, HoldModelsOfAnyDevice) {
  nn::Sequential here = small_net(), there = small_net();
  there.to(other());
  const auto bytes = [](nn::Module& model) {
    const nn::StateDict state = model.state_dict();
    return encode_safetensors({state.begin(), state.end()});
  };
  EXPECT_EQ(bytes(there), bytes(here));
  EXPECT_EQ(encode_npy(there.parameters()[0].detach().t()),
            encode_npy(here.parameters()[0].detach().t()));
  const fs::path file = folder_ / "model.safetensors";
  save(there, file);
  manual_seed(99);
  nn::Sequential loaded(nn::Linear(6, 16), nn::ReLU(), nn::Linear(16, 3));
  loaded.to(other());
  load(loaded, file);
  EXPECT_EQ(loaded.device(), other());
  expect_same(on_host(loaded), on_host(here));
  EXPECT_TRUE(nn::all_finite(loaded.parameters()[0].detach()));
}

}  // namespace
}  // namespace hebb::test
