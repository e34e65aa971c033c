// Tables of text: RFC 4180 and what programs make of it. Cells are separated by commas, semicolons,
// tabs or another character; quotes stand where they are needed, and a cell in quotes may hold line
// ends; lines end in LF, CR LF or, as spreadsheets on old Macs wrote them, CR; numbers may have
// decimal commas; the text is UTF-8, UTF-16 or Windows-1252. All that is told by looking
// (csv_dialect.h).
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/formats/csv_dialect.h"
#include "hebb/formats/csv_number.h"

namespace hebb {

// One cell: where it lies in the text of its chunk. A cell of a number is not copied, nor is any
// other, but for those in which two quotes stand for one. Its bits are one word and no bit-fields:
// to set those, memory is read before it is written, and a fresh page is mapped twice.
struct CsvCell {
  static constexpr uint32_t size_bits = 26;
  static constexpr uint32_t padded = 1u << 28, marked = 1u << 29, quoted = 1u << 30,
                            copied = 1u << 31;  // copied: it lies in the chunk's own text

  uint32_t offset = 0;
  uint32_t bits = 0;  // its size, its NumberForm, and these
  double number = 0;  // 0 where it is none

  uint32_t size() const { return bits & ((1u << size_bits) - 1); }  // bytes
  NumberForm form() const { return NumberForm(bits >> size_bits & 3); }
  bool is(uint32_t flag) const { return (bits & flag) != 0; }
};
static_assert(sizeof(CsvCell) == 16);

// Rows that were read together. Row-major, each row as many cells as the table has columns.
struct CsvChunk {
  const char* text = nullptr;
  std::string copies;
  std::vector<CsvCell> cells;
  std::vector<uint32_t> lines;  // of each row, counted from 0 at first_line
  int64_t first_row = 0, first_line = 1;

  int64_t rows() const { return int64_t(lines.size()); }
  RowCell row_cell(size_t index) const {
    const CsvCell& cell = cells[index];
    return {.text = text_of(cell),
            .number = cell.number,
            .form = cell.form(),
            .quoted = cell.is(CsvCell::quoted),
            .padded = cell.is(CsvCell::padded),
            .marked = cell.is(CsvCell::marked)};
  }
  std::string_view text_of(const CsvCell& cell) const {
    return {(cell.is(CsvCell::copied) ? copies.data() : text) + cell.offset, cell.size()};
  }
};

struct CsvTable {
  // Names, no two alike (csv_header.h): the first line where it is a header, else "1", "2", ...
  std::vector<std::string> columns;
  bool first_has_name = true;  // of a header
  CsvDialect dialect;
  std::vector<CsvChunk> chunks;
  std::vector<std::string> notes;     // what a person should know of how it was read
  std::shared_ptr<const void> bytes;  // what the cells lie in

  int64_t rows() const;
  const CsvChunk& chunk_of(int64_t row) const;
  const CsvCell& cell(int64_t row, int64_t column) const;
  std::string_view at(int64_t row, int64_t column) const;
  int64_t line(int64_t row) const;  // counted from 1
};

// f(i, row, cell) for every cell of columns[i], those of a column in order. Goes over a block of
// rows column by column, then over the next: cells lie row by row, and a block stays in the cache.
template <class F>
void each_cell(const CsvTable& table, std::span<const size_t> columns, F&& f) {
  constexpr int64_t block = 256;  // rows
  const size_t width = table.columns.size();
  for (const CsvChunk& chunk : table.chunks)
    for (int64_t begin = 0; begin < chunk.rows(); begin += block) {
      const int64_t end = std::min(begin + block, chunk.rows());
      for (size_t i = 0; i < columns.size(); ++i)
        for (int64_t r = begin; r < end; ++r)
          f(i, chunk.first_row + r, chunk.row_cell(size_t(r) * width + columns[i]));
    }
}

// f(row, cell) for every cell of a column, in order.
template <class F>
void each_cell(const CsvTable& table, size_t column, F&& f) {
  each_cell(table, std::span(&column, 1),
            [&](size_t, int64_t row, const RowCell& cell) { f(row, cell); });
}

// A table longer than this many bytes is refused, also one that unpacks to more.
inline constexpr uint64_t most_csv_bytes = uint64_t(1) << 35;
uint64_t
most_table_bytes();  // that, or half of the memory where it is smaller: of what is unpacked
inline constexpr size_t most_cell_bytes = (size_t(1) << CsvCell::size_bits) - 1;

// .csv, .tsv, and either as .gz or .xz. The rows are read on all threads. Errors name the file, the
// line and the column: rows of different lengths, a quote that does not end, text behind a quoted
// cell, no rows, bytes that are not in the encoding that was asked for. A table whose cells would
// take more than half of the memory is refused by its beginning.
CsvTable read_csv(const std::filesystem::path& path, const CsvWishes& wishes = {});
// name: of the file, for messages, and whose ending may say what separates.
CsvTable decode_csv(std::string_view bytes, std::string_view name, const CsvWishes& wishes = {});

// The bytes of a file, unpacked if it is a .gz or .xz (told by its first bytes).
std::string read_unpacked(const std::filesystem::path& path, uint64_t max_bytes);
// The file's name without .gz or .xz, in small letters: its ending says what is in it.
std::string unpacked_name(const std::filesystem::path& path);

// Decimal, all of the cell; false when it is none.
bool parse_number(std::string_view cell, double& value);

}  // namespace hebb
