// The fast kernels of attention, f32: softmax(Q Kᵀ scale + bias) V and its gradients, in tiles, so
// memory is linear in the lengths.

#include "hebb/kernels/cpu/attention_loops.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/loop_pieces.h"

namespace hebb::cpu {
namespace {

// With fewer queries than these the keys are not packed: that would take longer than the products.
constexpr int64_t few_queries = 6;

// At most 64 pieces.
LoopPieces pieces_of(Kernel& kernel, int64_t count, int64_t floats) {
  return {kernel, count, (count + 63) / 64, floats};
}

// The bias of heads, from the slots mask, slopes, random key.
class Biases {
 public:
  Biases(const Signature& s, size_t first, const AttentionSizes& n)
      : first_(first), steps_(s.in[first], s.in[first + 1]), n_(n),
        drops_(s.in[first + 2].defined && n.attrs.dropout_p > 0) {}

  HeadBias of(const Buffers& b, int64_t batch, int64_t h) const {
    const int64_t at = steps_.has_mask ? steps_.at(batch, h, 0) : 0;
    const void* mask = nullptr;
    if (steps_.has_mask)
      mask = steps_.is_bool ? static_cast<const void*>(b.input<bool>(first_) + at)
                            : static_cast<const void*>(b.input<float>(first_) + at);
    return {mask, steps_, steps_.has_slopes ? b.input<float>(first_ + 1)[h * steps_.slope] : 0,
            drops_ ? b.input<uint64_t>(first_ + 2) : nullptr, n_.weight(batch, h, 0)};
  }

 private:
  size_t first_;
  AttentionBias steps_;
  AttentionSizes n_;
  bool drops_;
};

class AttentionSimd : public Kernel {
 public:
  explicit AttentionSimd(const Signature& s)
      : n_(s, 0), q_(HeadRows::of_input(s.in[0])), k_(HeadRows::of_input(s.in[1])),
        v_(HeadRows::of_input(s.in[2])), biases_(s, 3, n_), few_(n_.queries < few_queries),
        tiles_((n_.queries + tile_queries - 1) / tile_queries) {
    name = "simd";
    if (!few_) {
      packed_k_ = align_up(size_t(attention_loops().packed_size(n_.size, n_.keys)) * sizeof(float));
      packed_v_ =
          align_up(size_t(attention_loops().packed_size(n_.keys, n_.values)) * sizeof(float));
      scratch_bytes = size_t(n_.batch * n_.kv_heads) * (packed_k_ + packed_v_);
    }
    const int64_t heads = n_.batch * n_.heads;
    pieces_ = pieces_of(*this, few_ ? heads * n_.queries : heads * tiles_,
                        few_ ? n_.keys : attention_floats(n_));
    for (size_t i = 0; i < 3; ++i)
      wants_in.push_back(dense_rows(s.in[i]));
    out_ = s.out_fixed ? s.out[0].strides : strides_like(s.out[0].shape, s.in[0]);
    lse_ = s.out_fixed ? s.out[1].strides : contiguous_strides(s.out[1].shape);
    gives_out = {out_, lse_};
  }

  void run(const Buffers& b) const override {
    const int64_t kv = n_.batch * n_.kv_heads;
    if (!few_)
      parallel_for(kv, 1, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i)
          pack(b, i);
      });
    const int64_t each = few_ ? n_.queries : tiles_;
    pieces_->run(b, [&](int64_t begin, int64_t end, float* scratch) {
      for (int64_t i = begin; i < end; ++i)
        one(of(b, i / each / n_.heads, i / each % n_.heads), i % each, scratch);
    });
  }

 private:
  float* packed(const Buffers& b, int64_t i) const {
    return reinterpret_cast<float*>(static_cast<char*>(b.scratch) +
                                    size_t(i) * (packed_k_ + packed_v_));
  }
  void pack(const Buffers& b, int64_t i) const {
    const int64_t batch = i / n_.kv_heads, h = i % n_.kv_heads;
    float* to = packed(b, i);
    attention_loops().pack(b.input<float>(1) + k_.at(batch, h), 1, k_.row, n_.size, n_.keys, to);
    attention_loops().pack(b.input<float>(2) + v_.at(batch, h), v_.row, 1, n_.keys, n_.values,
                           to + packed_k_ / sizeof(float));
  }
  // The query or the tile of queries of this index.
  void one(const AttentionForward& head, int64_t index, float* scratch) const {
    if (few_)
      attention_loops().one(head, index, scratch);
    else
      attention_loops().forward(head, index * tile_queries,
                                std::min(n_.queries, (index + 1) * tile_queries), scratch);
  }
  AttentionForward of(const Buffers& b, int64_t batch, int64_t h) const {
    const int64_t kv = h / n_.group();
    const float* keys = few_ ? nullptr : packed(b, batch * n_.kv_heads + kv);
    return {n_,
            biases_.of(b, batch, h),
            b.input<float>(0) + q_.at(batch, h),
            b.input<float>(1) + k_.at(batch, kv),
            b.input<float>(2) + v_.at(batch, kv),
            q_.row,
            k_.row,
            v_.row,
            keys,
            few_ ? nullptr : keys + packed_k_ / sizeof(float),
            b.output<float>(0) + batch * out_[0] + h * out_[1],
            out_[2],
            b.output<float>(1) + batch * lse_[0] + h * lse_[1],
            lse_[2]};
  }

