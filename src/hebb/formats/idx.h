// IDX, the array format of MNIST and its relatives, plain or gzipped. Source:
// yann.lecun.com/exdb/mnist ("the IDX file format").
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace hebb {

enum class IdxType : uint8_t {
  u8 = 0x08,
  i8 = 0x09,
  i16 = 0x0B,
  i32 = 0x0C,
  f32 = 0x0D,
  f64 = 0x0E
};

size_t idx_item_size(IdxType type);  // bytes
std::string_view idx_type_name(IdxType type);

struct IdxArray {
  IdxType type = IdxType::u8;
  std::vector<int64_t> dims;  // the product of those that are not 0 fits 64 bits
  std::string bytes;          // row-major, in this machine's byte order

  int64_t count() const;                 // of items
  int64_t integer(int64_t index) const;  // one item of an integer type
};

// Errors name the file: missing, wrong magic, truncated, bytes behind the end, sizes that overflow,
// damaged gzip. max_bytes: of the file, and of what it unpacks to. dims: how many there should be;
// 0: any number.
IdxArray read_idx(const std::filesystem::path& path, uint64_t max_bytes = uint64_t(1) << 32,
                  size_t dims = 0);
IdxArray decode_idx(std::string_view bytes, std::string_view where,
                    uint64_t max_bytes = uint64_t(1) << 32, size_t dims = 0);

}  // namespace hebb
