#include "hebb/formats/unpacked_stream.h"

#include <lzma.h>
#include <zlib.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <new>
#include <string>

#include "hebb/base/check.h"
#include "hebb/formats/gzip.h"
#include "hebb/formats/xz.h"

namespace hebb {
namespace {

constexpr size_t packed_bytes = size_t(1) << 16;

// A file, a buffer at a time.
class PackedFile {
 public:
  explicit PackedFile(const std::filesystem::path& path)
      : where_(path.string()), stream_(path, std::ios::binary) {
    check_in(stream_.is_open(), ErrorKind::io, where_, "cannot be opened: {}",
             std::strerror(errno));
    fill();
  }

  const std::string& where() const { return where_; }
  // What was read and not used yet; empty at the end of the file.
  std::string_view left() {
    if (at_ == size_)
      fill();
    return {buffer_.data() + at_, size_ - at_};
  }
  void use(size_t bytes) { at_ += bytes; }

 private:
  void fill() {
    stream_.read(buffer_.data(), std::streamsize(buffer_.size()));
    check_in(!stream_.bad(), ErrorKind::io, where_, "cannot be read");
    size_ = size_t(stream_.gcount());
    at_ = 0;
  }

  std::string where_;
  std::ifstream stream_;
  std::array<char, packed_bytes> buffer_;
  size_t at_ = 0, size_ = 0;
};

class Unpacker {
 public:
  explicit Unpacker(const std::filesystem::path& path) : file_(path) {}
  virtual ~Unpacker() = default;
  virtual size_t read(char* to, size_t most) {
    const std::string_view some = file_.left().substr(0, most);
    some.copy(to, some.size());
    file_.use(some.size());
    return some.size();
  }
  std::string_view beginning() { return file_.left(); }

 protected:
  [[noreturn]] void truncated(const char* format) const {
    fail(ErrorKind::data, file_.where(),
         "is a truncated {} file: it ends in the middle of its data", format);
  }
  [[noreturn]] void damaged(const char* format) const {
    fail(ErrorKind::data, file_.where(), "is a damaged {} file: its data or checksum are wrong",
         format);
  }

  PackedFile file_;
};

// Several gzip members may follow each other; zeros behind them are padding.
class GzipReader : public Unpacker {
 public:
  explicit GzipReader(const std::filesystem::path& path) : Unpacker(path) {
    if (inflateInit2(&z_, MAX_WBITS + 16) != Z_OK)
      throw std::bad_alloc();
  }
  ~GzipReader() override { inflateEnd(&z_); }
  GzipReader(const GzipReader&) = delete;
  GzipReader& operator=(const GzipReader&) = delete;

  size_t read(char* to, size_t most) override {
    if (most == 0)
      return 0;
    while (true) {
      const std::string_view packed = file_.left();
      if (packed.empty()) {
        if (inside_)
          truncated("gzip");
        return 0;
      }
      if (!inside_ && packed[0] == '\0') {
        file_.use(1);
        continue;
      }
      if (!inside_)
        inflateReset(&z_);
      inside_ = true;
      z_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
      z_.avail_in = uInt(packed.size());
      z_.next_out = reinterpret_cast<Bytef*>(to);
      z_.avail_out = uInt(most);
      const int status = inflate(&z_, Z_NO_FLUSH);
      file_.use(packed.size() - z_.avail_in);
      if (status == Z_MEM_ERROR)
        throw std::bad_alloc();
      if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
        damaged("gzip");
      inside_ = status != Z_STREAM_END;
      if (z_.avail_out < most)
        return most - z_.avail_out;
    }
  }

 private:
  z_stream z_{};
  bool inside_ = false;  // of a member
};

class XzReader : public Unpacker {
 public:
  explicit XzReader(const std::filesystem::path& path) : Unpacker(path) {
    if (lzma_stream_decoder(&stream_, most_xz_memory, LZMA_CONCATENATED) != LZMA_OK)
      throw std::bad_alloc();
  }
  ~XzReader() override { lzma_end(&stream_); }
  XzReader(const XzReader&) = delete;
  XzReader& operator=(const XzReader&) = delete;

  size_t read(char* to, size_t most) override {
    while (most > 0 && !ended_) {
      const std::string_view packed = file_.left();
      stream_.next_in = reinterpret_cast<const uint8_t*>(packed.data());
      stream_.avail_in = packed.size();
      stream_.next_out = reinterpret_cast<uint8_t*>(to);
      stream_.avail_out = most;
      const lzma_ret how = lzma_code(&stream_, packed.empty() ? LZMA_FINISH : LZMA_RUN);
      file_.use(packed.size() - stream_.avail_in);
      ended_ = how == LZMA_STREAM_END;
      const size_t got = most - stream_.avail_out;
      if (how == LZMA_MEM_ERROR)
        throw std::bad_alloc();
      if (packed.empty() && got == 0 && !ended_)
        truncated("xz");
      if (how != LZMA_OK && how != LZMA_STREAM_END && how != LZMA_BUF_ERROR)
        damaged("xz");
      if (got > 0)
        return got;
    }
    return 0;
  }

 private:
  lzma_stream stream_ = LZMA_STREAM_INIT;
  bool ended_ = false;
};

}  // namespace

ByteReader read_unpacked_stream(const std::filesystem::path& path) {
  std::error_code error;
  check_in(!std::filesystem::is_directory(path, error), ErrorKind::io, path.string(),
           "is a folder, not a file");
  auto file = std::make_shared<Unpacker>(path);
  std::shared_ptr<Unpacker> reader = file;
  if (is_gzip(file->beginning()))
    reader = std::make_shared<GzipReader>(path);
  else if (is_xz(file->beginning()))
    reader = std::make_shared<XzReader>(path);
  return [reader](char* to, size_t most) { return reader->read(to, most); };
}

}  // namespace hebb
