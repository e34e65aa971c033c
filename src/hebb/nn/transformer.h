// Transformers: layers of attention and feed-forward networks, in stacks, with PyTorch's names.
// Source: Vaswani et al. 2017; norm_first: Xiong et al. 2020. Where sequences stand first in
// PyTorch they do here: [length, N, d_model], unless batch_first.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "hebb/base/joined_notes.h"
#include "hebb/base/note.h"
#include "hebb/nn/dropout.h"
#include "hebb/nn/key_value_cache.h"
#include "hebb/nn/layer_norm.h"
#include "hebb/nn/linear.h"
#include "hebb/nn/multihead_attention.h"
#include "hebb/nn/sequence.h"

namespace hebb::nn {

// Of one layer, of an encoder or a decoder.
struct TransformerLayerOptions {
  Size d_model, nhead;
  Size dim_feedforward = 2048;
  double dropout = 0.1;
  std::string activation = "relu";
  double layer_norm_eps = 1e-5;
  bool batch_first = false;
  bool norm_first = false;
  bool bias = true;
  HEBB_FIELDS(d_model, nhead, dim_feedforward, dropout, activation, layer_norm_eps, batch_first,
              norm_first, bias)
  static constexpr std::array<Note, 9> notes = {
      {{.field = "d_model", .inferred = true, .at_least = 1},
       {.field = "nhead",
        .aliases = {"heads", "num_heads"},
        .place = 2,
        .needed = true,
        .at_least = 1,
        .what = "heads of attention, which divide the features among them"},
       {.field = "dim_feedforward",
        .aliases = {"feedforward"},
        .at_least = 1,
        .what = "features between the two linear layers of each block"},
       {.field = "dropout", .at_least = 0, .below = 1, .what = "how likely a value becomes 0"},
       {.field = "activation",
        .one_of = {"relu", "gelu", "gelu_tanh", "silu", "mish", "tanh"},
        .what = "between the two linear layers"},
       {.field = "layer_norm_eps",
        .aliases = {"eps", "epsilon"},
        .above = 0,
        .what = "added to the variance, so that no root is 0"},
       {.field = "batch_first",
        .inferred = true,  // in a line the batch always comes first
        .what = "whether the batch stands before the length"},
       {.field = "norm_first",
        .what = "whether normalisation stands before each part instead of behind it"},
       {.field = "bias", .what = "whether biases are added"}}};
};

// Masks as nn::AttentionArgs has them: bools are true where a key is left out.
struct TransformerEncoderArgs {
  Tensor src_mask = {};              // [L, L] or [N * nhead, L, L]
  Tensor src_key_padding_mask = {};  // [N, L]
  bool is_causal = false;            // position i sees up to i; a mask may be left out
  DecodingCache* cache = nullptr;    // src goes on from the positions there; [N, all] of padding
};

struct TransformerEncoderLayer : Module {
  MultiheadAttention self_attn;
  Linear linear1, linear2;
  LayerNorm norm1, norm2;
  Dropout dropout, dropout1, dropout2;
  explicit TransformerEncoderLayer(TransformerLayerOptions options);
  TransformerEncoderLayer(Size d_model, Size nhead)
      : TransformerEncoderLayer(TransformerLayerOptions{d_model, nhead}) {}
  // index: which layer of the cache is this one's.
  Tensor forward(const Tensor& src, const TransformerEncoderArgs& args = {}, size_t index = 0);
  // No position sees times beyond its sequence's length. Error: lengths without batch_first.
  Sequence forward(const Sequence& src);
  HEBB_FIELDS(self_attn, linear1, dropout, linear2, norm1, norm2, dropout1, dropout2)

 private:
  TransformerLayerOptions options_;
};

struct TransformerDecoderArgs {
  Tensor tgt_mask = {}, memory_mask = {};
  Tensor tgt_key_padding_mask = {}, memory_key_padding_mask = {};
  bool tgt_is_causal = false, memory_is_causal = false;
  DecodingCache* cache = nullptr;  // tgt goes on from the positions there; the memory is the same
};

struct TransformerDecoderLayer : Module {
  MultiheadAttention self_attn, multihead_attn;
  Linear linear1, linear2;
  LayerNorm norm1, norm2, norm3;
  Dropout dropout, dropout1, dropout2, dropout3;
  explicit TransformerDecoderLayer(TransformerLayerOptions options);
  TransformerDecoderLayer(Size d_model, Size nhead)
      : TransformerDecoderLayer(TransformerLayerOptions{d_model, nhead}) {}
  Tensor forward(const Tensor& tgt, const Tensor& memory, const TransformerDecoderArgs& args = {},
                 size_t index = 0);
  HEBB_FIELDS(self_attn, multihead_attn, linear1, dropout, linear2, norm1, norm2, norm3, dropout1,
              dropout2, dropout3)

