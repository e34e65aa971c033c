// NumPy's files: .npy holds an array, .npz a zip archive of them by name. Source: numpy.lib.format.
//
// Read: versions 1 to 3, every dtype of ours, either byte order, Fortran order (the tensor is
// row-major all the same). Refused: objects, structures, text. Written: version 1, row-major,
// little-endian. NumPy has no bf16: it is written as f32.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "hebb/tensor/named_tensors.h"

namespace hebb {

// Errors name the file (and the array): missing, no such format, truncated, damaged, a dtype that
// cannot be read.
NamedTensors read_npz(const std::filesystem::path& path);
NamedTensors decode_npz(std::string_view bytes, std::string_view where);
Tensor read_npy(const std::filesystem::path& path);
Tensor decode_npy(std::string_view bytes, std::string_view where);

void write_npz(const std::filesystem::path& path, const NamedTensors& tensors,
               bool compress = false);
std::string encode_npz(const NamedTensors& tensors,
                       bool compress = false);  // the same tensors make the same bytes
void write_npy(const std::filesystem::path& path, const Tensor& tensor);
std::string encode_npy(const Tensor& tensor);

}  // namespace hebb
