// Compares tensors with nested lists of stored values.
#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "hebb/tensor/tensor.h"

namespace hebb::test {

inline void flatten_numbers(const nlohmann::json& value, std::vector<double>& out) {
  if (value.is_number())
    out.push_back(value.get<double>());
  else
    for (const auto& part : value)
      flatten_numbers(part, out);
}

inline void expect_near(const Tensor& tensor, const nlohmann::json& expected,
                        double tolerance = 1e-12) {
  std::vector<double> want;
  flatten_numbers(expected, want);
  const std::vector<double> have = tensor.to_vector<double>();
  ASSERT_EQ(have.size(), want.size());
  for (size_t i = 0; i < want.size(); ++i)
    EXPECT_NEAR(have[i], want[i], tolerance) << "element " << i;
}

}  // namespace hebb::test
