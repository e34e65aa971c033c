// safetensors: a length (u64), a JSON header {"name": {"dtype", "shape", "data_offsets": [begin,
// end]}, "__metadata__": {...}}, the values. Source: github.com/huggingface/safetensors, README,
// "Format".
//
// Every rule of the format is checked when a file is opened, before a value is read: the header's
// size (at most 100,000,000 bytes) and JSON, no name twice, shape and dtype that agree with the
// offsets, values without holes, overlaps or anything behind them.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/tensor/named_tensors.h"

namespace hebb {

using Metadata = std::map<std::string, std::string>;

struct SafetensorsEntry {
  std::string name, dtype;  // as in the file: "F32"
  Dims shape;
  uint64_t begin = 0, end = 0;  // bytes, from the first value
};

class MappedFile;

// A file that is open: a large one is read tensor by tensor.
class SafetensorsFile {
 public:
  explicit SafetensorsFile(const std::filesystem::path& path);
  SafetensorsFile(std::string_view bytes, std::string where);  // bytes must outlive it
  ~SafetensorsFile();

  const std::vector<SafetensorsEntry>& entries() const {
    return entries_;
  }  // in the order of their values
  const Metadata& metadata() const { return metadata_; }
  Tensor read(const SafetensorsEntry& entry)
      const;  // a copy. Error: a dtype that hebb does not have (F8_E4M3, ...)

 private:
  void open();
  std::unique_ptr<MappedFile> file_;
  std::string_view bytes_, values_;
  std::string where_;
  std::vector<SafetensorsEntry> entries_;
  Metadata metadata_;
};

// All tensors of a file, or of the files that a NAME.safetensors.index.json lists.
NamedTensors read_safetensors(const std::filesystem::path& path);

// The same tensors and metadata make the same bytes: values in the order of descending alignment,
// then name. Complex ones are refused.
void write_safetensors(const std::filesystem::path& path, const NamedTensors& tensors,
                       const Metadata& metadata = {});
std::string encode_safetensors(const NamedTensors& tensors, const Metadata& metadata = {});

}  // namespace hebb
