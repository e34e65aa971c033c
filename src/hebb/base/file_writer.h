// A file that is written piece by piece and takes its place when it is finished; one that never is
// leaves what was there as it was. Errors and links: as of write_file_atomic.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace hebb {

class FileWriter {
 public:
  explicit FileWriter(const std::filesystem::path& path);
  ~FileWriter();
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;
  void write(std::string_view bytes);
  void finish();

 private:
  void flush();

  std::filesystem::path path_, target_,
      temporary_;  // as it was named, behind links, and beside that
  unsigned mode_ = 0;
  int file_ = -1;
  std::string waiting_;
};

}  // namespace hebb
