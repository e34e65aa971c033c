// New tensors.
#pragma once

#include <initializer_list>
#include <optional>
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
// tensor({{1, 2}, {3, 4}}): a matrix of f32. Error: rows of different lengths.
Tensor tensor(std::initializer_list<double> values);
// tensor({1, 0, 1}, {3, 1}): row-major.
Tensor tensor(std::initializer_list<double> values, const Dims& shape);
Tensor tensor(std::initializer_list<std::initializer_list<double>> rows);

struct FullAttrs {
  Dims shape;
  std::optional<DType> dtype;
  Device device = {};
  HEBB_FIELDS(shape, dtype, device)
};

}  // namespace hebb
