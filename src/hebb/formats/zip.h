// Zip archives in memory: stored and deflated members, zip64 where sizes ask for it. Source:
// PKWARE's APPNOTE 6.3. Archives are untrusted: nothing that a header claims is believed or
// allocated before it was held against the bytes there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/base/memory.h"

namespace hebb {

struct ZipMember {
  std::string name;
  bool deflated = false;
  uint32_t crc = 0;
  uint64_t packed = 0, size = 0;  // bytes in the archive, and unpacked
  uint64_t offset = 0;            // of the packed bytes in the archive
};

class ZipReader {
 public:
  // `bytes` must outlive the reader; `where` names the archive in errors. Errors: no zip archive,
  // truncated, damaged, encrypted or compressed otherwise, a name twice, members that overlap, more
  // than max_bytes when unpacked.
  ZipReader(std::string_view bytes, std::string where, uint64_t max_bytes = memory_size());

  const std::vector<ZipMember>& members() const {
    return members_;
  }                                                        // in the order of the directory
  const ZipMember* find(std::string_view name) const;      // null when there is none
  std::string read(const ZipMember& member) const;         // unpacked, its checksum compared
  std::string_view stored(const ZipMember& member) const;  // the packed bytes where they lie

 private:
  std::string_view bytes_;
  std::string where_;
  std::vector<ZipMember> members_;
};

class ZipWriter {  // no dates inside: equal members make equal bytes
 public:
  // align: a stored member's bytes begin at a multiple of it (PyTorch: 64).
  void add(std::string_view name, std::string_view bytes, bool deflate = false, uint64_t align = 1);
  std::string finish() &&;

 private:
  std::string out_, directory_;
  uint64_t count_ = 0;
};

}  // namespace hebb
