#include "hebb/formats/gzip.h"

#include <libdeflate.h>

#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/formats/inflate.h"

namespace hebb {
bool is_gzip(std::string_view bytes) {
  return bytes.substr(0, 2) == "\x1f\x8b";
}

std::string gunzip(std::string_view bytes, std::string_view where, uint64_t max_bytes) {
  check_in(is_gzip(bytes), ErrorKind::data, where, "is not a gzip file");
  Inflater inflater(Inflater::Wrapping::gzip, max_bytes);
  size_t used = 0;
  while (true) {
    const Inflated how = inflater.read(bytes.substr(used));
    used += inflater.used();
    check_in(how != Inflated::too_large, ErrorKind::data, where,
             "unpacks to more than the {} bytes that are accepted here", max_bytes);
    check_in(how != Inflated::damaged, ErrorKind::data, where,
             "is a damaged gzip file: {} near byte {}", inflater.message(), used);
    check_in(how != Inflated::truncated, ErrorKind::data, where,
             "is a truncated gzip file: it ends after {} bytes, in the middle of its data",
             bytes.size());
    const std::string_view rest = bytes.substr(used);
    if (std::all_of(rest.begin(), rest.end(), [](char c) { return c == 0; }))
      break;  // tapes and disks pad with zeros
    check_in(is_gzip(rest), ErrorKind::data, where,
             "has {} {} no gzip data behind its end at byte {}", rest.size(),
             rest.size() == 1 ? "byte that is" : "bytes that are", used);
  }
  return std::move(inflater).take();
}

uint32_t crc32(std::string_view bytes, uint32_t before) {
  return libdeflate_crc32(before, bytes.data(), bytes.size());
}

}  // namespace hebb
