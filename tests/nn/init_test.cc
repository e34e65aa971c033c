// Initialisers: moments of many draws, exact forms, and their words. PyTorch draws other numbers,
// so what is compared is what its formulas promise.

#include <gtest/gtest.h>

#include <cmath>

#include "hebb/nn/init.h"
#include "hebb/nn/initialisers.h"
#include "hebb/nn/nn.h"
#include "hebb/ops/ops.h"
#include "support/message_of.h"

namespace hebb {
namespace {

namespace init = nn::init;

struct Moments {
  double mean = 0, variance = 0, least = INFINITY, most = -INFINITY;
};

Moments moments_of(const Tensor& t) {
  Moments m;
  const auto values = t.to_vector<double>();
  for (double v : values) {
    m.mean += v / double(values.size());
    m.least = std::min(m.least, v);
    m.most = std::max(m.most, v);
  }
  for (double v : values)
    m.variance += (v - m.mean) * (v - m.mean) / double(values.size());
  return m;
}

// A matrix [out, in], filled by this line of a configuration.
Tensor filled(const char* line, const Dims& shape) {
  nn::Linear layer(shape[1], shape[0]);
  nn::initialise(layer, line);
  return layer.weight.tensor().detach();
}

TEST(Initialisers, VariancesOfAMillion) {
  const Dims shape{800, 1250};  // 1e6 weights; fan in 1250, fan out 800
  const auto expect = [&](const char* line, double variance) {
    const Moments m = moments_of(filled(line, shape));
    EXPECT_NEAR(m.variance / variance, 1, 0.01) << line;
    EXPECT_NEAR(m.mean, 0, 5 * std::sqrt(variance / 1e6)) << line;
  };
  expect("xavier_normal", 2.0 / (800 + 1250));
  expect("xavier_uniform", 2.0 / (800 + 1250));
  expect("kaiming_normal", 2.0 / 1250);
  expect("kaiming_uniform", 2.0 / 1250);
  expect("kaiming_normal mode=fan_out", 2.0 / 800);
  expect("kaiming_uniform 0.5 mode=fan_out", 2.0 / 1.25 / 800);
  expect("kaiming_normal nonlinearity=tanh", 25.0 / 9 / 1250);
  expect("kaiming_uniform nonlinearity=linear", 1.0 / 1250);
  expect("kaiming_normal nonlinearity=selu", 9.0 / 16 / 1250);
  expect("lecun_normal", 1.0 / 1250);
  expect("lecun_uniform", 1.0 / 1250);
  expect("xavier_normal 1.5", 2.25 * 2.0 / (800 + 1250));
  expect("normal 0.05", 0.05 * 0.05);
}

TEST(Initialisers, ExactForms) {
  EXPECT_EQ(filled("ones", {2, 2}).to_vector<double>(), (std::vector<double>{1, 1, 1, 1}));
  EXPECT_EQ(filled("constant -0.5", {1, 2}).to_vector<double>(), (std::vector<double>{-0.5, -0.5}));
  EXPECT_EQ(filled("eye", {2, 3}).to_vector<double>(), (std::vector<double>{1, 0, 0, 0, 1, 0}));
  const Moments m = moments_of(filled("trunc_normal 1 0 -1 0.5", {100, 100}));
  EXPECT_GE(m.least, -1);
  EXPECT_LE(m.most, 0.5);
  EXPECT_LT(m.least, -0.95);
  EXPECT_GT(m.most, 0.45);
}

TEST(Initialisers, OtherNames) {
  for (const auto& [other, name] : {std::pair{"glorot_uniform", "xavier_uniform"},
                                    {"glorot_normal 2", "xavier_normal gain=2"},
                                    {"he_uniform", "kaiming_uniform"},
                                    {"he_normal", "kaiming_normal"},
                                    {"identity", "eye"}}) {
    EXPECT_EQ(nn::print_initialiser(other), name);
    EXPECT_NE(moments_of(filled(other, {3, 4})).most, 0) << other;
  }
}

// A normal number between a and b: mean (phi(a) - phi(b)) / Z with Z = Phi(b) - Phi(a).
TEST(Initialisers, TruncatedNormalHasItsMean) {
  const auto density = [](double x) { return std::exp(-x * x / 2) / std::sqrt(2 * M_PI); };
  const auto below = [](double x) { return std::erfc(-x / std::sqrt(2)) / 2; };
  const double expected = (density(-1) - density(0.5)) / (below(0.5) - below(-1));
  EXPECT_NEAR(moments_of(filled("trunc_normal 1 0 -1 0.5", {500, 400})).mean, expected, 5e-3);
}

// torch.nn.init: of [out, in, kernel...] the fans are in and out times the kernel.
TEST(Initialisers, FansOfConvolutions) {
  Tensor w = Tensor::empty({64, 96, 9, 5});
  const double in = 96 * 45, out = 64 * 45;
  const auto expect = [&](double variance) {
    const Moments m = moments_of(w);
    EXPECT_NEAR(m.variance / variance, 1, 0.015);
    EXPECT_NEAR(m.mean, 0, 5 * std::sqrt(variance / double(w.numel())));
  };
  init::xavier_normal_(w, 1, 2);
  expect(4 * 2 / (in + out));
  init::xavier_uniform_(w, 2);
  expect(2 / (in + out));
  EXPECT_LE(moments_of(w).most, std::sqrt(6 / (in + out)));
  init::kaiming_normal_(w, 3, 0.2, true);
  expect(2 / 1.04 / out);
  init::kaiming_uniform_(w, 4, {.nonlinearity = "selu"});
  expect(9.0 / 16 / in);
  init::lecun_uniform_(w, 5);
  expect(1 / in);
  init::uniform_(w, 6, -3, 3);
  expect(3);
  init::trunc_normal_(w, 7, 0, 0.5, -1, 1);  // of -2 to 2 deviations: 0.773741 of the variance
  expect(0.25 * 0.7737413);
}

TEST(Initialisers, OrthogonalIsQOfNormalNumbers) {
  for (const Dims& shape : {Dims{7, 4}, Dims{4, 7}, Dims{5, 5}, Dims{4, 2, 3}, Dims{6, 1, 2, 2},
                            Dims{1, 5}, Dims{300, 200}}) {
    Tensor q = Tensor::empty(shape, f64), a = Tensor::empty(shape, f64);
    init::orthogonal_(q, 9, 1.5);
    const int64_t rows = shape[0], columns = q.numel() / rows;
    Tensor normal = Tensor::empty({rows, columns}, f64);
    init::normal_(normal, 9);
    Tensor m = reshape(q, {rows, columns}) / 1.5;
    if (rows < columns) {
      m = transpose(m, 0, 1);
      normal = transpose(normal, 0, 1);
    }
    const int64_t n = m.size(1);
    const Tensor product = matmul(transpose(m, 0, 1), m), identity = eye(n, f64);
    EXPECT_LT(amax(abs(product - identity)).item(), 1e-13) << to_string(shape);
    // Q' A is the triangle, and its diagonal is positive: that makes the decomposition unique.
    const auto triangle = matmul(transpose(m, 0, 1), normal).to_vector<double>();
    for (int64_t i = 0; i < n; ++i)
      for (int64_t j = 0; j <= i; ++j) {
        const double value = triangle[size_t(i * n + j)];
        EXPECT_TRUE(i == j ? value > 0 : std::abs(value) < 1e-11) << value;
      }
  }
}

TEST(Initialisers, SparseHasItsZerosInEveryColumn) {
  for (double share : {0.0, 0.3, 1.0}) {
    Tensor t = Tensor::empty({11, 40});
    init::sparse_(t, 5, share, 0.5);
    const auto values = t.to_vector<double>();
    for (size_t j = 0; j < 40; ++j) {
      int zeros = 0;
      for (size_t i = 0; i < 11; ++i)
        zeros += values[i * 40 + j] == 0;
      EXPECT_EQ(zeros, int(std::ceil(share * 11))) << share;
    }
  }
  Tensor large = Tensor::empty({1000, 200});
  init::sparse_(large, 6, 0.25, 0.5);
  EXPECT_NEAR(moments_of(large).variance / (0.75 * 0.25), 1, 0.02);
}

TEST(Initialisers, DiracKeepsChannels) {
  for (const Dims& kernel : {Dims{3}, Dims{3, 5}, Dims{3, 1, 5}}) {
    Dims shape{4, 4};
    for (int64_t size : kernel)
      shape.push_back(size);
    Tensor w = Tensor::empty(shape);
    init::dirac_(w);
    EXPECT_EQ(w.sum().item(), 4);
  }
  Tensor w = Tensor::empty({4, 4, 3, 3});
  init::dirac_(w);
  Tensor x = Tensor::empty({2, 4, 6, 6});
  init::normal_(x, 1);
  EXPECT_EQ(amax(abs(conv2d(x, w, {}, {.stride = {1, 1}, .padding = {1, 1}}) - x)).item(), 0);
  Tensor grouped = Tensor::empty({4, 2, 3});
  init::dirac_(grouped, 2);
  std::vector<double> expected(24, 0.0);
  for (size_t i = 0; i < 4; ++i)
    expected[i * 6 + i % 2 * 3 + 1] = 1;
  EXPECT_EQ(grouped.to_vector<double>(), expected);
}

TEST(Initialisers, TheSameKeyGivesTheSameValues) {
  for (int which = 0; which < 3; ++which) {
    const auto made = [which](uint64_t key) {
      Tensor t = Tensor::empty({20, 30});
      which == 0   ? init::orthogonal_(t, key)
      : which == 1 ? init::sparse_(t, key, 0.5)
                   : init::lecun_normal_(t, key);
      return t.to_vector<float>();
    };
    EXPECT_EQ(made(4), made(4));
    EXPECT_NE(made(4), made(5));
  }
}

// Whatever they are called: bias_ih_l0 of a recurrence, in_proj_bias of an attention.
TEST(Initialisers, BiasesOfWhatIsDrawnAreZero) {
  nn::LSTM lstm(3, 2);
  nn::MultiheadAttention attention(4, 2);
  nn::BatchNorm1d norm(3);
  norm.bias->tensor().fill_(0.5);
  size_t biases = 0;
  for (nn::Module* layer : std::initializer_list<nn::Module*>{&lstm, &attention}) {
    nn::initialise(*layer, "xavier_uniform");
    for (const auto& [name, param] : layer->named_parameters()) {
      const bool bias = name.find("bias") != std::string::npos;
      biases += bias;
      EXPECT_EQ(amax(abs(param)).item() == 0, bias) << name;
    }
  }
  EXPECT_EQ(biases, 4u);
  nn::initialise(norm, "xavier_uniform");  // nothing of it is drawn
  EXPECT_EQ(norm.bias->tensor().sum().item(), 1.5);
}

struct HiddenAndHead : nn::Module {
  nn::Linear hidden{4, 3};
  nn::LayerNorm norm{3};
  nn::Linear head{3, 2};
  Tensor forward(const Tensor& x) { return head(norm(hidden(x))); }
  HEBB_FIELDS(hidden, norm, head)
};

TEST(Initialisers, FollowTheFirstRuleThatMatches) {
  using Net = HiddenAndHead;
  const auto made = [](const std::vector<nn::InitRule>& rules) {
    manual_seed(3);
    Net net;
    nn::initialise(net, rules);
    return net;
  };
  const auto all_are = [](const nn::Param& param, double value) {
    return amax(abs(param.tensor() - value)).item() == 0;
  };
  // Vectors alone are filled; beside matrices biases become 0 and scales stay.
  const Net net = made({{"hidden.bias", "constant 0.5"}, {"head.*", "ones"}, {"*", "constant 2"}});
  EXPECT_TRUE(all_are(*net.hidden.bias, 0.5));
  EXPECT_TRUE(all_are(net.head.weight, 1));
  EXPECT_TRUE(all_are(*net.head.bias, 0));
  EXPECT_TRUE(all_are(net.hidden.weight, 2));
  EXPECT_TRUE(all_are(*net.norm.weight, 1));
  const Net still = made({{"norm.weight", "zeros"}});
  EXPECT_TRUE(all_are(*still.norm.weight, 0));
  EXPECT_FALSE(all_are(*still.head.bias, 0));  // no rule's: as PyTorch begins it
  // Values depend on the layer, not on the other rules.
  EXPECT_EQ(
      made({{"head.*", "kaiming_normal"}}).head.weight->to_vector<double>(),
      made({{"norm.*", "ones"}, {"*.weight", "kaiming_normal"}}).head.weight->to_vector<double>());
  manual_seed(3);
  Net line;
  nn::initialise(line, "xavier_uniform");
  EXPECT_EQ(line.hidden.weight->to_vector<double>(),
            made({{"*", "xavier_uniform"}}).hidden.weight->to_vector<double>());
  const auto refusal = [&](const std::vector<nn::InitRule>& rules) {
    return message_of([&] { made(rules); });
  };
  EXPECT_NE(refusal({{"haed.*", "zeros"}}).find("haed.*: no parameter follows this rule"),
            std::string::npos);
  EXPECT_NE(refusal({{"*", "zeros"}, {"head.*", "ones"}}).find("head.*: no parameter"),
            std::string::npos);
  const std::string vectors = refusal({{"*.bias", "xavier_uniform"}});
  EXPECT_NE(vectors.find("*.bias: 'hidden.bias', f32[3]"), std::string::npos) << vectors;
  EXPECT_NE(refusal({{"*", "kaiming"}}).find("kaiming_normal"), std::string::npos);
}

TEST(Initialisers, RefuseWhatDoesNotFit) {
  nn::Linear layer(3, 2);
  const auto refusal = [&](const char* line) {
    return message_of([&] { nn::initialise(layer, line); });
  };
  EXPECT_NE(refusal("kaiming_normal nonlinearity=rleu").find("relu"), std::string::npos);
  EXPECT_NE(refusal("kaiming_normal mode=in").find("fan_in"), std::string::npos);
  EXPECT_NE(refusal("dirac").find("3, 4 or 5 dimensions"), std::string::npos);
  EXPECT_NE(refusal("sparse 1.5").find("is 1.5"), std::string::npos);
  EXPECT_NE(refusal("trunc_normal 1 0 2 -2").find("is empty"), std::string::npos);
  EXPECT_NE(refusal("orthogonl").find("orthogonal"), std::string::npos);
  EXPECT_NE(refusal("constant").find("value"), std::string::npos);
  Tensor vector = Tensor::empty({3}), kernel = Tensor::empty({3, 2, 3});
  EXPECT_NE(message_of([&] { init::orthogonal_(vector, 1); }).find("at least two"),
            std::string::npos);
  EXPECT_NE(message_of([&] { init::sparse_(vector, 1, 0.5); }).find("needs a matrix"),
            std::string::npos);
  EXPECT_NE(message_of([&] { init::dirac_(kernel, 2); }).find("in 2 groups"), std::string::npos);
}

TEST(Init, VariancesAreThoseOfThePapers) {
  Tensor w = zeros({1000, 1000});
  auto variance = [&] {
    const Tensor centred = w - w.sum() / 1000000;
    return (centred * centred).sum().item() / 1e6;
  };
  nn::init::xavier_normal_(w, 1);
  EXPECT_NEAR(variance(), 2.0 / 2000, 2.0 / 2000 * 0.01);
  nn::init::xavier_uniform_(w, 2);
  EXPECT_NEAR(variance(), 2.0 / 2000, 2.0 / 2000 * 0.01);
  nn::init::kaiming_normal_(w, 3);
  EXPECT_NEAR(variance(), 2.0 / 1000, 2.0 / 1000 * 0.01);
  nn::init::kaiming_uniform_(w, 4);
  EXPECT_NEAR(variance(), 2.0 / 1000, 2.0 / 1000 * 0.01);
}

// torch.nn.init.calculate_gain
TEST(Init, GainsArePyTorchs) {
  EXPECT_DOUBLE_EQ(nn::init::gain("relu"), 1.4142135623730951);
  EXPECT_DOUBLE_EQ(nn::init::gain("leaky_relu"), 1.4141428569978354);
  EXPECT_DOUBLE_EQ(nn::init::gain("tanh"), 5.0 / 3);
  EXPECT_DOUBLE_EQ(nn::init::gain("selu"), 0.75);
  EXPECT_EQ(nn::init::gain("sigmoid"), 1);
  EXPECT_EQ(nn::init::gain("conv2d"), 1);
  EXPECT_NE(message_of([] { nn::init::gain("rleu"); }).find("did you mean 'relu'"),
            std::string::npos);
}

TEST(Init, EyeHasOnesOnItsDiagonal) {
  Tensor wide = ones({2, 3}), tall = ones({3, 2});
  nn::init::eye_(wide);
  nn::init::eye_(tall);
  EXPECT_EQ(wide.to_vector<float>(), (std::vector<float>{1, 0, 0, 0, 1, 0}));
  EXPECT_EQ(tall.to_vector<float>(), (std::vector<float>{1, 0, 0, 1, 0, 0}));
  Tensor cube = ones({2, 2, 2});
  EXPECT_NE(message_of([&] { nn::init::eye_(cube); }).find("matrix"), std::string::npos);
}

TEST(Init, RefusesWhatIsNoDistribution) {
  Tensor w = ones({2, 3});
  EXPECT_NE(message_of([&] { nn::init::uniform_(w, 1, 1, -1); }).find("from 1 to -1 is empty"),
            std::string::npos);
  for (const char* line : {"normal -1", "sparse 0.5 -1"})
    EXPECT_NE(message_of([&] { nn::print_initialiser(line); }).find("std is -1"), std::string::npos)
        << line;
}

// Of a normal distribution cut at a and b the mean is m + s (phi(a) - phi(b)) / Z, with Z = Phi(b)
// - Phi(a).
TEST(Init, TruncatedNormalStaysInsideAndHasItsMean) {
  Tensor w = zeros({200, 500});
  nn::init::trunc_normal_(w, 5, 1, 2, 0, 4);
  const auto density = [](double z) {
    return std::exp(-z * z / 2) / std::sqrt(2 * 3.14159265358979323846);
  };
  const auto below = [](double z) { return std::erfc(-z / std::sqrt(2.0)) / 2; };
  double sum = 0;
  for (double v : w.to_vector<double>()) {
    ASSERT_GE(v, 0);
    ASSERT_LE(v, 4);
    sum += v;
  }
  const double a = (0.0 - 1) / 2, b = (4.0 - 1) / 2;
  EXPECT_NEAR(sum / 1e5, 1 + 2 * (density(a) - density(b)) / (below(b) - below(a)), 0.015);
}

}  // namespace
}  // namespace hebb
