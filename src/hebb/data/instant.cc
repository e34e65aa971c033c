#include "hebb/data/instant.h"

#include <cmath>
#include <optional>
#include <utility>

#include "hebb/base/check.h"
#include "hebb/data/cell.h"
#include "hebb/data/date_text.h"
#include "hebb/formats/csv.h"

namespace hebb::data {
namespace {

struct ReadDate {
  CalendarTime time;       // month and day are in the order of the text
  bool year_first = true;  // else the day may stand where the month does
};

// Returns whether a time of day stands first in the text.
bool read_time(DateText& at, CalendarTime& out) {
  const std::optional<int> hour = at.number(1, 2);
  if (!hour || !at.take(':'))
    return false;
  const std::optional<int> minute = at.number(2, 2);
  if (!minute)
    return false;
  if (at.take(':')) {
    const std::optional<int> second = at.number(2, 2);
    if (!second)
      return false;
    out.second = *second;
    out.fraction = at.fraction();
  }
  const bool blank = at.take(' ');
  out.afternoon = at.afternoon();
  if (blank && !out.afternoon && at.left.empty())
    return false;
  const std::optional<int> zone = at.zone();
  out.hour = *hour;
  out.minute = *minute;
  out.zone = zone.value_or(0);
  return zone.has_value();
}

// Returns whether a date stands first in the text.
bool read_day(DateText& at, ReadDate& out) {
  const size_t before = at.left.size();
  const std::optional<int> a = at.number(1, 4);
  out.year_first = before - at.left.size() == 4;
  const char separator = at.left.empty() ? ' ' : at.left.front();
  if (!a || std::string_view("-./").find(separator) == std::string_view::npos)
    return false;
  at.take(separator);
  const std::optional<int> b = at.number(1, 2);
  if (!b)
    return false;
  if (!out.year_first) {
    const std::optional<int> c = at.take(separator) ? at.number(4, 4) : std::nullopt;
    out.time = {.year = c.value_or(0), .month = *a, .day = *b};
    return c.has_value();
  }
  out.time = {.year = *a, .month = *b};
  if (!at.take(separator))
    return at.left.empty();  // a month
  const std::optional<int> c = at.number(1, 2);
  out.time.day = c.value_or(0);
  return c.has_value();
}

std::optional<ReadDate> read_date(std::string_view cell) {
  DateText at{cell};
  ReadDate out;
  if (!read_day(at, out))
    return std::nullopt;
  if (at.left.empty())
    return out;
  if (!at.take('T') && !at.take(' '))
    return std::nullopt;
  if (!read_time(at, out.time) || !at.left.empty())
    return std::nullopt;
  return out;
}

[[noreturn]] void refuse(std::string_view column, size_t row, const std::string& cell) {
  fail(ErrorKind::data, column,
       "row {} is {}, should be a time: a number, or a date such as 2026-11-29 14:05", row + 1,
       shown_cell(cell));
}

std::vector<double> dates_of(const std::vector<std::string>& cells, std::string_view column) {
  std::vector<ReadDate> dates;
  bool day_first = false, month_first = false;
  const std::string* open = nullptr;  // the first whose day may be the month
  for (size_t i = 0; i < cells.size(); ++i) {
    const std::optional<ReadDate> date = read_date(cells[i]);
    if (!date)
      refuse(column, i, cells[i]);
    dates.push_back(*date);
    if (date->year_first)
      continue;
    const auto [first, second] = std::pair(date->time.month, date->time.day);
    if (!open && first != second)
      open = &cells[i];
    day_first = day_first || first > 12;
    month_first = month_first || second > 12;
  }
  check_in(!(day_first && month_first), ErrorKind::data, column,
           "holds dates whose day comes first and dates whose month does; write them all as "
           "2026-11-29");
  check_in(!open || day_first || month_first, ErrorKind::data, column,
           "holds dates such as '{}' of which nobody can tell whether the day or the month comes "
           "first; write them as 2026-11-29",
           open ? *open : "");
  std::vector<double> out;
  for (size_t i = 0; i < cells.size(); ++i) {
    ReadDate& date = dates[i];
    if (!date.year_first && day_first)
      std::swap(date.time.month, date.time.day);
    const std::optional<double> at = instant_of(date.time);
    if (!at)
      refuse(column, i, cells[i]);
    out.push_back(*at);
  }
  return out;
}

}  // namespace

std::vector<double> instants_of(const std::vector<std::string>& cells, std::string_view column) {
  std::vector<double> out;
  for (const std::string& cell : cells) {
    double value = 0;
    if (!parse_number(cell, value) || !std::isfinite(value))
      return dates_of(cells, column);
    out.push_back(value);
  }
  return out;
}

}  // namespace hebb::data
