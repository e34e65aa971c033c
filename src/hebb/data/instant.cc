#include "hebb/data/instant.h"

#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include "hebb/base/check.h"
#include "hebb/data/cell.h"
#include "hebb/data/date_form.h"
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

// Where cells stand, for messages.
struct Places {
  std::string_view column;
  FunctionRef<std::string(size_t)> of;

  [[noreturn]] void refuse(size_t i, const std::string& cell) const {
    fail(ErrorKind::data, column,
         "{} is {}, should be a time: a number, or a date such as 2026-11-29 14:05", of(i),
         shown_cell(cell));
  }
  // other: what may come first, too.
  [[noreturn]] void refuse_doubt(size_t i, const std::string& cell, std::string_view other) const {
    fail(ErrorKind::data, column,
         "holds dates such as '{}' in {}, of which nobody can tell whether the day or the {} comes "
         "first; write them as 2026-11-29",
         cell, of(i), other);
  }
};

// read_date() does not know the first cell: so all should be written in one form.
std::vector<double> told_dates_of(const std::vector<std::string>& cells, const Places& places) {
  const std::vector<std::string_view> texts(cells.begin(), cells.end());
  const ToldForm told = tell_date_form(texts);
  if (told.alike == 0)
    places.refuse(0, cells[0]);
  if (const size_t odd = told.alike; odd < cells.size())
    fail(ErrorKind::data, places.column, "{} is {}, should be a {} as in {}, '{}'", places.of(odd),
         shown_cell(cells[odd]),
         has_date(tell_date_form(std::array{texts[0]}).form) ? "date" : "time of day", places.of(0),
         texts[0].substr(0, 40));
  std::vector<double> out;
  for (size_t i = 0; i < cells.size(); ++i) {
    out.push_back(parse_date(cells[i], told.form).value());
    for (const std::string& other : told.others)
      if (parse_date(cells[i], other) != out.back())
        places.refuse_doubt(i, cells[i], other.starts_with("%m") ? "month" : "year");
  }
  return out;
}

std::vector<double> dates_of(const std::vector<std::string>& cells, const Places& places) {
  std::vector<ReadDate> dates;
  std::optional<size_t> day_first, month_first,
      open;  // the first cell of each kind; open: its day may be the month
  for (size_t i = 0; i < cells.size(); ++i) {
    const std::optional<ReadDate> date = read_date(cells[i]);
    if (!date)
      places.refuse(i, cells[i]);
    dates.push_back(*date);
    if (date->year_first)
      continue;
    const auto [first, second] = std::pair(date->time.month, date->time.day);
    if (!open && first != second)
      open = i;
    if (!day_first && first > 12)
      day_first = i;
    if (!month_first && second > 12)
      month_first = i;
  }
  const auto shown = [&](std::optional<size_t> i) {
    return i ? fmt::format("'{}' in {}", cells[*i], places.of(*i)) : std::string();
  };
  check_in(!day_first || !month_first, ErrorKind::data, places.column,
           "holds dates whose day comes first ({}) and dates whose month does ({}); write them all "
           "as 2026-11-29",
           shown(day_first), shown(month_first));
  if (open && !day_first && !month_first)
    places.refuse_doubt(*open, cells[*open], "month");
  std::vector<double> out;
  for (size_t i = 0; i < cells.size(); ++i) {
    ReadDate& date = dates[i];
    if (!date.year_first && day_first)
      std::swap(date.time.month, date.time.day);
    const std::optional<double> at = instant_of(date.time);
    if (!at)
      places.refuse(i, cells[i]);
    out.push_back(*at);
  }
  return out;
}

}  // namespace

std::vector<double> instants_of(const std::vector<std::string>& cells, std::string_view column,
                                FunctionRef<std::string(size_t)> place) {
  std::vector<double> out;
  for (const std::string& cell : cells) {
    double value = 0;
    if (!parse_number(cell, value) || !std::isfinite(value)) {
      const Places places{column, place};
      return read_date(cells[0]) ? dates_of(cells, places) : told_dates_of(cells, places);
    }
    out.push_back(value);
  }
  return out;
}

}  // namespace hebb::data
