#include "hebb/data/prepared.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <numeric>

#include "hebb/base/check.h"
#include "hebb/data/in_parallel.h"
#include "hebb/data/table_source.h"
#include "hebb/data/together.h"

namespace hebb::data {
namespace {

constexpr int64_t most_bytes = int64_t(1) << 30, grain = 256;

class PreparedRows : public Source {
 public:
  PreparedRows(const Dataset& rows, Field x) : rows_(rows), x_(std::move(x)) {
    const Source& source = rows_.source();
    info_ = source.info();
    info_.sample_shape = x_.shape;
    info_.dtype = x_.dtype;
    bytes_ = product(x_.shape) * item_size(x_.dtype);
    values_ = Tensor::empty({info_.size, product(x_.shape)}, x_.dtype);
    const Recipe& recipe = rows_.recipe();
    const int64_t together =
        samples_together(source, std::span(recipe.steps()).subspan(rows_.recipe_entry()));
    in_parallel(info_.size, grain, [&](int64_t begin, int64_t end) {
      Record record;
      std::vector<int64_t> indices;
      for (int64_t i = begin; i < end; i += together) {
        indices.resize(size_t(std::min(together, end - i)));
        std::iota(indices.begin(), indices.end(), i);
        source.read_records(indices, record);
        recipe.apply(record, rows_.recipe_entry(), recipe.size(), nullptr);
        const Value& made = record.at(input_field);
        promise(made.samples() == int64_t(indices.size()) &&
                    made.count() * item_size(made.dtype()) == bytes_,
                "a recipe made something else than it said");
        std::memcpy(row(i), made.bytes(), indices.size() * size_t(bytes_));
      }
    });
  }

  Schema schema() const override { return {x_, target_schema()}; }
  const void* in_memory(int64_t index) const override { return row(index); }
  void read(int64_t index, void* to) const override { std::memcpy(to, row(index), size_t(bytes_)); }
  const double* target_in_f64(int64_t index) const override { return given().target_in_f64(index); }
  int64_t label(int64_t index) const override { return given().label(index); }
  void target(int64_t index, float* to) const override { given().target(index, to); }
  std::string sample_name(int64_t index) const override { return given().sample_name(index); }
  uint64_t hash() const override { return given().hash(); }

 private:
  const Source& given() const { return rows_.source(); }
  char* row(int64_t index) const { return static_cast<char*>(values_.raw_data()) + index * bytes_; }

  Dataset rows_;
  Field x_;
  Tensor values_;
  int64_t bytes_ = 0;
};

bool can_be_prepared(const Dataset& part) {
  if (part.empty() || !table_of(part) || part.recipe().needs_fit())
    return false;
  const Schema made = part.recipe().output();
  const bool keyed = std::any_of(part.recipe().steps().begin(), part.recipe().steps().end(),
                                 [](const auto& step) { return step->keyed(); });
  if (keyed || made.size() != 1 || made[0].dtype != f32)
    return false;
  const auto bytes = checked_product(made[0].shape, item_size(f32));
  return bytes && (*bytes == 0 || part.source().info().size <= most_bytes / *bytes);
}

}  // namespace

void prepare(std::span<Dataset* const> parts) {
  std::map<const Source*, std::shared_ptr<const Source>> made;
  for (Dataset* part : parts) {
    if (!can_be_prepared(*part))
      continue;
    std::shared_ptr<const Source>& source = made[&part->source()];
    if (!source)
      source = std::make_shared<const PreparedRows>(*part, part->recipe().output()[0]);
    *part = part->with_source(source, part->recipe().size());
  }
}

}  // namespace hebb::data
