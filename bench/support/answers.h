// Inputs and answers of two programs: kept in files of bare little-endian f32, and compared.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <fstream>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

// Below this answers agree: f32 has 24 bits, and 20 layers add up in another order.
inline constexpr double most_difference = 1e-4;

// The largest difference, as a part of the largest magnitude expected. NaN where one is NaN.
inline double difference_between(std::span<const float> got, std::span<const float> expected) {
  if (got.size() != expected.size())
    throw std::runtime_error("the answer has " + std::to_string(got.size()) + " values, not " +
                             std::to_string(expected.size()));
  double difference = 0, magnitude = 0;
  for (size_t i = 0; i < got.size(); ++i) {
    const double apart = std::abs(double(got[i]) - double(expected[i]));
    if (std::isnan(apart))
      return apart;
    difference = std::max(difference, apart);
    magnitude = std::max(magnitude, std::abs(double(expected[i])));
  }
  return difference / magnitude;
}

// Whether they agree. Says on standard error by how much they do not.
inline bool answers_agree(std::span<const float> got, std::span<const float> expected,
                          const std::string& whose) {
  const double difference = difference_between(got, expected);
  if (difference <= most_difference)
    return true;
  std::fprintf(stderr,
               "wrong: the largest difference from %s is %.3g of the largest magnitude, should be "
               "at most %.3g\n",
               whose.c_str(), difference, most_difference);
  return false;
}

inline double mean_magnitude(std::span<const float> values) {
  double sum = 0;
  for (const float value : values)
    sum += std::abs(double(value));
  return sum / double(values.size());
}

inline void write_floats(const std::string& path, std::span<const float> values) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(values.data()), std::streamsize(values.size_bytes()));
  if (!file.flush())
    throw std::runtime_error(path + ": cannot be written");
}

inline std::vector<float> read_floats(const std::string& path, size_t count) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file)
    throw std::runtime_error(path + ": cannot be read");
  const auto bytes = size_t(file.tellg());
  if (bytes != count * sizeof(float))
    throw std::runtime_error(path + ": has " + std::to_string(bytes) + " bytes, should have " +
                             std::to_string(count * sizeof(float)));
  std::vector<float> values(count);
  file.seekg(0);
  if (!file.read(reinterpret_cast<char*>(values.data()), std::streamsize(bytes)))
    throw std::runtime_error(path + ": cannot be read");
  return values;
}
