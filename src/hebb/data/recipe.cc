#include "hebb/data/recipe.h"

#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/data/dataset.h"
#include "hebb/data/dataset_stats.h"
#include "hebb/data/in_parallel.h"
#include "hebb/data/steps/augment.h"
#include "hebb/data/steps/moments.h"
#include "hebb/data/table_recipe.h"
#include "hebb/data/together.h"
#include "hebb/ops/copy.h"
#include "hebb/tensor/to_host.h"

namespace hebb::data {
namespace {

constexpr int64_t most_numbers = int64_t(1) << 30;  // of a field's value

void check_sizes(const Schema& schema) {
  for (const Field& field : schema) {
    int64_t numbers = 1;
    for (int64_t size : field.shape) {
      check_in(size >= -1 && size <= most_numbers && (size < 1 || numbers <= most_numbers / size),
               ErrorKind::usage, "recipe", "'{}' is larger than can be: {}", field.name,
               to_string(field.shape));
      numbers *= std::max<int64_t>(size, 1);
    }
  }
}

bool is_levels(const Schema& schema) {
  const Field* x = find_field(schema, input_field);
  return x && x->kind == FieldKind::picture && x->dtype == u8 && x->shape.size() == 3;
}

std::string word_of(const Step& step) {
  return SpecLine::parse(step.line()).name;
}

bool is_last_word(const Step& step) {
  const std::string word = word_of(step);
  return word == "normalize" || word == "standardise" || word == "cast";
}

bool any_to_fit(const Recipe::Steps& steps) {
  return std::any_of(steps.begin(), steps.end(),
                     [](const auto& step) { return step->needs_fit(); });
}

// What a model gives comes back on the way that the target went.
void check_target(const TargetSteps& target) {
  const Dims& shape = target.field.shape;
  check_in(target.field.name == target_field, ErrorKind::usage, "recipe",
           "the target's steps are for '{}', should be for '{}'", target.field.name, target_field);
  check_in(std::none_of(shape.begin(), shape.end(), [](int64_t size) { return size < 0; }),
           ErrorKind::usage, "recipe", "the target has the shape {}, should have one that is known",
           to_string(shape));
  check_sizes({target.field});
  Schema schema = {target.field};
  for (const auto& step : target.steps) {
    check_in(step->can_undo() && !step->keyed(), ErrorKind::usage, "recipe",
             "'{}' cannot be a step of the target: it cannot be undone", step->line());
    schema = step->map(schema);
  }
  const Field* made = find_field(schema, target_field);
  check_in(made && made->shape == shape && made->dtype == f32, ErrorKind::usage, "recipe",
           "the target's steps make {} of {}, should make f32 of the same shape", describe(schema),
           describe(target.field));
}

class FittingOn : public Fitting {
 public:
  FittingOn(const Recipe& recipe, size_t step, const Dataset& training,
            const DatasetStats* measured)
      : recipe_(recipe), step_(step), training_(training), measured_(measured) {}

  const DatasetStats& statistics(int64_t axis) const override {
    if (measured_ && measured_->axis == axis)
      return *measured_;
    own_ = data::statistics(training_, axis);
    return *(measured_ = &*own_);
  }

  Schema schema() const override {
    const Schema given = training_.source().schema();
    return recipe_.map(given, recipe_.entry(given), step_, false);
  }

  void each(FunctionRef<void(const Record&)> see) const override {
    walk(0, training_.size(), 1, see);
  }

  int64_t parts() const override { return (training_.size() + part - 1) / part; }
  void each_block(FunctionRef<void(int64_t, const Record&)> see) const override {
    const Source& source = training_.source();
    const size_t first = std::min(recipe_.entry(source.schema()), step_);
    const int64_t together =
        samples_together(source, std::span(recipe_.steps()).subspan(first, step_ - first));
    in_parallel(parts(), 1, [&](int64_t begin, int64_t end) {
      for (int64_t p = begin; p < end; ++p)
        walk(p * part, std::min((p + 1) * part, training_.size()), together,
             [&](const Record& record) { see(p, record); });
    });
  }

 private:
  static constexpr int64_t part = 4096;  // samples

  // The samples from `first_sample` to `last`, so many of them in a record.
  void walk(int64_t first_sample, int64_t last, int64_t together,
            FunctionRef<void(const Record&)> see) const {
    const Source& source = training_.source();
    const size_t first = recipe_.entry(source.schema());
    Record record;
    const auto prepare = [&](std::span<const int64_t> indices) {
      source.read_records(indices, record);
      recipe_.apply(record, first, step_, nullptr);
    };
    std::vector<int64_t> indices;
    for (int64_t begin = first_sample; begin < last; begin += together) {
      indices.clear();
      for (int64_t i = begin; i < std::min(begin + together, last); ++i)
        indices.push_back(training_.source_index(i));
      try {
        prepare(indices);
      } catch (const Error&) {  // samples are named where something is wrong only: it takes time
        for (const int64_t index : indices) {
          record.where = source.sample_name(index);
          prepare(std::span(&index, 1));
        }
        throw;
      }
      see(record);
    }
  }

