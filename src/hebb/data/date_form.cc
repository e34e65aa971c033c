#include "hebb/data/date_form.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

#include "hebb/data/date_text.h"

namespace hebb::data {
namespace {

namespace ch = std::chrono;

constexpr std::string_view letters = "YymbdHIMSp";  // that read_letter() knows

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

// How many texts from the first on are of the form.
size_t are_of(const std::string& form, std::span<const std::string_view> texts) {
  size_t n = 0;
  while (n < texts.size() && parse_date(texts[n], form))
    ++n;
  return n;
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

bool is_date_form(std::string_view form) {
  constexpr size_t longest = 40;
  std::string seen;
  for (size_t i = 0; i < form.size(); ++i) {
    if (form[i] < ' ' || form[i] > '~')
      return false;
    if (form[i] != '%')
      continue;
    if (++i == form.size() || letters.find(form[i]) == letters.npos ||
        seen.find(form[i]) != seen.npos)
      return false;
    seen += form[i];
  }
  const bool time = seen.find_first_of("HI") != seen.npos;
  return form.size() <= longest && (time || has_date(form));
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
  ToldForm out;
  const auto look = [&](const std::string& form) {
    const size_t alike = are_of(form, texts);
    out.alike = std::max(out.alike, alike);
    if (alike < texts.size())
      return;
    if (out.form.empty())
      out.form = form;
    else if (form.substr(0, 2) != out.form.substr(0, 2) && !form.starts_with("%y/"))
      out.others.push_back(form);
  };
  const std::vector<std::string> dates = forms_for(first);
  for (const char* time : times)
    for (const std::string& date : dates)
      look(date + time);
  for (const char* time : times_of_day)
    look(time);
  return out;
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
