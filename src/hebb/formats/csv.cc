#include "hebb/formats/csv.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "hebb/base/check.h"
#include "hebb/base/file.h"
#include "hebb/base/lower_case.h"
#include "hebb/base/memory.h"
#include "hebb/base/parallel.h"
#include "hebb/base/utf8.h"
#include "hebb/formats/csv_header.h"
#include "hebb/formats/csv_scanner.h"
#include "hebb/formats/gzip.h"
#include "hebb/formats/xz.h"
#include "hebb/kernels/cpu_library.h"

namespace hebb {
namespace {

constexpr size_t piece_bytes = size_t(1) << 21;
constexpr uint64_t most_row_bytes = uint64_t(1) << 31;
constexpr double table_share = 0.5;  // of the memory
constexpr size_t beginning_bytes = size_t(1) << 18;
constexpr size_t rows_before_reserving = 100;
constexpr uint64_t mapped_from = uint64_t(1) << 26;  // smaller files are read: nobody can cut them

// A part of the text and the rows that begin in it.
struct Piece {
  const char *begin = nullptr, *end = nullptr;  // of the bytes in which its rows begin
  const char* start = nullptr;                  // its first row, which is guessed at first
  const char* stopped = nullptr;                // the first row behind it
  int64_t lines = 0;                            // that were passed
  int64_t points = 0, commas = 0;  // numbers that only a decimal point, or comma, makes one
  int64_t trailing = 0;            // rows with a separator behind their last cell
  CsvChunk chunk;
  std::optional<CsvTrouble> trouble;  // its line counted from the piece's first one
};

// What is behind a separator at the end of a row.
bool is_no_cell(const CsvCell& cell) {
  return cell.size() == 0 && !cell.is(CsvCell::quoted);
}

struct Form {
  CsvDialect dialect;
  size_t columns;
  const char* text_end;
};

// Where the first line begins at or behind `from`, if an odd number of quotes stands before it or
// not.
const char* line_start(const char* from, const char* text, const char* end, bool quoted) {
  if (from == text)
    return from;
  for (const char* at = from - 1; at != end; ++at) {
    if (at >= from)
      quoted ^= *at == '"';
    if (!quoted && ends_csv_line(at, end))
      return at + 1;
  }
  return end;
}

// Whether an odd number of quotes stands there; eight bytes at once.
bool odd_quotes(const char* at, const char* end) {
  constexpr uint64_t ones = 0x0101010101010101u, low = ones * 0x7F;
  uint64_t odd = 0;  // the highest bit of each byte: of the bytes at this place
  for (; end - at >= 8; at += 8) {
    uint64_t word = 0;
    std::memcpy(&word, at, 8);
    word ^= ones * uint64_t('"');                 // a quote is zero now
    odd ^= ~(((word & low) + low) | word | low);  // the highest bit of each zero byte
  }
  bool out = __builtin_parityll(odd);
  for (; at != end; ++at)
    out ^= *at == '"';
  return out;
}

// Which decimal mark the cell speaks for.
void count_marks(const ScannedCell& cell, const WrittenNumber& number, char decimal, Piece& piece) {
  int64_t &same = decimal == '.' ? piece.points : piece.commas,
          &opposite = decimal == '.' ? piece.commas : piece.points;
  if (number.form != NumberForm::none)
    same += number.fraction > 0 && number.fraction != 3;
  else if (double other = 0; cell.size > 0 && cell.size < 64 &&
                             (is_digit(cell.data[0]) || cell.data[0] == '-') &&
                             number_in_text(cell.text(), decimal == '.' ? ',' : '.', other))
    ++opposite;
}

void add_cell(const ScannedCell& cell, const char* base, const CsvDialect& dialect, Piece& piece) {
  CsvChunk& chunk = piece.chunk;
  const WrittenNumber number = number_of(cell, dialect.decimal);
  uint32_t size = uint32_t(cell.size), offset = 0;
  if (cell.doubled) {
    offset = uint32_t(chunk.copies.size());
    append_undoubled(cell.text(), chunk.copies);
    size = uint32_t(chunk.copies.size()) - offset;
  } else {
    offset = uint32_t(cell.data - base);
    if (dialect.separator != ',')
      count_marks(cell, number, dialect.decimal, piece);
  }
  const auto flag = [](bool on, uint32_t bit) { return on ? bit : 0; };
  chunk.cells.push_back(
      {.offset = offset,
       .bits = size | uint32_t(number.form) << CsvCell::size_bits |
               flag(number.padded, CsvCell::padded) | flag(!number.sign.empty(), CsvCell::marked) |
               flag(cell.quoted, CsvCell::quoted) | flag(cell.doubled, CsvCell::copied),
       .number = number.form == NumberForm::none ? 0 : number.value});
}

// Room for all rows of a piece, by the first of them: growing moves what is there.
void reserve_rows(Piece& piece, const CsvScanner& scan) {
  CsvChunk& chunk = piece.chunk;
  const auto done = double(scan.at() - piece.start), all = double(piece.end - piece.start);
  const double more = done > 0 ? std::max(1.0, 1.05 * all / done) : 1;
  reserve_large(chunk.cells, size_t(double(chunk.cells.size()) * more));
  chunk.lines.reserve(size_t(double(chunk.lines.size()) * more));
}

void read_piece(Piece& piece, const Form& form) {
  CsvChunk& chunk = piece.chunk;
  chunk = {};
  piece.trouble.reset();
  piece.points = piece.commas = piece.trailing = 0;
  chunk.text = piece.start;
  CsvScanner scan({piece.start, size_t(form.text_end - piece.start)}, form.dialect.separator,
                  form.dialect.decimal, 0);
  const auto trouble = [](int64_t line, int64_t column, std::string what) {
    throw CsvTrouble{line, column, std::move(what)};
  };
  try {
    while (scan.at() < piece.end && !scan.at_end()) {
      const int64_t line = scan.line();
      if (uint64_t(scan.at() - piece.start) > most_row_bytes || line > int64_t(UINT32_MAX))
        trouble(line, 0, "is in a row that is too long");
      const size_t before = chunk.cells.size();
      const int64_t cells = scan.row([&](const ScannedCell& cell) {
        if (cell.size > most_cell_bytes || uint64_t(cell.data - piece.start) >= UINT32_MAX ||
            chunk.copies.size() + cell.size >= UINT32_MAX)
          trouble(line, int64_t(chunk.cells.size() - before) + 1,
                  fmt::format("a cell of {} bytes, should be at most {}; does a quote not end?",
                              cell.size, most_cell_bytes));
        add_cell(cell, piece.start, form.dialect, piece);
      });
      if (cells == 0)
        continue;
      if (size_t(cells) == form.columns + 1 && is_no_cell(chunk.cells.back())) {
        chunk.cells.pop_back();
        ++piece.trailing;
      } else if (size_t(cells) != form.columns)
        trouble(line, 0,
                fmt::format("has {} cell{}, should have {}", cells, cells == 1 ? "" : "s",
                            form.columns));
      chunk.lines.push_back(uint32_t(line));
      if (chunk.lines.size() == rows_before_reserving)
        reserve_rows(piece, scan);
    }
  } catch (const CsvTrouble& found) {
    piece.trouble = found;
  }
  piece.stopped = scan.at();
  piece.lines = scan.line();
}

// Quotes before each piece: an odd number means that it begins inside of a cell, unless a quote
// stands in a cell that has none around it; then the guess is wrong, which is found out.
std::vector<Piece> cut(const char* rows, const Form& form) {
  const size_t bytes = size_t(form.text_end - rows),
               count = std::max<size_t>(1, (bytes + piece_bytes - 1) / piece_bytes);
  std::vector<Piece> pieces(count);
  std::vector<char> odd(count);
  parallel_for(int64_t(count), 1, [&](int64_t first, int64_t last) {
    for (int64_t p = first; p < last; ++p) {
      Piece& piece = pieces[size_t(p)];
      piece.begin = rows + size_t(p) * piece_bytes;
      piece.end = p + 1 == int64_t(count) ? form.text_end : piece.begin + piece_bytes;
      odd[size_t(p)] = odd_quotes(piece.begin, piece.end);
    }
  });
  bool quoted = false;
  const char* found = rows;
  for (size_t p = 0; p < count; ++p) {
    // A line that began behind this piece's beginning is this one's, too: so no byte is looked at
    // twice, however long a cell is.
    if (found < pieces[p].begin || p == 0)
      found = line_start(pieces[p].begin, rows, form.text_end, quoted);
    pieces[p].start = found;
    quoted ^= odd[p] != 0;
  }
  return pieces;
}

// The rows of all pieces, one behind the other. A piece whose beginning was guessed wrong is read
// again from where the one before it stopped.
std::vector<Piece> read_rows(const char* rows, int64_t first_line, int64_t names_line,
                             const Form& form, std::string_view where) {
  if (size_t(form.text_end - rows) > piece_bytes && num_threads() > 1 && !is_serial_here())
    cpu::library();  // the pool of threads comes with it
  std::vector<Piece> pieces = cut(rows, form);
  parallel_for(int64_t(pieces.size()), 1, [&](int64_t first, int64_t last) {
    for (int64_t p = first; p < last; ++p)
      read_piece(pieces[size_t(p)], form);
  });
  int64_t line = first_line, row = 0;
  const char* expected = rows;
  for (Piece& piece : pieces) {
    if (piece.start != expected) {
      piece.start = expected;
      read_piece(piece, form);
    }
    if (piece.trouble) {
      CsvTrouble trouble = *piece.trouble;
      trouble.line += line;
      fail(ErrorKind::data, where, "{}{}", trouble.text(),
           trouble.column == 0 && trouble.what.starts_with("has ")
               ? fmt::format(" as line {}", names_line)
               : "");
    }
    piece.chunk.first_line = line;
    piece.chunk.first_row = row;
    line += piece.lines;
    row += piece.chunk.rows();
    expected = piece.stopped;
  }
  return pieces;
}

void check_utf8(std::string_view text, std::string_view where) {
  const size_t good = valid_utf8(text);
  if (good == text.size())
    return;
  int64_t line = 1;
  for (const char* at = text.data(); at != text.data() + good; ++at)
    line += ends_csv_line(at, text.data() + text.size());
  fail(ErrorKind::data, where,
       "line {} holds the byte {:02x}, which is no UTF-8; save the file as UTF-8, or name its "
       "encoding",
       line, uint8_t(text[good]));
}

// The first line of the table: its cells, and where the next one begins.
struct FirstLine {
  std::vector<std::string> cells;
  int64_t line = 1, next_line = 1;
  const char *at = nullptr, *next = nullptr;
};

FirstLine first_line_of(std::string_view text, const CsvDialect& dialect, std::string_view where) {
  FirstLine out;
  CsvScanner scan(text, dialect.separator, dialect.decimal);
  while (scan.line() <= dialect.skipped && !scan.at_end())
    scan.row([](const ScannedCell&) {});
  while (out.cells.empty()) {
    check_in(!scan.at_end(), ErrorKind::data, where, "holds no rows");
    out.line = scan.line();
    out.at = scan.at();
    scan.row([&](const ScannedCell& cell) {
      std::string name;
      if (cell.doubled)
        append_undoubled(cell.text(), name);
      out.cells.push_back(cell.doubled ? name : std::string(cell.text()));
    });
  }
  out.next = scan.at();
  out.next_line = scan.line();
  return out;
}

CsvTable read_text(std::string_view text, std::shared_ptr<const void> bytes, TextEncoding encoding,
                   std::string_view where, const CsvWishes& wishes, std::string_view file_name) {
  CsvTable out;
  out.bytes = std::move(bytes);
  out.dialect = tell_csv_dialect(text, wishes, file_name);
  out.dialect.encoding = encoding;
  FirstLine first;
  try {
    first = first_line_of(text, out.dialect, where);
  } catch (const CsvTrouble& trouble) {
    fail(ErrorKind::data, where, "{}", trouble.text());
  }
  const bool header = out.dialect.header;
  const CsvHeader named =
      name_columns(header ? first.cells : std::vector<std::string>(first.cells.size()));
  out.columns = named.names;
  out.first_has_name = named.first_has_name;
  Form form{out.dialect, out.columns.size(), text.data() + text.size()};
  const auto read = [&] {
    return read_rows(header ? first.next : first.at, header ? first.next_line : first.line,
                     first.line, form, where);
  };
  std::vector<Piece> pieces = read();
  if (wishes.decimal.empty() && form.dialect.separator != ',') {
    int64_t points = 0, commas = 0;
    for (const Piece& piece : pieces) {
      points += piece.points;
      commas += piece.commas;
    }
    // Told by the beginning; all of it may say otherwise.
    const char told = commas > points ? ',' : points > commas ? '.' : form.dialect.decimal;
    if (told != form.dialect.decimal) {
      form.dialect.decimal = out.dialect.decimal = told;
      pieces = read();
    }
  }
  int64_t trailing = 0;
  for (Piece& piece : pieces) {
    trailing += piece.trailing;
    if (piece.chunk.rows() > 0)
      out.chunks.push_back(std::move(piece.chunk));
  }
  check_in(!out.chunks.empty(), ErrorKind::data, where, "holds no rows");
  if (out.dialect != CsvDialect{.header = header})
    out.notes.push_back(fmt::format("{}: {}", where, describe(out.dialect)));
  if (const std::string renamed = describe_renamed(named, first.line); !renamed.empty())
    out.notes.push_back(fmt::format("{}: {}", where, renamed));
  if (trailing > 0)
    out.notes.push_back(
        fmt::format("{}: {} of {} rows end in a separator, which is no further cell", where,
                    trailing, out.rows()));
  return out;
}

// How many cells there are in a table of so many bytes, by its beginning.
double cells_in(std::string_view beginning, uint64_t bytes, const CsvWishes& wishes) {
  if (beginning.empty())
    return 0;
  const auto count = [&](char c) { return std::count(beginning.begin(), beginning.end(), c); };
  ptrdiff_t most = 0;
  for (const char separator : {',', ';', '\t', '|'})
    most = std::max(most, count(separator));
  if (wishes.separator.size() == 1)
    most = count(wishes.separator[0]);
  const ptrdiff_t lines = std::max(count('\n'), count('\r'));
  return double(most + lines) * double(bytes) / double(beginning.size());
}

// Error (data): the cells would not leave enough of the machine's memory. Said by the beginning of
// the file, before the rest is read.
void check_memory(std::string_view beginning, uint64_t bytes, const CsvWishes& wishes,
                  std::string_view where) {
  constexpr double of_a_cell = sizeof(CsvCell) + sizeof(double);  // and in the rows made of it
  constexpr double giga = 1 << 30;
  const double cells = cells_in(beginning, bytes, wishes), need = cells * of_a_cell;
  check_in(need <= table_share * double(memory_size()), ErrorKind::data, where,
           "is a table of about {:.0f} million cells, which take {:.1f} GiB of memory; a table may "
           "take half of the {:.1f} GiB that there are, so train on a part of its rows or columns "
           "(hebb predict streams files of any length)",
           cells / 1e6, need / giga, double(memory_size()) / giga);
}

// text: owned or mapped by `bytes`; converted where it has to be.
CsvTable decode(std::string_view given, std::shared_ptr<const void> bytes, std::string_view where,
                const CsvWishes& wishes, std::string_view file_name) {
  check_csv_wishes(wishes);
  check_memory(given.substr(0, beginning_bytes), given.size(), wishes, where);
  const TextEncoding encoding =
      wishes.encoding.empty() ? encoding_of(given) : encoding_named(wishes.encoding, given);
  if (encoding == TextEncoding::utf8) {
    const size_t mark = byte_order_mark(given, encoding);
    given.remove_prefix(mark);
    if (mark > 0 || !wishes.encoding.empty())  // else it was told by looking at all of it
      check_utf8(given, where);
    return read_text(given, std::move(bytes), encoding, where, wishes, file_name);
  }
  const auto text = std::make_shared<const std::string>(to_utf8(given, encoding, where));
  return read_text(*text, text, encoding, where, wishes, file_name);
}

}  // namespace

int64_t CsvTable::rows() const {
  return chunks.empty() ? 0 : chunks.back().first_row + chunks.back().rows();
}

const CsvChunk& CsvTable::chunk_of(int64_t row) const {
  promise(row >= 0 && row < rows(), "a row was asked for that a table does not have");
  const auto after = std::upper_bound(
      chunks.begin(), chunks.end(), row,
      [](int64_t wanted, const CsvChunk& chunk) { return wanted < chunk.first_row; });
  return *(after - 1);
}

const CsvCell& CsvTable::cell(int64_t row, int64_t column) const {
  const CsvChunk& chunk = chunk_of(row);
  return chunk.cells[size_t(row - chunk.first_row) * columns.size() + size_t(column)];
}

std::string_view CsvTable::at(int64_t row, int64_t column) const {
  return chunk_of(row).text_of(cell(row, column));
}

int64_t CsvTable::line(int64_t row) const {
  const CsvChunk& chunk = chunk_of(row);
  return chunk.first_line + chunk.lines[size_t(row - chunk.first_row)];
}

bool parse_number(std::string_view cell, double& value) {
  while (!cell.empty() && (cell.front() == ' ' || cell.front() == '\t'))
    cell.remove_prefix(1);
  while (!cell.empty() && (cell.back() == ' ' || cell.back() == '\t'))
    cell.remove_suffix(1);
  if (cell.starts_with('+') && !cell.starts_with("+-"))
    cell.remove_prefix(1);
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (error == std::errc::result_out_of_range)  // 1e400 is infinite, 1e-400 is 0
    value = std::strtod(std::string(cell).c_str(), nullptr);
  return (error == std::errc() || error == std::errc::result_out_of_range) &&
         end == cell.data() + cell.size() && !cell.empty();
}

std::string unpacked_name(const std::filesystem::path& path) {
  std::string name = lower_case(path.filename().string());
  for (const char* ending : {".gz", ".xz"})
    if (name.ends_with(ending))
      return name.substr(0, name.size() - 3);
  return name;
}

uint64_t most_table_bytes() {
  return std::min(most_csv_bytes, uint64_t(table_share * double(memory_size())));
}

std::string read_unpacked(const std::filesystem::path& path, uint64_t max_bytes) {
  std::string bytes = read_file(path, max_bytes);
  if (is_gzip(bytes))
    return gunzip(bytes, path.string(), max_bytes);
  return is_xz(bytes) ? unxz(bytes, path.string(), max_bytes) : bytes;
}

CsvTable read_csv(const std::filesystem::path& path, const CsvWishes& wishes) {
  const std::string where = path.string(), name = unpacked_name(path);
  std::error_code error;
  if (std::filesystem::file_size(path, error) >= mapped_from && !error) {
    const auto mapped = std::make_shared<const MappedFile>(path);
    if (!is_gzip(mapped->bytes()) && !is_xz(mapped->bytes()))
      return decode(mapped->bytes(), mapped, where, wishes, name);
  }
  const auto bytes = std::make_shared<const std::string>(read_unpacked(path, most_table_bytes()));
  return decode(*bytes, bytes, where, wishes, name);
}

CsvTable decode_csv(std::string_view bytes, std::string_view name, const CsvWishes& wishes) {
  const auto copy = std::make_shared<const std::string>(bytes);
  return decode(*copy, copy, name, wishes, unpacked_name(std::string(name)));
}

}  // namespace hebb
