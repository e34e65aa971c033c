// Recurrent layers and cells. T times, B sequences, F features that come in, H hidden units, D
// directions (1 or 2), P values of the hidden state: proj_size, or H without a projection. Sources
// and formulas: ops/recurrence.h.
//
//   nn::LSTM lstm({.in = 8, .hidden = 16, .num_layers = 2, .bidirectional = true});
//   auto [out, h_n, c_n] = lstm(x);                      x [T, B, 8] -> out [T, B, 32]
//   auto [more, h, c] = lstm(y, {h_n, c_n});             goes on from there
//   auto [shorter, h2, c2] = lstm(x, {}, lengths);       lengths [B]: the times of each sequence
//
// Keys of the state dict are PyTorch's: weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0, with a
// projection weight_hr_l0, then those of weight_ih_l0_reverse, of the layers l1, ... Weights start
// from U(-k, k), k = 1 / sqrt(H).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/base/note.h"
#include "hebb/nn/packed_sequence.h"
#include "hebb/nn/sequence.h"
#include "hebb/nn/size.h"
#include "hebb/ops/recurrence.h"

namespace hebb::nn {

enum class Nonlinearity : uint8_t { tanh, relu };
std::span<const std::string_view> words_of(Nonlinearity);

// Of all three. batch_first: samples of a configuration are [T, F].
inline constexpr Note recurrent_notes[] = {
    {.field = "in", .key = "input_size", .inferred = true, .at_least = 1, .shown = Shown::plain},
    {.field = "hidden",
     .key = "hidden_size",
     .aliases = {"units"},
     .place = 1,
     .needed = true,
     .at_least = 1,
     .what = "hidden units, the features that come out of a direction",
     .shown = Shown::plain},
    {.field = "num_layers",
     .aliases = {"layers"},
     .at_least = 1,
     .at_most = 1000,
     .what = "layers on top of one another",
     .shown = Shown::if_changed},
    {.field = "nonlinearity", .what = "what makes the new state", .shown = Shown::if_changed},
    {.field = "bias", .what = "whether biases are added", .shown = Shown::if_changed},
    {.field = "batch_first", .inferred = true, .shown = Shown::if_changed},
    {.field = "dropout",
     .at_least = 0,
     .at_most = 1,
     .what = "how likely a value between two layers becomes 0 while training",
     .shown = Shown::if_changed},
    {.field = "bidirectional",
     .what = "whether others read from the last time to the first",
     .shown = Shown::if_changed},
    {.field = "proj_size",
     .at_least = 0,
     .what = "values of the hidden state, projected from the hidden units; 0: all of them",
     .shown = Shown::if_changed},
    {.field = "reset_after",
     .what = "whether the reset gate stands after the product, as in PyTorch, or before it",
     .shown = Shown::if_changed}};

struct RNNOptions {
  Size in, hidden;
  Size num_layers = 1;
  Nonlinearity nonlinearity = Nonlinearity::tanh;
  bool bias = true;
  bool batch_first = false;  // [B, T, F] instead of [T, B, F]
  double dropout = 0;        // between layers, while training
  bool bidirectional = false;
  HEBB_FIELDS(in, hidden, num_layers, nonlinearity, bias, batch_first, dropout, bidirectional)
  static constexpr const auto& notes = recurrent_notes;
};
struct LSTMOptions {
  Size in, hidden;
  Size num_layers = 1;
  bool bias = true;
  bool batch_first = false;
  double dropout = 0;
  bool bidirectional = false;
  Size proj_size = 0;  // values of the hidden state; 0: hidden units
  HEBB_FIELDS(in, hidden, num_layers, bias, batch_first, dropout, bidirectional, proj_size)
  static constexpr const auto& notes = recurrent_notes;
};
struct GRUOptions {
  Size in, hidden;
  Size num_layers = 1;
  bool bias = true;
  bool batch_first = false;
  double dropout = 0;
  bool bidirectional = false;
  bool reset_after = true;  // as in PyTorch; or before the product, as Cho et al. have it
  HEBB_FIELDS(in, hidden, num_layers, bias, batch_first, dropout, bidirectional, reset_after)
  static constexpr const auto& notes = recurrent_notes;
};

struct PackedResult {
  PackedSequence out;
  Tensor h_n;
};
struct PackedLstmResult {
  PackedSequence out;
  Tensor h_n, c_n;
};

// What the three share: their weights, and the way through the layers.
class RecurrentLayer : public Module {
 public:
  // In the order of the state dict.
  const std::vector<Param>& weights() const { return weights_; }
  void walk_fields(FieldWalker& walker) override;

 protected:
  struct Form {
    int64_t in, hidden, gates, proj_size;
    double dropout;
    RecurrentAttrs attrs;
  };
  RecurrentLayer(std::string_view type, const Form& form);

  virtual LstmResult compute(const Tensor& x, const LstmState& state,
                             const std::vector<Tensor>& weights, const RecurrentAttrs& attrs,
                             const Tensor& lengths) const = 0;
  LstmResult run(const Tensor& x, const LstmState& state, const Tensor& lengths) const;
  PackedLstmResult run(const PackedSequence& x, const LstmState& state) const;
  Sequence run(const Sequence& x) const;

