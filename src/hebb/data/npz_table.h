// What the arrays of an .npz file stand for, for who reads them for training or prediction.
#pragma once

#include <string>

#include "hebb/formats/npz.h"
#include "hebb/tensor/tensor.h"

namespace hebb::data {

// The array x as quantities: f64 of whole numbers, but for bytes, which may be pictures.
Tensor quantities(const Tensor& x);
// The array x as token ids, i64; as it is where it holds fractions.
Tensor token_ids(const Tensor& x);
// Sequences [N, T, ...] with zeros behind their ends, whatever was there. lengths: [N], of each;
// undefined: x as it is.
Tensor without_padding(const Tensor& x, const Tensor& lengths);
// The array `lengths` [N] of sequences x [N, T, ...], i64; undefined: there is none. Error (data):
// no integers from 0 to T.
Tensor lengths_in(const NpzArrays& arrays, const Tensor& x, const std::string& where);

}  // namespace hebb::data
