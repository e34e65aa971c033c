#include "hebb/data/collate.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "hebb/base/check.h"

namespace hebb::data {
namespace {

// level / 255, correctly rounded, without a division: 1/255 in two parts, of which the first times
// a level is exact.
constexpr float inverse_high = 0x1.01p-8f, inverse_low = 0x1.01010102p-24f;
constexpr float unit_level(uint8_t level) {
  return float(level) * inverse_high + float(level) * inverse_low;
}
static_assert([] {
  for (int level = 0; level < 256; ++level)
    if (unit_level(uint8_t(level)) != float(level) / 255.0f)
      return false;
  return true;
}());

void to_unit(const uint8_t* __restrict from, float* __restrict to, int64_t count) {
  for (int64_t i = 0; i < count; ++i)
    to[i] = unit_level(from[i]);
}

void prefetch(const void* address, int64_t bytes) {
  constexpr int64_t line = 64,
                    most = 4096;  // longer samples are streamed well enough by the processor itself
  auto* at = static_cast<const char*>(address);
  for (int64_t i = 0; i < std::min(bytes, most); i += line)
    __builtin_prefetch(at + i);
}

}  // namespace

Collator::Collator(const Dataset& dataset, bool augment)
    : dataset_(augment ? dataset : dataset.with_augment({})),
      augment_(!dataset_.augmentation().empty()) {
  shape_ = dataset_.sample_shape();
  const bool pictures = dataset_.pictures();
  dtype_ = pictures ? f32 : dataset_.dtype();
  if (pictures)
    given_ = dataset_.picture_shape();
  source_bytes_ = product(dataset_.source().info().sample_shape) * item_size(dataset_.dtype());
  out_count_ = product(shape_);
  out_bytes_ = out_count_ * item_size(dtype_);

  const std::vector<double>&mean = dataset_.normalize_mean(), &std = dataset_.normalize_std();
  if (mean.empty())
    return;
  const size_t channels = shape_.empty() ? 1 : size_t(shape_[0]);
  for (size_t c = 0; c < channels; ++c) {
    mean_.push_back(mean[mean.size() == 1 ? 0 : c]);
    std_.push_back(std[std.size() == 1 ? 0 : c]);
    if (!pictures)
      continue;
    const auto m = float(mean_[c]), s = float(std_[c]);
    std::array<float, 256> levels;
    for (size_t level = 0; level < levels.size(); ++level)
      levels[level] = (float(level) / 255.0f - m) / s;
    levels_.push_back(levels);
  }
}

void Collator::convert(const void* from, void* to) const {
  if (dataset_.pictures()) {
    auto* levels = static_cast<const uint8_t*>(from);
    auto* out = static_cast<float*>(to);
    if (levels_.empty())
      return to_unit(levels, out, out_count_);
    const int64_t plane = out_count_ / std::max<int64_t>(1, int64_t(levels_.size()));
    for (const auto& table : levels_) {
      for (int64_t i = 0; i < plane; ++i)
        out[i] = table[levels[i]];
      levels += plane, out += plane;
    }
    return;
  }
  if (mean_.empty()) {
    if (out_bytes_ > 0)
      std::memcpy(to, from, size_t(out_bytes_));
    return;
  }
  normalize(static_cast<const float*>(from), static_cast<float*>(to));
}

// In f64: a column far from zero would lose its spread as f32.
template <class T>
void Collator::normalize(const T* from, float* to) const {
  const int64_t inner = out_count_ / std::max<int64_t>(1, int64_t(mean_.size()));
  for (size_t c = 0; c < mean_.size(); ++c)
    for (int64_t i = 0; i < inner; ++i)
      *to++ = float((double(*from++) - mean_[c]) / std_[c]);
}

void Collator::read_into(int64_t index, uint32_t repeat, const AugmentKey& key, ImageBuffer& buffer,
                         std::vector<std::byte>& scratch, void* to) const {
  const Source& source = dataset_.source();
  if (const double* exact = mean_.empty() ? nullptr : source.in_f64(index))
    return normalize(exact, static_cast<float*>(to));
  const void* values = source.in_memory(index);
  if (augment_) {
    buffer.shape = given_;
    buffer.pixels.resize(size_t(source_bytes_));
    if (values)
      std::memcpy(buffer.pixels.data(), values, size_t(source_bytes_));
    else
      source.read(index, buffer.pixels.data());
    dataset_.augmentation().apply(buffer, key.seed, key.epoch,
                                  uint64_t(index) | uint64_t(repeat) << 40);
    promise(int64_t(buffer.pixels.size()) == out_count_,
            "a transform made a picture of another size than it said");
    values = buffer.pixels.data();
  } else if (!values) {
    scratch.resize(size_t(source_bytes_));
    source.read(index, scratch.data());
    values = scratch.data();
  }
  convert(values, to);
}

Batch Collator::operator()(std::span<const int64_t> samples, const AugmentKey& key,
                           const std::atomic<bool>* stop) const {
  const Source& source = dataset_.source();
  const bool classes = dataset_.task() == Task::classification;
  const Dims& target_shape = dataset_.target_shape();
  const int64_t n = int64_t(samples.size()), targets = classes ? 1 : product(target_shape);
  Dims x_shape{n}, y_shape{n};
  for (int64_t size : shape_)
    x_shape.push_back(size);
  if (!classes)
    for (int64_t size : target_shape)
      y_shape.push_back(size);
  Batch batch{Tensor::empty(x_shape, dtype_),
              Tensor::empty(y_shape, classes ? i64 : f32),
              {samples.begin(), samples.end()}};
  auto* x = static_cast<char*>(batch.x.raw_data());
  ImageBuffer buffer(PictureShape{});
  std::vector<std::byte> scratch;
  constexpr int64_t ahead = 3;  // samples; memory takes about as long as converting so many
  for (int64_t i = 0; i < n; ++i) {
    if (stop && stop->load(std::memory_order_relaxed))
      return batch;
    if (i + ahead < n)
      if (const void* later = source.in_memory(dataset_.source_index(samples[size_t(i + ahead)])))
        prefetch(later, source_bytes_);
    const int64_t index = dataset_.source_index(samples[size_t(i)]);
    read_into(index, key.repeat.empty() ? 0 : key.repeat[size_t(i)], key, buffer, scratch,
              x + i * out_bytes_);
    if (classes)
      batch.y.data<int64_t>()[i] = source.label(index);
    else
      source.target(index, batch.y.data<float>() + i * targets);
  }
  return batch;
}

}  // namespace hebb::data
