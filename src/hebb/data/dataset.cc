#include "hebb/data/dataset.h"

#include "hebb/base/check.h"
#include "hebb/base/xxh64.h"
#include "hebb/data/dataset_stats.h"
#include "hebb/data/rows_as_columns.h"
#include "hebb/data/splits.h"
#include "hebb/data/table_recipe.h"

namespace hebb::data {

struct Dataset::Prepared {
  Recipe recipe;
  size_t entry = 0;
  Dims shape;  // of a sample in a batch of training
};

Dataset::Dataset(std::shared_ptr<const Source> source) : source_(std::move(source)) {
  if (source_)
    *this = with_recipe(plain_recipe(source_->schema()));
}

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
  source();  // an Error where there is no data set
  return prepared_->shape;
}

const Dims& Dataset::target_shape() const {
  return input_is_target_ ? prepared_->shape : info().target_shape;
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
  if (info().task == Task::classification) {
    out.label = source_->label(at);
  } else {
    out.y = Tensor::empty(info().target_shape, f32);
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

std::vector<std::string> Dataset::kept(std::string_view wanted) const {
  for (const KeptColumn& column : info().kept) {
    if (column.name != wanted)
      continue;
    std::vector<std::string> out;
    out.reserve(size_t(size()));
    for (int64_t i = 0; i < size(); ++i)
      out.push_back(column.cells[size_t(source_index(i))]);
    return out;
  }
  fail(ErrorKind::usage, name(), "has no column '{}' to split by", wanted);
}

std::vector<double> Dataset::weights() const {
  std::vector<double> out;
  for (int64_t i = 0; weighted() && i < size(); ++i)
    out.push_back(info().weights[size_t(source_index(i))]);
  return out;
}

std::vector<std::string> Dataset::ids() const {
  return info().id.empty() ? std::vector<std::string>() : kept(info().id);
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

const Recipe& Dataset::recipe() const {
  source();  // an Error where there is no data set
  return prepared_->recipe;
}

size_t Dataset::recipe_entry() const {
  source();
  return prepared_->entry;
}

Dataset Dataset::with_recipe(const Recipe& recipe) const {
  // Columns of a recipe that changes them one by one are taken out of the rows of an array.
  if (is_table(recipe.input()) && SpecLine::parse(recipe.steps()[0]->line()).name != "columns")
    if (const auto columns = rows_as_columns(source_, recipe.input())) {
      Dataset out = *this;
      out.source_ = columns;
      return out.with_recipe(recipe);
    }
  const size_t entry = [&] {
    try {
      return recipe.entry(source().schema());
    } catch (const Error& error) {
      throw Error(error.kind(), name(), "the " + error.where() + " " + error.message());
    }
  }();
  return with_recipe(recipe, entry);
}

Dataset Dataset::with_recipe(const Recipe& recipe, size_t entry) const {
  const Schema given = source().schema();
  if (const auto& target = recipe.target()) {
    const Field* y = find_target(given);
    check_in(y && fits(*y, target->field), ErrorKind::usage, name(),
             "the recipe is for targets {}, and gets {}", describe(target->field),
             y ? describe(*y) : "none");
  }
  const Schema made = recipe.map(given, entry, recipe.size(), true);
  Dataset out = *this;
  out.prepared_ = std::make_shared<const Prepared>(
      Prepared{.recipe = recipe, .entry = entry, .shape = find_field(made, input_field)->shape});
  return out;
}

Dataset Dataset::with_source(std::shared_ptr<const Source> source, size_t entry) const {
  check_in(source && source->info().size == this->source().info().size, ErrorKind::invalid, name(),
           "another source should have as many samples");
  Dataset out = *this;
  out.source_ = std::move(source);
  return out.with_recipe(recipe(), entry);
}

Dataset Dataset::with_augment(const std::vector<std::string>& lines) const {
  if (!lines.empty())
    picture_shape();  // an Error where the samples are no pictures
  return with_recipe(recipe().with_augment(lines));
}

Dataset Dataset::with_normalize(const std::vector<double>& mean,
                                const std::vector<double>& std) const {
  return with_recipe(recipe().with_normalize(mean, std, features_axis(*this)));
}

Dataset Dataset::with_input_as_target() const {
  Dataset out = *this;
  out.input_is_target_ = true;
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
