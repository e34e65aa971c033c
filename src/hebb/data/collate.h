// Puts samples together into a batch: each is prepared by the data set's recipe, and they are
// stacked.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "hebb/data/dataset.h"
#include "hebb/tensor/tensor.h"

namespace hebb::data {

// x f32 [B, C, H, W] of pictures, [B, ...] of the samples' dtype else; y i64 [B] of classes, f32
// [B, ...] of targets, as the recipe's target steps make them. Written as auto [x, y] = batch.
struct Batch {
  Tensor x, y;
  std::vector<int64_t> indices;  // of the samples in the data set

  int64_t size() const { return int64_t(indices.size()); }

  template <size_t I>
  const Tensor& get() const& {
    return I == 0 ? x : y;
  }
  template <size_t I>
  Tensor& get() & {
    return I == 0 ? x : y;
  }
  template <size_t I>
  Tensor&& get() && {
    return std::move(I == 0 ? x : y);
  }
};

struct AugmentKey {
  uint64_t seed = 0, epoch = 0;
  std::span<const uint32_t> repeat =
      {};  // how often each of the samples came before in this epoch; empty: never
};

class Collator {
 public:
  // augment: with the recipe's keyed steps.
  Collator(const Dataset& dataset, bool augment);

  // The batch of these samples; may be called by several threads at a time. When `stop` turns true,
  // what comes out is unfinished.
  Batch operator()(std::span<const int64_t> samples, const AugmentKey& key,
                   const std::atomic<bool>* stop = nullptr) const;

 private:
  void read_into(int64_t index, uint32_t repeat, const AugmentKey& key, Record& record,
                 void* to) const;
  void target_into(int64_t index, Record& record, float* to) const;

  Dataset dataset_;
  std::vector<std::shared_ptr<const Step>> steps_;  // those that are to do
  bool keyed_;                                      // whether one of them draws
  Dims shape_;                                      // of a sample in the batch
  DType dtype_;                                     // of the batch
  int64_t source_bytes_, out_bytes_;                // of a sample
};

}  // namespace hebb::data

template <>
struct std::tuple_size<hebb::data::Batch> : std::integral_constant<size_t, 2> {};
template <size_t I>
struct std::tuple_element<I, hebb::data::Batch> {
  using type = hebb::Tensor;
};
