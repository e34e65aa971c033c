#include "hebb/nn/multihead_attention.h"

#include <limits>

#include "hebb/base/check.h"
#include "hebb/base/options.h"
#include "hebb/nn/init.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/attention.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create.h"
#include "hebb/ops/join.h"
#include "hebb/ops/linear.h"
#include "hebb/ops/matmul.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/views.h"

namespace hebb::nn {
namespace {

using Options = MultiheadAttentionOptions;

// Query, key and value of all heads, [N, heads, length, size].
struct Heads {
  Tensor q, k, v;
};

int64_t key_size(const Options& o) {
  return o.kdim.value_or(o.embed_dim);
}
int64_t value_size(const Options& o) {
  return o.vdim.value_or(o.embed_dim);
}
bool same_sizes(const Options& o) {
  return key_size(o) == o.embed_dim && value_size(o) == o.embed_dim;
}

// [N, length, count * embed_dim] -> count tensors [N, heads, length, size].
std::vector<Tensor> in_heads(const Tensor& x, int64_t count, const Options& o) {
  const int64_t heads = o.num_heads, size = o.embed_dim / heads;
  const Tensor all =
      permute(reshape(x, {x.size(0), x.size(1), count, heads, size}), {2, 0, 3, 1, 4});
  std::vector<Tensor> parts;
  for (int64_t i = 0; i < count; ++i)
    parts.push_back(select(all, 0, i));
  return parts;
}

Tensor rows(const Tensor& x, int64_t first, int64_t count) {
  return x.defined() ? slice(x, 0, Slice(first, first + count)) : x;
}

// Inputs as [N, length, features]. Those that are one tensor stay one.
struct Batched {
  Tensor query, key, value;
};
Batched batched(const Tensor& query, const Tensor& key, const Tensor& value, bool batch_first) {
  const auto turn = [&](const Tensor& x) {
    return x.dim() == 2 ? unsqueeze(x, 0) : batch_first ? x : transpose(x, 0, 1);
  };
  Batched b;
  b.query = turn(query);
  b.key = key.same(query) ? b.query : turn(key);
  b.value = value.same(key) ? b.key : value.same(query) ? b.query : turn(value);
  return b;
}
Tensor as_given(const Tensor& x, const Tensor& query, bool batch_first) {
  return query.dim() == 2 ? squeeze(x, 0) : batch_first ? x : transpose(x, 0, 1);
}

void check_inputs(const Tensor& query, const Tensor& key, const Tensor& value, const Options& o) {
  const auto one = [&](const char* name, const Tensor& x, int64_t size) {
    check(
        (x.dim() == 2 || x.dim() == 3) && x.dim() == query.dim() && x.size(-1) == size,
        "MultiheadAttention: {} {} should be {} or, for one sequence, [length, {}]", name,
        x.shape(),
        o.batch_first ? fmt::format("[N, length, {}]", size) : fmt::format("[length, N, {}]", size),
        size);
  };
  one("query", query, o.embed_dim);
  one("key", key, key_size(o));
  one("value", value, value_size(o));
  const int64_t batch = o.batch_first ? 0 : 1;
  check(query.dim() == 2 || (query.size(batch) == key.size(batch)),
        "MultiheadAttention: query {} and key {} should have the same N", query.shape(),
        key.shape());
  check(query.dim() == 2 ? key.size(0) == value.size(0)
                         : key.size(0) == value.size(0) && key.size(1) == value.size(1),
        "MultiheadAttention: key {} and value {} should have the same length and N", key.shape(),
        value.shape());
}

Heads project(const MultiheadAttention& m, const Batched& in) {
  const Options& o = m.options();
  const int64_t e = o.embed_dim;
  const Tensor bias = m.in_proj_bias ? m.in_proj_bias->tensor() : Tensor();
  if (!m.in_proj_weight) {
    const auto one = [&](const Tensor& x, const Param& weight, int64_t i) {
      return in_heads(linear(x, weight, rows(bias, i * e, e)), 1, o)[0];
    };
    return {one(in.query, *m.q_proj_weight, 0), one(in.key, *m.k_proj_weight, 1),
            one(in.value, *m.v_proj_weight, 2)};
  }
  const Tensor& weight = m.in_proj_weight->tensor();
  // Rows of the weight from part `first` on: of query, key, value.
  const auto some = [&](const Tensor& x, int64_t first, int64_t count) {
    return in_heads(linear(x, count == 3 ? weight : rows(weight, first * e, count * e),
                           count == 3 ? bias : rows(bias, first * e, count * e)),
                    count, o);
  };
  if (in.key.same(in.value)) {
    if (in.query.same(in.key)) {
      const std::vector<Tensor> all = some(in.query, 0, 3);
      return {all[0], all[1], all[2]};
    }
    const std::vector<Tensor> both = some(in.key, 1, 2);
    return {some(in.query, 0, 1)[0], both[0], both[1]};
  }
  return {some(in.query, 0, 1)[0], some(in.key, 1, 1)[0], some(in.value, 2, 1)[0]};
}

// ---- masks, as the operator has them: bools are true where a key takes part ----

// With one more key at the end, which all queries see.
Tensor with_one_more_key(const Tensor& mask) {
  Dims shape = mask.shape();
  shape.back() = 1;
  return cat(
      {mask, mask.dtype() == DType::boolean ? full(shape, true, DType::boolean, mask.device())
                                            : zeros(shape, mask.dtype(), mask.device())},
      -1);
}

// `given` in the operator's sense, with a dimension for heads or queries where it has none.
Tensor taken_mask(const Tensor& given, const char* name, const Dims& plain, const Dims& shape) {
  if (!given.defined())
    return given;
  check(given.dtype() == DType::boolean || is_floating(given.dtype()),
        "MultiheadAttention: {} is {}, should be bool or floating", name,
        hebb::name(given.dtype()));
  check(given.shape() == plain, "MultiheadAttention: {} {} should be {}", name, given.shape(),
        plain);
  const Tensor mask = reshape(given, shape);
  return mask.dtype() == DType::boolean ? logical_not(mask) : mask;
}

Tensor both_masks(const Tensor& a, const Tensor& b, DType dtype) {
  if (!a.defined() || !b.defined())
    return a.defined() ? a : b;
  if (a.dtype() == DType::boolean && b.dtype() == DType::boolean)
    return logical_and(a, b);
  const auto added = [&](const Tensor& mask) {
    return mask.dtype() == DType::boolean ? where(mask, zeros({}, dtype, mask.device()),
                                                  -std::numeric_limits<double>::infinity())
                                          : mask;
  };
  return added(a) + added(b);
}

// [L, S]: whether the key is no later than the query.
Tensor causal_mask(int64_t queries, int64_t keys, int64_t offset, Device device) {
  return arange(double(keys), DType::i64, device) <=
         unsqueeze(arange(double(queries), DType::i64, device) + offset, 1);
}

// What the operator is given: `more_keys` were added at the end of k by the layer itself.
struct Seen {
  Tensor mask;
  ScaledDotProductAttentionAttrs attrs;
};
Seen seen(const Heads& h, const AttentionArgs& args, int64_t more_keys, int64_t given_dims) {
  const int64_t n = h.q.size(0), heads = h.q.size(1), queries = h.q.size(2),
                keys = h.k.size(2) - more_keys,
                offset = args.cache ? keys - queries : 0;  // how many are older than the queries
  const bool per_head = args.attn_mask.defined() && args.attn_mask.dim() == 3;
  Tensor mask =
      both_masks(taken_mask(args.attn_mask, "attn_mask",
                            per_head ? Dims{n * heads, queries, keys} : Dims{queries, keys},
                            per_head ? Dims{n, heads, queries, keys} : Dims{1, 1, queries, keys}),
                 taken_mask(args.key_padding_mask, "key_padding_mask",
                            given_dims == 2 ? Dims{keys} : Dims{n, keys}, {n, 1, 1, keys}),
                 h.q.dtype());
  Seen out;
  if (args.is_causal && more_keys == 0) {
    out.attrs.is_causal = true;
    out.attrs.query_offset = offset;
  } else if (args.is_causal) {
    mask = both_masks(
        mask, reshape(causal_mask(queries, keys, offset, h.q.device()), {1, 1, queries, keys}),
        h.q.dtype());
  }
  for (int64_t i = 0; mask.defined() && i < more_keys; ++i)
    mask = with_one_more_key(mask);
  out.mask = mask;
  return out;
}

// One more key and value behind the others: `row` [1, 1, embed_dim], or zeros.
Tensor with_row(const Tensor& x, const Tensor& row) {
  const Dims shape = {x.size(0), x.size(1), 1, x.size(3)};
  return cat({x, row.defined() ? expand(reshape(row, {1, x.size(1), 1, x.size(3)}), shape)
                               : zeros(shape, x.dtype(), x.device())},
             2);
}

int64_t add_keys(const MultiheadAttention& m, Heads& h) {
  if (m.bias_k) {
    h.k = with_row(h.k, *m.bias_k);
    h.v = with_row(h.v, *m.bias_v);
  }
  if (m.options().add_zero_attn) {
    h.k = with_row(h.k, {});
    h.v = with_row(h.v, {});
  }
  return int64_t(m.bias_k.has_value()) + int64_t(m.options().add_zero_attn);
}

Tensor joined(const Tensor& heads) {  // [N, H, L, size] -> [N, L, H * size]
  return reshape(transpose(heads, 1, 2),
                 {heads.size(0), heads.size(2), heads.size(1) * heads.size(3)});
}

double dropout_now(const MultiheadAttention& m) {
  return m.is_training() ? m.options().dropout : 0;
}

Tensor attended(MultiheadAttention& m, Heads h, const AttentionArgs& args, int64_t given_dims) {
  const int64_t more = add_keys(m, h);
  Seen s = seen(h, args, more, given_dims);
  s.attrs.dropout_p = dropout_now(m);
  return m.out_proj(joined(scaled_dot_product_attention(h.q, h.k, h.v, s.mask, s.attrs)));
}

Heads all_heads(const MultiheadAttention& m, const Batched& in, KeyValueCache* cache) {
  Heads h = project(m, in);
  if (cache) {
    cache->append(h.k, h.v);
    h.k = cache->key();
    h.v = cache->value();
  }
  return h;
}

}  // namespace

MultiheadAttention::MultiheadAttention(MultiheadAttentionOptions o)
    : out_proj({.in = o.embed_dim, .out = o.embed_dim, .bias = o.bias}), options_(o) {
  check_options("MultiheadAttention", o);
  check_in(o.embed_dim % o.num_heads == 0, ErrorKind::usage, "MultiheadAttention",
           "embed_dim {} does not divide into {} heads", int64_t(o.embed_dim),
           int64_t(o.num_heads));
  const int64_t e = o.embed_dim;
  const uint64_t key = init::key_of(*this);
  const auto start = [&](std::optional<Param>& weight, const Dims& shape, uint64_t number) {
    weight.emplace(init::empty_weight("MultiheadAttention", shape));
    init::xavier_uniform_(weight->tensor(), key + number);
  };
  if (same_sizes(o)) {
    start(in_proj_weight, {3 * e, e}, 0);
  } else {
    start(q_proj_weight, {e, e}, 0);
    start(k_proj_weight, {e, key_size(o)}, 1);
    start(v_proj_weight, {e, value_size(o)}, 2);
  }
  if (o.bias) {
    in_proj_bias.emplace(zeros({3 * e}));
    init::zeros_(out_proj.bias->tensor());
  }
  if (o.add_bias_kv) {
    for (std::optional<Param>* bias : {&bias_k, &bias_v}) {
      bias->emplace(init::empty_weight("MultiheadAttention", {1, 1, e}));
      init::xavier_normal_((*bias)->tensor(), key + (bias == &bias_k ? 3 : 4));
    }
  }
}

Tensor MultiheadAttention::forward(const Tensor& query, const Tensor& key, const Tensor& value,
                                   const AttentionArgs& args) {
  check_inputs(query, key, value, options_);
  const Heads h = all_heads(*this, batched(query, key, value, options_.batch_first), args.cache);
  return as_given(attended(*this, h, args, query.dim()), query, options_.batch_first);
}

Tensor MultiheadAttention::from_cache(const Tensor& query, const AttentionArgs& args) {
  check(args.cache && args.cache->length() > 0,
        "MultiheadAttention: from_cache() needs a cache that holds keys");
  const Batched in = batched(query, query, query, options_.batch_first);
  const int64_t e = options_.embed_dim;
  const Tensor bias = in_proj_bias ? rows(in_proj_bias->tensor(), 0, e) : Tensor();
  const Tensor weight =
      in_proj_weight ? rows(in_proj_weight->tensor(), 0, e) : q_proj_weight->tensor();
  AttentionArgs plain = args;
  plain.cache = nullptr;  // nothing is appended
  return as_given(attended(*this,
                           {in_heads(linear(in.query, weight, bias), 1, options_)[0],
                            args.cache->key(), args.cache->value()},
                           plain, query.dim()),
                  query, options_.batch_first);
}

std::pair<Tensor, Tensor> MultiheadAttention::with_weights(const Tensor& query, const Tensor& key,
                                                           const Tensor& value,
                                                           const AttentionArgs& args) {
  check_inputs(query, key, value, options_);
  Heads h = all_heads(*this, batched(query, key, value, options_.batch_first), args.cache);
  const int64_t more = add_keys(*this, h);
  Seen s = seen(h, args, more, query.dim());
  s.attrs.dropout_p = dropout_now(*this);
  Tensor weights = attention_weights(h.q, h.k, s.mask, s.attrs);
  const Tensor out = out_proj(joined(matmul(weights, h.v)));
  if (args.average_attn_weights)
    weights = mean(weights, {1});
  return {as_given(out, query, options_.batch_first),
          query.dim() == 2 ? squeeze(weights, 0) : weights};
}

}  // namespace hebb::nn
