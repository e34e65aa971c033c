// New tensors.
#pragma once

#include <concepts>
#include <initializer_list>
#include <optional>
#include <type_traits>
#include <vector>

#include "hebb/base/fields.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// fill_value: a number. Default dtype: i64 for an integer, bool for a bool, c64 for a complex
// number, else f32. Default device: fill_value's.
Tensor full(const Dims& shape, const Tensor& fill_value, std::optional<DType> dtype = {},
            std::optional<Device> device = {});
Tensor zeros(const Dims& shape, DType dtype = DType::f32, Device device = {});
Tensor ones(const Dims& shape, DType dtype = DType::f32, Device device = {});
Tensor zeros_like(const Tensor& input);  // also its device
Tensor ones_like(const Tensor& input);
// Uninitialised values.
Tensor empty(const Dims& shape, DType dtype = DType::f32, Device device = {});
Tensor eye(int64_t n, DType dtype = DType::f32, Device device = {});
// start, start + step, ... below end (above it for a negative step). Error: a step of 0 or of the
// wrong sign.
Tensor arange(double end, DType dtype = DType::i64, Device device = {});
Tensor arange(double start, double end, double step = 1, DType dtype = DType::i64,
              Device device = {});
Tensor linspace(double start, double end, int64_t steps, DType dtype = DType::f32,
                Device device = {});  // both ends included

template <class T>
Tensor tensor(const std::vector<T>& values) {
  return Tensor::from(values, {int64_t(values.size())});
}
template <class T>
Tensor tensor(const std::vector<T>& values, const Dims& shape) {
  return Tensor::from(values, shape);
}
// tensor(1.5), tensor({1.5, 2}), tensor({{0, 1}, {1, 0}}), tensor({1, 0, 1}, {3, 1}) (values in
// row-major order, shape). Whole numbers give i64, bools bool, all else f32, as in PyTorch. Error:
// rows of different lengths.
Tensor tensor(std::initializer_list<double> values);
Tensor tensor(std::initializer_list<double> values, const Dims& shape);
Tensor tensor(std::initializer_list<std::initializer_list<double>> rows);

namespace detail {
template <class T>
using ListedType = std::conditional_t<std::is_same_v<T, bool>, bool,
                                      std::conditional_t<std::is_integral_v<T>, int64_t, float>>;
// Error: rows of different lengths.
void check_row_lengths(const size_t* lengths, size_t rows);
}  // namespace detail

template <Number T>
Tensor tensor(T value) {
  return tensor(std::vector<detail::ListedType<T>>{detail::ListedType<T>(value)}, Dims{});
}
template <Number T>
requires(!std::same_as<T, double>) Tensor tensor(std::initializer_list<T> values) {
  return tensor(std::vector<detail::ListedType<T>>(values.begin(), values.end()));
}
template <Number T>
requires(!std::same_as<T, double>) Tensor
    tensor(std::initializer_list<T> values, const Dims& shape) {
  return tensor(std::vector<detail::ListedType<T>>(values.begin(), values.end()), shape);
}
template <Number T>
requires(!std::same_as<T, double>) Tensor
    tensor(std::initializer_list<std::initializer_list<T>> rows) {
  std::vector<detail::ListedType<T>> values;
  std::vector<size_t> lengths;
  for (const std::initializer_list<T>& row : rows) {
    values.insert(values.end(), row.begin(), row.end());
    lengths.push_back(row.size());
  }
  detail::check_row_lengths(lengths.data(), lengths.size());
  return tensor(values, {int64_t(rows.size()), lengths.empty() ? 0 : int64_t(lengths[0])});
}

struct FullAttrs {
  Dims shape;
  std::optional<DType> dtype;
  Device device = {};
  HEBB_FIELDS(shape, dtype, device)
};

}  // namespace hebb
