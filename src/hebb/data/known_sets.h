// The data sets that are known by name: their files, where those are found, and where they come
// from.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hebb::data {

// An IDX file. Size and checksum are of the unpacked bytes, so that any gzip wrapper will do.
struct KnownFile {
  std::string_view name;  // "train-images-idx3-ubyte"
  uint64_t bytes;
  std::string_view sha256;
};

struct KnownSet {
  std::string_view name;
  std::string_view what, licence, home;  // for `hebb data list`
  std::array<std::string_view, 10> classes;
  KnownFile train_images, train_labels, test_images, test_labels;
  std::vector<std::string_view>
      folders;  // below the folder of data sets; ours first, then what other tools make, then none
  std::vector<std::string_view>
      urls;  // of the folders that hold the files, gzipped; tried in order
};

const std::vector<KnownSet>& known_sets();
const KnownSet* find_known_set(std::string_view name);  // nullptr when there is none

// Where data sets lie: the folder given (--data-dir) and no other; else, in this order, $HEBB_DATA,
// ./data, the user's cache.
std::vector<std::filesystem::path> data_folders(const std::filesystem::path& given = {});
// Where downloads go: the folder given, else $HEBB_DATA, else the user's cache.
std::filesystem::path download_folder(const std::filesystem::path& given = {});

// The file, plain or gzipped, in the first folder that holds files of the set; nothing where it
// lacks this one. Files that lie in the folder of data sets itself are taken, too, unless they are
// known to be another set's.
std::optional<std::filesystem::path> find_known_file(
    const KnownSet& set, const KnownFile& file, const std::vector<std::filesystem::path>& folders);

// Where all files of the set lie; nothing where one is missing.
std::optional<std::filesystem::path> folder_of_set(
    const KnownSet& set, const std::vector<std::filesystem::path>& folders);

// Finds the file, or downloads it and checks its sum. The error names the folders that were
// searched and why no address gave it.
using DownloadProgress = std::function<bool(std::string_view file, uint64_t done,
                                            uint64_t total)>;  // bytes; false stops
std::filesystem::path get_known_file(const KnownSet& set, const KnownFile& file,
                                     const std::filesystem::path& given = {},
                                     const DownloadProgress& progress = {});

// Error unless the file, unpacked when it is gzipped, is the one that is known.
void verify_known_file(const KnownFile& file, const std::filesystem::path& path);

}  // namespace hebb::data
