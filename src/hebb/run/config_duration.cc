// train.max_time: "01:30:00".
#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/run/config.h"

namespace hebb {

double parse_duration(const std::string& text, const std::string& where) {
  if (text.empty())
    return 0;
  // From the left: days, hours, minutes, seconds, or the last ones of these.
  std::vector<double> parts;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(':', begin), text.size());
    const std::string part = text.substr(begin, end - begin);
    const bool number = !part.empty() && part.size() <= 9 &&
                        part.find_first_not_of("0123456789") == std::string::npos;
    check_in(number && parts.size() < 4, ErrorKind::usage, where,
             "'train.max_time' is \"{}\", should be DD:HH:MM:SS, for example \"01:30:00\"", text);
    parts.push_back(std::stod(part));
    begin = end + 1;
  }
  constexpr double unit[] = {1, 60, 3600, 86400};
  double seconds = 0;
  for (size_t i = 0; i < parts.size(); ++i)
    seconds += parts[i] * unit[parts.size() - 1 - i];
  check_in(seconds > 0, ErrorKind::usage, where,
           "'train.max_time' is \"{}\", should be above 0; without it there is no limit", text);
  return seconds;
}

}  // namespace hebb
