// Dates and times as tables write them, and what is derived from them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hebb::data {

// Seconds since 1970-01-01 00:00 UTC of a text in a form: letters as strftime has them (%Y %m %d %y
// %b %H %M %S %p %I), others stand for themselves. %b is a month's name in English, short or whole.
// %S may have a fraction, and behind a date with a time there may be a zone ("Z", "+01:00"), which
// is taken off. A form without a date is a time of day, of 1970-01-01. All of the text; no date
// that does not exist.
std::optional<double> parse_date(std::string_view text, std::string_view form);

bool has_date(std::string_view form);  // else it is a time of day

// Whether parse_date() can read dates or times of day in such a form, of at most 40 letters.
bool is_date_form(std::string_view form);

struct ToldForm {
  std::string form;  // empty: they have none in common
  // Further forms that all of them have, in which the day, which is taken to come first, would be
  // the month or the year. Before slashes a day is in no doubt for a year.
  std::vector<std::string> others = {};
  size_t alike = 0;  // so many texts from the first on have a form in common
};
// The form that all of the texts have. Day or month first is decided by all of them.
ToldForm tell_date_form(std::span<const std::string_view> texts);

// Parts of an instant, as numbers. Monday is 0.
struct DateParts {
  double year, month, day, weekday, day_of_year, hour, minute, second;
  double days;  // since 1970-01-01, with a fraction
};
DateParts date_parts(double seconds);

}  // namespace hebb::data
