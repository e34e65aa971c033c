#include "hebb/formats/unpacked_stream.h"

#include <zlib.h>

#include "hebb/formats/xz.h"
#include "support/message_of.h"
#include "support/temp_folder.h"

namespace hebb {
namespace {

class UnpackedStream : public TempFolder {
 protected:
  // What the file gives, `most` bytes at a time.
  std::string read(const std::string& bytes, size_t most = 1000) const {
    write_file_atomic(folder_ / "f", bytes);
    const ByteReader reader = read_unpacked_stream(folder_ / "f");
    std::string out, some(most, '\0');
    while (const size_t n = reader(some.data(), most))
      out.append(some, 0, n);
    EXPECT_EQ(reader(some.data(), most), 0u);
    return out;
  }
};

std::string gzip(const std::string& text) {
  z_stream z{};
  deflateInit2(&z, 9, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&z, text.size()), '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  z.avail_in = uInt(text.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = uInt(out.size());
  deflate(&z, Z_FINISH);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

TEST_F(UnpackedStream, GivesWhatIsInTheFile) {
  std::string text;
  for (int i = 0; i < 50000; ++i)
    text += std::to_string(i * 7919 % 100003) + ",";
  for (const size_t most : {size_t(1), size_t(1000), size_t(1) << 20}) {
    EXPECT_EQ(read(text, most) == text, true) << most;
    EXPECT_EQ(read(gzip(text), most) == text, true) << most;
  }
  EXPECT_EQ(read(""), "");
  EXPECT_EQ(read(gzip("")), "");
  EXPECT_EQ(read(gzip("abc") + gzip("") + gzip("def") + std::string(512, '\0')), "abcdef");
}

const std::string xz_of_a_table(
    "\xfd\x37\x7a\x58\x5a\x00\x00\x01\x69\x22\xde\x36\x02\x00\x21\x01\x16\x00\x00\x00\x74\x2f\xe5"
    "\xa3\x01\x00\x07\x61\x2c\x62\x0a\x31\x2c\x32\x0a\x00\x7b\x07\x97\x0a\x00\x01\x1c\x08\x44\x60"
    "\x2a\xc8\x90\x42\x99\x0d\x01\x00\x00\x00\x00\x01\x59\x5a",
    60);

TEST_F(UnpackedStream, RefusesWhatIsCutOffOrDamaged) {
  EXPECT_EQ(read(xz_of_a_table, 3), "a,b\n1,2\n");
  EXPECT_EQ(read(xz_of_a_table + xz_of_a_table), "a,b\n1,2\na,b\n1,2\n");
  for (const std::string& whole : {xz_of_a_table, gzip("a,b\n1,2\n")}) {
    for (size_t cut = 6; cut < whole.size(); ++cut)
      EXPECT_NE(message_of([&] { read(whole.substr(0, cut)); }).find("truncated"),
                std::string::npos)
          << cut;
    std::string damaged = whole;
    damaged[damaged.size() - 9] = char(damaged[damaged.size() - 9] ^ 0x55);
    EXPECT_NE(message_of([&] { read(damaged); }).find("is a damaged"), std::string::npos);
  }
  EXPECT_NE(message_of([&] { read_unpacked_stream(folder_); }).find("is a folder"),
            std::string::npos);
  EXPECT_NE(message_of([&] { read_unpacked_stream(folder_ / "none"); }).find("cannot be opened"),
            std::string::npos);
}

}  // namespace
}  // namespace hebb
