#include "hebb/formats/gzip.h"

#include <gtest/gtest.h>

#include "hebb/base/error.h"

namespace hebb {
namespace {

std::string little_endian(uint32_t v, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i)
    out += char(v >> (8 * i));
  return out;
}

const std::string header("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10);

// RFC 1952 with one stored block of RFC 1951: what needs no compressor to write.
std::string stored(const std::string& content) {
  const uint32_t n = uint32_t(content.size());
  return header + "\x01" + little_endian(n, 2) + little_endian(~n, 2) + content +
         little_endian(crc32(content), 4) + little_endian(n, 4);
}

// "hebb " 200 times, by `gzip -9n`.
const std::string packed(
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xcb\x48\x4d\x4a\x52\xc8\x18\x25\x46\x89\x51\x62\x38"
    "\x13\x00\x16\x4f\xe7\xaa\xe8\x03\x00\x00",
    33);

std::string refused_gzip(const std::string& bytes, uint64_t max = 1 << 20) {
  try {
    gunzip(bytes, "x.gz", max);
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::data);
    return e.what();
  }
  return "no error";
}

TEST(Gzip, Crc32) {
  EXPECT_EQ(crc32("123456789"), 0xCBF43926u);  // the check value of the CRC catalogue
  EXPECT_EQ(crc32("6789", crc32("12345")), 0xCBF43926u);
  EXPECT_EQ(crc32(""), 0u);
}

TEST(Gzip, Unpacks) {
  std::string hebbs;
  for (int i = 0; i < 200; ++i)
    hebbs += "hebb ";
  EXPECT_EQ(gunzip(packed, "x"), hebbs);
  EXPECT_EQ(gunzip(stored("abc"), "x"), "abc");
  EXPECT_EQ(gunzip(stored(""), "x"), "");
  EXPECT_EQ(gunzip(stored("abc") + stored("") + stored("def"), "x"), "abcdef");
  EXPECT_EQ(gunzip(stored("abc") + std::string(512, '\0'), "x"), "abc");
  EXPECT_EQ(gunzip(packed, "x", 1000), hebbs);
  // Thirty times as much as was packed, and then nothing like it.
  std::string many, all;
  for (int i = 0; i < 4000; ++i)
    many += packed, all += hebbs;
  EXPECT_EQ(gunzip(many + stored("end"), "x", all.size() + 3), all + "end");
  EXPECT_NE(refused_gzip(many, all.size() - 1).find("unpacks to more than"), std::string::npos);
}

TEST(Gzip, RefusesDamage) {
  EXPECT_EQ(refused_gzip("abc"), "x.gz: is not a gzip file");
  EXPECT_EQ(refused_gzip(packed, 999),
            "x.gz: unpacks to more than the 999 bytes that are accepted here");
  EXPECT_EQ(refused_gzip(stored("abc") + "xyz"),
            "x.gz: has 3 bytes that are no gzip data behind its end at byte 26");
  std::string wrong_sum = stored("abc");
  wrong_sum[wrong_sum.size() - 8] ^= 1;
  EXPECT_EQ(refused_gzip(wrong_sum),
            "x.gz: is a damaged gzip file: incorrect data check near byte 22");
  for (const std::string& whole : {packed, stored("abcdef")})
    for (size_t n = 2; n < whole.size(); ++n)
      EXPECT_EQ(refused_gzip(whole.substr(0, n)), "x.gz: is a truncated gzip file: it ends after " +
                                                      std::to_string(n) +
                                                      " bytes, in the middle of its data");
}

TEST(Gzip, TheBoundIsExact) {
  EXPECT_EQ(gunzip(stored("hebb"), "x", 4), "hebb");
  for (uint64_t bound : {0, 3})
    EXPECT_THROW(gunzip(stored("hebb"), "x", bound), Error) << bound;
  EXPECT_EQ(gunzip(stored(""), "x", 0), "");
}

}  // namespace
}  // namespace hebb
