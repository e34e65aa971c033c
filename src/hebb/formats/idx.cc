#include "hebb/formats/idx.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "hebb/base/check.h"
#include "hebb/base/file.h"
#include "hebb/formats/gzip.h"
#include "hebb/tensor/dims.h"

namespace hebb {
namespace {

bool known_type(uint8_t code) {
  return code == 0x08 || code == 0x09 || (code >= 0x0B && code <= 0x0E);
}

uint32_t big_endian(std::string_view bytes, size_t at) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i)
    value = value << 8 | uint8_t(bytes[at + i]);
  return value;
}

// Turns each item of the big-endian file into this machine's order.
void to_host_order(std::string& bytes, size_t item) {
  if (item == 1 || std::endian::native == std::endian::big)
    return;
  for (size_t i = 0; i + item <= bytes.size(); i += item)
    std::reverse(bytes.begin() + std::ptrdiff_t(i), bytes.begin() + std::ptrdiff_t(i + item));
}

template <class T>
int64_t load(const std::string& bytes, int64_t index) {
  T value;
  std::memcpy(&value, bytes.data() + size_t(index) * sizeof(T), sizeof(T));
  return value;
}

}  // namespace

size_t idx_item_size(IdxType type) {
  switch (type) {
    case IdxType::u8:
    case IdxType::i8:
      return 1;
    case IdxType::i16:
      return 2;
    case IdxType::i32:
    case IdxType::f32:
      return 4;
    case IdxType::f64:
      return 8;
  }
  bug("an unknown IDX type");
}

std::string_view idx_type_name(IdxType type) {
  switch (type) {
    case IdxType::u8:
      return "u8";
    case IdxType::i8:
      return "i8";
    case IdxType::i16:
      return "i16";
    case IdxType::i32:
      return "i32";
    case IdxType::f32:
      return "f32";
    case IdxType::f64:
      return "f64";
  }
  bug("an unknown IDX type");
}

int64_t IdxArray::count() const {
  return int64_t(bytes.size() / idx_item_size(type));
}

int64_t IdxArray::integer(int64_t index) const {
  promise(index >= 0 && index < count(), "an IDX item beyond the end");
  switch (type) {
    case IdxType::u8:
      return load<uint8_t>(bytes, index);
    case IdxType::i8:
      return load<int8_t>(bytes, index);
    case IdxType::i16:
      return load<int16_t>(bytes, index);
    case IdxType::i32:
      return load<int32_t>(bytes, index);
    default:
      bug("an IDX item of a floating type read as an integer");
  }
}

IdxArray decode_idx(std::string_view bytes, std::string_view where, uint64_t max_bytes,
                    size_t dims) {
  std::string unpacked;
  if (is_gzip(bytes))
    bytes = unpacked = gunzip(bytes, where, max_bytes);
  check_in(bytes.size() >= 4, ErrorKind::data, where, "has {} bytes, too few for an IDX file",
           bytes.size());
  const uint8_t zero0 = uint8_t(bytes[0]), zero1 = uint8_t(bytes[1]), code = uint8_t(bytes[2]),
                rank = uint8_t(bytes[3]);
  check_in(zero0 == 0 && zero1 == 0 && known_type(code) && rank > 0, ErrorKind::data, where,
           "is not an IDX file: begins with {:02x} {:02x} {:02x} {:02x}, should be 00 00, a type "
           "(08, 09, 0b to 0e) and the number of "
           "dimensions",
           zero0, zero1, code, rank);
  // Before its size, which in another kind of file is a length of something else.
  check_in(dims == 0 || rank == dims, ErrorKind::data, where,
           "is an IDX file of {} dimension{}{}, should have {}{}", rank, rank == 1 ? "" : "s",
           rank == 1 ? ", as labels are" : "", dims, dims == 3 ? ", as pictures have" : "");
  IdxArray array;
  array.type = IdxType(code);
  const size_t header = 4 + size_t(4) * rank, item = idx_item_size(array.type);
  check_in(bytes.size() >= header, ErrorKind::data, where,
           "is a truncated IDX file: {} bytes, its header of {} dimensions alone has {}",
           bytes.size(), rank, header);
  for (size_t i = 0; i < rank; ++i)
    array.dims.push_back(big_endian(bytes, 4 + 4 * i));
  const std::optional<int64_t> needed = checked_product(array.dims, int64_t(item));
  const int64_t there = int64_t(bytes.size() - header);
  const std::string shape =
      fmt::format("{} {}", fmt::join(array.dims, " x "), idx_type_name(array.type));
  check_in(needed.has_value(), ErrorKind::data, where,
           "is a damaged IDX file: {} is more than 64 bits can count", shape);
  const int64_t expected = *needed;
  check_in(there >= expected, ErrorKind::data, where,
           "is a truncated IDX file: {} bytes of data where {} needs {}", there, shape, expected);
  check_in(there == expected, ErrorKind::data, where,
           "has {} bytes behind the end of its data ({}: {} bytes)", there - expected, shape,
           expected);
  if (unpacked.empty()) {
    array.bytes.assign(bytes.substr(header));
  } else {
    unpacked.erase(0, header);
    array.bytes = std::move(unpacked);
  }
  to_host_order(array.bytes, item);
  return array;
}

IdxArray read_idx(const fs::path& path, uint64_t max_bytes, size_t dims) {
  return decode_idx(read_file(path, max_bytes), path.string(), max_bytes, dims);
}

}  // namespace hebb
