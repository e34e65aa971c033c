// Tables as JSON lines: one object a line, whose names are the columns.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/formats/csv.h"

namespace hebb {

struct BadLine {
  int64_t line = 0;
  std::string why = {};  // "is no JSON: ..."
};

// The columns stand in the order in which their names come first; a name that a line lacks is an
// empty cell there, as is null. Texts are quoted cells, so that "NA" is a text. A list or an object
// is a text, as it is written. The file is UTF-8, or UTF-16 as some shells write it. Errors name
// the line: no JSON, no object, no rows. bad: lines that are no objects are put there in order, and
// are no rows; null: they are errors.
CsvTable read_jsonl(const std::filesystem::path& path,  // also .gz and .xz
                    std::vector<BadLine>* bad = nullptr);
CsvTable decode_jsonl(std::string_view bytes, std::string_view where,
                      std::vector<BadLine>* bad = nullptr);

}  // namespace hebb
