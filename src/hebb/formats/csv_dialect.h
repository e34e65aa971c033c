// How a table of text is written: what separates its cells, how its numbers are written, in which
// encoding, and whether its first line holds names. Told by looking, or said by a person.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/base/fields.h"
#include "hebb/formats/text_encoding.h"

namespace hebb {

struct CsvDialect {
  char separator = ',';
  char decimal = '.';
  TextEncoding encoding = TextEncoding::utf8;
  bool header = false;
  int64_t skipped = 0;  // lines before the table: a title, or "sep=;" as Excel writes it
  bool json = false;    // an object of JSON a line; of the others only the encoding says something

  bool operator==(const CsvDialect&) const = default;
};

// What a person says; what is left open is told by looking at the file.
struct CsvWishes {
  std::string separator = {};  // "," ";" "|" "tab" "blank" or another character
  std::string decimal = {};    // "." or ","
  std::string encoding = {};   // "utf-8", "utf-16", "windows-1252", "latin-1"
  std::optional<bool> header = std::nullopt;
  HEBB_FIELDS(separator, decimal, encoding, header)
};

// "commas, decimal points, UTF-8, names in the first line"
std::string describe(const CsvDialect& dialect);
std::string_view name_of_separator(char separator);  // "commas", "semicolons", ...

// Error (usage): wishes that cannot be, such as a separator of two characters.
void check_csv_wishes(const CsvWishes& wishes);

// Of a text in UTF-8 without its byte order mark, by its first quarter of a megabyte. Of several
// separators the one whose rows agree best on their number of cells is taken, and whose cells hold
// no other separator. file_name: "x.tsv" is separated by tabs.
CsvDialect tell_csv_dialect(std::string_view text, const CsvWishes& wishes,
                            std::string_view file_name);

// A number in one of the ways in which tables hold them (written_number): "-2.5e3", "1,234.5", with
// a decimal comma "1.234,5". All of the cell; false when it is none. nan and inf are words.
bool number_in_text(std::string_view cell, char decimal, double& value);

}  // namespace hebb
