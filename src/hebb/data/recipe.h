// How inputs are prepared: the schema of what comes in, and the steps that make of it what a model
// takes. The one place that knows: training, evaluation and prediction run it, and a run folder
// keeps it as recipe.json. A cheap value: copies share their steps, which never change.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/data/image_buffer.h"
#include "hebb/data/step.h"
#include "hebb/tensor/tensor.h"

namespace hebb::data {

class Dataset;

// What is done to a target before the loss sees it.
struct TargetSteps {
  Field field;  // y, as data give it
  std::vector<std::shared_ptr<const Step>> steps;
};

class Recipe {
 public:
  using Steps = std::vector<std::shared_ptr<const Step>>;

  Recipe() = default;  // nothing comes in
  // Error (usage): a step cannot take what those before it give; one of the target cannot be
  // undone.
  Recipe(Schema input, Steps steps, std::optional<TargetSteps> target = {});

  const Schema& input() const { return input_; }
  const Steps& steps() const { return steps_; }
  size_t size() const { return steps_.size(); }

  // What the steps [first, last) make of `schema`. keyed: those of augmentation, too.
  Schema map(Schema schema, size_t first, size_t last, bool keyed) const;
  Schema output() const { return map(input_, 0, size(), false); }  // as the model takes it

  // A source's samples may come with the first steps done: pictures that are decoded, columns that
  // are joined. The step that is the first to do. Error (usage): no step takes such samples.
  size_t entry(const Schema& source) const;
  // How many of the first steps there are until a picture is u8 [C, H, W] as it is augmented and
  // scaled; 0: there are none.
  size_t picture_steps() const;

  // Of the steps [first, last); without random, keyed ones are left out.
  void apply(Record& record, size_t first, size_t last, Philox* random) const;
  // What a record, with its first `first` steps done, holds that no training sample held.
  std::vector<std::string> unlike_training(const Record& record, size_t first) const;
  // From the last step back to `first`. Error (invalid): a step cannot be undone.
  void undo(Record& record, size_t first) const;

  // Targets go ways of their own: a record that is predicted has none, and what a model gives comes
  // back on it. None: targets stay as they are.
  const std::optional<TargetSteps>& target() const { return target_; }

  // Of a table: words that are missing, beside those that always are (missing_words.h).
  const std::vector<std::string>& missing() const { return missing_; }
  Recipe with_missing(const std::vector<std::string>& words) const;
  // Of a record that has the field y. Nothing where there are no steps.
  void apply_target(Record& record) const;
  // Numbers as the loss sees them, [samples, ...], become those of the data: f32, or f64 where f32
  // could not tell them apart. Without steps they are returned as they are. Error (usage): not as
  // many a sample as a target has.
  Tensor undo_target(const Tensor& numbers) const;

  bool fills_missing() const;  // a step puts something where a number or word is missing
  bool needs_fit() const;
  // Of steps that are to be fitted: on the training part. measured: its statistics, where they are
  // known already.
  Recipe fitted(const Dataset& training, const DatasetStats* measured = nullptr) const;

  // Lines of transforms, in the place of those that are there. Error (usage): no such transform.
  Recipe with_augment(const std::vector<std::string>& lines) const;
  // (x - mean) / std in the place of what is there; no numbers: values stay as they are. axis: of
  // what is no picture, whose entries the numbers are of: 0 the first, -1 the last.
  Recipe with_normalize(const std::vector<double>& mean, const std::vector<double>& std,
                        int64_t axis = 0) const;
  Recipe with_fitted_normalize(int64_t axis = 0) const;  // the same, to be fitted
  // Targets such as `field` by their mean and deviation, to be fitted.
  Recipe with_fitted_target(const Field& field) const;
  Recipe without_target() const;  // targets stay as they are

  std::vector<std::string> words() const;  // the steps, for people

  // {"format": 1, "input": [...], "missing": ["?"], "steps": [{"step": "resize 28x28"}, ...],
  //  "target": {"field": {...}, "steps": [...]}, "sha256": "..."}; the target where it has steps,
  // missing where there are words.
  std::string to_json() const;

 private:
  const Recipe& checked() const;  // itself, whose steps fit together
  Recipe without_last() const;    // what scales numbers
  Recipe with_last(int64_t axis, std::string_view state) const;

  Schema input_;
  Steps steps_;
  std::optional<TargetSteps> target_;
  std::vector<std::string> missing_;
};

// Of samples as they are: pictures become 0..1, numbers f32. A recipe of pictures begins with the
// file, one of columns with the single columns; that of words and dates is to be fitted.
Recipe plain_recipe(const Schema& source);
// decode, resize, scale.
Recipe picture_recipe(PictureShape shape);

// Error (data): not what to_json() writes; the first line says what is wrong. Without "sha256" it
// is taken as it is, so that a person can change it.
Recipe parse_recipe(std::string_view text, const std::string& where);

}  // namespace hebb::data
