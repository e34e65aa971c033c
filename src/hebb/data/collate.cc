#include "hebb/data/collate.h"

#include <algorithm>
#include <cstring>

#include "hebb/base/check.h"
#include "hebb/data/steps/augment.h"
#include "hebb/data/steps/level_table.h"
#include "hebb/data/together.h"

namespace hebb::data {
namespace {

void prefetch(const void* address, int64_t bytes) {
  constexpr int64_t line = 64,
                    most = 4096;  // longer samples are streamed well enough by the processor itself
  auto* at = static_cast<const char*>(address);
  for (int64_t i = 0; i < std::min(bytes, most); i += line)
    __builtin_prefetch(at + i);
}

bool may_change(const Step& step, std::string_view field) {
  return step.field().empty() || step.field() == field;
}

// Of the steps, the last that may change x, plus 1, if x is all that it makes; else 0.
size_t last_maker(const std::vector<std::shared_ptr<const Step>>& steps) {
  for (size_t i = steps.size(); i > 0; --i)
    if (may_change(*steps[i - 1], input_field))
      return steps[i - 1]->field() == input_field ? i : 0;
  return 0;
}

void check_same_size(const Field& field) {
  check_in(std::all_of(field.shape.begin(), field.shape.end(), [](int64_t n) { return n >= 0; }),
           ErrorKind::usage, "loader",
           "'{}' is {}, whose size varies from sample to sample, so samples cannot be stacked; a "
           "step of the recipe should give it one size",
           field.name, describe(field));
}

Tensor empty_batch(int64_t samples, const Dims& shape, DType dtype) {
  Dims all{samples};
  all.append(shape.begin(), shape.end());
  return Tensor::empty(all, dtype);
}

}  // namespace

Collator::Collator(const Dataset& dataset, bool augment) : dataset_(dataset) {
  const Recipe& recipe = dataset_.recipe();
  const Source& source = dataset_.source();
  const Schema given = source.schema(),
               made = recipe.map(given, dataset_.recipe_entry(), recipe.size(), augment);
  for (size_t i = dataset_.recipe_entry(); i < recipe.size(); ++i)
    if (augment || !recipe.steps()[i]->keyed())
      steps_.push_back(recipe.steps()[i]);
  look_up_levels(steps_, given);
  keyed_ =
      std::any_of(steps_.begin(), steps_.end(), [](const auto& step) { return step->keyed(); });
  last_ = last_maker(steps_);
  const auto stacked = [](const Field& field, bool target) {
    check_same_size(field);
    return Stacked{field.name, field.dtype, field.shape,
                   product(field.shape) * item_size(field.dtype), target};
  };
  x_ = stacked(*find_field(made, input_field), false);
  const Field* y = find_target(made);  // a step of columns leaves it out
  target_in_record_ = y && std::any_of(steps_.begin(), steps_.end(), [](const auto& step) {
                        return may_change(*step, target_field);
                      });
  y_ = stacked(y ? *y : *find_target(given), true);
  for (const Field& field : made)
    if (field.name != input_field && field.name != target_field)
      more_.push_back(stacked(field, find_field(source.info().more_targets, field.name)));
  weighted_ = dataset_.weighted();
  source_bytes_ = product(source.info().sample_shape) * item_size(dataset_.dtype());
  if (!keyed_ && !target_in_record_)
    together_ = samples_together(source, steps_);
}

// x: where the batch holds that of these samples.
void Collator::read_into(std::span<const int64_t> indices, uint32_t repeat, const AugmentKey& key,
                         Record& record, void* to) const {
  Philox random =
      keyed_ ? augment_stream(key.seed, key.epoch, uint64_t(indices[0]) | uint64_t(repeat) << 40)
             : Philox(0);
  const Source& source = dataset_.source();
  source.read_records(indices, record);
  if (target_in_record_)
    read_target(source, indices[0], record.add(target_field));
  const size_t bytes = indices.size() * size_t(x_.bytes);
  for (size_t i = 0; i < steps_.size(); ++i) {
    const bool lends = i + 1 == last_;
    if (lends)
      record.spare.lend(to, bytes);
    steps_[i]->apply(record, random);
    if (lends)
      record.spare.lend(nullptr, 0);
  }
  const Value& x = record.at(input_field);
  if (x.bytes() != to && bytes > 0)
    std::memcpy(to, x.bytes(), bytes);
}

void Collator::target_into(int64_t index, Record& record, void* to) const {
  const Source& source = dataset_.source();
  if (y_.dtype == DType::i64) {
    *static_cast<int64_t*>(to) = source.label(index);
  } else if (!dataset_.recipe().target()) {
    source.target(index, static_cast<float*>(to));
  } else {
    read_target(source, index, record.at(target_field));
    dataset_.recipe().apply_target(record);
    const Value& y = record.at(target_field);
    std::copy_n(y.data<float>(), y.count(), static_cast<float*>(to));
  }
}

Batch Collator::operator()(std::span<const int64_t> samples, const AugmentKey& key,
                           const std::atomic<bool>* stop) const {
  const Source& source = dataset_.source();
  const int64_t n = int64_t(samples.size());
  Batch batch;
  batch.indices.assign(samples.begin(), samples.end());
  const auto begin = [&](const Stacked& field) {
    const Tensor tensor = empty_batch(n, field.shape, field.dtype);
    (field.target ? batch.targets : batch.inputs).set(field.name, tensor);
    return static_cast<char*>(tensor.raw_data());
  };
  char *const x = begin(x_), *const y = begin(y_);
  std::vector<char*> more;
  for (const Stacked& field : more_)
    more.push_back(begin(field));
  Record record, target;
  target.add(target_field);
  const auto take = [&](const Stacked& field, int64_t count, char* to) {
    const Value& value = record.at(field.name);
    promise(value.dtype() == field.dtype && value.samples() == count &&
                value.count() * item_size(value.dtype()) == field.bytes,
            "a recipe made something else than it said");
    if (field.bytes > 0)
      std::memcpy(to, value.bytes(), size_t(count * field.bytes));
  };
  std::vector<int64_t> indices;
  indices.reserve(samples.size());
  for (const int64_t sample : samples)
    indices.push_back(dataset_.source_index(sample));
  constexpr int64_t ahead = 3;  // samples; memory takes about as long as converting so many
  for (int64_t i = 0; i < n; i += together_) {
    if (stop && stop->load(std::memory_order_relaxed))
      return batch;
    if (i + ahead < n)
      if (const void* later = source.in_memory(indices[size_t(i + ahead)]))
        prefetch(later, source_bytes_);
    const int64_t count = std::min(together_, n - i);
    const auto some = std::span(indices).subspan(size_t(i), size_t(count));
    if (!more_.empty() || target_in_record_)
      record.values.clear();  // fields that steps made are not kept
    read_into(some, key.repeat.empty() ? 0 : key.repeat[size_t(i)], key, record, x + i * x_.bytes);
    if (target_in_record_)
      take(y_, count, y + i * y_.bytes);
    else
      for (int64_t t = i; t < i + count; ++t)
        target_into(indices[size_t(t)], target, y + t * y_.bytes);
    for (size_t f = 0; f < more_.size(); ++f)
      take(more_[f], count, more[f] + i * more_[f].bytes);
  }
  if (dataset_.input_is_target())
    batch.targets = {{std::string(target_field), batch.inputs[input_field]}};
  if (weighted_) {
    const Tensor weights = Tensor::empty({n}, f32);
    for (int64_t i = 0; i < n; ++i)
      weights.data<float>()[i] =
          float(source.info().weights[size_t(dataset_.source_index(samples[size_t(i)]))]);
    batch.targets.set(sample_weight_name, weights);
  }
  return batch;
}

}  // namespace hebb::data
