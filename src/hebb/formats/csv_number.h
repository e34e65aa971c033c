// Numbers as cells hold them: plain ones are read at once with the search for the cell's end.
#pragma once

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace hebb {

enum class NumberForm : uint8_t { none, integer, whole, real };  // whole: "1.0", "1e3"

// A cell of a row, as those see it who make something of a table.
struct RowCell {
  std::string_view text;
  double number = 0;  // where the form is not none
  NumberForm form = NumberForm::none;
  bool quoted = false;
  bool padded = false;  // as NumberRead says
  bool marked =
      false;  // a number with a sign of its unit: "12 %", "$5"; written_number() says which
};

struct NumberRead {
  double value = 0;
  NumberForm form = NumberForm::none;
  bool padded =
      false;         // a leading zero ("007"), or more digits than f64 holds: a code, no quantity
  int fraction = 0;  // digits behind the point
  const char* end = nullptr;  // behind it; where it is none, the beginning
};

inline bool is_digit(char c) {
  return uint8_t(c - '0') <= 9;
}

// A whole number that f64 tells from its neighbours.
inline bool is_whole(double value) {
  return std::fabs(value) < 0x1p53 && double(int64_t(value)) == value;
}

// What from_chars makes of it, but that 1e400 is infinite and 1e-400 is 0.
inline double number_from_chars(const char* begin, const char* end, char decimal) {
  std::string text;
  if (decimal != '.') {
    text.assign(begin, end);
    for (char& c : text)
      c = c == decimal ? '.' : c;
    begin = text.data();
    end = begin + text.size();
  }
  double value = 0;
  const auto [at, error] = std::from_chars(begin, end, value);
  if (error == std::errc::result_out_of_range)
    value = std::strtod(std::string(begin, end).c_str(), nullptr);
  return value;
}

// The number at `at`: sign, digits, one decimal mark, an exponent; form none where there is none.
// Correctly rounded: fifteen digits and a power of ten up to 22 are both exact in f64, so one
// multiplication or division rounds once (Clinger 1990); all else goes the long way.
inline NumberRead read_number(const char* at, const char* end, char decimal) {
  static constexpr double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                      1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                      1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  NumberRead out;
  out.end = at;
  const char* begin = at;
  const bool negative = at != end && *at == '-';
  if (at != end && (*at == '-' || *at == '+')) {
    ++at;
    if (!negative)
      begin = at;  // from_chars takes no plus
  }
  const char* first = at;
  uint64_t digits = 0;
  while (at != end && is_digit(*at))
    digits = digits * 10 + uint64_t(*at++ - '0');
  int64_t count = at - first;
  out.padded = count > 15 || (count > 1 && *first == '0');
  bool plain = true;
  if (at != end && *at == decimal) {
    const char* behind = ++at;
    while (at != end && is_digit(*at))
      digits = digits * 10 + uint64_t(*at++ - '0');
    out.fraction = int(at - behind);
    count += at - behind;
    plain = false;
  }
  if (count == 0)
    return out;
  int64_t exponent = 0;
  if (at != end && (*at == 'e' || *at == 'E')) {
    const char* digit = at + 1;
    const bool down = digit != end && *digit == '-';
    if (digit != end && (*digit == '-' || *digit == '+'))
      ++digit;
    if (digit != end && is_digit(*digit)) {
      for (; digit != end && is_digit(*digit); ++digit)
        exponent = exponent < 100000 ? exponent * 10 + (*digit - '0') : exponent;
      exponent = down ? -exponent : exponent;
      at = digit;
      plain = false;
    }
  }
  out.end = at;
  const int64_t power = exponent - out.fraction;
  if (count <= 15 && power >= -22 && power <= 22) {
    const auto value = double(digits);
    out.value = power < 0 ? value / powers[-power] : value * powers[power];
    out.value = negative ? -out.value : out.value;
  } else {
    out.value = number_from_chars(begin, at, decimal);
  }
  out.form = plain                 ? NumberForm::integer
             : is_whole(out.value) ? NumberForm::whole
                                   : NumberForm::real;
  return out;
}

// A number with what people write around it: groups ("1,234.5", "1 234", "1'234"), a sign of its
// unit before or behind it ("$5", "12 %"), brackets for a minus ("(3)"). All of the cell; form none
// where it is no number. A per cent is no hundredth: the number is the one that stands there.
struct WrittenNumber {
  double value = 0;
  NumberForm form = NumberForm::none;
  bool padded = false;
  int fraction = 0;
  std::string_view sign = {};  // of the unit: "$"; empty: none
};
WrittenNumber written_number(std::string_view cell, char decimal);
// Of a cell that is such a number: the sign of its unit, or nothing.
std::string_view unit_sign(std::string_view cell);

}  // namespace hebb
