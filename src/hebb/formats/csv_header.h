// What the columns of a table of text are called, by the cells of its first line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hebb {

struct CsvHeader {
  std::vector<std::string> names;    // no two alike
  std::vector<size_t> renamed = {};  // columns whose name another one before them has
  bool first_has_name = true;        // else the first cell is empty: an index, as pandas writes it
};

// A name that stands there again gets a number behind a point, as pandas has it: a, a becomes a,
// a.1; a number that would make a name of the header is passed over. A column without a name is
// called by its place, from 1.
CsvHeader name_columns(const std::vector<std::string>& cells);

// "line 1 repeats the name of a column: column 3 is called 'a.1'"; empty where none is repeated.
std::string describe_renamed(const CsvHeader& header, int64_t line);

}  // namespace hebb