 private:
  Tensor attend(const Tensor& x, const TransformerDecoderArgs& args, DecodingCache::Layer* cache);
  Tensor attend_to(const Tensor& x, const Tensor& memory, const TransformerDecoderArgs& args,
                   DecodingCache::Layer* cache);
  Tensor feed_forward(const Tensor& x);
  TransformerLayerOptions options_;
};

struct TransformerEncoderOptions : TransformerLayerOptions {
  Size num_layers = 1;
  bool norm = false;       // a LayerNorm behind the last layer
  bool is_causal = false;  // in every call
  HEBB_FIELDS(num_layers, d_model, nhead, dim_feedforward, dropout, activation, layer_norm_eps,
              batch_first, norm_first, bias, norm, is_causal)
  static constexpr auto notes = joined_notes(
      TransformerLayerOptions::notes,
      std::array<Note, 3>{
          {{.field = "num_layers",
            .aliases = {"layers"},
            .place = 1,
            .needed = true,
            .at_least = 1,
            .what = "layers, one after another"},
           {.field = "norm", .what = "whether a normalisation stands behind the last layer"},
           {.field = "is_causal",
            .aliases = {"causal"},
            .what = "whether a position sees only itself and those before it"}}});
};

// Layers with values of their own each (PyTorch copies those of one).
struct TransformerEncoder : Module {
  std::vector<TransformerEncoderLayer> layers;
  std::optional<LayerNorm> norm;
  explicit TransformerEncoder(const TransformerEncoderOptions& options);
  TransformerEncoder(TransformerLayerOptions layer, Size num_layers, bool with_norm = false)
      : TransformerEncoder(TransformerEncoderOptions{std::move(layer), num_layers, with_norm}) {}
  Tensor forward(const Tensor& src, const TransformerEncoderArgs& args = {});
  Sequence forward(const Sequence& src);  // as a layer's
  std::string describe() const override;
  HEBB_FIELDS(layers, norm)

 private:
  TransformerEncoderOptions options_;
};

struct TransformerDecoder : Module {
  std::vector<TransformerDecoderLayer> layers;
  std::optional<LayerNorm> norm;
  TransformerDecoder(const TransformerLayerOptions& layer, Size num_layers, bool with_norm = false);
  Tensor forward(const Tensor& tgt, const Tensor& memory, const TransformerDecoderArgs& args = {});
  HEBB_FIELDS(layers, norm)
};

struct TransformerOptions {
  Size d_model = 512, nhead = 8;
  Size num_encoder_layers = 6, num_decoder_layers = 6;
  Size dim_feedforward = 2048;
  double dropout = 0.1;
  std::string activation = "relu";
  double layer_norm_eps = 1e-5;
  bool batch_first = false, norm_first = false, bias = true;
};

struct TransformerArgs {
  Tensor src_mask = {}, tgt_mask = {}, memory_mask = {};
  Tensor src_key_padding_mask = {}, tgt_key_padding_mask = {}, memory_key_padding_mask = {};
  bool src_is_causal = false, tgt_is_causal = false, memory_is_causal = false;
};

// src [S, N, d_model], tgt [T, N, d_model] -> [T, N, d_model]. Weights begin as xavier_uniform.
struct Transformer : Module {
  TransformerEncoder encoder;
  TransformerDecoder decoder;
  explicit Transformer(const TransformerOptions& options = {});
  Tensor forward(const Tensor& src, const Tensor& tgt, const TransformerArgs& args = {});
  // f32 [size, size]: 0 where a position sees another, minus infinity behind it.
  static Tensor generate_square_subsequent_mask(int64_t size);
  HEBB_FIELDS(encoder, decoder)
};

}  // namespace hebb::nn
