// Files that say which sample is in which part, by its number from 0: what `hebb data split -o`
// writes, and what other programs can write as easily.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hebb::data {

using NamedParts = std::vector<std::pair<std::string, std::vector<int64_t>>>;

// .json: {"train": [0, 2, 3], "test": [1]}; .npz: an array of whole numbers for each part. Error
// (usage): another ending.
void write_parts(const std::filesystem::path& path, const NamedParts& parts);

// In the file's order; of an .npz file by name. Errors: no such file, another ending (usage);
// something else than lists of numbers, a number below 0, a sample that is in two parts or twice in
// one (data).
NamedParts read_parts(const std::filesystem::path& path);

// The same of the text of a .json file.
NamedParts parse_parts(std::string_view json, const std::string& where);

}  // namespace hebb::data
