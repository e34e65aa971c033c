// Tables as JSON lines: one object a line, whose names are the columns.
#pragma once

#include <filesystem>
#include <string_view>

#include "hebb/formats/csv.h"

namespace hebb {

// The columns stand in the order in which their names come first; a name that a line lacks is an
// empty cell there, as is null. Texts are quoted cells, so that "NA" is a text. A list or an object
// is a text, as it is written. Errors name the line: no JSON, no object, no rows.
CsvTable read_jsonl(const std::filesystem::path& path);  // also .gz and .xz
CsvTable decode_jsonl(std::string_view bytes, std::string_view where);

}  // namespace hebb
