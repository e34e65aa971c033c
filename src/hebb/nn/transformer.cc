#include "hebb/nn/transformer.h"

#include <algorithm>
#include <limits>

#include "hebb/base/check.h"
#include "hebb/base/options.h"
#include "hebb/nn/init.h"
#include "hebb/nn/layer_entry.h"
#include "hebb/ops/activation.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create.h"
#include "hebb/ops/views.h"

namespace hebb::nn {
namespace {

using LayerOptions = TransformerLayerOptions;

TransformerEncoderOptions encoder_start() {
  return {{.d_model = 1, .nhead = 1, .batch_first = true}};
}
constexpr const OptionsType& encoder_options =
    options_type<TransformerEncoderOptions, encoder_start>;

LayerOptions checked(const LayerOptions& o, const char* layer) {
  check_options(layer, o);
  return o;
}

Tensor activated(const Tensor& x, const std::string& name) {
  if (name == "gelu")
    return gelu(x);
  if (name == "gelu_tanh")
    return gelu(x, "tanh");
  if (name == "silu")
    return silu(x);
  if (name == "mish")
    return mish(x);
  return name == "tanh" ? hebb::tanh(x) : relu(x);
}

MultiheadAttention attention_of(const LayerOptions& o) {
  return MultiheadAttention({.embed_dim = o.d_model,
                             .num_heads = o.nhead,
                             .dropout = o.dropout,
                             .bias = o.bias,
                             .batch_first = o.batch_first});
}
Linear widening(const LayerOptions& o) {
  return Linear({.in = o.d_model, .out = o.dim_feedforward, .bias = o.bias});
}
Linear narrowing(const LayerOptions& o) {
  return Linear({.in = o.dim_feedforward, .out = o.d_model, .bias = o.bias});
}
LayerNorm norm_of(const LayerOptions& o) {
  return LayerNorm(LayerNormOptions{
      .shape = {o.d_model}, .eps = o.layer_norm_eps, .affine = true, .bias = o.bias});
}

// x and what a part makes of it, added; the norm before that part or behind the sum.
template <class Part>
Tensor residual(const Tensor& x, LayerNorm& norm, bool norm_first, const Part& part) {
  return norm_first ? x + part(norm(x)) : norm(x + part(x));
}

template <class Layer>
std::vector<Layer> stack_of(const LayerOptions& o, int64_t count) {
  check_in(count >= 1, ErrorKind::usage, "Transformer", "has {} layers, should be at least 1",
           count);
  std::vector<Layer> layers;
  layers.reserve(size_t(count));
  for (int64_t i = 0; i < count; ++i)
    layers.emplace_back(o);
  return layers;
}

LayerOptions layer_of(const TransformerOptions& o) {
  return {.d_model = o.d_model,
          .nhead = o.nhead,
          .dim_feedforward = o.dim_feedforward,
          .dropout = o.dropout,
          .activation = o.activation,
          .layer_norm_eps = o.layer_norm_eps,
          .batch_first = o.batch_first,
          .norm_first = o.norm_first,
          .bias = o.bias};
}

// A call on sequences of different lengths: keys beyond them are left out.
TransformerEncoderArgs args_of(const Sequence& src, bool batch_first) {
  if (!src.lengths.defined())
    return {};
  check_in(batch_first, ErrorKind::usage, "Transformer",
           "lengths of sequences need batch_first = true");
  return {.src_key_padding_mask = logical_not(times_mask(src.lengths, src.values.size(1)))};
}

}  // namespace

TransformerEncoderLayer::TransformerEncoderLayer(TransformerLayerOptions o)
    : self_attn(attention_of(checked(o, "TransformerEncoderLayer"))), linear1(widening(o)),
      linear2(narrowing(o)), norm1(norm_of(o)), norm2(norm_of(o)), dropout(o.dropout),
      dropout1(o.dropout), dropout2(o.dropout), options_(std::move(o)) {}

Tensor TransformerEncoderLayer::forward(const Tensor& src, const TransformerEncoderArgs& args,
                                        size_t index) {
  const AttentionArgs seen = {.attn_mask = args.src_mask,
                              .key_padding_mask = args.src_key_padding_mask,
                              .is_causal = args.is_causal,
                              .cache = args.cache ? &args.cache->layer(index).self : nullptr};
  const Tensor x = residual(src, norm1, options_.norm_first, [&](const Tensor& in) {
    return dropout1(self_attn(in, in, in, seen));
  });
  return residual(x, norm2, options_.norm_first, [&](const Tensor& in) {
    return dropout2(linear2(dropout(activated(linear1(in), options_.activation))));
  });
}

Sequence TransformerEncoderLayer::forward(const Sequence& src) {
  return {forward(src.values, args_of(src, options_.batch_first)), src.lengths};
}

TransformerDecoderLayer::TransformerDecoderLayer(TransformerLayerOptions o)
    : self_attn(attention_of(checked(o, "TransformerDecoderLayer"))),
      multihead_attn(attention_of(o)), linear1(widening(o)), linear2(narrowing(o)),
      norm1(norm_of(o)), norm2(norm_of(o)), norm3(norm_of(o)), dropout(o.dropout),
      dropout1(o.dropout), dropout2(o.dropout), dropout3(o.dropout), options_(std::move(o)) {}

Tensor TransformerDecoderLayer::attend(const Tensor& x, const TransformerDecoderArgs& args,
                                       DecodingCache::Layer* cache) {
  return dropout1(self_attn(x, x, x,
                            AttentionArgs{.attn_mask = args.tgt_mask,
                                          .key_padding_mask = args.tgt_key_padding_mask,
                                          .is_causal = args.tgt_is_causal,
                                          .cache = cache ? &cache->self : nullptr}));
}

Tensor TransformerDecoderLayer::attend_to(const Tensor& x, const Tensor& memory,
                                          const TransformerDecoderArgs& args,
                                          DecodingCache::Layer* cache) {
  const AttentionArgs seen = {.attn_mask = args.memory_mask,
                              .key_padding_mask = args.memory_key_padding_mask,
                              .is_causal = args.memory_is_causal,
                              .cache = cache ? &cache->memory : nullptr};
  const bool known = cache && cache->memory.length() > 0;
  return dropout2(known ? multihead_attn.from_cache(x, seen)
                        : multihead_attn(x, memory, memory, seen));
}

Tensor TransformerDecoderLayer::feed_forward(const Tensor& x) {
  return dropout3(linear2(dropout(activated(linear1(x), options_.activation))));
}

Tensor TransformerDecoderLayer::forward(const Tensor& tgt, const Tensor& memory,
                                        const TransformerDecoderArgs& args, size_t index) {
  DecodingCache::Layer* cache = args.cache ? &args.cache->layer(index) : nullptr;
  const bool first = options_.norm_first;
  Tensor x = residual(tgt, norm1, first, [&](const Tensor& in) { return attend(in, args, cache); });
  x = residual(x, norm2, first,
               [&](const Tensor& in) { return attend_to(in, memory, args, cache); });
  return residual(x, norm3, first, [&](const Tensor& in) { return feed_forward(in); });
}

TransformerEncoder::TransformerEncoder(const TransformerEncoderOptions& o)
    : layers(stack_of<TransformerEncoderLayer>(o, o.num_layers)), options_(o) {
  if (o.norm)
    norm.emplace(norm_of(o));
}

Tensor TransformerEncoder::forward(const Tensor& src, const TransformerEncoderArgs& args) {
  TransformerEncoderArgs seen = args;
  seen.is_causal = args.is_causal || options_.is_causal;
  Tensor x = src;
  for (size_t i = 0; i < layers.size(); ++i)
    x = layers[i](x, seen, i);
  return norm ? (*norm)(x) : x;
}

Sequence TransformerEncoder::forward(const Sequence& src) {
  return {forward(src.values, args_of(src, options_.batch_first)), src.lengths};
}

std::string TransformerEncoder::describe() const {
  return options_repr("TransformerEncoder", encoder_options, &options_);
}

constinit const LayerEntry layer::transformer_encoder = {
    .name = "transformer_encoder",
    .what = "NUM_LAYERS layers of attention and feed-forward networks, for sequences",
    .options = &encoder_options,
    .make = made<TransformerEncoder, TransformerEncoderOptions>,
    .features_last = true,
    .infer =
        [](void* options, const Dims& shape) {
          check(shape.size() == 2, "takes sequences [length, features], but what comes in is {}",
                shape);
          auto& o = *static_cast<TransformerEncoderOptions*>(options);
          o.d_model = shape[1];
          o.batch_first = true;
        },
    .weights =
        [](const void* options) {
          const auto& o = as<TransformerEncoderOptions>(options);
          return double(o.num_layers) * double(o.d_model) *
                 (4 * double(o.d_model) + 2 * double(o.dim_feedforward));
        },
};

TransformerDecoder::TransformerDecoder(const TransformerLayerOptions& layer, Size num_layers,
                                       bool with_norm)
    : layers(stack_of<TransformerDecoderLayer>(layer, num_layers)) {
  if (with_norm)
    norm.emplace(norm_of(layer));
}

Tensor TransformerDecoder::forward(const Tensor& tgt, const Tensor& memory,
                                   const TransformerDecoderArgs& args) {
  Tensor x = tgt;
  for (size_t i = 0; i < layers.size(); ++i)
    x = layers[i](x, memory, args, i);
  return norm ? (*norm)(x) : x;
}

Transformer::Transformer(const TransformerOptions& o)
    : encoder(layer_of(o), o.num_encoder_layers, true),
      decoder(layer_of(o), o.num_decoder_layers, true) {
  uint64_t key = init::key_of(*this);
  for (auto& [name, weight] : named_parameters())
    if (weight.dim() > 1)
      init::xavier_uniform_(weight, key++);
}

Tensor Transformer::forward(const Tensor& src, const Tensor& tgt, const TransformerArgs& args) {
  const Tensor memory =
      encoder(src, TransformerEncoderArgs{.src_mask = args.src_mask,
                                          .src_key_padding_mask = args.src_key_padding_mask,
                                          .is_causal = args.src_is_causal});
  return decoder(tgt, memory,
                 TransformerDecoderArgs{.tgt_mask = args.tgt_mask,
                                        .memory_mask = args.memory_mask,
                                        .tgt_key_padding_mask = args.tgt_key_padding_mask,
                                        .memory_key_padding_mask = args.memory_key_padding_mask,
                                        .tgt_is_causal = args.tgt_is_causal,
                                        .memory_is_causal = args.memory_is_causal});
}

Tensor Transformer::generate_square_subsequent_mask(int64_t size) {
  const Tensor at = arange(double(size));
  return where(at <= unsqueeze(at, 1), zeros({}), -std::numeric_limits<double>::infinity());
}

}  // namespace hebb::nn
