// The kinds of files that hold a data set, one word each in file_formats.def. Opening, help,
// messages and fuzz targets go by the list.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "hebb/data/dataset.h"
#include "hebb/data/table.h"

namespace hebb::data {

struct FileFormat {
  std::string_view name, ending, what;  // "csv", ".csv", a sentence
  Dataset (*open)(const std::string& path, const TableOptions& options);
};

std::span<const FileFormat* const> file_formats();
const FileFormat* format_of(std::string_view path);  // by its ending in any case; null: of none

namespace format_word {
#define FILE_FORMAT(name) extern const FileFormat name;
#include "hebb/data/file_formats.def"
#undef FILE_FORMAT
}  // namespace format_word

}  // namespace hebb::data
