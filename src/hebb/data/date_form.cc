#include "hebb/data/date_form.h"

#include <array>
#include <chrono>
#include <cmath>

#include "hebb/data/date_text.h"

namespace hebb::data {
namespace {

namespace ch = std::chrono;

bool read_letter(char letter, DateText& in, CalendarTime& out) {
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
    case 'p':
      out.afternoon = in.afternoon();
      return out.afternoon.has_value();
    default:
      return false;
  }
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
  DateText in{text};
  CalendarTime out;
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
  out.zone = *zone;
  return instant_of(out);
}

ToldForm tell_date_form(std::span<const std::string_view> texts) {
  if (texts.empty() || texts[0].size() < 6 || texts[0][0] < '0' || texts[0][0] > '9')
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
