// Calls on a second device: the same bits as on the CPU, what kernels are given, and what is
// refused.

#include <gtest/gtest.h>

#include "hebb/graph/trace.h"
#include "hebb/hebb.h"
#include "hebb/kernels/copy.h"
#include "hebb/kernels/devices.h"
#include "hebb/ops/copy.h"
#include "hebb/ops/op.h"
#include "hebb/ops/recorder.h"
#include "support/message_of.h"
#include "support/other_device.h"
#include "support/same_bits.h"

namespace hebb::test {
namespace {

std::string first_line(const std::function<void()>& f) {
  const std::string message = message_of(f);
  return message.substr(0, message.find('\n'));
}

TEST(Calls, HaveTheBitsOfTheCpu) {
  manual_seed(1);
  const Tensor x = randn({5, 7}), w = randn({3, 7}), b = randn({3}), y = randn({7, 4});
  const Tensor labels = tensor(std::vector<int64_t>{0, 2, 1, 2, 0});
  const auto all = [&](Device d) {
    const Tensor on = x.to(d), scores = linear(on, w.to(d), b.to(d));
    return std::vector<Tensor>{on + on,
                               on * 2.5 - 1,
                               on.to(f64) / 3,
                               on + on.to(f64),
                               -on,
                               relu(on),
                               matmul(on, y.to(d)),
                               scores,
                               sum(on, {1}),
                               mean(on),
                               log_softmax(scores, 1),
                               cross_entropy(scores, labels.to(d)),
                               cross_entropy(scores, labels.to(i32).to(d)),
                               on.transpose(0, 1).contiguous(),
                               on.transpose(0, 1).reshape({35})};
  };
  const std::vector<Tensor> here = all(Device::cpu), there = all(other());
  for (size_t i = 0; i < here.size(); ++i) {
    EXPECT_EQ(there[i].device(), other()) << i;
    EXPECT_EQ(there[i].strides(), here[i].strides()) << i;
    EXPECT_TRUE(same_bits(there[i].to(Device::cpu), here[i])) << i;
  }
}

TEST(Calls, TellKernelsWhatTheyRunOn) {
  const int before = num_threads();
  const Tensor x = ones({4}, f32, other(1));
  set_num_threads(1);
  relu(x);
  EXPECT_EQ(last_runner().device, other(1));
  EXPECT_EQ(last_runner().stream, other_stream(1));
  EXPECT_EQ(last_runner().threads, 1);
  set_num_threads(2);
  relu(ones({4}, f32, other()));
  EXPECT_EQ(last_runner().device, other());
  EXPECT_EQ(last_runner().threads, 2);
  set_num_threads(before);
}

TEST(Calls, BindKernelsToWhatTheyRunOn) {
  const Tensor x = full({3}, 2, f32, other()), out = zeros({3}, f32, other());
  Signature signature{.op = "copy", .in = {layout_of(x)}, .out = {layout_of(out)}};
  signature.device = other();
  const PreparedKernel kernel = kernels_of(other().kind, kernel::copy)[0](signature);
  ASSERT_NE(kernel, nullptr);
  void* in[] = {x.raw_data()};
  void* to[] = {out.raw_data()};
  const auto bound = kernel->bind({in, to, nullptr, {other(), other_stream(), 7}}, 1, 1);
  bound->run();
  EXPECT_EQ(last_runner().threads, 7);
  EXPECT_EQ(last_runner().stream, other_stream());
  EXPECT_EQ(out.to_vector<float>(), (std::vector<float>{2, 2, 2}));
}

TEST(Refusals, NameAnOperatorThatTheDeviceHasNoKernelFor) {
  const Tensor x = ones({2, 3}, f32, other());
  EXPECT_EQ(first_line([&] { sigmoid(x); }),
            "sigmoid: other:0 has no kernel for it (f32); .to(Device::cpu) brings its operands to "
            "where there is one");
  EXPECT_NE(message_of([&] { cumsum(x, 0); }).find("cumsum: other:0 has no kernel for it"),
            std::string::npos);
  EXPECT_NE(message_of([&] { arange(3, i64, other()); }).find("arange: other:0 has no kernel"),
            std::string::npos);
  EXPECT_EQ(sigmoid(x.to(Device::cpu)).device(), Device::cpu);
}

TEST(Refusals, NameOperandsOnSeveralDevices) {
  const Tensor here = ones({3}), there = ones({3}, f32, other()), second = ones({3}, f32, other(1));
  EXPECT_EQ(first_line([&] { there + here; }),
            "add: input is on other:0 and other on cpu, should be on one device; "
            ".to(device_named(\"other:0\")) moves a tensor");
  EXPECT_EQ(first_line([&] { here + there; }),
            "add: input is on cpu and other on other:0, should be on one device; .to(Device::cpu) "
            "moves a tensor");
  EXPECT_NE(message_of([&] { there* second; }).find("input is on other:0 and other on other:1"),
            std::string::npos);
  EXPECT_NE(message_of([&] {
              cat({there, here}, 0);
            }).find("tensors0 is on other:0 and tensors1"),
            std::string::npos);
  EXPECT_NE(message_of([&] {
              linear(ones({2, 3}, f32, other()), ones({4, 3}));
            }).find("input is on other:0 and weight on cpu"),
            std::string::npos);
  // The same call once more, when the first one with operands on one device is prepared.
  EXPECT_EQ((there + there).to_vector<float>(), (std::vector<float>{2, 2, 2}));
  EXPECT_NE(message_of([&] { there + here; }).find("should be on one device"), std::string::npos);
}

TEST(Numbers, GoToAnyDevice) {
  const Tensor x = ones({3}, f32, other());
  EXPECT_EQ((2 * x + 1).to_vector<float>(), (std::vector<float>{3, 3, 3}));
  EXPECT_EQ((x + Tensor(true)).device(), other());
  EXPECT_NE(message_of([&] { x + ones({}); }).find("should be on one device"), std::string::npos);
}

TEST(Tape, RunsWhereTheValuesAre) {
  manual_seed(2);
  const Tensor x = randn({4, 3}), w = randn({3, 2});
  const auto gradient = [&](Device d) {
    const Tensor leaf = w.to(d).detach().requires_grad_();
    const Tensor out = relu(matmul(x.to(d), leaf));
    mean(out * out).backward();
    EXPECT_EQ(leaf.grad().device(), d);
    return leaf.grad().to(Device::cpu);
  };
  EXPECT_TRUE(same_bits(gradient(other()), gradient(Device::cpu)));
}

TEST(Tape, ChecksGradientsThere) {
  manual_seed(3);
  const TensorFunction f = [](const std::vector<Tensor>& t) {
    return std::vector<Tensor>{relu(linear(t[0], t[1])) / 3, sum(t[0].t() * 2, {0})};
  };
  const std::vector<Tensor> x = {randn({2, 3}).to(f64).to(other()),
                                 randn({4, 3}).t().contiguous().t().to(f64).to(other())};
  const GradcheckReport report = gradcheck_report(f, x);
  EXPECT_TRUE(report.ok) << report.text;
  EXPECT_EQ(report.checked, 18);
}

TEST(Tape, RefusesGradientsFromElsewhere) {
  Tensor w = ones({2}, f32, other()).requires_grad_();
  EXPECT_EQ(message_of([&] { w.set_grad(ones({2})); }),
            "set_grad: a gradient on cpu for a tensor on other:0; grad.to(x.device()) moves it");
  EXPECT_EQ(message_of([&] { (w * 2).backward(ones({2})); }),
            "backward: a gradient on cpu for a tensor on other:0; grad.to(x.device()) moves it");
}

TEST(Tape, NoticesWritesInPlaceThere) {
  Tensor x = ones({3}, f32, other());
  const Tensor w = ones({3}, f32, other()).requires_grad_();
  const Tensor y = (w * x).sum();
  x.fill_(2);
  EXPECT_NE(message_of([&] { y.backward(); }).find("overwritten in place"), std::string::npos);
}

TEST(Views, ShareMemoryThere) {
  Tensor x = zeros({2, 3}, f32, other());
  x.t()[{1}].fill_(4);
  EXPECT_EQ(x.to_vector<float>(), (std::vector<float>{0, 4, 0, 0, 4, 0}));
  const uint64_t before = x.version();
  Tensor row = x[{0}];
  EXPECT_EQ(row.device(), other());
  row.copy_(tensor({1., 2., 3.}));
  EXPECT_GT(x.version(), before);
  EXPECT_EQ(x.to_vector<float>(), (std::vector<float>{1, 2, 3, 0, 4, 0}));
  Tensor state = zeros({3}, f64, other());
  write(state, x[{0}] * 2);
  EXPECT_EQ(state.to_vector<double>(), (std::vector<double>{2, 4, 6}));
}

TEST(Graphs, AreTracedAndRunThere) {
  manual_seed(4);
  const Tensor w = randn({3, 2}).to(other()), x = randn({4, 3}).to(other());
  const auto f = [&](const std::vector<Tensor>& t) {
    const Tensor out = matmul(t[0], w) + ones({2}, f32, t[0].device());
    return std::vector<Tensor>{out + zeros_like(out), out.to(Device::cpu) * 2};
  };
  const Graph graph = trace(f, {x});
  const std::vector<Tensor> got = graph.run({x}), want = f({x});
  for (size_t i = 0; i < want.size(); ++i) {
    EXPECT_EQ(got[i].device(), want[i].device());
    EXPECT_TRUE(same_bits(got[i].to(Device::cpu), want[i].to(Device::cpu)));
  }
  EXPECT_NE(to_string(graph).find("device=other:0"), std::string::npos);
  EXPECT_NE(
      message_of([&] {
        trace([&](const std::vector<Tensor>& t) { return std::vector<Tensor>{t[0] + ones({3})}; },
              {x});
      }).find("should be on one device"),
      std::string::npos);
}

}  // namespace
}  // namespace hebb::test
