#include "hebb/formats/xz.h"

#include <lzma.h>

#include <algorithm>
#include <memory>

#include "hebb/base/check.h"

namespace hebb {
namespace {

constexpr size_t step = size_t(1) << 20;  // unpacked at once

const char* said_by(lzma_ret how) {
  switch (how) {
    case LZMA_FORMAT_ERROR:
      return "not in this format";
    case LZMA_OPTIONS_ERROR:
      return "written with options that are not known here";
    case LZMA_MEMLIMIT_ERROR:
      return "it needs more memory than is given to it";
    case LZMA_MEM_ERROR:
      return "there is no memory left";
    default:
      return "its data or checksum are wrong";
  }
}

}  // namespace

bool is_xz(std::string_view bytes) {
  return bytes.starts_with(
      std::string_view("\xFD"
                       "7zXZ\0",
                       6));
}

std::string unxz(std::string_view bytes, std::string_view where, uint64_t max_bytes) {
  check_in(is_xz(bytes), ErrorKind::data, where, "is not an xz file");
  lzma_stream stream = LZMA_STREAM_INIT;
  const std::unique_ptr<lzma_stream, void (*)(lzma_stream*)> ended(
      &stream, [](lzma_stream* s) { lzma_end(s); });
  check_in(lzma_stream_decoder(&stream, most_xz_memory, LZMA_CONCATENATED) == LZMA_OK,
           ErrorKind::io, where, "cannot be unpacked: there is no memory left");
  stream.next_in = reinterpret_cast<const uint8_t*>(bytes.data());
  stream.avail_in = bytes.size();
  std::string out;
  while (true) {
    const size_t have = out.size();
    check_in(have < max_bytes, ErrorKind::data, where,
             "unpacks to more than the {} bytes that are accepted here", max_bytes);
    const size_t more = size_t(std::min<uint64_t>(std::max(step, have), max_bytes - have));
    out.resize(have + more);
    stream.next_out = reinterpret_cast<uint8_t*>(out.data() + have);
    stream.avail_out = more;
    const lzma_ret how = lzma_code(&stream, LZMA_FINISH);
    out.resize(have + more - stream.avail_out);
    if (how == LZMA_STREAM_END)
      return out;
    const bool truncated = how == LZMA_BUF_ERROR || (how == LZMA_OK && stream.avail_out > 0);
    check_in(!truncated, ErrorKind::data, where,
             "is a truncated xz file: it ends after {} bytes, in the middle of its data",
             bytes.size());
    check_in(how == LZMA_OK, ErrorKind::data, where, "is a damaged xz file: {} near byte {}",
             said_by(how), stream.total_in);
  }
}

}  // namespace hebb
