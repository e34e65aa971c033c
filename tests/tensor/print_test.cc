// Tensors print as NumPy's arrays do: print.json holds arrays and their str().

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "hebb/ops/create.h"
#include "hebb/tensor/tensor.h"
#include "support/places.h"

namespace hebb {
namespace {

Tensor from_hex(const std::string& hex, const Dims& shape, DType dtype) {
  Tensor out = Tensor::empty(shape, dtype);
  EXPECT_EQ(int64_t(hex.size()), 2 * out.nbytes());
  auto* bytes = static_cast<unsigned char*>(out.raw_data());
  for (size_t i = 0; i < hex.size() / 2; ++i)
    bytes[i] = static_cast<unsigned char>(std::stoi(hex.substr(2 * i, 2), nullptr, 16));
  return out;
}

TEST(Print, IsNumpys) {
  const auto cases = nlohmann::json::parse(std::ifstream(reference_folder() / "print.json"));
  ASSERT_GT(cases.size(), 100u);
  for (const auto& c : cases) {
    const std::string dtype = c["dtype"];
    const Tensor tensor =
        from_hex(c["bytes"], c["shape"].get<std::vector<int64_t>>(), dtype_from_name(dtype));
    EXPECT_EQ(to_string(tensor), c["text"].get<std::string>()) << describe(tensor);
  }
}

TEST(Print, BrainFloatsUseTheirOwnDigits) {
  EXPECT_EQ(to_string(tensor({0.1, 2.5, 3}).to(bf16)), "[0.1 2.5 3. ]");
}

TEST(Print, ViewsAndTheUndefined) {
  EXPECT_EQ(to_string(tensor({{1., 2.}, {3., 4.}}).t()), "[[1. 3.]\n [2. 4.]]");
  EXPECT_EQ(to_string(Tensor()), "undefined");
  std::ostringstream out;
  out << tensor({1, 2.5});
  EXPECT_EQ(out.str(), "[1.  2.5]");
}

}  // namespace
}  // namespace hebb
