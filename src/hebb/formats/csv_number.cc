#include "hebb/formats/csv_number.h"

#include <array>

namespace hebb {
namespace {

constexpr size_t longest = 64;  // bytes of a number with signs and groups
constexpr std::string_view no_break_space = "\xC2\xA0", narrow_space = "\xE2\x80\xAF",
                           apostrophe = "\xE2\x80\x99";
constexpr std::array<std::string_view, 6> signs = {
    "$", "%", "\xE2\x82\xAC", "\xC2\xA3", "\xC2\xA5", "\xE2\x82\xB9"};  // EUR GBP JPY INR

bool take_front(std::string_view& text, std::string_view what) {
  const bool there = text.starts_with(what);
  text.remove_prefix(there ? what.size() : 0);
  return there;
}
bool take_back(std::string_view& text, std::string_view what) {
  const bool there = text.ends_with(what);
  text.remove_suffix(there ? what.size() : 0);
  return there;
}

void trim(std::string_view& text) {
  while (take_front(text, " ") || take_front(text, "\t") || take_front(text, no_break_space) ||
         take_front(text, narrow_space)) {}
  while (take_back(text, " ") || take_back(text, "\t") || take_back(text, no_break_space) ||
         take_back(text, narrow_space)) {}
}

// "$" of "$ 12" and "12 $"; what is left has no blanks around it. Empty: there is none.
std::string_view take_sign(std::string_view& text) {
  for (const std::string_view sign : signs)
    if (take_front(text, sign) || take_back(text, sign)) {
      trim(text);
      return sign;
    }
  return {};
}

// Digits that were gathered without their marks.
struct Digits {
  std::array<char, longest> text;
  size_t size = 0;

  void add(char c) { text[size++] = c; }
  // Takes digits from the front; how many.
  size_t take_from(std::string_view& from) {
    const size_t before = size;
    for (; !from.empty() && is_digit(from[0]); from.remove_prefix(1))
      add(from[0]);
    return size - before;
  }
};

// The mark between groups of digits that stands at the front.
std::string_view group_mark(std::string_view text, char decimal) {
  for (const std::string_view mark :
       {std::string_view(decimal == '.' ? "," : "."), std::string_view(" "), std::string_view("'"),
        no_break_space, narrow_space, apostrophe})
    if (text.starts_with(mark))
      return mark;
  return {};
}

// "1,234,567.8" -> 1234567.8 where there are groups: the first of one to three digits that does not
// begin with a zero, the others of three, with one mark between all of them.
NumberRead read_groups(std::string_view text, char decimal, bool negative) {
  Digits digits;
  if (negative)
    digits.add('-');
  if (text.empty() || text[0] == '0')
    return {};
  const size_t first = digits.take_from(text);
  const std::string_view mark = group_mark(text, decimal);
  if (first < 1 || first > 3 || mark.empty())
    return {};
  while (take_front(text, mark))
    if (digits.take_from(text) != 3)
      return {};
  if (!text.empty() && text[0] == decimal) {
    digits.add('.');
    text.remove_prefix(1);
    digits.take_from(text);
  }
  return text.empty() ? read_number(digits.text.data(), digits.text.data() + digits.size, '.')
                      : NumberRead{};
}

// Whether it cannot be a number: an ASCII character that stands in none, or a plus or minus behind
// a digit. Dates and most words end here.
bool is_word(std::string_view cell) {
  bool digits = false;  // since the last exponent
  for (const char c : cell) {
    const bool digit = is_digit(c), exponent = c == 'e' || c == 'E';
    digits = digit || (digits && !exponent);
    if (digit || exponent || uint8_t(c) >= 0x80 || c == '.' || c == ',' || c == ' ')
      continue;
    if (c == '-' || c == '+' ? digits
                             : std::string_view("'()$%\t").find(c) == std::string_view::npos)
      return true;
  }
  return !digits;
}

}  // namespace

std::string_view unit_sign(std::string_view cell) {
  for (const std::string_view sign : signs)
    if (cell.find(sign) != cell.npos)
      return sign;
  return {};
}

WrittenNumber written_number(std::string_view cell, char decimal) {
  WrittenNumber out;
  if (cell.size() > longest || is_word(cell))
    return out;
  trim(cell);
  const bool in_brackets = cell.size() > 2 && cell.front() == '(' && cell.back() == ')';
  if (in_brackets) {  // how accountants write what is below zero
    cell.remove_prefix(1);
    cell.remove_suffix(1);
  }
  bool negative = false, signed_once = in_brackets;
  const auto take_plus_or_minus = [&] {
    if (signed_once || cell.empty() || (cell[0] != '-' && cell[0] != '+'))
      return;
    negative = cell[0] == '-';
    signed_once = true;
    cell.remove_prefix(1);
  };
  take_plus_or_minus();
  out.sign = take_sign(cell);
  take_plus_or_minus();  // "$-5"
  negative = negative || in_brackets;
  if (cell.empty() || !(is_digit(cell[0]) || cell[0] == decimal))
    return out;
  NumberRead number = read_number(cell.data(), cell.data() + cell.size(), decimal);
  if (number.end == cell.data() + cell.size())
    number.value = negative ? -number.value : number.value;
  else
    number = read_groups(cell, decimal, negative);
  out.value = number.value;
  out.fraction = number.fraction;
  out.padded = number.padded;
  // Not an integer, which would stand there as it is.
  out.form = number.form == NumberForm::integer ? NumberForm::whole : number.form;
  return out;
}

}  // namespace hebb
