// A data set as programs hold it: a view of a source (all of it or some samples, in some order),
// and the recipe that prepares them. A cheap value: copies share the samples, nothing ever changes
// them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hebb/data/image_buffer.h"
#include "hebb/data/recipe.h"
#include "hebb/data/source.h"
#include "hebb/tensor/tensor.h"

namespace hebb::data {

// One sample as it was given: pictures u8 [C, H, W], neither augmented nor scaled.
struct Sample {
  Tensor x;
  int64_t label = -1;  // the class; -1 in a regression
  Tensor y;            // the target of a regression, f32
};

class Dataset {
 public:
  Dataset() = default;  // no data set: size 0
  explicit Dataset(std::shared_ptr<const Source> source);

  int64_t size() const {
    return order_ ? int64_t(order_->size()) : source_ ? source_->info().size : 0;
  }
  bool empty() const { return size() == 0; }
  const std::string& name() const { return info().name; }
  Task task() const { return input_is_target_ ? Task::regression : info().task; }
  DType dtype() const {
    return info().dtype;
  }  // of the samples as given; u8 pictures become f32 in batches
  bool pictures() const { return info().dtype == DType::u8; }
  PictureShape picture_shape() const;  // as given
  Dims sample_shape() const;           // as batches have it, after augmentation (a crop changes it)
  const Dims& target_shape() const;
  const std::vector<std::string>& class_names() const { return info().class_names; }
  int64_t classes() const { return int64_t(class_names().size()); }
  const std::vector<std::string>& feature_names() const { return info().feature_names; }
  const std::string& target_name() const { return info().target_name; }
  const std::vector<std::string>& notes() const { return info().notes; }
  // A column that was kept (OpenOptions::kept): a cell for each sample of this data set, in its
  // order. Error (usage): there is none of that name.
  std::vector<std::string> kept(std::string_view column) const;

  // Sample i, 0 <= i < size(); Error outside.
  int64_t label(int64_t i) const;  // without decoding; Error in a regression
  Sample sample(int64_t i) const;
  ImageBuffer picture(int64_t i) const;
  int64_t source_index(int64_t i) const;  // its place in the source, which augmentation is keyed by
  std::vector<int64_t> labels() const;
  std::vector<int64_t> source_indices() const;

  Dataset subset(
      const std::vector<int64_t>& indices) const;  // samples of this data set, in this order
  Dataset limit(int64_t n, uint64_t seed = 0)
      const;  // n samples drawn by seed, classes in proportion; itself when it has no more

  // The same samples where another source has them, in the same order, with the steps before
  // `entry` done. Error (invalid): not as many samples.
  Dataset with_source(std::shared_ptr<const Source> source, size_t entry) const;

  // What is run on every sample before it is in a batch; plain_recipe() unless another is given.
  const Recipe& recipe() const;
  size_t recipe_entry() const;  // the step that is the first to do
  // Error (usage): it cannot take these samples. entry: the step that is the first to do; left out,
  // the first that takes samples such as these.
  Dataset with_recipe(const Recipe& recipe) const;
  Dataset with_recipe(const Recipe& recipe, size_t entry) const;
  // The recipe with these lines of transforms ("random_crop 28 padding=2"). Error: samples that are
  // no pictures, or too small for them.
  Dataset with_augment(const std::vector<std::string>& lines) const;
  // The recipe with (x - mean) / std, where pictures are 0..1; one number for all, or one per entry
  // of the sample's first axis; none: as it is.
  Dataset with_normalize(const std::vector<double>& mean, const std::vector<double>& std) const;

  // The same samples, with the input, as the recipe prepares it, for their target: for models that
  // learn to give back what they are given. task() is regression then.
  Dataset with_input_as_target() const;
  bool input_is_target() const { return input_is_target_; }

  std::string hash()
      const;  // "xxh64:..." of the samples and labels in order; the same on every machine

  const Source& source() const;

 private:
  const SourceInfo& info() const { return source().info(); }

  std::shared_ptr<const Source> source_;
  std::shared_ptr<const std::vector<int64_t>> order_;  // null: all of the source
  struct Prepared;
  std::shared_ptr<const Prepared> prepared_;
  bool input_is_target_ = false;
};

}  // namespace hebb::data
