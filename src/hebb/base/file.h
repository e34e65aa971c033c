// Files: reading whole ones, and writing so that a crash leaves the old content or the new, never
// half of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace hebb {

namespace fs = std::filesystem;

// The file's bytes. Errors: missing, not a regular file, unreadable, larger than max_bytes.
std::string read_file(const fs::path& path, uint64_t max_bytes = uint64_t(1) << 34);

// Writes beside the target, syncs, renames over it and syncs the folder. Errors (disk full,
// read-only) leave the target as it was. Follows links and replaces what they point to. Error: the
// target is a folder, a device or a pipe.
void write_file_atomic(const fs::path& path, std::string_view bytes);

// The temporary file that a write renames to `path`: PATH.tmpPID-N, unique to this process and
// call.
fs::path name_beside(const fs::path& path);
// The file name of PATH when `path` is the name of such a temporary file, else empty.
std::string unfinished_write_of(const fs::path& path);
// Removes the temporary files of `path` whose processes are gone, when untouched for an hour.
void remove_abandoned(const fs::path& path);

// Appends one or more whole lines; used by logs that grow (metrics.csv, steps.csv).
void append_to_file(const fs::path& path, std::string_view text);

// The paths in a folder, sorted; none when the folder does not exist. Error: it cannot be read, or
// is not a folder.
std::vector<fs::path> entries_of(const fs::path& folder);

// Error: that cannot be told (no permission for a folder on the way, a disk error).
bool path_exists(const fs::path& path);

// Like mkdir -p. Error: names the folder and the cause.
void make_folders(const fs::path& path);
void sync_folder(const fs::path& path);  // makes renames inside the folder durable

// A file mapped read-only; the mapping ends with the object. This process dies (SIGBUS) if somebody
// shortens the file meanwhile. So map only large files that nobody writes to (weights, which are
// replaced by renaming), and read others with read_file().
class MappedFile {
 public:
  explicit MappedFile(const fs::path& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&&) = delete;
  std::string_view bytes() const { return {static_cast<const char*>(data_), size_}; }

 private:
  void* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace hebb
