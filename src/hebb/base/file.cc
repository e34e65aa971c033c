#include "hebb/base/file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <ctime>
#include <utility>

#include "hebb/base/check.h"
#include "hebb/base/file_writer.h"

namespace hebb {
namespace {

class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags, mode_t mode = 0644)
      : fd_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0)
      ::close(fd_);
  }
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
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      fail_errno(path, "cannot be written");
    bytes.remove_prefix(size_t(n));
  }
}

off_t regular_size(int fd, const fs::path& path) {
  struct stat info;
  if (::fstat(fd, &info) != 0)
    fail_errno(path, "cannot be read");
  if (S_ISDIR(info.st_mode))
    fail(ErrorKind::io, path.string(), "is a folder, not a file");
  if (!S_ISREG(info.st_mode))
    fail(ErrorKind::io, path.string(), "is not a regular file");
  return info.st_size;
}

}  // namespace

std::string read_file(const fs::path& path, uint64_t max_bytes) {
  Descriptor file(path, O_RDONLY | O_NONBLOCK);
  if (!file.ok())
    fail_errno(path, "cannot be opened");
  const off_t size = regular_size(file.get(), path);
  if (uint64_t(size) > max_bytes)
    fail(ErrorKind::data, path.string(), "has {} bytes, more than the {} that are accepted here",
         size, max_bytes);
  std::string bytes(size_t(size), '\0');
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = ::read(file.get(), bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      fail_errno(path, "cannot be read");
    if (n == 0)
      break;
    done += size_t(n);
  }
  bytes.resize(done);
  return bytes;
}

namespace {

struct Place {
  fs::path path;
  mode_t mode;  // of the existing file, else 0644
};

// The file that a write replaces. Follows links, also to a file that does not exist yet, because
// renaming onto a link would replace the link itself.
Place place_of(const fs::path& path) {
  fs::path at = path;
  for (int links = 0; links < 40; ++links) {
    struct stat info;
    if (::lstat(at.c_str(), &info) != 0) {
      if (errno == ENOENT)
        return {at, 0644};  // a missing folder is reported when the file is created
      fail_errno(path, "cannot be written");
    }
    if (S_ISDIR(info.st_mode))
      fail(ErrorKind::io, path.string(), "is a folder, not a file");
    if (S_ISREG(info.st_mode))
      return {at, mode_t(info.st_mode & 07777)};
    if (!S_ISLNK(info.st_mode))
      fail(ErrorKind::io, path.string(), "is not a regular file; it would be replaced by one");
    std::error_code error;
    const fs::path target = fs::read_symlink(at, error);
    if (error)
      fail(ErrorKind::io, path.string(), "cannot be written: {}", error.message());
    at = at.parent_path() / target;  // an absolute target stands alone
  }
  errno = ELOOP;
  fail_errno(path, "cannot be written");
}

struct Unfinished {
  std::string target;  // empty: the name has another form
  pid_t writer = 0;
};

Unfinished unfinished(const fs::path& path) {
  const std::string name = path.filename().string();
  const size_t mark = name.rfind(".tmp");
  if (mark == std::string::npos)
    return {};
  const std::string_view numbers = std::string_view(name).substr(mark + 4);
  const size_t dash = std::min(numbers.find('-'), numbers.size());
  const std::string_view process = numbers.substr(0, dash),
                         count = numbers.substr(std::min(dash + 1, numbers.size()));
  for (std::string_view number : {process, count})
    if (number.empty() || number.find_first_not_of("0123456789") != number.npos)
      return {};
  pid_t writer = 0;
  std::from_chars(process.data(), process.data() + process.size(), writer);
  return {name.substr(0, mark), writer};
}

// Whether nothing was written for an hour. A file that is younger may be in use: its writer's
// process number may belong to another machine or container.
bool is_old(const fs::path& path) {
  struct stat info;
  return ::stat(path.c_str(), &info) == 0 && std::time(nullptr) - info.st_mtime > 3600;
}

}  // namespace

fs::path name_beside(const fs::path& path) {
  static std::atomic<uint64_t> count{0};
  fs::path name = path;
  name += fmt::format(".tmp{}-{}", ::getpid(), count++);
  return name;
}

std::string unfinished_write_of(const fs::path& path) {
  return unfinished(path).target;
}