  AttentionSizes n_;
  HeadRows q_, k_, v_;
  Biases biases_;
  bool few_;
  int64_t tiles_;
  size_t packed_k_ = 0, packed_v_ = 0;
  std::optional<LoopPieces> pieces_;
  Dims out_, lse_;
};

int64_t backward_floats(const AttentionSizes& n) {  // what BackwardMemory lays out
  const auto packed = [](int64_t inner, int64_t columns) {
    return attention_loops().packed_size(inner, columns) + 16;
  };
  return packed(n.size, n.keys) + packed(n.values, n.keys) + packed(n.keys, n.size) +
         packed(n.queries, n.size) + packed(n.queries, n.values) + 2 * tile_queries * tile_keys +
         n.queries + 64;
}

// Operands: grad, query, key, value, out, lse, mask, slopes, random key.
class AttentionBackwardSimd : public Kernel {
 public:
  explicit AttentionBackwardSimd(const Signature& s)
      : n_(s, 1), grad_(HeadRows::of_input(s.in[0])), q_(HeadRows::of_input(s.in[1])),
        k_(HeadRows::of_input(s.in[2])), v_(HeadRows::of_input(s.in[3])),
        out_(HeadRows::of_input(s.in[4])), lse_(s.in[5].strides), biases_(s, 6, n_),
        pieces_(pieces_of(*this, n_.batch * n_.kv_heads, backward_floats(n_))) {
    name = "simd";
    for (size_t i = 0; i < 5; ++i)
      wants_in.push_back(dense_rows(s.in[i]));
    for (size_t i = 0; i < 3; ++i)
      gives_out.emplace_back(s.out_fixed ? s.out[i].strides
                                         : strides_like(s.out[i].shape, s.in[i + 1]));
  }

  void run(const Buffers& b) const override {
    pieces_.run(b, [&](int64_t begin, int64_t end, float* scratch) {
      for (int64_t i = begin; i < end; ++i)
        one(b, i / n_.kv_heads, i % n_.kv_heads, scratch);
    });
  }

 private:
  // One head of keys with the heads of queries that it serves.
  void one(const Buffers& b, int64_t batch, int64_t kv, float* scratch) const {
    const Dims &dq = gives_out[0]->strides, &dk = gives_out[1]->strides,
               &dv = gives_out[2]->strides;
    SmallVector<AttentionGradients::Head, 8> heads;
    for (int64_t h = kv * n_.group(); h < (kv + 1) * n_.group(); ++h)
      heads.push_back({biases_.of(b, batch, h), b.input<float>(1) + q_.at(batch, h),
                       b.input<float>(0) + grad_.at(batch, h),
                       b.input<float>(4) + out_.at(batch, h),
                       b.input<float>(5) + batch * lse_[0] + h * lse_[1], q_.row, grad_.row,
                       out_.row, lse_[2], b.output<float>(0) + batch * dq[0] + h * dq[1], dq[2]});
    attention_loops().backward(
        {n_, b.input<float>(2) + k_.at(batch, kv), b.input<float>(3) + v_.at(batch, kv), k_.row,
         v_.row, b.output<float>(1) + batch * dk[0] + kv * dk[1],
         b.output<float>(2) + batch * dv[0] + kv * dv[1], dk[2], dv[2], heads.data()},
        scratch);
  }

  AttentionSizes n_;
  HeadRows grad_, q_, k_, v_, out_;
  Dims lse_;
  Biases biases_;
  LoopPieces pieces_;
};

// All f32 but a mask of bools and the random key; something to do.
bool attention_suits(const Signature& s, size_t mask) {
  for (size_t i = 0; i < mask; ++i)
    if (s.in[i].defined && s.in[i].dtype != DType::f32)
      return false;
  if (s.in[mask].defined && s.in[mask].dtype != DType::f32 && s.in[mask].dtype != DType::boolean)
    return false;
  if (s.in[mask + 1].defined && s.in[mask + 1].dtype != DType::f32)
    return false;
  for (const Operand& o : s.out)
    if (s.out_fixed && (product(o.shape) == 0 || (o.shape.back() > 1 && o.strides.back() != 1)))
      return false;
  for (size_t i = 0; i < mask; ++i)
    if (product(s.in[i].shape) == 0)
      return false;
  return true;
}

}  // namespace

namespace impl {

PreparedKernel attention_simd(const Signature& s) {
  return attention_suits(s, 3) ? make_kernel<AttentionSimd>(s) : nullptr;
}
PreparedKernel attention_backward_simd(const Signature& s) {
  return attention_suits(s, 6) ? make_kernel<AttentionBackwardSimd>(s) : nullptr;
}

}  // namespace impl
}  // namespace hebb::cpu
