// columns: the fields of a row that its state names, one number each, become one field x, f64
// [columns], in the state's order. Other fields are left out.
#include <algorithm>
#include <map>

#include "hebb/base/fields_json.h"
#include "hebb/data/step_entry.h"

namespace hebb::data {
namespace {

struct ColumnNames {
  std::vector<std::string> names;
  HEBB_FIELDS(names)
};

class Columns : public Step {
 public:
  explicit Columns(std::vector<std::string> names) : names_(std::move(names)) {}

  Schema map(const Schema& in) const override {
    std::map<std::string_view, const Field*> known;
    for (const Field& field : in)
      known.emplace(field.name, &field);
    for (const std::string& name : names_) {
      const auto found = known.find(name);
      check_in(found != known.end(), ErrorKind::usage, "columns",
               "there is no field '{}'; there are {}", name, describe(in));
      const Field* field = found->second;
      check_in(field->kind == FieldKind::number && field->dtype == f64 && field->shape.empty(),
               ErrorKind::usage, "columns", "takes single numbers, f64, not {}", describe(*field));
    }
    return {{.name = std::string(input_field),
             .kind = FieldKind::number,
             .dtype = f64,
             .shape = {int64_t(names_.size())},
             .labels = names_}};
  }

  void apply(Record& record, Philox&) const override {
    auto* to = static_cast<double*>(record.spare.make(f64, {int64_t(names_.size())}));
    for (size_t i = 0; i < names_.size(); ++i) {
      const bool in_order = i < record.values.size() && record.values[i].first == names_[i];
      const Value& value = in_order ? record.values[i].second : record.at(names_[i]);
      to[i] = *value.data<double>();
    }
    record.values.clear();
    std::swap(record.add(input_field), record.spare);
  }

  std::string_view field() const override { return input_field; }
  std::string line() const override { return "columns"; }
  std::string state() const override { return to_text(fields::to_json(ColumnNames{names_})); }
  std::vector<std::string> words() const override { return {}; }

 private:
  std::vector<std::string> names_;
};

std::shared_ptr<const Step> make_columns(const void*, const Json& state) {
  ColumnNames given;
  if (!state.is_null())
    fields::from_json(state, given);
  check_in(!given.names.empty(), ErrorKind::usage, "columns",
           "its state names no columns; should be {{\"names\": [...]}}");
  std::vector<std::string> sorted = given.names;
  std::sort(sorted.begin(), sorted.end());
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  check_in(twice == sorted.end(), ErrorKind::usage, "columns", "column '{}' is named twice",
           twice == sorted.end() ? "" : *twice);
  return std::make_shared<Columns>(std::move(given.names));
}

}  // namespace

std::shared_ptr<const Step> columns_step(const std::vector<std::string>& names) {
  return make_step("columns", to_text(fields::to_json(ColumnNames{names})));
}

constinit const StepEntry step_word::columns = {
    .name = "columns",
    .what = "columns of a table become one list of numbers, in the order of its state",
    .make = make_columns,
};

}  // namespace hebb::data
