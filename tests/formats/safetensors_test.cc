// safetensors: what goes in comes out, and every rule of the format is held.

#include "hebb/formats/safetensors.h"

#include <gtest/gtest.h>

#include <cstring>

#include "hebb/base/error.h"
#include "hebb/base/file.h"
#include "hebb/ops/create.h"
#include "support/temp_folder.h"

namespace hebb {
namespace {

std::string file(std::string_view header, std::string_view values) {
  std::string out;
  for (int i = 0; i < 8; ++i)
    out += char(uint64_t(header.size()) >> 8 * i & 0xff);
  return out + std::string(header) + std::string(values);
}
std::string refused_safetensors(std::string_view bytes) {
  try {
    const SafetensorsFile open(bytes, "x.safetensors");
    for (const SafetensorsEntry& entry : open.entries())
      open.read(entry);
  } catch (const Error& error) {
    EXPECT_TRUE(std::string_view(error.what()).starts_with("x.safetensors: ")) << error.what();
    return error.what();
  }
  return "";
}
#define EXPECT_REFUSED(words, header, values)                                         \
  EXPECT_NE(refused_safetensors(file(header, values)).find(words), std::string::npos) \
      << refused_safetensors(file(header, values))

TEST(Safetensors, EveryDtypeGoesBothWays) {
  NamedTensors tensors;
  for (int d = 0; d < num_dtypes; ++d)
    if (!is_complex(DType(d)))
      tensors.emplace(std::string(name(DType(d))), arange(0, 3, 1, f32).to(DType(d)));
  tensors["scalar"] = ones({});
  tensors["empty"] = zeros({0, 3});
  tensors["strided"] = arange(0, 6, 1, f32).reshape({2, 3}).t();
  const Metadata metadata = {{"format", "pt"}, {"note", "\"quoted\" \n"}};
  const std::string bytes = encode_safetensors(tensors, metadata);
  const SafetensorsFile open(bytes, "x");
  EXPECT_EQ(open.metadata(), metadata);
  ASSERT_EQ(open.entries().size(), tensors.size());
  for (const SafetensorsEntry& entry : open.entries()) {
    const Tensor back = open.read(entry), &expected = tensors.at(entry.name);
    EXPECT_EQ(describe(back), describe(expected));
    EXPECT_EQ(back.to_vector<double>(), expected.to_vector<double>()) << entry.name;
  }
}

TEST(Safetensors, IsWrittenInOneOrderAtABoundary) {
  const std::string bytes = encode_safetensors(
      {{"b", ones({1}, f32)}, {"a", ones({1}, u8)}, {"d", ones({1}, f64)}, {"c", ones({1}, f32)}},
      {{"k", "v"}});
  const std::string header =
      R"({"__metadata__":{"k":"v"},"d":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]},)"
      R"("c":{"dtype":"F32","shape":[1],"data_offsets":[12,16]},"a":{"dtype":"U8","shape":[1],"data_offsets":[16,17]}})";
  EXPECT_EQ(bytes.substr(8, header.size()), header);
  EXPECT_EQ((bytes.size() - 17) % 8, 0u);
  EXPECT_EQ(refused_safetensors(bytes), "");
}

// One of 640 bytes begins with the bytes 80 02, as a pickle does.
TEST(Safetensors, HeadersMayHaveAnyLength) {
  for (size_t length = 0; length < 800; ++length) {
    const std::string bytes =
        encode_safetensors({{"a", ones({1}, f32)}}, {{"k", std::string(length, 'v')}});
    ASSERT_EQ(refused_safetensors(bytes), "") << length;
  }
}

TEST(Safetensors, TakesWhatTheFormatAllows) {
  EXPECT_EQ(refused_safetensors(file("{}", "")), "");
  EXPECT_EQ(
      refused_safetensors(file(
          R"({"__metadata__": {}, "a": {"shape": [], "data_offsets": [0, 2], "dtype": "BF16"}}   )",
          "12")),
      "");
  EXPECT_EQ(
      refused_safetensors(file(
          R"({"b":{"dtype":"U8","shape":[1],"data_offsets":[1,2]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})",
          "12")),
      "");
}

TEST(Safetensors, RefusesEveryBrokenRule) {
  EXPECT_NE(refused_safetensors("1234567").find("no safetensors"), std::string::npos);
  EXPECT_NE(refused_safetensors(std::string(8, '\xff')).find("larger than 100000000"),
            std::string::npos);
  EXPECT_NE(refused_safetensors(std::string("\x10\0\0\0\0\0\0\0{}", 10)).find("truncated"),
            std::string::npos);
  EXPECT_REFUSED("begin with '{'", " {}", "");
  EXPECT_REFUSED("begin with '{'", "", "");
  EXPECT_REFUSED("no JSON", "{", "");
  EXPECT_REFUSED("no JSON", "{} x", "");
  EXPECT_REFUSED(
      "'a' twice",
      R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})",
      "1");
  EXPECT_REFUSED("'dtype' twice",
                 R"({"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}})", "1");
  EXPECT_REFUSED("nested", R"({"a":[[[[[[1]]]]]]})", "");
  EXPECT_REFUSED("nested", "{\"a\":" + std::string(100'000, '['), "");
  EXPECT_REFUSED("should give dtype", R"({"a":{"dtype":"U8","shape":[1]}})", "1");
  EXPECT_REFUSED("should give dtype", R"({"a":1})", "1");
  EXPECT_REFUSED("unknown dtype 'Z9'", R"({"a":{"dtype":"Z9","shape":[1],"data_offsets":[0,1]}})",
                 "1");
  EXPECT_REFUSED("list of sizes", R"({"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}})", "1");
  EXPECT_REFUSED("list of sizes", R"({"a":{"dtype":"U8","shape":[1.0],"data_offsets":[0,1]}})",
                 "1");
  EXPECT_REFUSED("[begin, end]", R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0]}})", "1");
  EXPECT_REFUSED("end before they begin",
                 R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[2,1]}})", "12");
  EXPECT_REFUSED("does not take the 1 bytes",
                 R"({"a":{"dtype":"U16","shape":[1],"data_offsets":[0,1]}})", "1");
  EXPECT_REFUSED("does not take",
                 R"({"a":{"dtype":"U64","shape":[2305843009213693952,8],"data_offsets":[0,0]}})",
                 "");
  EXPECT_REFUSED("does not take", R"({"a":{"dtype":"F4","shape":[3],"data_offsets":[0,2]}})", "12");
  EXPECT_REFUSED("cannot be read", R"({"a":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[0,2]}})",
                 "12");
  EXPECT_REFUSED("hole of 1 bytes", R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})",
                 "12");
  EXPECT_REFUSED(
      "overlaps",
      R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})",
      "123");
  EXPECT_REFUSED("truncated", R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}})", "1");
  EXPECT_REFUSED("1 bytes behind", R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})",
                 "12");
  EXPECT_REFUSED("should be a text", R"({"__metadata__":{"a":1}})", "");
  EXPECT_REFUSED("texts to texts", R"({"__metadata__":[]})", "");
}

