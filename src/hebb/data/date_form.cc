#include "hebb/data/date_form.h"

#include <array>
#include <chrono>
#include <cmath>

#include "hebb/data/date_text.h"

namespace hebb::data {
namespace {

namespace ch = std::chrono;

// least: digits of a month and a day, of which there are two at most.
bool read_letter(char letter, size_t least, DateText& in, CalendarTime& out) {
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
      return set(in.number(least, 2), out.month);
    case 'b':
      return set(in.month_name(), out.month);
    case 'd':
      return set(in.number(least, 2), out.day);
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

constexpr std::array<const char*, 9> times = {"",          " %H:%M",  " %H:%M:%S",    "T%H:%M",
                                              "T%H:%M:%S", "T%H%M%S", " %I:%M:%S %p", " %I:%M %p",
                                              ", %H:%M"};

bool all_are(std::span<const std::string_view> texts, const std::string& form) {
  for (const std::string_view text : texts)
    if (!parse_date(text, form))
      return false;
  return true;
}

constexpr std::array<const char*, 4> times_of_day = {"%H:%M", "%H:%M:%S", "%I:%M:%S %p",
                                                     "%I:%M %p"};

void add_numeric_forms(const std::string& s, std::vector<std::string>& out) {
  out.push_back("%Y" + s + "%m" + s + "%d");
  for (const char* year : {"%Y", "%y"}) {
    out.push_back("%d" + s + "%m" + s + year);
    out.push_back("%m" + s + "%d" + s + year);
  }
  if (s == "-" || s == "/")  // with points it would be a version
    out.push_back("%y" + s + "%m" + s + "%d");
  out.push_back("%Y" + s + "%m");
}

// Of months by name: the day never is the month. Two numbers beside it are the day and the year; of
// one nobody knows which it is, unless it is a year of four digits.
void add_named_forms(const std::string& s, std::vector<std::string>& out) {
  out.push_back("%d" + s + "%b" + s + "%Y");
  out.push_back("%d" + s + "%b" + s + "%y");
  out.push_back("%Y" + s + "%b" + s + "%d");
  out.push_back("%b" + s + "%d" + s + "%Y");
  out.push_back("%b" + s + "%Y");
}

// Forms that a date such as this one may have.
std::vector<std::string> forms_for(std::string_view text) {
  constexpr size_t shortest = 6;
  const bool named = text.find_first_of("aeuoAEUO") != text.npos;  // every month has one of these
  std::vector<std::string> out;
  if (text.size() < shortest)
    return out;
  for (const char separator : {'-', '/', '.', ' '}) {
    if (text.find(separator) == text.npos)
      continue;
    add_numeric_forms(std::string(1, separator), out);
    if (named)
      add_named_forms(std::string(1, separator), out);
  }
  if (named)
    out.emplace_back("%b %d, %Y");
  out.emplace_back("%Y%m%d");
  return out;
}

}  // namespace

bool has_date(std::string_view form) {
  return form.find("%Y") != form.npos || form.find("%y") != form.npos;
}

std::optional<double> parse_date(std::string_view text, std::string_view form) {
  DateText in{text};
  CalendarTime out;
  const size_t least = form.starts_with("%Y%m") ? 2 : 1;  // nothing else tells where one ends
  bool with_time = false;
  for (size_t i = 0; i < form.size(); ++i) {
    if (form[i] != '%' || i + 1 == form.size()) {
      if (!in.take(form[i]))
        return std::nullopt;
      continue;
    }
    with_time = with_time || form[i + 1] == 'H' || form[i + 1] == 'I';
    if (!read_letter(form[++i], least, in, out))
      return std::nullopt;
  }
  const std::optional<int> zone = with_time && has_date(form) ? in.zone() : std::optional<int>(0);
  if (!zone || !in.left.empty())
    return std::nullopt;
  out.zone = *zone;
  return instant_of(out);
}

ToldForm tell_date_form(std::span<const std::string_view> texts) {
  if (texts.empty() || texts[0].empty())
    return {};
  const std::string_view first = texts[0];
  if ((first[0] < '0' || first[0] > '9') && !DateText{first}.month_name())
    return {};
  std::vector<std::string> fitting;
  const auto look = [&](const std::string& form) {
    if (parse_date(first, form) && all_are(texts, form))
      fitting.push_back(form);
  };
  const std::vector<std::string> dates = forms_for(first);
  for (const char* time : times)
    for (const std::string& date : dates)
      look(date + time);
  for (const char* time : times_of_day)
    look(time);
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
