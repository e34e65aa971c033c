// NumPy's files: .npy holds an array, .npz a zip archive of them by name. Source: numpy.lib.format.
//
// Read: versions 1 to 3, every dtype of ours, either byte order, Fortran order (the tensor is
// row-major all the same). Text (U and S) is read by
// read_npz_arrays. Refused: objects, structures; text where a tensor is wanted. Written: version 1,
// row-major, little-endian. NumPy has no bf16: it is written as f32.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/tensor/named_tensors.h"

namespace hebb {

// Errors name the file (and the array): missing, no such format, truncated, damaged, a dtype that
// cannot be read.
NamedTensors read_npz(const std::filesystem::path& path);
NamedTensors decode_npz(std::string_view bytes, std::string_view where);
Tensor read_npy(const std::filesystem::path& path);
Tensor decode_npy(std::string_view bytes, std::string_view where);

struct TextArray {
  Dims shape;
  std::vector<std::string> values;  // UTF-8, in the file's order
};
struct NpzArrays {
  NamedTensors numbers;
  std::map<std::string, TextArray> texts;
};
NpzArrays read_npz_arrays(const std::filesystem::path& path);
NpzArrays decode_npz_arrays(std::string_view bytes, std::string_view where);

void write_npz(const std::filesystem::path& path, const NamedTensors& tensors,
               bool compress = false);
std::string encode_npz(const NamedTensors& tensors,
                       bool compress = false);  // the same tensors make the same bytes
void write_npy(const std::filesystem::path& path, const Tensor& tensor);
std::string encode_npy(const Tensor& tensor);

}  // namespace hebb