TEST(Safetensors, TruncationAndDamageAreNoticed) {
  const std::string whole =
      encode_safetensors({{"x", ones({3})}, {"y", zeros({2}, i64)}}, {{"a", "b"}});
  for (size_t length = 0; length < whole.size(); ++length)
    EXPECT_NE(refused_safetensors(whole.substr(0, length)), "") << length;
  for (size_t at = 0; at < whole.size(); ++at) {
    std::string changed = whole;
    changed[at] = char(changed[at] ^ 0x55);
    refused_safetensors(changed);
  }
}

TEST(Safetensors, RefusesToWriteWhatTheFormatLacks) {
  EXPECT_THROW(encode_safetensors({{"x", zeros({1}, c64)}}), Error);
  EXPECT_THROW(encode_safetensors({{"__metadata__", zeros({1})}}), Error);
  EXPECT_THROW(encode_safetensors({{"\xff", zeros({1})}}), Error);
}

using SafetensorsFiles = TempFolder;

TEST_F(SafetensorsFiles, MayBeShards) {
  write_safetensors(folder_ / "1.safetensors", {{"a", ones({2})}});
  write_safetensors(folder_ / "2.safetensors", {{"b", zeros({3})}});
  const fs::path index = folder_ / "model.safetensors.index.json";
  write_file_atomic(
      index,
      R"({"metadata": {"total_size": 20}, "weight_map": {"a": "1.safetensors", "b": "2.safetensors"}})");
  const NamedTensors tensors = read_safetensors(index);
  EXPECT_EQ(describe(tensors.at("a")), "f32[2]");
  EXPECT_EQ(describe(tensors.at("b")), "f32[3]");
  for (const char* bad :
       {R"({"weight_map": {"a": "../1.safetensors"}})", R"({"weight_map": {"b": "1.safetensors"}})",
        "{}", R"({"weight_map": {"b": "3.safetensors"}})"}) {
    write_file_atomic(index, bad);
    EXPECT_THROW(read_safetensors(index), Error) << bad;
  }
}

}  // namespace
}  // namespace hebb
