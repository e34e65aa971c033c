// A kind of file that data are opened from, HEBB_FILE_FORMAT of data/file_formats.def: a data set
// whose samples can be read and batched, or an Error of kind data or usage. One target for each.
#include "hebb/data/file_format.h"

#include <cstdlib>

#include "hebb/base/error.h"
#include "hebb/data/dataset_stats.h"
#include "hebb/data/loader.h"
#include "hebb/data/table_source.h"
#include "memory_file.h"

namespace {

using namespace hebb;

void require(bool holds) {
  if (!holds)
    std::abort();
}

void look_at(const data::Dataset& set) {
  require(set.size() >= 1);
  const bool classes = set.task() == data::Task::classification;
  const data::Schema schema = set.source().schema();
  for (int64_t i = 0; i < set.size(); ++i) {
    const data::Sample sample = set.sample(i);
    if (!table_of(set))
      require(sample.x.shape() == data::find_field(schema, data::input_field)->shape);
    if (classes)
      require(sample.label >= 0 && sample.label < set.classes());
    else
      require(sample.y.shape() == set.target_shape());
  }
  if (!classes)
    data::target_statistics(set);
  data::Recipe recipe = set.recipe();
  if (!classes)
    recipe = recipe.with_fitted_target(*data::find_target(schema)).fitted(set);
  int64_t samples = 0;
  for (const auto& [x, y] : data::Loader(set.with_recipe(recipe), {.batch_size = 7, .workers = 0}))
    samples += x.size(0);
  require(samples == set.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const MemoryFile file(bytes, size);
  const auto open = [&](const data::TableOptions& options) {
    try {
      look_at(data::format_word::HEBB_FILE_FORMAT.open(file.path(), options));
    } catch (const Error& e) {
      require(e.kind() == ErrorKind::data || e.kind() == ErrorKind::usage);
    }
  };
  open({});
  open({.task = data::Task::regression});
  open({.whole_numbers = data::Task::classification});
  return 0;
}
