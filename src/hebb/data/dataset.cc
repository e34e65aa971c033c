#include "hebb/data/dataset.h"

#include <cmath>

#include "hebb/base/check.h"
#include "hebb/base/xxh64.h"
#include "hebb/data/splits.h"

namespace hebb::data {

Dataset::Dataset(std::shared_ptr<const Source> source) : source_(std::move(source)) {}

const Source& Dataset::source() const {
  check_in(source_ != nullptr, ErrorKind::invalid, "data", "there is no data set; open one first");
  return *source_;
}

PictureShape Dataset::picture_shape() const {
  const Dims& shape = info().sample_shape;
  check_in(pictures() && shape.size() == 3, ErrorKind::usage, name(),
           "its samples are {}{}, not pictures", hebb::name(dtype()), to_string(shape));
  return {int(shape[0]), int(shape[1]), int(shape[2])};
}

Dims Dataset::sample_shape() const {
  if (!augment_)
    return info().sample_shape;
  const PictureShape out = augment_->output_shape(picture_shape());
  return {out.channels, out.height, out.width};
}

int64_t Dataset::source_index(int64_t i) const {
  check_in(i >= 0 && i < size(), ErrorKind::invalid, "data",
           "sample {} does not exist; there are {}, counted from 0", i, size());
  return order_ ? (*order_)[size_t(i)] : i;
}

int64_t Dataset::label(int64_t i) const {
  check_in(task() == Task::classification, ErrorKind::usage, name(),
           "its samples have targets, not classes");
  return source_->label(source_index(i));
}

Sample Dataset::sample(int64_t i) const {
  const int64_t at = source_index(i);
  Sample out;
  out.x = Tensor::empty(info().sample_shape, dtype());
  source_->read(at, out.x.raw_data());
  if (task() == Task::classification) {
    out.label = source_->label(at);
  } else {
    out.y = Tensor::empty(target_shape(), f32);
    source_->target(at, out.y.data<float>());
  }
  return out;
}

ImageBuffer Dataset::picture(int64_t i) const {
  ImageBuffer out(picture_shape());
  source_->read(source_index(i), out.pixels.data());
  return out;
}

std::vector<int64_t> Dataset::labels() const {
  std::vector<int64_t> out(static_cast<size_t>(size()));
  for (int64_t i = 0; i < size(); ++i)
    out[size_t(i)] = label(i);
  return out;
}

std::vector<int64_t> Dataset::source_indices() const {
  std::vector<int64_t> out(static_cast<size_t>(size()));
  for (int64_t i = 0; i < size(); ++i)
    out[size_t(i)] = source_index(i);
  return out;
}

Dataset Dataset::subset(const std::vector<int64_t>& indices) const {
  auto order = std::make_shared<std::vector<int64_t>>();
  order->reserve(indices.size());
  for (int64_t i : indices)
    order->push_back(source_index(i));
  Dataset out = *this;
  out.order_ = std::move(order);
  return out;
}

Dataset Dataset::limit(int64_t n, uint64_t seed) const {
  check_in(n >= 1, ErrorKind::usage, "limit", "is {}, should be at least 1", n);
  if (n >= size())
    return *this;
  return split(*this, {double(n), double(size() - n)}, seed, task() == Task::classification)
      .front();
}

Dataset Dataset::with_augment(const std::vector<std::string>& lines) const {
  auto augment = std::make_shared<Augmentation>(lines);
  Dataset out = *this;
  out.augment_ = nullptr;
  if (augment->empty())
    return out;
  augment->output_shape(picture_shape());  // an Error now, not in the middle of an epoch
  out.augment_ = std::move(augment);
  return out;
}

const Augmentation& Dataset::augmentation() const {
  static const Augmentation none;
  return augment_ ? *augment_ : none;
}

Dataset Dataset::with_normalize(const std::vector<double>& mean,
                                const std::vector<double>& std) const {
  const Dims& shape = info().sample_shape;
  const size_t channels = shape.empty() ? 1 : size_t(shape[0]);
  check_in(
      mean.size() == std.size() && (mean.empty() || mean.size() == 1 || mean.size() == channels),
      ErrorKind::usage, "normalize",
      "{} means and {} deviations, should be one of each, or {} for samples {}", mean.size(),
      std.size(), channels, to_string(shape));
  for (size_t i = 0; i < mean.size(); ++i)
    check_in(std::isfinite(mean[i]) && std::isfinite(std[i]) && std[i] > 0, ErrorKind::usage,
             "normalize", "mean {} and deviation {}, should be finite, the deviation above 0",
             mean[i], std[i]);
  check_in(mean.empty() || pictures() || dtype() == f32, ErrorKind::usage, "normalize",
           "samples of {} stay as they are", hebb::name(dtype()));
  Dataset out = *this;
  out.mean_ = mean;
  out.std_ = std;
  return out;
}

std::string Dataset::hash() const {
  const uint64_t all = source().hash();
  Xxh64 sum(all);
  if (order_)
    for (int64_t index : *order_)
      sum.add(&index, sizeof index);
  return fmt::format("xxh64:{:016x}", order_ ? sum.value() : all);
}

}  // namespace hebb::data
