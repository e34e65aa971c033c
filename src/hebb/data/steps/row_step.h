// Steps that change single fields of a row, each by what was fitted for it. Fields keep their names
// and places; a field may become one of several numbers. For .cc files.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "hebb/base/fields_json.h"
#include "hebb/data/in_parallel.h"
#include "hebb/data/step_entry.h"

namespace hebb::data {

// Column: what was fitted for a field: a struct with HEBB_FIELDS whose first one is its name.
template <class Column>
struct RowState {
  std::vector<Column> columns;  // in the order of the fields
  HEBB_FIELDS(columns)
};

// What was fitted cannot be: the key of the column's state, what stands there and what should.
template <class... Args>
void check_state(bool good, std::string_view key, fmt::format_string<Args...> why, Args&&... args) {
  if (!good)
    throw JsonTrouble(std::string(key), fmt::format(why, std::forward<Args>(args)...));
}

constexpr std::string_view newly_empty = "empty, as in no row of the training";

template <class Column, class Options, const StepEntry& entry>
class RowStep : public Step {
 public:
  using Columns = std::vector<Column>;

  // columns: empty while it is to be fitted.
  RowStep(Options options, std::optional<Columns> columns)
      : options_(std::move(options)), columns_(std::move(columns)) {
    if constexpr (requires(Column column) { column.make_ready(); })
      if (columns_)
        for (Column& column : *columns_)
          column.make_ready();
  }

  Schema map(const Schema& in) const final {
    Schema out = in;
    size_t next = 0;
    for (Field& field : out) {
      if (!columns_ && wants(field)) {
        field = made(std::as_const(field), nullptr);
      } else if (columns_ && next < columns_->size() && (*columns_)[next].name == field.name) {
        check_in(wants(field), ErrorKind::usage, entry.name, "cannot change {}", describe(field));
        field = made(std::as_const(field), &(*columns_)[next++]);
      }
    }
    check_in(!columns_ || next == columns_->size(), ErrorKind::usage, entry.name,
             "there is no field '{}' behind those before it; there are {}",
             columns_ && next < columns_->size() ? (*columns_)[next].name : "", describe(in));
    return out;
  }

  void apply(Record& record, Philox&) const final {
    promise(columns_.has_value(), "a step is run before it was fitted");
    size_t next = 0;
    for (auto& [name, value] : record.values) {
      if (next == columns_->size())
        return;
      if (name != (*columns_)[next].name)
        continue;
      change((*columns_)[next++], value, record.spare);
      std::swap(value, record.spare);
    }
  }

  void each_unlike(const Record& record, FunctionRef<void(const std::string&)> say) const final {
    size_t next = 0;
    for (const auto& [name, value] : record.values) {
      if (!columns_ || next == columns_->size())
        return;
      if (name != (*columns_)[next].name)
        continue;
      if (const std::string what = unlike((*columns_)[next++], value); !what.empty())
        say(fmt::format("column '{}' is {}", name, what));
    }
  }

  bool takes_many() const final { return true; }
  bool needs_fit() const final { return !columns_; }
  std::string line() const final { return options_line(entry.name, *entry.options, &options_); }
  std::string state() const final {
    return columns_ ? to_text(fields::to_json(RowState<Column>{*columns_})) : std::string();
  }

 protected:
  // Whether it is for such a field.
  virtual bool wants(const Field& field) const = 0;
  // column: null while it is to be fitted; the shape is open then. Error (usage): what was fitted
  // is not for such a field.
  virtual Field made(const Field& field, const Column* column) const = 0;
  // in: of one sample or of several.
  virtual void change(const Column& column, const Value& in, Value& out) const = 0;
  // What is new about a single sample's value, for each_unlike(); "": nothing.
  virtual std::string unlike(const Column&, const Value&) const { return {}; }

  Options options_;
  std::optional<Columns> columns_;
};

// For StepEntry::make.
template <class T, class Column, class Options>
std::shared_ptr<const Step> row_step_of(const void* options, const Json& state) {
  std::optional<std::vector<Column>> columns;
  if (!state.is_null()) {
    RowState<Column> given;
    fields::from_json(state, given);
    fields::need_names(state, given);
    at_json("columns", [&] {
      for (size_t i = 0; i < given.columns.size(); ++i)
        at_json(i, [&] { given.columns[i].check(); });
    });
    columns = std::move(given.columns);
  }
  return std::make_shared<T>(as<Options>(options), std::move(columns));
}

inline bool is_numbers(const Field& field) {
  return (field.kind == FieldKind::number || field.kind == FieldKind::time) && field.dtype == f64;
}
inline bool is_word(const Field& field) {
  return field.kind == FieldKind::category && field.dtype == u8 && field.shape == Dims{-1};
}

// The names of a field's numbers.
inline std::vector<std::string> names_of_numbers(const Field& field) {
  const bool several = !field.shape.empty();
  return several && int64_t(field.labels.size()) == field.shape[0]
             ? field.labels
             : std::vector<std::string>(size_t(several ? std::max<int64_t>(field.shape[0], 0) : 1),
                                        field.name);
}

// Every number of the fields that are wanted, by field and place: [field][place][sample]. NaN where
// it is missing.
struct NumbersSeen {
  using Values = std::vector<std::vector<std::vector<double>>>;
  std::vector<Field> fields;
  Values values;
};
template <class Wants>
NumbersSeen see_numbers(const Fitting& training, const Wants& wants) {
  NumbersSeen out;
  for (const Field& field : training.schema())
    if (wants(field) && (field.shape.empty() || field.shape[0] >= 0)) {
      out.fields.push_back(field);
      out.values.emplace_back(size_t(product(field.shape)));
    }
  std::vector<NumbersSeen::Values> parts(size_t(training.parts()), out.values);
  training.each_block([&](int64_t part, const Record& record) {
    size_t next = 0;
    for (const auto& [name, value] : record.values) {
      if (next == out.fields.size())
        break;
      if (name != out.fields[next].name)
        continue;
      auto& places = parts[size_t(part)][next++];
      const auto* numbers = value.template data<double>();
      for (int64_t i = 0; i < value.samples(); ++i)
        for (auto& place : places)
          place.push_back(*numbers++);
    }
  });
  for (size_t f = 0; f < out.fields.size(); ++f)
    for (size_t p = 0; p < out.values[f].size(); ++p)
      for (const NumbersSeen::Values& part : parts)
        out.values[f][p].insert(out.values[f][p].end(), part[f][p].begin(), part[f][p].end());
  return out;
}

}  // namespace hebb::data
