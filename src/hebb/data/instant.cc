#include "hebb/data/instant.h"

#include <charconv>
#include <chrono>
#include <cmath>
#include <optional>

#include "hebb/base/check.h"
#include "hebb/data/cell.h"
#include "hebb/formats/csv.h"

namespace hebb::data {
namespace {

// A cell from left to right.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : left_(text) {}

  bool at_end() const { return left_.empty(); }
  bool take(char c) {
    if (left_.empty() || left_.front() != c)
      return false;
    left_.remove_prefix(1);
    return true;
  }
  // "PM" or "pm".
  bool take_word(std::string_view upper) {
    if (left_.size() < upper.size())
      return false;
    for (size_t i = 0; i < upper.size(); ++i)
      if (left_[i] != upper[i] && left_[i] != upper[i] + ('a' - 'A'))
        return false;
    left_.remove_prefix(upper.size());
    return true;
  }
  // The character between the numbers of a date.
  std::optional<char> take_separator() {
    if (left_.empty() || std::string_view("-./").find(left_.front()) == std::string_view::npos)
      return std::nullopt;
    const char c = left_.front();
    left_.remove_prefix(1);
    return c;
  }
  // least to most digits.
  std::optional<int> digits(size_t least, size_t most) {
    size_t n = 0;
    while (n < left_.size() && n < most && left_[n] >= '0' && left_[n] <= '9')
      ++n;
    if (n < least)
      return std::nullopt;
    int value = 0;
    std::from_chars(left_.data(), left_.data() + n, value);
    left_.remove_prefix(n);
    last_ = n;
    return value;
  }
  size_t digits_taken() const { return last_; }
  // Digits behind a decimal point: 25 -> 0.25.
  double fraction() {
    double value = 0, unit = 0.1;
    while (!left_.empty() && left_.front() >= '0' && left_.front() <= '9') {
      value += unit * (left_.front() - '0');
      unit /= 10;
      left_.remove_prefix(1);
    }
    return value;
  }

 private:
  std::string_view left_;
  size_t last_ = 0;
};

struct ReadDate {
  int year = 0, first = 1, second = 1;  // month and day, or, where the year comes last, either
  bool year_first = true;
  double seconds = 0;  // of the day, in UTC
};

// Of the day; nothing: it is no time of day.
std::optional<double> read_time(Cursor& at) {
  const std::optional<int> hour = at.digits(1, 2);
  if (!hour || !at.take(':'))
    return std::nullopt;
  const std::optional<int> minute = at.digits(2, 2);
  if (!minute || *minute > 59 || *hour > 23)
    return std::nullopt;
  double second = 0;
  if (at.take(':')) {
    const std::optional<int> whole = at.digits(2, 2);
    if (!whole || *whole > 60)  // 60: a leap second
      return std::nullopt;
    second = *whole;
    if (at.take('.') || at.take(','))
      second += at.fraction();
  }
  int hours = *hour;
  const bool blank = at.take(' ');
  const bool am = at.take_word("AM"), pm = !am && at.take_word("PM");
  if (am || pm) {
    if (hours < 1 || hours > 12)
      return std::nullopt;
    hours = hours % 12 + (pm ? 12 : 0);
  } else if (blank && at.at_end()) {
    return std::nullopt;
  }
  double offset = 0;
  if (!at.take('Z')) {
    const int sign = at.take('+') ? 1 : at.take('-') ? -1 : 0;
    if (sign != 0) {
      const std::optional<int> zone_hours = at.digits(2, 2);
      at.take(':');
      const std::optional<int> zone_minutes = at.digits(2, 2);
      if (!zone_hours || *zone_hours > 23 || zone_minutes.value_or(0) > 59)
        return std::nullopt;
      offset = sign * (*zone_hours * 3600.0 + zone_minutes.value_or(0) * 60.0);
    }
  }
  return hours * 3600.0 + *minute * 60.0 + second - offset;
}

std::optional<ReadDate> read_date(std::string_view cell) {
  Cursor at(cell);
  ReadDate out;
  const std::optional<int> a = at.digits(1, 4);
  if (!a)
    return std::nullopt;
  out.year_first = at.digits_taken() == 4;
  const std::optional<char> separator = at.take_separator();
  const std::optional<int> b = separator ? at.digits(1, 2) : std::nullopt;
  if (!b)
    return std::nullopt;
  if (out.year_first) {
    out.year = *a;
    out.first = *b;
    if (at.take(*separator)) {
      const std::optional<int> c = at.digits(1, 2);
      if (!c)
        return std::nullopt;
      out.second = *c;
    } else if (!at.at_end()) {
      return std::nullopt;
    }
  } else {
    const std::optional<int> c = at.take(*separator) ? at.digits(4, 4) : std::nullopt;
    if (!c)
      return std::nullopt;
    out.year = *c;
    out.first = *a;
    out.second = *b;
  }
  if (!at.at_end()) {
    if (!at.take('T') && !at.take(' '))
      return std::nullopt;
    const std::optional<double> time = read_time(at);
    if (!time || !at.at_end())
      return std::nullopt;
    out.seconds = *time;
  }
  return out;
}

std::optional<double> instant(int year, int month, int day, double seconds) {
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(unsigned(month)),
                                         std::chrono::day(unsigned(day))};
  if (!date.ok())
    return std::nullopt;
  return double(std::chrono::sys_days(date).time_since_epoch().count()) * 86400 + seconds;
}

[[noreturn]] void refuse(std::string_view column, size_t row, const std::string& cell) {
  fail(ErrorKind::data, column,
       "row {} is {}, should be a time: a number, or a date such as 2026-11-29 14:05", row + 1,
       shown_cell(cell));
}

std::vector<double> dates_of(const std::vector<std::string>& cells, std::string_view column) {
  std::vector<ReadDate> dates;
  bool day_first = false, month_first = false, open = false;
  for (size_t i = 0; i < cells.size(); ++i) {
    const std::optional<ReadDate> date = read_date(cells[i]);
    if (!date)
      refuse(column, i, cells[i]);
    dates.push_back(*date);
    if (date->year_first)
      continue;
    open = open || date->first != date->second;
    day_first = day_first || date->first > 12;
    month_first = month_first || date->second > 12;
  }
  check_in(!(day_first && month_first), ErrorKind::data, column,
           "holds dates whose day comes first and dates whose month does; write them all as "
           "2026-11-29");
  check_in(!open || day_first || month_first, ErrorKind::data, column,
           "holds dates such as '{}' of which nobody can tell whether the day or the month comes "
           "first; write them as 2026-11-29",
           cells.front());
  std::vector<double> out;
  for (size_t i = 0; i < cells.size(); ++i) {
    const ReadDate& d = dates[i];
    const bool swapped = !d.year_first && day_first;
    const std::optional<double> at =
        instant(d.year, swapped ? d.second : d.first, swapped ? d.first : d.second, d.seconds);
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
