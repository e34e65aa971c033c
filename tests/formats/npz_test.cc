// npz and npy: what goes in comes out, what NumPy writes is read, and nothing damaged or hostile
// gets through.

#include "hebb/formats/npz.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstring>

#include "hebb/base/error.h"
#include "hebb/formats/zip.h"
#include "hebb/ops/create.h"
#include "hebb/ops/views.h"
#include "support/message_of.h"
#include "support/temp_folder.h"

namespace hebb {
namespace {

std::string npy(std::string header, std::string_view values, char version = 1) {
  std::string out("\x93NUMPY", 6);
  out += version;
  out += '\0';
  out += char(header.size() & 0xff);
  out += char(header.size() >> 8);
  if (version > 1)
    out += std::string(2, '\0');
  return out + header + std::string(values);
}
std::string dictionary(std::string_view descr, std::string_view shape,
                       std::string_view fortran = "False") {
  return "{'descr': '" + std::string(descr) + "', 'fortran_order': " + std::string(fortran) +
         ", 'shape': " + std::string(shape) + ", }\n";
}
std::string refused_npy(std::string_view bytes) {
  return message_of([&] { decode_npy(bytes, "x.npy"); });
}

TEST(Npy, EveryDtypeGoesBothWays) {
  for (int d = 0; d < num_dtypes; ++d) {
    const Tensor values = arange(0, 6, 1, f32).reshape({2, 3}).to(DType(d));
    const Tensor back = decode_npy(encode_npy(values), "x");
    EXPECT_EQ(back.dtype(), DType(d) == bf16 ? f32 : DType(d));
    EXPECT_EQ(back.shape(), values.shape());
    const Tensor same = DType(d) == bf16 ? values.to(f32) : values;
    EXPECT_EQ(std::memcmp(back.raw_data(), same.raw_data(), size_t(back.nbytes())), 0)
        << name(DType(d));
  }
}

TEST(Npy, ShapesGoBothWays) {
  for (const Dims& shape : {Dims{}, Dims{0}, Dims{1}, Dims{3, 0, 2}, Dims{2, 1, 3}})
    EXPECT_EQ(decode_npy(encode_npy(zeros(shape)), "x").shape(), shape);
  const Tensor strided = arange(0, 6, 1, f32).reshape({2, 3}).t();
  EXPECT_EQ(decode_npy(encode_npy(strided), "x").to_vector<double>(), strided.to_vector<double>());
}

NpzArrays arrays_of(std::string_view descr, std::string_view shape, std::string_view values) {
  ZipWriter zip;
  zip.add("words.npy", npy(dictionary(descr, shape), values), false);
  return decode_npz_arrays(std::move(zip).finish(), "x.npz");
}

TEST(Npz, TextIsReadInEitherByteOrder) {
  using namespace std::string_literals;
  const std::vector<std::string> words{"a", "\xC3\xA9\xF0\x9F\x90\xB1", ""};
  const std::string little =
      "a\0\0\0\0\0\0\0"
      "\xE9\0\0\0\x31\xF4\1\0"
      "\0\0\0\0\0\0\0\0"s;
  std::string big = little;
  for (size_t i = 0; i < big.size(); i += 4)
    std::reverse(big.begin() + ptrdiff_t(i), big.begin() + ptrdiff_t(i + 4));
  EXPECT_EQ(arrays_of("<U2", "(3,)", little).texts.at("words").values, words);
  EXPECT_EQ(arrays_of(">U2", "(3, 1)", big).texts.at("words").values, words);
  const NpzArrays bytes = arrays_of("|S3", "(2,)", "ab\0cde"s);
  EXPECT_EQ(bytes.texts.at("words").values, (std::vector<std::string>{"ab", "cde"}));
  EXPECT_EQ(bytes.texts.at("words").shape, (Dims{2}));
  EXPECT_TRUE(bytes.numbers.empty());
}

TEST(Npz, HostileTextIsRefused) {
  using namespace std::string_literals;
  const auto said = [](std::string_view descr, std::string_view shape, std::string_view values) {
    return message_of([&] { arrays_of(descr, shape, values); });
  };
  const auto holds = [](const std::string& text, std::string_view part) {
    return text.find(part) != text.npos;
  };
  EXPECT_TRUE(holds(said("<U2", "(3,)", "abcd"), "array 'words': holds 4 bytes of values, but"));
  EXPECT_TRUE(holds(said("<U0", "(1000000000000,)", ""), "has no size"));
  EXPECT_TRUE(holds(said("<U0", "(1000000000000000, 100000000000000000)", ""), "has no size"));
  EXPECT_TRUE(holds(said("<U9223372036854775807", "(2,)", "x"), "has no size"));
  EXPECT_TRUE(holds(said("<U99999999999999999999", "(2,)", "x"), "can be read"));
  EXPECT_TRUE(holds(said("<U-1", "(2,)", "x"), "can be read"));
  EXPECT_TRUE(holds(said("<U", "(2,)", "x"), "can be read"));
  EXPECT_TRUE(holds(said("<U1", "(1,)", "\0\0\x11\0"s), "no Unicode"));
  EXPECT_TRUE(holds(said("<U1", "(1,)", "\0\xD8\0\0"s), "no Unicode"));  // half of a pair
  EXPECT_TRUE(holds(said("|S1", "(1,)", "\xFF"), "no UTF-8"));
}

TEST(Npy, ValuesBeginAtABoundary) {
  for (const Dims& shape : {Dims{}, Dims{5}, Dims{1, 2, 3, 4}})
    EXPECT_EQ((encode_npy(zeros(shape)).size() - size_t(product(shape)) * 4) % 64, 0u);
}

TEST(Npy, ReadsOtherOrdersAndVersions) {
  const std::string big("\0\1\0\2\0\3\0\4\0\5\0\6", 12);
  EXPECT_EQ(decode_npy(npy(dictionary(">i2", "(2, 3)"), big), "x").to_vector<int64_t>(),
            (std::vector<int64_t>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(decode_npy(npy(dictionary(">i2", "(2, 3)", "True"), big, 2), "x").to_vector<int64_t>(),
            (std::vector<int64_t>{1, 3, 5, 2, 4, 6}));
  EXPECT_EQ(decode_npy(npy(dictionary("|u1", "(2,)"), "ab", 3), "x").to_vector<int64_t>(),
            (std::vector<int64_t>{97, 98}));
  EXPECT_EQ(decode_npy(npy("{\"shape\": (2L,), \"descr\": \"?\", \"fortran_order\": False}",
                           std::string("\0\7", 2)),
                       "x")
                .to_vector<int64_t>(),
            (std::vector<int64_t>{0, 1}));
}

TEST(Npy, RefusesWhatIsDamaged) {
  EXPECT_NE(refused_npy("").find("x.npy: is no npy file"), std::string::npos);
  EXPECT_NE(refused_npy(npy(dictionary("<f4", "(2,)"), "1234567"))
                .find("7 bytes of values, but f32[2] takes 8"),
            std::string::npos);
  EXPECT_NE(refused_npy(npy(dictionary("<f4", "(2,)"), "123456789")).find("9 bytes"),
            std::string::npos);
  EXPECT_NE(refused_npy(npy(dictionary("<f4", "(4611686018427387904, 4611686018427387904)"), ""))
                .find("damaged"),
            std::string::npos);
  EXPECT_NE(refused_npy(npy(dictionary("<f4", "(461168601842738790, 461168601842738790)"), ""))
                .find("more than memory can hold"),
            std::string::npos);
  EXPECT_NE(refused_npy(npy(dictionary("<f4", "(0, 100000000000000000, 100000000000000000)"), ""))
                .find("x.npy: holds 0 bytes of values, but"),
            std::string::npos);
  EXPECT_NE(refused_npy(npy(dictionary("<f4", "(-1,)"), "")).find("damaged"), std::string::npos);
  EXPECT_NE(refused_npy(npy(dictionary("|O", "(1,)"), "x")).find("Python objects"),
            std::string::npos);
  EXPECT_NE(refused_npy(npy(dictionary("<U3", "(1,)"), "x")).find("'<U3'"), std::string::npos);
  EXPECT_NE(refused_npy(npy(dictionary("|O", "(1,)"), "x")).find(".astype(str)"),
            std::string::npos);
  EXPECT_NE(
      refused_npy(npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", "1234"))
          .find("named fields"),
      std::string::npos);
  EXPECT_NE(refused_npy(npy("{'descr': '<f4', 'shape': (1,)}", "1234")).find("damaged"),
            std::string::npos);
  EXPECT_NE(refused_npy(npy(dictionary("<f4", "(1,)") + "more", "1234")).find("damaged"),
            std::string::npos);
  EXPECT_NE(refused_npy(npy(dictionary("<f4", "(1,)"), "1234", 4)).find("version 4"),
            std::string::npos);
  const std::string whole = encode_npy(ones({3}));
  for (size_t length = 0; length < whole.size(); ++length)
    EXPECT_NE(refused_npy(whole.substr(0, length)), "") << length;
}

NamedTensors some() {
  return {{"input", arange(0, 100, 1, f32)}, {"a/b", zeros({2, 2}, i64)}, {"", ones({})}};
}

TEST(Npz, GoesBothWaysPlainAndCompressed) {
  for (bool compress : {false, true}) {
    const NamedTensors back = decode_npz(encode_npz(some(), compress), "x");
    ASSERT_EQ(back.size(), 3u);
    for (const auto& [name, tensor] : some()) {
      EXPECT_EQ(describe(back.at(name)), describe(tensor));
      EXPECT_EQ(back.at(name).to_vector<double>(), tensor.to_vector<double>());
    }
  }
  EXPECT_LT(encode_npz({{"x", zeros({10000})}}, true).size(), 1000u);
  EXPECT_EQ(encode_npz(some()), encode_npz(some()));
  EXPECT_TRUE(decode_npz(encode_npz({}), "x").empty());
}

using NpzFiles = TempFolder;

TEST_F(NpzFiles, GoBothWays) {
  const fs::path path = folder_ / "a.npz";
  write_npz(path, some());
  EXPECT_EQ(read_npz(path).size(), 3u);
  fs::remove(path);
  EXPECT_NE(message_of([&] { read_npz(path); }).find(path.string()), std::string::npos);
}

std::string refused_npz(std::string_view bytes) {
  return message_of([&] { decode_npz(bytes, "x.npz"); });
}

TEST(Npz, RefusesWhatIsDamaged) {
  EXPECT_NE(refused_npz("").find("x.npz: is no zip archive"), std::string::npos);
  EXPECT_NE(refused_npz(encode_npy(ones({2}))).find("one array (.npy)"), std::string::npos);
  for (bool compress : {false, true}) {
    const std::string whole = encode_npz({{"x", arange(0, 20, 1, f32)}}, compress);
    for (size_t length = 0; length < whole.size(); ++length)
      EXPECT_NE(refused_npz(whole.substr(0, length)), "") << length;
    // No single changed byte may do worse than an error or other values.
    for (size_t at = 0; at < whole.size(); ++at) {
      std::string changed = whole;
      changed[at] = char(changed[at] ^ 0x55);
      refused_npz(changed);
    }
    std::string wrong = whole;
    wrong[wrong.find("NUMPY") == std::string::npos ? 60 : wrong.find("NUMPY") + 130] ^= 1;
    EXPECT_NE(refused_npz(wrong).find("damaged"), std::string::npos);
  }
}

TEST(Zip, RefusesNamesThatComeTwice) {
  ZipWriter zip;
  zip.add("a.npy", encode_npy(ones({1})));
  zip.add("a.npy", encode_npy(ones({1})));
  EXPECT_NE(refused_npz(std::move(zip).finish()).find("'a.npy' twice"), std::string::npos);
  ZipWriter other;
  other.add("a", encode_npy(ones({1})));
  other.add("a.npy", encode_npy(ones({1})));
  EXPECT_NE(refused_npz(std::move(other).finish()).find("array 'a' twice"), std::string::npos);
}

TEST(Zip, RefusesClaimsThatCannotBe) {
  ZipWriter zip;
  zip.add("a", std::string(1000, 'x'), true);
  const std::string whole = std::move(zip).finish();
  std::string claim = whole;
  const size_t size = claim.rfind("PK\1\2") + 24;
  claim[size + 3] = 0x7f;  // 2 GB out of a dozen bytes
  EXPECT_NE(message_of([&] { ZipReader(claim, "x"); }).find("claims"), std::string::npos);
  claim = whole;
  claim[size] = char(claim[size] - 1);  // one byte less than there is
  EXPECT_NE(message_of([&] {
              const ZipReader r(claim, "x");
              r.read(r.members()[0]);
            }).find("more than the 999 bytes it claims"),
            std::string::npos);
  EXPECT_NE(message_of([&] { ZipReader(whole, "x", 999); }).find("more than the 999 bytes"),
            std::string::npos);
}

long peak_kilobytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

TEST(Zip, TakesNoMoreMemoryThanWhatComesOut) {
  std::string noise(1 << 20, '\0');
  uint32_t state = 1;
  for (char& c : noise)
    c = char((state = state * 1664525 + 1013904223) >> 24);
  ZipWriter zip;
  zip.add("a", noise, true);
  std::string bytes = std::move(zip).finish();
  const size_t size = bytes.rfind("PK\1\2") + 24;
  bytes[size + 3] = 0x30;  // 800 MB out of one
  const ZipReader reader(bytes, "x");
  [[maybe_unused]] const long before = peak_kilobytes();
  EXPECT_NE(message_of([&] { reader.read(reader.members()[0]); }).find("damaged"),
            std::string::npos);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  EXPECT_LT(peak_kilobytes() - before, 100'000);
#endif
}

TEST(Zip, StoredMembersCanBeAligned) {
  ZipWriter zip;
  zip.add("odd", "abc", false, 64);
  zip.add("another", "defg", false, 64);
  const std::string bytes = std::move(zip).finish();
  const ZipReader reader(bytes, "x");
  for (const ZipMember& member : reader.members())
    EXPECT_EQ(member.offset % 64, 0u);
  EXPECT_EQ(reader.read(*reader.find("another")), "defg");
  EXPECT_EQ(reader.find("none"), nullptr);
}

}  // namespace
}  // namespace hebb