  const Recipe& recipe_;
  size_t step_;
  const Dataset& training_;
  mutable const DatasetStats* measured_;
  mutable std::optional<DatasetStats> own_;
};

}  // namespace

Recipe::Recipe(Schema input, Steps steps, std::optional<TargetSteps> target)
    : input_(std::move(input)), steps_(std::move(steps)), target_(std::move(target)) {
  checked();
}

const Recipe& Recipe::checked() const {
  check_sizes(input_);
  Schema schema = input_;
  for (const auto& step : steps_) {
    schema = step->map(schema);
    check_sizes(schema);
  }
  if (target_)
    check_target(*target_);
  return *this;
}

Schema Recipe::map(Schema schema, size_t first, size_t last, bool keyed) const {
  for (size_t i = first; i < last; ++i)
    if (keyed || !steps_[i]->keyed())
      schema = steps_[i]->map(schema);
  return schema;
}

namespace {

// Whether `source` has every field of `wanted`, which stand in the same order.
bool gives(const Schema& source, const Schema& wanted) {
  size_t at = 0;
  for (const Field& field : wanted) {
    while (at < source.size() && source[at].name != field.name)
      ++at;
    if (at == source.size() || !fits(source[at], field) || source[at].shape != field.shape)
      return false;
    ++at;
  }
  return !wanted.empty();
}

}  // namespace

size_t Recipe::entry(const Schema& source) const {
  Schema schema = input_;
  for (size_t i = 0; i <= size(); ++i) {
    if (gives(source, schema))
      return i;
    if (i == size() || steps_[i]->keyed())
      break;
    schema = steps_[i]->map(schema);
  }
  fail(ErrorKind::usage, "recipe", "is for samples {}, and gets {}", describe(input_),
       describe(source));
}

size_t Recipe::picture_steps() const {
  size_t done = 0;
  Schema schema = input_;
  for (size_t i = 0; i < size() && !steps_[i]->keyed(); ++i) {
    schema = steps_[i]->map(schema);
    if (is_levels(schema))
      done = i + 1;
  }
  return done;
}

void Recipe::apply(Record& record, size_t first, size_t last, Philox* random) const {
  Philox none(0);  // pure steps draw nothing
  for (size_t i = first; i < last; ++i)
    if (random || !steps_[i]->keyed())
      steps_[i]->apply(record, random ? *random : none);
}

void Recipe::undo(Record& record, size_t first) const {
  for (size_t i = size(); i > first; --i)
    if (!steps_[i - 1]->keyed())
      steps_[i - 1]->undo(record);
}

std::vector<std::string> Recipe::unlike_training(const Record& record, size_t first) const {
  std::vector<std::string> out;
  for (size_t i = first; i < steps_.size(); ++i)
    steps_[i]->each_unlike(record, [&](const std::string& what) { out.push_back(what); });
  return out;
}

void Recipe::apply_target(Record& record) const {
  Philox none(0);
  if (target_)
    for (const auto& step : target_->steps)
      step->apply(record, none);
}

Tensor Recipe::undo_target(const Tensor& numbers) const {
  if (!target_)
    return numbers;
  const Tensor given = Tensor::empty(numbers.shape(), numbers.dtype() == f64 ? f64 : f32);
  copy_values(to_host(numbers), given);
  const Dims& shape = target_->field.shape;
  const int64_t samples = given.dim() > 0 ? given.size(0) : 0, each = product(shape);
  check_in(given.dim() > 0 && given.numel() == samples * each, ErrorKind::usage, "recipe",
           "is for targets of {} numbers, and gets {}", each, hebb::describe(given));
  Tensor out;
  Record record;
  record.add(target_field);
  for (int64_t i = 0; i < samples; ++i) {
    Value& y = record.at(target_field);
    y.refer(given.dtype(), shape,
            static_cast<const char*>(given.raw_data()) + i * each * item_size(given.dtype()));
    for (size_t k = target_->steps.size(); k-- > 0;)
      target_->steps[k]->undo(record);
    if (!out.defined())
      out = Tensor::empty(given.shape(), y.dtype());
    const int64_t bytes = each * item_size(out.dtype());
    promise(y.count() == each && y.dtype() == out.dtype(), "a target's step undoes into another");
    std::copy_n(static_cast<const char*>(y.bytes()), bytes,
                static_cast<char*>(out.raw_data()) + i * bytes);
  }
  return out.defined() ? out : given;
}

bool Recipe::fills_missing() const {
  return std::any_of(steps_.begin(), steps_.end(),
                     [](const auto& step) { return step->fills_missing(); });
}

bool Recipe::needs_fit() const {
  return any_to_fit(steps_) || (target_ && any_to_fit(target_->steps));
}

Recipe Recipe::fitted(const Dataset& training, const DatasetStats* measured) const {
  Recipe out = *this;
  for (size_t i = 0; i < out.size(); ++i)
    if (out.steps_[i]->needs_fit())
      out.steps_[i] = out.steps_[i]->fitted(FittingOn(out, i, training, measured));
  if (target_ && any_to_fit(target_->steps)) {
    const TargetStats found = target_statistics(training);
    DatasetStats targets;
    targets.target_mean = found.mean;
    targets.target_std = found.std;
    for (auto& step : out.target_->steps)
      if (step->needs_fit())
        step = step->fitted(FittingOn(out, out.size(), training, &targets));
  }
  return out.checked();  // checked with what was fitted
}

Recipe Recipe::with_augment(const std::vector<std::string>& lines) const {
  Recipe out = *this;
  std::erase_if(out.steps_, [](const auto& step) { return step->keyed(); });
  auto at = out.steps_.begin() + int64_t(out.picture_steps());
  for (const std::string& line : lines)
    at = out.steps_.insert(at, augment_step(line)) + 1;
  return out.checked();
}

Recipe Recipe::without_last() const {
  Recipe out = *this;
  std::erase_if(out.steps_, [](const auto& step) { return is_last_word(*step); });
  return out;
}

Recipe Recipe::with_last(int64_t axis, std::string_view state) const {
  Recipe out = without_last();
  const bool picture = find_field(out.output(), input_field)->kind == FieldKind::picture;
  out.steps_.push_back(make_step(picture     ? "normalize"
                                 : axis == 0 ? "standardise"
                                             : fmt::format("standardise axis={}", axis),
                                 state));
  return out.checked();
}

Recipe Recipe::with_normalize(const std::vector<double>& mean, const std::vector<double>& std,
                              int64_t axis) const {
  const StepMoments moments{mean, std};
  check_moments(moments);
  if (!mean.empty())
    return with_last(axis, moments.to_json());
  Recipe out = without_last();
  const Field x = *find_field(out.output(), input_field);
  if (x.kind != FieldKind::picture && is_floating(x.dtype))
    out.steps_.push_back(make_step("cast"));
  return out.checked();
}

Recipe Recipe::with_fitted_normalize(int64_t axis) const {
  return with_last(axis, {});
}

Recipe Recipe::with_fitted_target(const Field& field) const {
  Recipe out = *this;
  out.target_ = TargetSteps{.field = field, .steps = {make_step("standardise_target")}};
  return out.checked();
}

Recipe Recipe::without_target() const {
  Recipe out = *this;
  out.target_.reset();
  return out;
}

Recipe Recipe::with_missing(const std::vector<std::string>& words) const {
  Recipe out = *this;
  out.missing_ = words;
  return out;
}

std::vector<std::string> Recipe::words() const {
  std::vector<std::string> out;
  if (!missing_.empty())
    out.push_back(quoted_list(missing_) + " are missing cells, too");
  const auto add = [&](const Steps& steps) {
    for (const auto& step : steps)
      for (const std::string& word : step->words())
        out.push_back(word);
  };
  add(steps_);
  if (target_)
    add(target_->steps);
  return out;
}

Recipe picture_recipe(PictureShape shape) {
  return {
      {{.name = std::string(input_field), .kind = FieldKind::picture, .dtype = u8, .shape = {-1}}},
      {make_step(fmt::format("decode {}", shape.channels)),
       make_step(fmt::format("resize {}x{}", shape.height, shape.width)), make_step("scale")}};
}

Recipe plain_recipe(const Schema& source) {
  if (is_table(source))
    return table_recipe(source, {.impute = false});
  const Field* x = find_field(source, input_field);
  promise(x, "a source has no field x");
  if (x->kind == FieldKind::picture) {
    const Dims& shape = x->shape;
    const bool of_files = shape.size() == 3 && (shape[0] == 1 || shape[0] == 3) && shape[1] > 0 &&
                          shape[2] > 0 && shape[1] <= 1 << 15 && shape[2] <= 1 << 15;
    if (of_files)
      return picture_recipe({int(shape[0]), int(shape[1]), int(shape[2])});
    return {{*x}, {make_step("scale")}};
  }
  if (!is_floating(x->dtype))
    return {{*x}, {}};
  if (x->labels.empty())
    return {{*x}, {make_step("cast")}};
  Schema columns;
  for (const std::string& name : x->labels)
    columns.push_back({.name = name, .kind = FieldKind::number, .dtype = f64, .shape = {}});
  return table_recipe(columns, {.impute = false});
}

}  // namespace hebb::data
