// What a table's cell means: a number, a word, or nothing. For .cc files.
#pragma once

#include <cmath>
#include <string>
#include <string_view>

#include "hebb/base/check.h"
#include "hebb/formats/csv_number.h"

namespace hebb::data {

// Beyond that a network would see infinity.
inline bool f32_holds(double value) {
  return std::isfinite(float(value));
}

inline constexpr const char* not_in_f32 =
    "f32 does not hold (its numbers end at 3.4e38); write it in another unit";

// Whether a word is one that programs write for nothing: NA, nan, null, None, "?", ...
bool is_among_words_for_nothing(std::string_view word);
inline bool is_word_for_nothing(std::string_view word) {
  constexpr size_t longest = 8;
  constexpr std::string_view beginnings = "#-1<?Nn";
  return !word.empty() && word.size() <= longest && beginnings.find(word[0]) != beginnings.npos &&
         is_among_words_for_nothing(word);
}

// Empty, or a word for nothing. A word in quotes is a word: the NA of Namibia.
inline bool is_missing(const RowCell& cell) {
  return cell.text.empty() ||
         (cell.form == NumberForm::none && !cell.quoted && is_word_for_nothing(cell.text));
}

inline bool is_number(const RowCell& cell) {
  return cell.form != NumberForm::none;
}

// The cell as a category. A number is written in one way, so that a column of 3 that arrives as 3.0
// is the same; "007" stays as it is. scratch holds the text where it is not the cell's own.
std::string_view category_of(const RowCell& cell, std::string& scratch);

// The cell as a date's form reads it: its text, but of a whole number of eight digits those alone,
// so that the 20240103 which pandas writes as 20240103.0 beside missing cells is the same day.
std::string_view date_text_of(const RowCell& cell, std::string& scratch);

// "'NA'", "empty"
inline std::string shown_cell(std::string_view cell) {
  return cell.empty() ? "empty" : fmt::format("'{}'", cell.substr(0, 40));
}

}  // namespace hebb::data
