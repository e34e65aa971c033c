// Tables of text: rows that all have the columns' number of cells, each a piece of the text, or an
// Error.
#include "hebb/formats/csv.h"

#include <cstdlib>
#include <functional>

#include "hebb/base/error.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    const hebb::CsvTable table =
        hebb::decode_csv({reinterpret_cast<const char*>(data), size}, "fuzz");
    if (table.rows() < 1 || table.cells.size() != size_t(table.rows()) * table.columns.size())
      std::abort();
    const char *begin = table.text.data(), *end = begin + table.text.size();
    double value = 0;
    for (std::string_view cell : table.cells) {
      if (std::less<>()(cell.data(), begin) || std::less<>()(end, cell.data() + cell.size()))
        std::abort();
      hebb::parse_number(cell, value);
    }
  } catch (const hebb::Error&) {}
  return 0;
}
