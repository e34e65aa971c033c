// columns: the fields of a row that its state names become one field x, f64 [numbers], one behind
// the other in the state's order. Those that are codes, i64, become a field `codes`, i64, or, where
// the state says so, the last numbers of x: f32 holds them as they are below 2^24. Other fields are
// left out.
#include <algorithm>
#include <map>

#include "hebb/base/fields_json.h"
#include "hebb/data/step_entry.h"

namespace hebb::data {
namespace {

struct ColumnNames {
  std::vector<std::string> names;
  bool codes_in_x = false;
  HEBB_FIELDS(names, codes_in_x)
};

// Recipes without codes say no more than they did before there were some in x.
Json json_of(const std::vector<std::string>& names, bool codes_in_x) {
  Json out = {{"names", names}};
  if (codes_in_x)
    out["codes_in_x"] = true;
  return out;
}

class Columns : public Step {
 public:
  explicit Columns(ColumnNames given)
      : names_(std::move(given.names)), codes_in_x_(given.codes_in_x) {}

  Schema map(const Schema& in) const override {
    std::map<std::string_view, const Field*> known;
    for (const Field& field : in)
      known.emplace(field.name, &field);
    Field x{
        .name = std::string(input_field), .kind = FieldKind::number, .dtype = f64, .shape = {0}};
    Field codes{
        .name = std::string(codes_field), .kind = FieldKind::category, .dtype = i64, .shape = {0}};
    bool open = false;
    for (const std::string& name : names_) {
      const auto found = known.find(name);
      check_in(found != known.end(), ErrorKind::usage, "columns",
               "there is no field '{}'; there are {}", name, describe(in));
      const Field& field = *found->second;
      if (is_code(field)) {
        ++codes.shape[0];
        codes.labels.push_back(name);
        continue;
      }
      check_in(field.kind == FieldKind::number && field.dtype == f64 && field.shape.size() <= 1,
               ErrorKind::usage, "columns", "takes numbers, f64, and codes, not {}",
               describe(field));
      open = open || field.shape == Dims{-1};
      add_names(field, x.labels);
    }
    if (codes_in_x_) {
      x.labels.insert(x.labels.end(), codes.labels.begin(), codes.labels.end());
      codes.shape = {0};
    }
    x.shape = {open ? -1 : int64_t(x.labels.size())};
    if (open)
      x.labels.clear();
    Schema out;
    if (x.shape[0] != 0 || codes.shape[0] == 0)
      out.push_back(x);
    if (codes.shape[0] > 0)
      out.push_back(codes);
    return out;
  }

  void apply(Record& record, Philox&) const override {
    int64_t samples = 1, numbers = 0, codes = 0;
    each_value(record, [&](const Value& value) {
      samples = value.samples();
      value.dtype() == i64 ? ++codes : numbers += value.count();
    });
    if (codes_in_x_) {
      const int64_t width = numbers + codes;
      auto* x = static_cast<double*>(record.spare.make(f64, {width}, samples));
      join(record, x, x + numbers, width, width);
      record.values.clear();
      std::swap(record.add(input_field), record.spare);
      return;
    }
    const bool has_x = numbers > 0 || codes == 0;
    Value coded;
    auto* x = has_x ? static_cast<double*>(record.spare.make(f64, {numbers}, samples)) : nullptr;
    auto* code = codes > 0 ? static_cast<int64_t*>(coded.make(i64, {codes}, samples)) : nullptr;
    join(record, x, code, numbers, codes);
    record.values.clear();
    if (has_x)
      std::swap(record.add(input_field), record.spare);
    if (codes > 0)
      std::swap(record.add(codes_field), coded);
  }

  bool takes_many() const override { return true; }
  std::string_view field() const override { return input_field; }
  std::string line() const override { return "columns"; }
  std::string state() const override { return to_text(json_of(names_, codes_in_x_)); }
  std::vector<std::string> words() const override { return {}; }

 private:
  static bool is_code(const Field& field) {
    return field.kind == FieldKind::category && field.dtype == i64 && field.shape.empty();
  }

  // Of each number of x: the column, or what a step called it.
  static void add_names(const Field& field, std::vector<std::string>& out) {
    const int64_t numbers = field.shape.empty() ? 1 : std::max<int64_t>(field.shape[0], 0);
    if (!field.shape.empty() && int64_t(field.labels.size()) == numbers)
      out.insert(out.end(), field.labels.begin(), field.labels.end());
    else
      out.insert(out.end(), size_t(numbers), field.name);
  }

  // Numbers go to x, codes to `codes`: the first sample's. The next one's are so many further on.
  template <class Code>
  void join(const Record& record, double* x, Code* codes, int64_t x_stride,
            int64_t code_stride) const {
    each_value(record, [&](const Value& value) {
      if (value.dtype() == i64) {
        const auto* from = value.data<int64_t>();
        for (int64_t i = 0; i < value.samples(); ++i)
          codes[i * code_stride] = Code(from[i]);
        ++codes;
        return;
      }
      const auto* from = value.data<double>();
      const int64_t width = value.count();
      for (int64_t i = 0; i < value.samples(); ++i)
        std::copy_n(from + i * width, width, x + i * x_stride);
      x += width;
    });
  }

  template <class See>
  void each_value(const Record& record, See&& see) const {
    for (size_t i = 0; i < names_.size(); ++i) {
      const bool in_order = i < record.values.size() && record.values[i].first == names_[i];
      see(in_order ? record.values[i].second : record.at(names_[i]));
    }
  }

  std::vector<std::string> names_;
  bool codes_in_x_;
};

std::shared_ptr<const Step> make_columns(const void*, const Json& state) {
  ColumnNames given;
  if (!state.is_null()) {
    fields::from_json(state, given);
    fields::need_known(state, {"names", "codes_in_x"});
  }
  check_in(!given.names.empty(), ErrorKind::usage, "columns",
           "its state names no columns; should be {{\"names\": [...]}}");
  std::vector<std::string> sorted = given.names;
  std::sort(sorted.begin(), sorted.end());
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  check_in(twice == sorted.end(), ErrorKind::usage, "columns", "column '{}' is named twice",
           twice == sorted.end() ? "" : *twice);
  return std::make_shared<Columns>(std::move(given));
}

}  // namespace

std::shared_ptr<const Step> columns_step(const std::vector<std::string>& names, bool codes_in_x) {
  return make_step("columns", to_text(json_of(names, codes_in_x)));
}

constinit const StepEntry step_word::columns = {
    .name = "columns",
    .what = "columns of a table become one list of numbers, in the order of its state",
    .make = make_columns,
};

}  // namespace hebb::data
