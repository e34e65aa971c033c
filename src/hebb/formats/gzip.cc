#include "hebb/formats/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

#include "hebb/base/check.h"

namespace hebb {
namespace {

class Inflater {
 public:
  Inflater() {
    if (inflateInit2(&stream, 15 + 16) != Z_OK) throw std::bad_alloc();  // 15 bits of window, + 16: a gzip header
  }
  ~Inflater() { inflateEnd(&stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  z_stream stream{};
};

}  // namespace

bool is_gzip(std::string_view bytes) { return bytes.substr(0, 2) == "\x1f\x8b"; }

std::string gunzip(std::string_view bytes, std::string_view where, uint64_t max_bytes) {
  check_in(is_gzip(bytes), ErrorKind::data, where, "is not a gzip file");
  Inflater inflater;
  z_stream& z = inflater.stream;
  std::string out;
  size_t used = 0, written = 0;
  constexpr size_t step = std::numeric_limits<uInt>::max() / 2;  // zlib counts in 32 bits
  while (true) {
    if (written == out.size()) {
      check_in(out.size() <= max_bytes, ErrorKind::data, where, "unpacks to more than the {} bytes that are accepted here", max_bytes);
      // Grows with what really comes out; one byte more than allowed shows whether there is more.
      out.resize(size_t(std::min<uint64_t>(max_bytes + 1, std::max<uint64_t>({out.size() * 2, 4 * bytes.size(), 1 << 16}))));
    }
    const size_t in = std::min(bytes.size() - used, step), room = std::min(out.size() - written, step);
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data() + used));
    z.avail_in = uInt(in);
    z.next_out = reinterpret_cast<Bytef*>(out.data() + written);
    z.avail_out = uInt(room);
    const int status = inflate(&z, Z_NO_FLUSH);
    used += in - z.avail_in;
    written += room - z.avail_out;
    if (status == Z_STREAM_END) {
      const std::string_view rest = bytes.substr(used);
      if (std::all_of(rest.begin(), rest.end(), [](char c) { return c == 0; })) break;  // tapes and disks pad with zeros
      check_in(is_gzip(rest), ErrorKind::data, where, "has {} bytes that are no gzip data behind its end at byte {}", rest.size(), used);
      inflateReset(&z);
      continue;
    }
    if (status == Z_MEM_ERROR) throw std::bad_alloc();
    check_in(status == Z_OK || status == Z_BUF_ERROR, ErrorKind::data, where, "is a damaged gzip file: {} near byte {}",
             z.msg ? z.msg : "wrong data", used);
    check_in(used < bytes.size() || z.avail_out == 0, ErrorKind::data, where,
             "is a truncated gzip file: it ends after {} bytes, in the middle of its data", bytes.size());
  }
  check_in(written <= max_bytes, ErrorKind::data, where, "unpacks to more than the {} bytes that are accepted here", max_bytes);
  out.resize(written);
  return out;
}

uint32_t crc32(std::string_view bytes, uint32_t before) {
  return uint32_t(::crc32_z(before, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

}  // namespace hebb
