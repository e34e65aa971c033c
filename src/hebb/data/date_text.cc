#include "hebb/data/date_text.h"

#include <array>
#include <chrono>

#include "hebb/base/lower_case.h"

namespace hebb::data {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

}  // namespace

bool DateText::take(char c) {
  if (left.empty() || left[0] != c)
    return false;
  left.remove_prefix(1);
  return true;
}

std::optional<int> DateText::number(size_t least, size_t most) {
  size_t n = 0;
  int value = 0;
  while (n < most && n < left.size() && is_digit(left[n]))
    value = value * 10 + (left[n++] - '0');
  if (n < least)
    return std::nullopt;
  left.remove_prefix(n);
  return value;
}

std::optional<int> DateText::month_name() {
  static constexpr std::array<std::string_view, 12> names = {
      "january", "february", "march",     "april",   "may",      "june",
      "july",    "august",   "september", "october", "november", "december"};
  constexpr size_t longest = 9, short_name = 3;
  size_t n = 0;
  while (n <= longest && n < left.size() && is_letter(left[n]))
    ++n;
  const std::string word = lower_case(left.substr(0, n));
  for (size_t month = 0; month < names.size(); ++month)
    if (word == names[month] || word == names[month].substr(0, short_name)) {
      left.remove_prefix(n);
      return int(month) + 1;
    }
  return std::nullopt;
}

double DateText::fraction() {
  if (left.size() < 2 || (left[0] != '.' && left[0] != ',') || !is_digit(left[1]))
    return 0;
  left.remove_prefix(1);
  double value = 0, unit = 1;
  for (; !left.empty() && is_digit(left[0]); left.remove_prefix(1))
    value += (left[0] - '0') * (unit /= 10);
  return value;
}

std::optional<bool> DateText::afternoon() {
  if (left.size() < 2 || (left[1] != 'M' && left[1] != 'm'))
    return std::nullopt;
  const bool pm = left[0] == 'P' || left[0] == 'p', am = left[0] == 'A' || left[0] == 'a';
  if (!pm && !am)
    return std::nullopt;
  left.remove_prefix(2);
  return pm;
}

std::optional<int> DateText::zone() {
  if (take('Z'))
    return 0;
  const int sign = take('+') ? 1 : take('-') ? -1 : 0;
  if (sign == 0)
    return 0;
  const auto hours = number(2, 2);
  take(':');
  const auto minutes = left.empty() ? std::optional<int>(0) : number(2, 2);
  if (!hours || !minutes || *hours > 14 || *minutes > 59)
    return std::nullopt;
  return sign * (*hours * 3600 + *minutes * 60);
}

std::optional<double> instant_of(const CalendarTime& t) {
  const std::chrono::year_month_day date{std::chrono::year(t.year),
                                         std::chrono::month(unsigned(t.month)),
                                         std::chrono::day(unsigned(t.day))};
  int hour = t.hour;
  if (t.afternoon) {
    if (hour < 1 || hour > 12)
      return std::nullopt;
    hour = hour % 12 + (*t.afternoon ? 12 : 0);
  }
  if (!date.ok() || hour > 23 || t.minute > 59 || t.second > 59)
    return std::nullopt;
  const auto days = double(std::chrono::sys_days(date).time_since_epoch().count());
  return days * 86400 + hour * 3600 + t.minute * 60 + t.second + t.fraction - t.zone;
}

}  // namespace hebb::data
