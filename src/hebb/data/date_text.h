// The pieces that the dates and times of tables are written in, and the instant that they make.
#pragma once

#include <optional>
#include <string_view>

namespace hebb::data {

// Reads what stands first in the text.
struct DateText {
  std::string_view left;

  bool take(char c);
  // From `least` to `most` digits.
  std::optional<int> number(size_t least, size_t most);
  // "Jan", "january", "JAN": a word of three letters or the whole name, in English; from 1.
  std::optional<int> month_name();
  double fraction();                // ".25" or ",25"; 0 where there is none
  std::optional<bool> afternoon();  // "PM" or "am"; nothing where neither stands there
  // Seconds of "Z", "+01:00", "+0100" or "+01"; 0 where there is none. Nothing: it is no zone.
  std::optional<int> zone();
};

struct CalendarTime {
  int year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0;
  double fraction = 0;                 // of a second
  std::optional<bool> afternoon = {};  // hours are those of half a day
  int zone = 0;                        // seconds by which it is ahead of UTC
};

// Seconds since 1970-01-01 00:00 UTC. Nothing: there is no such day or time; a leap second is none.
std::optional<double> instant_of(const CalendarTime& time);

}  // namespace hebb::data
