#include "hebb/data/table_row.h"

#include <algorithm>
#include <limits>

#include "hebb/data/cell.h"
#include "hebb/data/date_form.h"

namespace hebb::data {

std::string cell_trouble(const RowCell& cell, const Field& field, bool may_miss, double& value,
                         std::string_view remedy) {
  value = std::numeric_limits<double>::quiet_NaN();
  const bool word = field.kind == FieldKind::category, date = field.kind == FieldKind::time;
  const auto should_be = [&](const std::string& what) {
    return fmt::format("is {}, should be {}{}", shown_cell(cell.text), what, remedy);
  };
  if (is_missing(cell))
    return may_miss ? "" : should_be(word ? "a word" : date ? "a date" : "a number");
  if (word)
    return {};
  if (date) {
    const std::string form = field.labels.empty() ? "" : field.labels[0];
    std::string scratch;
    const auto seconds = parse_date(date_text_of(cell, scratch), form);
    value = seconds.value_or(value);
    return seconds ? "" : should_be((has_date(form) ? "a date " : "a time of day ") + form);
  }
  if (!is_number(cell))
    return should_be("a number");
  const std::string_view sign = field.labels.empty() ? std::string_view() : field.labels[0];
  if (cell.marked && unit_sign(cell.text) != sign)
    return should_be(sign.empty() ? "a number without a sign"
                                  : fmt::format("a number with {}", sign));
  value = cell.number;
  return f32_holds(value) ? std::string()
                          : fmt::format("is {}, which {}", shown_cell(cell.text), not_in_f32);
}

void read_row(std::span<const RowCell> cells, std::span<const size_t> places, const Schema& fields,
              const MissingWords& missing, bool may_miss, Record& record) {
  const bool used = record.values.size() == fields.size() &&
                    (fields.empty() || record.values[0].first == fields[0].name);
  if (!used)
    record.values.clear();
  static constexpr RowCell empty{};
  std::string scratch;
  for (size_t i = 0; i < fields.size(); ++i) {
    const Field& field = fields[i];
    const RowCell& given = cells[places[i]];
    const RowCell& cell = !missing.empty() && missing.hold(given) ? empty : given;
    Value& value = used ? record.values[i].second : record.add(field.name);
    double number = 0;
    const std::string trouble = cell_trouble(cell, field, may_miss, number);
    check_in(trouble.empty(), ErrorKind::data, record.where, "column '{}' {}", field.name, trouble);
    if (field.kind == FieldKind::category) {
      const std::string_view word =
          is_missing(cell) ? std::string_view() : category_of(cell, scratch);
      std::copy(word.begin(), word.end(),
                static_cast<char*>(value.make(u8, {int64_t(word.size())})));
    } else {
      *static_cast<double*>(value.make(f64, {})) = number;
    }
  }
}

}  // namespace hebb::data
