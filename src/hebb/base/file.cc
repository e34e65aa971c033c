#include "hebb/base/file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "hebb/base/check.h"

namespace hebb {
namespace {

class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags, mode_t mode = 0644) : fd_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  ~Descriptor() { if (fd_ >= 0) ::close(fd_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  bool ok() const { return fd_ >= 0; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

[[noreturn]] void fail_errno(const fs::path& path, std::string_view what) {
  const int error = errno;
  fail(ErrorKind::io, path.string(), "{}: {}", what, std::strerror(error));
}

void write_all(int fd, std::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail_errno(path, "cannot be written");
    bytes.remove_prefix(size_t(n));
  }
}

off_t regular_size(int fd, const fs::path& path) {
  struct stat info;
  if (::fstat(fd, &info) != 0) fail_errno(path, "cannot be read");
  if (S_ISDIR(info.st_mode)) fail(ErrorKind::io, path.string(), "is a folder, not a file");
  if (!S_ISREG(info.st_mode)) fail(ErrorKind::io, path.string(), "is not a regular file");
  return info.st_size;
}

}  // namespace

std::string read_file(const fs::path& path, uint64_t max_bytes) {
  Descriptor file(path, O_RDONLY | O_NONBLOCK);
  if (!file.ok()) fail_errno(path, "cannot be opened");
  const off_t size = regular_size(file.get(), path);
  if (uint64_t(size) > max_bytes) fail(ErrorKind::data, path.string(), "has {} bytes, more than the {} that are accepted here", size, max_bytes);
  std::string bytes(size_t(size), '\0');
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = ::read(file.get(), bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail_errno(path, "cannot be read");
    if (n == 0) break;
    done += size_t(n);
  }
  bytes.resize(done);
  return bytes;
}

void write_file_atomic(const fs::path& path, std::string_view bytes) {
  fs::path temporary = path;
  temporary += ".tmp" + std::to_string(::getpid());
  Descriptor file(temporary, O_WRONLY | O_CREAT | O_TRUNC);
  if (!file.ok()) fail_errno(path, "cannot be written");
  try {
    write_all(file.get(), bytes, path);
    if (::fsync(file.get()) != 0) fail_errno(path, "cannot be written");
    if (::close(file.release()) != 0) fail_errno(path, "cannot be written");
    if (::rename(temporary.c_str(), path.c_str()) != 0) fail_errno(path, "cannot be written");
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
  sync_folder(path.has_parent_path() ? path.parent_path() : ".");
}

void append_to_file(const fs::path& path, std::string_view text) {
  Descriptor file(path, O_WRONLY | O_CREAT | O_APPEND);
  if (!file.ok()) fail_errno(path, "cannot be written");
  write_all(file.get(), text, path);
}

void make_folders(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error || !fs::is_directory(path)) fail(ErrorKind::io, path.string(), "the folder cannot be made: {}", error ? error.message() : "a file is in the way");
}

void sync_folder(const fs::path& path) {
  Descriptor folder(path, O_RDONLY | O_DIRECTORY);
  if (folder.ok()) ::fsync(folder.get());  // some file systems cannot sync folders; there the rename alone has to do
}

MappedFile::MappedFile(const fs::path& path) {
  Descriptor file(path, O_RDONLY | O_NONBLOCK);
  if (!file.ok()) fail_errno(path, "cannot be opened");
  size_ = size_t(regular_size(file.get(), path));
  if (size_ == 0) return;
  data_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (data_ == MAP_FAILED) { data_ = nullptr; fail_errno(path, "cannot be mapped"); }
}

MappedFile::~MappedFile() { if (data_) ::munmap(data_, size_); }
MappedFile::MappedFile(MappedFile&& other) noexcept : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

}  // namespace hebb
