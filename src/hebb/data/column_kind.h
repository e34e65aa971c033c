// What the columns of a table hold, told by all of their cells, each with its reason.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hebb/data/schema.h"
#include "hebb/formats/csv.h"

namespace hebb::data {

// What is learnt from: numbers, categories, booleans, dates. The others are left out, unless a
// person names them.
enum class ColumnKind : uint8_t {
  number,
  category,
  boolean,
  date,
  text,        // sentences
  identifier,  // different in every row
  constant,    // one value
  empty        // no value
};
std::span<const std::string_view> words_of(ColumnKind);

struct ColumnInfo {
  std::string name;
  ColumnKind kind = ColumnKind::number;
  std::string reason = {};     // "3 words in 889 cells"
  std::string date_form = {};  // of dates: "%Y-%m-%d"
  bool date_in_doubt = false;  // none tells the day from the month or the year
  std::string sign = {};       // of numbers: that of their unit, "$" or "%"
  int64_t rows = 0, missing = 0;
  bool all_numbers = false;    // every cell that is not missing is one
  int64_t different = 0;       // values; of numbers not counted: 0
  double least = 0, most = 0;  // of numbers
  std::vector<std::pair<std::string, int64_t>> frequent = {};  // of words: the five most frequent
  std::vector<std::string> perhaps_missing = {};               // few words among numbers, or a -999
};

bool is_learnt_from(ColumnKind kind);

struct KindWishes {
  // Columns by name, and the word of the kind that they are.
  std::vector<std::pair<std::string, std::string>> kinds = {};
  std::vector<std::string> categorical = {};  // columns that are categories
};

// One for each column, in order. Looks at every cell, on all threads. Error (usage): a wish names
// no column or no kind.
std::vector<ColumnInfo> tell_columns(const CsvTable& table, const KindWishes& wishes,
                                     std::string_view where);

// The field of a sample's record that such a column becomes: a number f64; the text of a category,
// u8 [-1], empty where it is missing; a time in seconds f64.
Field field_of(const ColumnInfo& column);

}  // namespace hebb::data
