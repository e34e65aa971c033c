#include "hebb/data/date_form.h"

#include <array>
#include <chrono>
#include <cmath>

namespace hebb::data {
namespace {

namespace ch = std::chrono;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Reads what stands before it, from the left.
struct Reader {
  std::string_view left;

  bool take(char c) {
    if (left.empty() || left[0] != c)
      return false;
    left.remove_prefix(1);
    return true;
  }
  // From `least` to `most` digits.
  std::optional<int> number(size_t least, size_t most) {
    size_t n = 0;
    int value = 0;
    while (n < most && n < left.size() && is_digit(left[n]))
      value = value * 10 + (left[n++] - '0');
    if (n < least)
      return std::nullopt;
    left.remove_prefix(n);
    return value;
  }
  // ".25"; 0 where there is none.
  double fraction() {
    if (left.size() < 2 || (left[0] != '.' && left[0] != ',') || !is_digit(left[1]))
      return 0;
    left.remove_prefix(1);
    double value = 0, unit = 1;
    for (; !left.empty() && is_digit(left[0]); left.remove_prefix(1))
      value += (left[0] - '0') * (unit /= 10);
    return value;
  }
  // Seconds of "Z", "+01:00", "+0100", "+01"; 0 where there is none.
  std::optional<int> zone() {
    if (take('Z'))
      return 0;
    if (left.empty() || (left[0] != '+' && left[0] != '-'))
      return 0;
    const int sign = left[0] == '+' ? 1 : -1;
    left.remove_prefix(1);
    const auto hours = number(2, 2);
    take(':');
    const auto minutes = left.empty() ? std::optional<int>(0) : number(2, 2);
    if (!hours || !minutes || *hours > 14 || *minutes > 59)
      return std::nullopt;
    return sign * (*hours * 3600 + *minutes * 60);
  }
};

struct Read {
  int year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0;
  double fraction = 0;
  bool half = false, afternoon = false;
};

bool read_letter(char letter, Reader& in, Read& out) {
  const auto set = [](std::optional<int> value, int& to) {
    to = value.value_or(0);
    return value.has_value();
  };
  switch (letter) {
    case 'Y':
      return set(in.number(4, 4), out.year);
    case 'y': {
      if (!set(in.number(2, 2), out.year))
        return false;
      out.year += out.year < 69 ? 2000 : 1900;  // as POSIX has it
      return true;
    }
    case 'm':
      return set(in.number(1, 2), out.month);
    case 'd':
      return set(in.number(1, 2), out.day);
    case 'H':
    case 'I':
      return set(in.number(1, 2), out.hour);
    case 'M':
      return set(in.number(2, 2), out.minute);
    case 'S': {
      const bool good = set(in.number(2, 2), out.second);
      out.fraction = in.fraction();
      return good;
    }
    case 'p': {
      out.half = true;
      out.afternoon = !in.left.empty() && (in.left[0] == 'P' || in.left[0] == 'p');
      const bool morning = !in.left.empty() && (in.left[0] == 'A' || in.left[0] == 'a');
      in.left.remove_prefix(in.left.empty() ? 0 : 1);
      return (out.afternoon || morning) && (in.take('M') || in.take('m'));
    }
    default:
      return false;
  }
}

std::optional<double> instant(const Read& r, int zone) {
  const ch::year_month_day date{ch::year(r.year), ch::month(unsigned(r.month)),
                                ch::day(unsigned(r.day))};
  int hour = r.hour;
  if (r.half) {
    if (hour < 1 || hour > 12)
      return std::nullopt;
    hour = hour % 12 + (r.afternoon ? 12 : 0);
  }
  if (!date.ok() || hour > 23 || r.minute > 59 || r.second > 60)
    return std::nullopt;
  const auto days = double(ch::sys_days(date).time_since_epoch().count());
  return days * 86400 + hour * 3600 + r.minute * 60 + r.second + r.fraction - zone;
}

constexpr std::array<const char*, 8> times = {"",          " %H:%M",       " %H:%M:%S", "T%H:%M",
                                              "T%H:%M:%S", " %I:%M:%S %p", " %I:%M %p", ", %H:%M"};

bool all_are(std::span<const std::string_view> texts, const std::string& form) {
  for (const std::string_view text : texts)
    if (!parse_date(text, form))
      return false;
  return true;
}

}  // namespace

std::optional<double> parse_date(std::string_view text, std::string_view form) {
  Reader in{text};
  Read out;
  bool with_time = false;
  for (size_t i = 0; i < form.size(); ++i) {
    if (form[i] != '%' || i + 1 == form.size()) {
      if (!in.take(form[i]))
        return std::nullopt;
      continue;
    }
    with_time = with_time || form[i + 1] == 'H' || form[i + 1] == 'I';
    if (!read_letter(form[++i], in, out))
      return std::nullopt;
  }
  const std::optional<int> zone = with_time ? in.zone() : std::optional<int>(0);
  if (!zone || !in.left.empty())
    return std::nullopt;
  return instant(out, *zone);
}

ToldForm tell_date_form(std::span<const std::string_view> texts) {
  if (texts.empty() || texts[0].size() < 6 || !is_digit(texts[0][0]))
    return {};
  const std::string_view first = texts[0];
  std::vector<std::string> dates;
  for (const char separator : {'-', '/', '.', ' '}) {
    if (first.find(separator) == first.npos)
      continue;
    const std::string s(1, separator);
    dates.push_back("%Y" + s + "%m" + s + "%d");
    for (const char* year : {"%Y", "%y"}) {
      dates.push_back("%d" + s + "%m" + s + year);
      dates.push_back("%m" + s + "%d" + s + year);
    }
    if (separator == '-' || separator == '/')  // with points it would be a version
      dates.push_back("%y" + s + "%m" + s + "%d");
    dates.push_back("%Y" + s + "%m");
  }
  std::vector<std::string> fitting;
  for (const char* time : times)
    for (const std::string& date : dates)
      if (parse_date(first, date + time) && all_are(texts, date + time))
        fitting.push_back(date + time);
  if (fitting.empty())
    return {};
  const auto begins = [&](const char* with) {
    for (const std::string& form : fitting)
      if (form.starts_with(with))
        return true;
    return false;
  };
  return {fitting[0], !begins("%Y") && begins("%d") && begins("%m")};
}

DateParts date_parts(double seconds) {
  const double day = std::floor(seconds / 86400), of_day = seconds - day * 86400;
  const ch::sys_days date{ch::days(int64_t(day))};
  const ch::year_month_day calendar{date};
  const ch::sys_days new_year = calendar.year() / 1 / 1;
  return {.year = double(int(calendar.year())),
          .month = double(unsigned(calendar.month())),
          .day = double(unsigned(calendar.day())),
          .weekday = double(ch::weekday(date).iso_encoding() - 1),
          .day_of_year = double((date - new_year).count() + 1),
          .hour = std::floor(of_day / 3600),
          .minute = std::floor(std::fmod(of_day, 3600) / 60),
          .second = std::fmod(of_day, 60),
          .days = seconds / 86400};
}

}  // namespace hebb::data
