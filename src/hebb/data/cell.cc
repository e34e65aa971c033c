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

}  // namespace hebb::data