 private:
  std::vector<Param> weights_;
  std::vector<std::string> names_;
  double dropout_;
  RecurrentAttrs attrs_;
};

// What tells the three apart. compute: one call of the operator, with so many layers; c_n is
// undefined where there is none.
struct RnnKind {
  using Options = RNNOptions;
  using State = Tensor;
  using Result = RecurrentResult;
  using Packed = PackedResult;
  static constexpr std::string_view name = "RNN";
  static constexpr int64_t gates = 1;
  static LstmResult compute(const Options& options, const Tensor& x, const LstmState& state,
                            const std::vector<Tensor>& weights, const RecurrentAttrs& attrs,
                            const Tensor& lengths);
};
struct GruKind {
  using Options = GRUOptions;
  using State = Tensor;
  using Result = RecurrentResult;
  using Packed = PackedResult;
  static constexpr std::string_view name = "GRU";
  static constexpr int64_t gates = 3;
  static LstmResult compute(const Options& options, const Tensor& x, const LstmState& state,
                            const std::vector<Tensor>& weights, const RecurrentAttrs& attrs,
                            const Tensor& lengths);
};
struct LstmKind {
  using Options = LSTMOptions;
  using State = LstmState;
  using Result = LstmResult;
  using Packed = PackedLstmResult;
  static constexpr std::string_view name = "LSTM";
  static constexpr int64_t gates = 4;
  static LstmResult compute(const Options& options, const Tensor& x, const LstmState& state,
                            const std::vector<Tensor>& weights, const RecurrentAttrs& attrs,
                            const Tensor& lengths);
};

// x [T, B, F], or [T, F] for one sequence; h0 [layers D, B, P] and of LSTM c0 [layers D, B, H],
// undefined: zeros -> {out [T, B, D P], h_n, and of LSTM c_n}. Beyond a sequence's length out is 0;
// h_n and c_n are those of its last time. Error: shapes that do not fit, or lengths outside 0 .. T.
template <class Kind>
class RecurrentNetwork : public RecurrentLayer {
 public:
  using Options = typename Kind::Options;
  using State = typename Kind::State;
  using Result = typename Kind::Result;
  using Packed = typename Kind::Packed;

  explicit RecurrentNetwork(const Options& options);
  RecurrentNetwork(Size in, Size hidden, Size num_layers = 1)
      : RecurrentNetwork(Options{in, hidden, num_layers}) {}
  Result forward(const Tensor& x, const State& state = {}, const Tensor& lengths = {}) const;
  Packed forward(const PackedSequence& x, const State& state = {}) const;
  Sequence forward(const Sequence& x) const { return run(x); }
  Result operator()(const Tensor& x, const State& state = {}, const Tensor& lengths = {});
  Packed operator()(const PackedSequence& x, const State& state = {});
  Sequence operator()(const Sequence& x);
  std::string describe() const override;

 private:
  LstmResult compute(const Tensor& x, const LstmState& state, const std::vector<Tensor>& weights,
                     const RecurrentAttrs& attrs, const Tensor& lengths) const override;
  Options options_;
};

extern template class RecurrentNetwork<RnnKind>;
extern template class RecurrentNetwork<GruKind>;
extern template class RecurrentNetwork<LstmKind>;

using RNN = RecurrentNetwork<RnnKind>;
using GRU = RecurrentNetwork<GruKind>;
using LSTM = RecurrentNetwork<LstmKind>;

// ---- one time ----

struct RNNCellOptions {
  Size in, hidden;
  bool bias = true;
  Nonlinearity nonlinearity = Nonlinearity::tanh;
  HEBB_FIELDS(in, hidden, bias, nonlinearity)
  static constexpr const auto& notes = recurrent_notes;
};
struct CellOptions {
  Size in, hidden;
  bool bias = true;
  HEBB_FIELDS(in, hidden, bias)
  static constexpr const auto& notes = recurrent_notes;
};

// What the cells share: their weights, for so many gates.
struct RecurrentCell : Module {
  Param weight_ih, weight_hh;             // [gates H, F], [gates H, H]
  std::optional<Param> bias_ih, bias_hh;  // [gates H]
  HEBB_FIELDS(weight_ih, weight_hh, bias_ih, bias_hh)

 protected:
  RecurrentCell(std::string_view type, int64_t gates, const CellOptions& options);
  CellOptions options() const;
  Tensor bias(const std::optional<Param>& given) const {
    return given ? given->tensor() : Tensor();
  }
  // The state, or zeros where it is undefined: [H] beside x [F], else [B, H].
  Tensor started(const Tensor& state, const Tensor& x) const;
};

// x [B, F] or [F], state [B, H] or [H], undefined: zeros -> the next state.
struct RNNCell : RecurrentCell {
  explicit RNNCell(const RNNCellOptions& options);
  RNNCell(Size in, Size hidden) : RNNCell(RNNCellOptions{in, hidden}) {}
  Tensor forward(const Tensor& x, const Tensor& h = {}) const;
  Tensor operator()(const Tensor& x, const Tensor& h = {});
  std::string describe() const override;

 private:
  Nonlinearity nonlinearity_;
};
struct GRUCell : RecurrentCell {
  explicit GRUCell(const CellOptions& options);
  GRUCell(Size in, Size hidden) : GRUCell(CellOptions{in, hidden}) {}
  Tensor forward(const Tensor& x, const Tensor& h = {}) const;
  Tensor operator()(const Tensor& x, const Tensor& h = {});
  std::string describe() const override;
};
struct LSTMCell : RecurrentCell {
  explicit LSTMCell(const CellOptions& options);
  LSTMCell(Size in, Size hidden) : LSTMCell(CellOptions{in, hidden}) {}
  LstmState forward(const Tensor& x, const LstmState& state = {}) const;
  LstmState operator()(const Tensor& x, const LstmState& state = {});
  std::string describe() const override;
};

}  // namespace hebb::nn