void remove_abandoned(const fs::path& path) {
  for (const fs::path& entry : entries_of(path.has_parent_path() ? path.parent_path() : "."))
    if (const auto [target, writer] = unfinished(entry); target == path.filename() && writer > 0 &&
                                                         ::kill(writer, 0) != 0 && errno == ESRCH &&
                                                         is_old(entry))
      ::unlink(entry.c_str());
}

FileWriter::FileWriter(const fs::path& path) : path_(path) {
  const Place place = place_of(path);
  target_ = place.path;
  mode_ = place.mode;
  for (int tries = 0; tries < 1000; ++tries) {  // an earlier process of this number may have died
    temporary_ = name_beside(target_);
    file_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_ | S_IWUSR);
    if (file_ >= 0 || errno != EEXIST)
      break;
  }
  if (file_ < 0)
    fail_errno(path, "cannot be written");
}

FileWriter::~FileWriter() {
  if (file_ >= 0)
    ::close(file_);
  if (!temporary_.empty())
    ::unlink(temporary_.c_str());
}

void FileWriter::flush() {
  write_all(file_, waiting_, path_);
  waiting_.clear();
}

void FileWriter::write(std::string_view bytes) {
  constexpr size_t enough = 1 << 16;
  if (waiting_.empty() && bytes.size() > enough)
    return write_all(file_, bytes, path_);  // no copy of what is large already
  waiting_ += bytes;
  if (waiting_.size() > enough)
    flush();
}

void FileWriter::finish() {
  flush();
  if (mode_ != 0644)
    ::fchmod(file_, mode_);  // of another owner's file it may fail; then it is ours
  if (::fsync(file_) != 0)
    fail_errno(path_, "cannot be written");
  if (::close(std::exchange(file_, -1)) != 0)
    fail_errno(path_, "cannot be written");
  if (::rename(temporary_.c_str(), target_.c_str()) != 0)
    fail_errno(path_, "cannot be written");
  temporary_.clear();
  sync_folder(target_.has_parent_path() ? target_.parent_path() : ".");
}

void write_file_atomic(const fs::path& path, std::string_view bytes) {
  FileWriter file(path);
  file.write(bytes);
  file.finish();
}

void append_to_file(const fs::path& path, std::string_view text) {
  Descriptor file(path, O_WRONLY | O_CREAT | O_APPEND);
  if (!file.ok())
    fail_errno(path, "cannot be written");
  write_all(file.get(), text, path);
}

std::vector<fs::path> entries_of(const fs::path& folder) {
  std::vector<fs::path> out;
  // A range-for would throw fs::filesystem_error where reading fails halfway.
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
    out.push_back(it->path());
  if (error && error != std::errc::no_such_file_or_directory)
    fail(ErrorKind::io, folder.string(), "the folder cannot be read: {}", error.message());
  std::sort(out.begin(), out.end());
  return out;
}

bool path_exists(const fs::path& path) {
  std::error_code error;
  const bool there = fs::exists(path, error);
  if (error)
    fail(ErrorKind::io, path.string(), "cannot be looked at: {}", error.message());
  return there;
}

void make_folders(const fs::path& path) {
  std::error_code error, unknown;
  fs::create_directories(path, error);
  if (error || !fs::is_directory(path, unknown))
    fail(ErrorKind::io, path.string(), "the folder cannot be made: {}",
         error ? error.message() : "a file is in the way");
}

void sync_folder(const fs::path& path) {
  Descriptor folder(path, O_RDONLY | O_DIRECTORY);
  // Some file systems cannot sync folders; the rename alone has to do then.
  if (folder.ok())
    ::fsync(folder.get());
}

MappedFile::MappedFile(const fs::path& path) {
  Descriptor file(path, O_RDONLY | O_NONBLOCK);
  if (!file.ok())
    fail_errno(path, "cannot be opened");
  size_ = size_t(regular_size(file.get(), path));
  if (size_ == 0)
    return;
  data_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (data_ == MAP_FAILED) {
    data_ = nullptr;
    fail_errno(path, "cannot be mapped");
  }
}

MappedFile::~MappedFile() {
  if (data_)
    ::munmap(data_, size_);
}
MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

}  // namespace hebb
