#include "hebb/data/missing_words.h"

#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/data/in_parallel.h"

namespace hebb::data {

MissingWords::MissingWords(const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    check_in(!word.empty(), ErrorKind::usage, "",
             "holds \"\", should hold words such as \"unknown\"; empty cells are missing anyway");
    words_.insert(word);
    longest_ = std::max(longest_, word.size());
    const NumberRead number = read_number(word.data(), word.data() + word.size(), '.');
    if (number.end == word.data() + word.size() && !number.padded)
      numbers_.insert(number.value);
  }
}

bool MissingWords::hold(const RowCell& cell) const {
  const bool number = cell.form != NumberForm::none && !cell.padded && !cell.marked;
  return (number && numbers_.contains(cell.number)) ||
         (cell.text.size() <= longest_ && words_.contains(cell.text));
}

void empty_missing(const MissingWords& words, int64_t spared, CsvTable& table) {
  if (words.empty())
    return;
  const size_t columns = table.columns.size();
  in_parallel(int64_t(table.chunks.size()), 1, [&](int64_t begin, int64_t end) {
    for (int64_t k = begin; k < end; ++k) {
      CsvChunk& chunk = table.chunks[size_t(k)];
      for (size_t i = 0; i < chunk.cells.size(); ++i)
        if (int64_t(i % columns) != spared && words.hold(chunk.row_cell(i)))
          chunk.cells[i] = {};
    }
  });
}

}  // namespace hebb::data
