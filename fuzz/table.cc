// .csv files as data sets: samples that the recipe makes finite numbers of, and a target, or an
// Error of kind data or usage.
#include <cmath>
#include <cstdlib>

#include "hebb/base/error.h"
#include "hebb/data/table.h"
#include "memory_file.h"

namespace {

using namespace hebb;

void look_at(const data::Dataset& set) {
  const int64_t features = int64_t(set.feature_names().size());
  if (set.size() < 1 || features < 1)
    std::abort();
  const data::Recipe again = data::parse_recipe(set.recipe().to_json(), "recipe.json");
  data::Record record;
  for (int64_t i = 0; i < set.size(); ++i) {
    set.source().read_record(i, record);
    again.apply(record, set.recipe_entry(), again.size(), nullptr);
    const data::Value& x = record.at("x");
    if (x.shape() != set.sample_shape())
      std::abort();
    for (int64_t f = 0; f < x.count(); ++f)
      if (std::isnan(x.data<float>()[f]))
        std::abort();
    const data::Sample sample = set.sample(i);
    if (set.task() == data::Task::classification) {
      if (sample.label < 0 || sample.label >= set.classes())
        std::abort();
    } else if (sample.y.numel() != 1 || !std::isfinite(*sample.y.data<float>())) {
      std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const MemoryFile file(data, size);
  const auto read = [&](const data::TableOptions& options) {
    try {
      look_at(data::csv_table(file.path(), options));
    } catch (const Error& e) {
      if (e.kind() != ErrorKind::data && e.kind() != ErrorKind::usage)
        std::abort();
    }
  };
  read({});
  read({.target = "y"});
  read({.target = "2", .whole_numbers = data::Task::classification});
  read({.target = "y", .feature_names = {"a", "b"}, .task = data::Task::regression});
  read({.target = "y", .reading = {.categorical = {"a"}, .impute = "drop"}});
  read({.target = "y", .id = "a", .reading = {.missing = {"1", "u", "-", "1e999"}}});
  return 0;
}
