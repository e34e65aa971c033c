#include "hebb/data/collate.h"

#include <algorithm>
#include <cstring>

#include "hebb/base/check.h"
#include "hebb/data/steps/augment.h"

namespace hebb::data {
namespace {

void prefetch(const void* address, int64_t bytes) {
  constexpr int64_t line = 64,
                    most = 4096;  // longer samples are streamed well enough by the processor itself
  auto* at = static_cast<const char*>(address);
  for (int64_t i = 0; i < std::min(bytes, most); i += line)
    __builtin_prefetch(at + i);
}

}  // namespace

Collator::Collator(const Dataset& dataset, bool augment) : dataset_(dataset) {
  const Recipe& recipe = dataset_.recipe();
  const Schema given = dataset_.source().schema(),
               made = recipe.map(given, dataset_.recipe_entry(), recipe.size(), augment);
  for (size_t i = dataset_.recipe_entry(); i < recipe.size(); ++i)
    if (augment || !recipe.steps()[i]->keyed())
      steps_.push_back(recipe.steps()[i]);
  keyed_ =
      std::any_of(steps_.begin(), steps_.end(), [](const auto& step) { return step->keyed(); });
  const Field& x = *find_field(made, input_field);
  shape_ = x.shape;
  dtype_ = x.dtype;
  source_bytes_ = product(dataset_.source().info().sample_shape) * item_size(dataset_.dtype());
  out_bytes_ = product(shape_) * item_size(dtype_);
}

void Collator::read_into(int64_t index, uint32_t repeat, const AugmentKey& key, Record& record,
                         void* to) const {
  Philox random =
      keyed_ ? augment_stream(key.seed, key.epoch, uint64_t(index) | uint64_t(repeat) << 40)
             : Philox(0);
  dataset_.source().read_record(index, record);
  for (size_t i = 0; i < steps_.size(); ++i) {
    if (i + 1 == steps_.size())
      record.spare.lend(to, size_t(out_bytes_));
    steps_[i]->apply(record, random);
  }
  record.spare.lend(nullptr, 0);
  const Value& x = record.at(input_field);
  if (x.bytes() != to && out_bytes_ > 0)
    std::memcpy(to, x.bytes(), size_t(out_bytes_));
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
  Record record;
  constexpr int64_t ahead = 3;  // samples; memory takes about as long as converting so many
  for (int64_t i = 0; i < n; ++i) {
    if (stop && stop->load(std::memory_order_relaxed))
      return batch;
    if (i + ahead < n)
      if (const void* later = source.in_memory(dataset_.source_index(samples[size_t(i + ahead)])))
        prefetch(later, source_bytes_);
    const int64_t index = dataset_.source_index(samples[size_t(i)]);
    read_into(index, key.repeat.empty() ? 0 : key.repeat[size_t(i)], key, record,
              x + i * out_bytes_);
    if (classes)
      batch.y.data<int64_t>()[i] = source.label(index);
    else
      source.target(index, batch.y.data<float>() + i * targets);
  }
  return batch;
}

}  // namespace hebb::data
