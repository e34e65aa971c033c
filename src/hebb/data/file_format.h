// The kinds of files that hold a data set, one word each in file_formats.def. Opening, help,
// messages and fuzz targets go by the list.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "hebb/data/dataset.h"
#include "hebb/data/table.h"

namespace hebb::data {

struct FileFormat {
  std::string_view name;
  // Of files' names, the usual one first: ".csv"; the list ends with the first empty one.
  std::array<std::string_view, 6> endings;
  std::string_view what;  // a sentence
  Dataset (*open)(const std::string& path, const TableOptions& options);
  bool rows = false;  // a table of text, whose columns have names
};

std::span<const FileFormat* const> file_formats();
const FileFormat* format_of(std::string_view path);  // by its ending in any case; null: of none
// Whether a file's name says that it is a table of text.
bool is_text_table(std::string_view path);

namespace format_word {
#define FILE_FORMAT(name) extern const FileFormat name;
#include "hebb/data/file_formats.def"
#undef FILE_FORMAT
}  // namespace format_word

}  // namespace hebb::data
