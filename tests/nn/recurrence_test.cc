// Recurrent layers beside their operators: state dicts, what goes from layer to layer, dropout
// between layers, packed sequences, and layers over time.

#include <gtest/gtest.h>

#include <cmath>

#include "hebb/nn/build.h"
#include "hebb/nn/layer_lines.h"
#include "hebb/nn/nn.h"
#include "hebb/ops/ops.h"
#include "support/layer_lines_of.h"
#include "support/message_of.h"
#include "support/same_bits.h"

namespace hebb {
namespace {

std::vector<std::string> names_and_shapes(nn::Module& module) {
  std::vector<std::string> all;
  for (const auto& [name, tensor] : module.state_dict())
    all.push_back(name + " " + to_string(tensor.shape()));
  return all;
}

Tensor longs(const std::vector<int64_t>& values) {
  return Tensor::from(values, {int64_t(values.size())});
}

void expect_close(const Tensor& got, const Tensor& expected) {
  ASSERT_EQ(got.shape(), expected.shape());
  const std::vector<double> a = got.to_vector<double>(), b = expected.to_vector<double>();
  for (size_t i = 0; i < a.size(); ++i)
    ASSERT_NEAR(a[i], b[i], 1e-6) << i;
}

TEST(Recurrence, StateDictsAreNamedAsPyTorchsAre) {
  nn::LSTM lstm({.in = 3, .hidden = 4, .num_layers = 2, .bidirectional = true, .proj_size = 2});
  EXPECT_EQ(names_and_shapes(lstm), (std::vector<std::string>{"weight_ih_l0 [16, 3]",
                                                              "weight_hh_l0 [16, 2]",
                                                              "bias_ih_l0 [16]",
                                                              "bias_hh_l0 [16]",
                                                              "weight_hr_l0 [2, 4]",
                                                              "weight_ih_l0_reverse [16, 3]",
                                                              "weight_hh_l0_reverse [16, 2]",
                                                              "bias_ih_l0_reverse [16]",
                                                              "bias_hh_l0_reverse [16]",
                                                              "weight_hr_l0_reverse [2, 4]",
                                                              "weight_ih_l1 [16, 4]",
                                                              "weight_hh_l1 [16, 2]",
                                                              "bias_ih_l1 [16]",
                                                              "bias_hh_l1 [16]",
                                                              "weight_hr_l1 [2, 4]",
                                                              "weight_ih_l1_reverse [16, 4]",
                                                              "weight_hh_l1_reverse [16, 2]",
                                                              "bias_ih_l1_reverse [16]",
                                                              "bias_hh_l1_reverse [16]",
                                                              "weight_hr_l1_reverse [2, 4]"}));
  nn::GRU gru({.in = 3, .hidden = 4, .bias = false});
  EXPECT_EQ(names_and_shapes(gru),
            (std::vector<std::string>{"weight_ih_l0 [12, 3]", "weight_hh_l0 [12, 4]"}));
  nn::LSTMCell cell(3, 4);
  EXPECT_EQ(names_and_shapes(cell),
            (std::vector<std::string>{"weight_ih [16, 3]", "weight_hh [16, 4]", "bias_ih [16]",
                                      "bias_hh [16]"}));
}

TEST(Recurrence, DescribesItselfAsPyTorchDoes) {
  EXPECT_EQ(nn::LSTM({.in = 10,
                      .hidden = 20,
                      .num_layers = 2,
                      .batch_first = true,
                      .dropout = 0.2,
                      .bidirectional = true})
                .describe(),
            "LSTM(10, 20, num_layers=2, batch_first=True, dropout=0.2, bidirectional=True)");
  EXPECT_EQ(nn::GRU(10, 20).describe(), "GRU(10, 20)");
  EXPECT_EQ(nn::LSTMCell({.in = 2, .hidden = 3, .bias = false}).describe(),
            "LSTMCell(2, 3, bias=False)");
  EXPECT_EQ(nn::RNNCell({.in = 2, .hidden = 3, .nonlinearity = nn::Nonlinearity::relu}).describe(),
            "RNNCell(2, 3, nonlinearity='relu')");
}

// U(-k, k), k = 1 / sqrt(hidden): no value beyond, and their variance is k²/3.
TEST(Recurrence, WeightsStartAsPyTorchsDo) {
  manual_seed(3);
  nn::LSTM lstm(30, 100);
  const double k = 0.1;
  for (const auto& [name, tensor] : lstm.named_parameters()) {
    double squares = 0, most = 0;
    for (double v : tensor.to_vector<double>()) {
      squares += v * v;
      most = std::max(most, std::abs(v));
    }
    EXPECT_LE(most, k) << name;
    EXPECT_NEAR(squares / double(tensor.numel()), k * k / 3, k * k / 30) << name;
  }
  EXPECT_FALSE(same_bits(lstm.weights()[2], lstm.weights()[3]));
}

TEST(Recurrence, GoesOnFromAState) {
  manual_seed(1);
  nn::LSTM lstm({.in = 3, .hidden = 4, .num_layers = 2});
  const Tensor x = randn({6, 2, 3});
  const auto [out, h_n, c_n] = lstm(x);
  const auto [first, h, c] = lstm(narrow(x, 0, 0, 4));
  const auto [second, h2, c2] = lstm(narrow(x, 0, 4, 2), {h, c});
  expect_close(cat({first, second}), out);
  expect_close(h2, h_n);
  expect_close(c2, c_n);
  nn::GRU gru(3, 4);
  const auto [gru_out, gru_h] = gru(x);
  const auto [more, gru_h2] = gru(narrow(x, 0, 4, 2), gru(narrow(x, 0, 0, 4)).h_n);
  expect_close(gru_h2, gru_h);
  expect_close(more, narrow(gru_out, 0, 4, 2));
}

TEST(Recurrence, CellsTakeTheStepsOfALayer) {
  manual_seed(2);
  nn::LSTM lstm(3, 4);
  nn::LSTMCell cell(3, 4);
  nn::RNN rnn({.in = 3, .hidden = 4, .nonlinearity = nn::Nonlinearity::relu});
  nn::RNNCell rnn_cell({.in = 3, .hidden = 4, .nonlinearity = nn::Nonlinearity::relu});
  nn::GRU gru(3, 4);
  nn::GRUCell gru_cell(3, 4);
  const auto give = [](nn::Module& layer, nn::Module& to) {
    nn::StateDict state;
    for (const auto& [name, tensor] : layer.state_dict())
      state.emplace_back(name.substr(0, name.size() - 3), tensor);
    to.load_state_dict(state);
  };
  give(lstm, cell);
  give(rnn, rnn_cell);
  give(gru, gru_cell);
  const Tensor x = randn({5, 2, 3});
  LstmState state;
  Tensor h, g;
  for (int64_t t = 0; t < 5; ++t) {
    state = cell(select(x, 0, t), state);
    h = rnn_cell(select(x, 0, t), h);
    g = gru_cell(select(x, 0, t), g);
  }
  const LstmResult all = lstm(x);
  expect_close(state.h, select(all.h_n, 0, 0));
  expect_close(state.c, select(all.c_n, 0, 0));
  expect_close(h, select(rnn(x).h_n, 0, 0));
  expect_close(g, select(gru(x).h_n, 0, 0));
}

// In evaluation nothing is dropped; with p = 1 the second layer sees zeros.
TEST(Recurrence, DropoutStandsBetweenLayers) {
  manual_seed(4);
  nn::GRU gru({.in = 3, .hidden = 4, .num_layers = 2, .dropout = 1, .bidirectional = true});
  const Tensor x = randn({5, 2, 3});
  const auto trained = gru(x);
  const Tensor other = gru(x * 2).out;
  EXPECT_TRUE(same_bits(trained.out, other)) << "the second layer's inputs are zeros";
  EXPECT_FALSE(same_bits(narrow(trained.h_n, 0, 0, 2), narrow(gru(x * 2).h_n, 0, 0, 2)));
  gru.eval();
  nn::GRU plain({.in = 3, .hidden = 4, .num_layers = 2, .bidirectional = true});
  plain.load_state_dict(gru.state_dict());
  EXPECT_TRUE(same_bits(gru(x).out, plain(x).out));
  nn::GRU half({.in = 3, .hidden = 50, .num_layers = 2, .dropout = 0.5});
  EXPECT_FALSE(same_bits(half(x).out, half(x).out)) << "each pass draws anew";
}

// Results, states and gradients of halves are halves: those of f32, rounded once.
TEST(Recurrence, ComputesHalvesInSingle) {
  manual_seed(9);
  for (const DType half : {DType::bf16, DType::f16}) {
    nn::LSTM lstm({.in = 3, .hidden = 4, .num_layers = 2, .bidirectional = true, .proj_size = 2});
    nn::LSTMCell cell(3, 4);
    lstm.to(half);
    cell.to(half);
    nn::LSTM whole = lstm;
    nn::LSTMCell whole_cell = cell;
    whole.to(f32);
    whole_cell.to(f32);
    Tensor x = randn({5, 2, 3}).to(half), y = x.to(f32);
    x.requires_grad_();
    y.requires_grad_();
    const Tensor lengths = longs({5, 3});
    const LstmResult got = lstm(x, {}, lengths), expected = whole(y, {}, lengths);
    EXPECT_TRUE(same_bits(got.out, expected.out.to(half)));
    EXPECT_TRUE(same_bits(got.h_n, expected.h_n.to(half)));
    EXPECT_TRUE(same_bits(got.c_n, expected.c_n.to(half)));
    got.out.sum().backward();
    expected.out.sum().backward();
    EXPECT_TRUE(same_bits(x.grad(), y.grad().to(half)));
    for (size_t i = 0; i < lstm.weights().size(); ++i)
      EXPECT_TRUE(
          same_bits(lstm.weights()[i].tensor().grad(), whole.weights()[i].tensor().grad().to(half)))
          << i;
    const LstmState step = cell(x[0].detach()), whole_step = whole_cell(y[0].detach());
    EXPECT_TRUE(same_bits(step.h, whole_step.h.to(half)));
    EXPECT_TRUE(same_bits(step.c, whole_step.c.to(half)));
    EXPECT_NE(message_of([&] {
                lstm(x, {zeros({4, 2, 2}), zeros({4, 2, 4})});
              }).find("h0 is f32 but input is"),
              std::string::npos);
  }
}

TEST(Recurrence, CopiesAndAssignsAsOtherLayersDo) {
  manual_seed(5);
  nn::LSTM lstm(3, 4), other(3, 4);
  const Tensor held = other.weights()[0].tensor();
  nn::LSTM copy = lstm;
  other = lstm;
  EXPECT_TRUE(same_bits(held, lstm.weights()[0])) << "values are put where an optimiser looks";
  nn::LSTM wide(3, 5);
  EXPECT_NE(message_of([&] { wide = lstm; }), "no error");
  EXPECT_TRUE(same_bits(copy(ones({1, 1, 3})).out, lstm(ones({1, 1, 3})).out));
}

TEST(Recurrence, RefusesWhatCannotBe) {
  const auto says = [](std::string_view words, const std::function<void()>& f) {
    const std::string message = message_of(f);
    EXPECT_NE(message.find(words), std::string::npos) << message;
  };
  says("hidden_size is 0", [] { nn::build({"lstm 0"}, {4, 3}); });
  says("num_layers is 0", [] { nn::build({"gru 4 num_layers=0"}, {4, 3}); });
  says("proj_size is 4, should be below the 4 hidden units", [] {
    nn::build({"lstm 4 proj_size=4"}, {4, 3});
  });
  says("takes sequences [time, features], but what comes in is [3]",
       [] { nn::build({"lstm 4"}, {3}); });
  says("more than 1000 parameters", [] { nn::build({"lstm 400"}, {4, 3}, 1000); });
  says("sizes of the input are inferred", [] { nn::build({"lstm 3 4"}, {4, 3}); });
  says("takes token ids, so nothing stands before it", [] {
    nn::build({"linear 3", "embedding 4 2"}, {4});
  });
  says("takes sequences [time, features], but what comes in is [12]", [] {
    nn::build({"flatten", "last"}, {4, 3});
  });
  says("dropout is 2", [] { nn::RNN({.in = 1, .hidden = 1, .dropout = 2}); });
}

// ---- through a Sequential ----

TEST(Sequences, LinesGiveTheirLayers) {
  nn::Sequential net = nn::build({"embedding 9 3 padding_idx=0", "lstm 4 bidirectional=true",
                                  "dropout 0.1", "last", "linear 2"},
                                 {6});
  EXPECT_EQ(net(zeros({5, 6}, i64)).shape(), (Dims{5, 2}));
  EXPECT_EQ(test::lines_of(nn::layer_lines(net, {6})),
            (std::vector<std::string>{"embedding 9 3 padding_idx=0", "lstm 4 bidirectional=true",
                                      "dropout 0.1", "last", "linear 2"}));
  nn::Sequential by_hand(nn::LSTM(3, 4), nn::Linear(4, 2));
  EXPECT_EQ(by_hand(zeros({5, 2, 3})).shape(), (Dims{5, 2, 2}));
  EXPECT_NE(message_of([&] {
              nn::layer_lines(by_hand, {2, 3});
            }).find("is not what its line"),
            std::string::npos);
}

// What a sequence gives is the same alone as among longer ones, whose padding it gets.
TEST(Sequences, PaddingChangesNothing) {
  manual_seed(6);
  for (const char* over : {"last", "mean_pool", "max_pool"})
    for (const char* layer : {"lstm 4 bidirectional=true", "gru 4 num_layers=2", "rnn 4",
                              "transformer_encoder 2 heads=3 dim_feedforward=5"}) {
      SCOPED_TRACE(std::string(layer) + ", " + over);
      nn::Sequential net =
          nn::build({"embedding 9 3 padding_idx=0", layer, "relu", "dropout 0.3", over}, {4});
      net.eval();
      const Tensor padded = reshape(longs({3, 5, 0, 0, 1, 2, 3, 4, 7, 0, 8, 0}), {3, 4}),
                   all = net(padded);
      expect_close(narrow(all, 0, 0, 1), net(reshape(longs({3, 5}), {1, 2})));
      expect_close(narrow(all, 0, 2, 1), net(reshape(longs({7, 0, 8}), {1, 3})));
      // The same numbers by lengths that are given.
      nn::Sequential plain = nn::build({"embedding 9 3", layer, "relu", "dropout 0.3", over}, {4});
      plain.load_state_dict(net.state_dict());
      plain.eval();
      expect_close(plain(nn::Sequence{padded, longs({2, 4, 3})}).values, all);
      EXPECT_FALSE(same_bits(plain(padded), all));
      nn::Model model(plain);
      expect_close(model({{"x", padded}, {"lengths", longs({2, 4, 3})}}).front().second, all);
    }
}

TEST(Sequences, LastJoinsTheLastStepsOfBothDirections) {
  manual_seed(7);
  nn::LSTM lstm(
      {.in = 3, .hidden = 4, .num_layers = 2, .batch_first = true, .bidirectional = true});
  const Tensor x = randn({3, 5, 3}), lengths = longs({2, 5, 1});
  const auto [out, h_n, c_n] = lstm(x, {}, lengths);
  const Tensor joined = cat({select(h_n, 0, -2), select(h_n, 0, -1)}, 1);
  expect_close(nn::Last()(lstm(nn::Sequence{x, lengths})).values, joined);
  nn::Sequential net(lstm, nn::Dropout(0.5), nn::Last());
  net.eval();
  expect_close(net(nn::Sequence{x, lengths}).values, joined);
  // After weights of their own, features are no more of one direction.
  nn::Linear mix(8, 8);
  nn::Sequential mixed(lstm, mix, nn::Last());
  expect_close(mixed(x), select(mix(lstm(x).out), 1, -1));
  EXPECT_NE(message_of([] {
              nn::Last()(ones({2, 3}));
            }).find("sequences [B, T, F]"),
            std::string::npos);
}

TEST(Sequences, OfNoTimesGiveZeros) {
  const Tensor x = randn({2, 3, 4});
  for (const Tensor& y : {nn::Last().forward(nn::Sequence{x, longs({0, 3})}).values,
                          nn::MeanOverTime().forward(nn::Sequence{x, longs({0, 3})}).values,
                          nn::MaxOverTime().forward(nn::Sequence{x, longs({0, 3})}).values}) {
    EXPECT_EQ(select(y, 0, 0).to_vector<double>(), std::vector<double>(4, 0));
    EXPECT_NE(select(y, 0, 1).to_vector<double>(), std::vector<double>(4, 0));
  }
}

// ---- packed ----

TEST(Packed, AsPyTorchPacks) {
  const Tensor x = arange(12, f32).reshape({2, 3, 2}), lengths = longs({2, 3});
  EXPECT_NE(message_of([&] { nn::pack_padded_sequence(x, lengths, true); }).find("sorted"),
            std::string::npos);
  const nn::PackedSequence packed = nn::pack_padded_sequence(x, lengths, true, false);
  EXPECT_EQ(packed.data.to_vector<double>(), (std::vector<double>{6, 7, 0, 1, 8, 9, 2, 3, 10, 11}));
  EXPECT_EQ(packed.batch_sizes.to_vector<int64_t>(), (std::vector<int64_t>{2, 2, 1}));
  EXPECT_EQ(packed.sorted_indices.to_vector<int64_t>(), (std::vector<int64_t>{1, 0}));
  const auto [padded, again] = nn::pad_packed_sequence(packed, true, -1, 4);
  EXPECT_EQ(again.to_vector<int64_t>(), (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(padded.to_vector<double>(),
            (std::vector<double>{0, 1, 2, 3, -1, -1, -1, -1, 6, 7, 8, 9, 10, 11, -1, -1}));
  EXPECT_NE(message_of([&] { nn::pad_packed_sequence(packed, true, 0, 2); }).find("at least 3"),
            std::string::npos);
  EXPECT_NE(message_of([&] {
              nn::pack_padded_sequence(x, longs({0, 3}), true, false);
            }).find("lengths[0] is 0, should be from 1 to 3"),
            std::string::npos);
}

TEST(Packed, ListsOfSequences) {
  const std::vector<Tensor> all = {tensor({1., 2.}), tensor({3.}), tensor({4., 5., 6.})};
  EXPECT_EQ(nn::pad_sequence(all, true, 9).to_vector<double>(),
            (std::vector<double>{1, 2, 9, 3, 9, 9, 4, 5, 6}));
  EXPECT_EQ(nn::pad_sequence(all, false, 0, nn::PaddingSide::left).to_vector<double>(),
            (std::vector<double>{0, 0, 4, 1, 0, 5, 2, 3, 6}));
  const std::vector<Tensor> back = nn::unpack_sequence(nn::pack_sequence(all, false));
  ASSERT_EQ(back.size(), 3u);
  for (size_t i = 0; i < 3; ++i)
    EXPECT_EQ(back[i].to_vector<double>(), all[i].to_vector<double>());
  EXPECT_NE(message_of([&] { nn::pack_sequence(all); }).find("enforce_sorted = false"),
            std::string::npos);
  EXPECT_NE(message_of([&] {
              nn::pad_sequence({ones({2, 3}), ones({2, 4})});
            }).find("the same further sizes"),
            std::string::npos);
}

TEST(Packed, LayersTakePackedAsPadded) {
  manual_seed(8);
  for (const bool batch_first : {false, true}) {
    nn::LSTM lstm({.in = 3, .hidden = 4, .batch_first = batch_first, .bidirectional = true});
    nn::GRU gru({.in = 3, .hidden = 4, .batch_first = batch_first});
    const Tensor lengths = longs({2, 5, 3}), x = batch_first ? randn({3, 5, 3}) : randn({5, 3, 3});
    const nn::PackedSequence packed = nn::pack_padded_sequence(x, lengths, batch_first, false);
    const auto [out, h_n, c_n] = lstm(packed);
    const auto [expected, h, c] = lstm(x, {}, lengths);
    expect_close(nn::pad_packed_sequence(out, batch_first).padded, expected);
    EXPECT_TRUE(same_bits(out.batch_sizes, packed.batch_sizes));
    expect_close(h_n, h);
    expect_close(c_n, c);
    expect_close(gru(packed).h_n, gru(x, {}, lengths).h_n);
  }
}

TEST(Packed, GradientsGoThrough) {
  const Tensor x = randn({4, 2, 3});
  Tensor padded = x.clone(), packed = x.clone();
  padded.requires_grad_();
  packed.requires_grad_();
  nn::GRU gru(3, 4);
  const Tensor lengths = longs({4, 2});
  gru(padded, {}, lengths).out.sum().backward();
  gru(nn::pack_padded_sequence(packed, lengths)).out.data.sum().backward();
  expect_close(packed.grad(), padded.grad());
}

}  // namespace
}  // namespace hebb
