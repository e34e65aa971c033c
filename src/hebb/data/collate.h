// Puts samples together into a batch: pictures become f32 in 0..1 (augmented before, normalised
// after), everything else is stacked.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "hebb/data/dataset.h"
#include "hebb/tensor/tensor.h"

namespace hebb::data {

// x f32 [B, C, H, W] of pictures, [B, ...] of the samples' dtype else; y i64 [B] of classes, f32
// [B, ...] of targets. Written as auto [x, y] = batch.
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
  Collator(const Dataset& dataset, bool augment);

  // The batch of these samples; may be called by several threads at a time. When `stop` turns true,
  // what comes out is unfinished.
  Batch operator()(std::span<const int64_t> samples, const AugmentKey& key,
                   const std::atomic<bool>* stop = nullptr) const;

 private:
  void read_into(int64_t index, uint32_t repeat, const AugmentKey& key, ImageBuffer& buffer,
                 std::vector<std::byte>& scratch, void* to) const;
  void convert(const void* from, void* to) const;
  template <class T>
  void normalize(const T* from, float* to) const;

  Dataset dataset_;
  bool augment_;
  PictureShape given_;                            // of pictures
  Dims shape_;                                    // of a sample in the batch
  DType dtype_;                                   // of the batch
  int64_t source_bytes_, out_count_, out_bytes_;  // of a sample
  std::vector<std::array<float, 256>>
      levels_;                      // of each channel of normalised pictures: what a level becomes
  std::vector<double> mean_, std_;  // of normalised features, per entry of the first axis
};

}  // namespace hebb::data

template <>
struct std::tuple_size<hebb::data::Batch> : std::integral_constant<size_t, 2> {};
template <size_t I>
struct std::tuple_element<I, hebb::data::Batch> {
  using type = hebb::Tensor;
};
