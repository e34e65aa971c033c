// Words that a person says are missing (data.missing), beside those that always are (cell.h).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_set>
#include <vector>

#include "hebb/data/text_hash.h"
#include "hebb/formats/csv.h"

namespace hebb::data {

class MissingWords {
 public:
  MissingWords() = default;
  // Error (usage): an empty word.
  explicit MissingWords(const std::vector<std::string>& words);

  bool empty() const { return words_.empty(); }
  // Whether the cell is one of the words, in quotes or not, or the number that one of them is: -999
  // stands for -999.0, too (007 for itself alone).
  bool hold(const RowCell& cell) const;

 private:
  std::unordered_set<std::string, TextHash, std::equal_to<>> words_;
  std::unordered_set<double> numbers_;
  size_t longest_ = 0;  // word
};

// Cells of the words become empty ones, but for those of the column `spared`; -1: none is.
void empty_missing(const MissingWords& words, int64_t spared, CsvTable& table);

}  // namespace hebb::data
