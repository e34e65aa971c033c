#include "hebb/data/cell.h"

#include <algorithm>
#include <array>

namespace hebb::data {

bool is_among_words_for_nothing(std::string_view word) {
  // Those of pandas, and the "?" of older collections.
  static constexpr std::array<std::string_view, 20> words = {
      "#N/A", "#N/A N/A", "#NA",  "-1.#IND", "-1.#QNAN", "1.#IND", "1.#QNAN", "-NaN", "-nan", "NaN",
      "nan",  "NAN",      "<NA>", "N/A",     "n/a",      "NA",     "NULL",    "null", "None", "?"};
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string_view category_of(const RowCell& cell, std::string& scratch) {
  if (cell.form == NumberForm::none || cell.form == NumberForm::integer || cell.padded ||
      cell.marked)
    return cell.text;
  if (std::fabs(cell.number) < 0x1p53 && cell.number == std::floor(cell.number))
    scratch = std::to_string(int64_t(cell.number));
  else
    scratch = fmt::format("{}", cell.number);
  return scratch;
}

std::string_view date_text_of(const RowCell& cell, std::string& scratch) {
  constexpr double least = 1e7, below = 1e8;
  if (cell.form != NumberForm::whole || cell.padded || cell.number < least || cell.number >= below)
    return cell.text;
  // No signs, and no groups: those would have two marks.
  const bool plain = cell.text.find_first_not_of("0123456789.,eE+") == cell.text.npos;
  const auto marks = std::count_if(cell.text.begin(), cell.text.end(),
                                   [](char c) { return c == '.' || c == ','; });
  if (!plain || marks > 1)
    return cell.text;
  scratch = std::to_string(int64_t(cell.number));
  return scratch;
}

}  // namespace hebb::data
