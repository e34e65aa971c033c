// Tables of text: rows that all have the columns' number of cells, each a piece of the text or of
// its chunk's copies, or an Error; and the same row by row.
#include "hebb/formats/csv.h"

#include <cmath>
#include <cstdlib>
#include <set>

#include "hebb/base/error.h"
#include "hebb/formats/csv_rows.h"

namespace {

using namespace hebb;

void look_at(const CsvTable& table) {
  if (table.rows() < 1 || table.columns.empty() ||
      std::set(table.columns.begin(), table.columns.end()).size() != table.columns.size())
    std::abort();
  size_t bytes = 0;
  for (const CsvChunk& chunk : table.chunks) {
    if (chunk.cells.size() != size_t(chunk.rows()) * table.columns.size())
      std::abort();
    for (size_t i = 0; i < chunk.cells.size(); ++i) {
      const RowCell cell = chunk.row_cell(i);
      for (const char c : cell.text)
        bytes += c != '\0';
      if (cell.form != NumberForm::none && std::isnan(cell.number))
        std::abort();
    }
  }
  if (table.line(table.rows() - 1) < table.rows())
    std::abort();
  [[maybe_unused]] const volatile size_t looked_at = bytes;  // so that they are
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const CsvWishes& wishes :
       {CsvWishes{}, CsvWishes{.separator = ";", .decimal = ",", .header = false}}) {
    try {
      look_at(decode_csv(text, "fuzz", wishes));
    } catch (const Error& e) {
      if (e.kind() != ErrorKind::data)
        std::abort();
    }
    size_t at = 0;
    try {
      CsvRows rows(
          [&](char* to, size_t most) {
            const size_t n = text.copy(to, most < 100 ? most : 100, at);
            at += n;
            return n;
          },
          "fuzz", wishes);
      while (true) {
        try {
          if (!rows.next())
            break;
        } catch (const Error&) {}
      }
    } catch (const Error& e) {
      if (e.kind() != ErrorKind::data)
        std::abort();
    }
  }
  return 0;
}
