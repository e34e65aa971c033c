#include "hebb/formats/idx.h"

#include <gtest/gtest.h>

#include <bit>
#include <cstring>

#include "hebb/base/error.h"
#include "hebb/base/file.h"
#include "support/temp_folder.h"

namespace hebb {
namespace {

std::string idx(uint8_t type, std::vector<uint32_t> dims, const std::string& data) {
  std::string out{'\0', '\0', char(type), char(dims.size())};
  for (uint32_t d : dims)
    out += {char(d >> 24), char(d >> 16), char(d >> 8), char(d)};
  return out + data;
}

std::string refused_idx(const std::string& bytes) {
  try {
    decode_idx(bytes, "x.idx");
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::data);
    EXPECT_EQ(e.exit_status(), 1);
    return e.what();
  }
  return "no error";
}

TEST(Idx, ReadsEveryType) {
  using namespace std::string_literals;
  const IdxArray bytes = decode_idx(idx(0x08, {2, 3}, "\1\2\3\4\5\xff"), "x");
  EXPECT_EQ(bytes.dims, (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(bytes.count(), 6);
  EXPECT_EQ(bytes.integer(5), 255);
  EXPECT_EQ(decode_idx(idx(0x09, {1}, "\xff"), "x").integer(0), -1);
  EXPECT_EQ(decode_idx(idx(0x0B, {2}, "\x01\x02\xff\xfe"s), "x").integer(1), -2);
  EXPECT_EQ(decode_idx(idx(0x0B, {2}, "\x01\x02\xff\xfe"s), "x").integer(0), 258);
  EXPECT_EQ(decode_idx(idx(0x0C, {1}, "\x01\x02\x03\x04"s), "x").integer(0), 0x01020304);
  float f = 0;
  const IdxArray floats = decode_idx(idx(0x0D, {1}, "\x3f\xc0\0\0"s), "x");
  std::memcpy(&f, floats.bytes.data(), 4);
  EXPECT_EQ(f, 1.5f);
  double d = 0;
  const IdxArray doubles = decode_idx(idx(0x0E, {1}, "\xc0\x04\0\0\0\0\0\0"s), "x");
  std::memcpy(&d, doubles.bytes.data(), 8);
  EXPECT_EQ(d, -2.5);
  EXPECT_EQ(decode_idx(idx(0x08, {0, 28, 28}, ""), "x").count(), 0);
}

TEST(Idx, RefusesWithOneClearLine) {
  using namespace std::string_literals;
  EXPECT_EQ(refused_idx("\0\0"s), "x.idx: has 2 bytes, too few for an IDX file");
  EXPECT_EQ(refused_idx("\0\0\7\3\0\0\0\1"s),
            "x.idx: is not an IDX file: begins with 00 00 07 03, should be 00 00, a type (08, 09, "
            "0b to 0e) and the number of dimensions");
  EXPECT_EQ(refused_idx("\0\0\x08\0"s),
            "x.idx: is not an IDX file: begins with 00 00 08 00, should be 00 00, a type (08, 09, "
            "0b to 0e) and the number of dimensions");
  EXPECT_EQ(refused_idx("\0\0\x08\3\0\0\0\1"s),
            "x.idx: is a truncated IDX file: 8 bytes, its header of 3 dimensions alone has 16");
  EXPECT_EQ(refused_idx(idx(0x08, {2, 3}, "12345")),
            "x.idx: is a truncated IDX file: 5 bytes of data where 2 x 3 u8 needs 6");
  EXPECT_EQ(refused_idx(idx(0x0B, {2}, "12345")),
            "x.idx: has 1 bytes behind the end of its data (2 i16: 4 bytes)");
  const uint32_t most = 0xffffffff;
  EXPECT_EQ(refused_idx(idx(0x08, {most, most, most}, "1")),
            "x.idx: is a damaged IDX file: 4294967295 x 4294967295 x 4294967295 u8 is more than 64 "
            "bits can count");
  EXPECT_EQ(refused_idx(idx(0x0E, {most, most, 0}, "")),
            "x.idx: is a damaged IDX file: 4294967295 x 4294967295 x 0 f64 is more than 64 bits "
            "can count");
  EXPECT_EQ(refused_idx(idx(0x0E, {most, 0}, "1")),
            "x.idx: has 1 bytes behind the end of its data (4294967295 x 0 f64: 0 bytes)");
  EXPECT_EQ(refused_idx("\x1f\x8b\x08"),
            "x.idx: is a truncated gzip file: it ends after 3 bytes, in the middle of its data");
  EXPECT_THROW(read_idx("/no/such/file"), Error);
}

using IdxFiles = TempFolder;

TEST_F(IdxFiles, AreReadNoFurtherThanAllowed) {
  const std::string bytes = std::string("\0\0\x08\x01\0\0\0\x02", 8) + "ab";
  EXPECT_EQ(decode_idx(bytes, "x", 10).bytes, "ab");
  const fs::path path = folder_ / "idx";
  write_file_atomic(path, bytes);
  EXPECT_EQ(read_idx(path, 10).bytes, "ab");
  EXPECT_THROW(read_idx(path, 9), Error);
}

}  // namespace
}  // namespace hebb
