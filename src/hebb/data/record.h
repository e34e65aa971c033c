// Samples on their way through the steps: named values, usually of one sample. Rows of a table go
// many at a time, so that a step goes over a column's cells and not from column to column. A value
// owns its memory, or refers to memory of somebody else, so that what lies in memory already is not
// copied first, and the last step can write into the batch.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hebb/tensor/dims.h"
#include "hebb/tensor/dtype.h"

namespace hebb::data {

// Dense and row-major, one sample behind the other.
class Value {
 public:
  DType dtype() const { return dtype_; }
  const Dims& shape() const { return shape_; }  // of a sample
  int64_t count() const { return count_; }      // numbers of a sample; -1: of several texts
  int64_t samples() const { return samples_; }
  const void* bytes() const { return data_; }
  template <class T>
  const T* data() const {
    return static_cast<const T*>(data_);
  }

  // What lies at `data`, which outlives its use here.
  void refer(DType dtype, const Dims& shape, const void* data);
  // Memory for such a value, its own or what was lent; what it held is gone.
  void* make(DType dtype, const Dims& shape, int64_t samples = 1);
  // Texts of several samples, u8 [-1]; what they are set to outlives its use here. A text of one
  // sample is a value like others, u8 [bytes].
  std::span<std::string_view> make_texts(int64_t samples);
  // Of either.
  std::string_view text(int64_t sample) const {
    return texts_.empty() ? std::string_view(data<char>(), size_t(count_)) : texts_[size_t(sample)];
  }
  // The next make() uses this memory; it has to be of this size. Null: nothing is lent.
  void lend(void* memory, size_t bytes);

 private:
  void become(DType dtype, const Dims& shape, int64_t samples);

  DType dtype_ = DType::f32;
  Dims shape_ = {0};
  int64_t count_ = 0, samples_ = 1;
  const void* data_ = nullptr;
  std::vector<std::byte> own_;
  std::vector<std::string_view> texts_;
  void* lent_ = nullptr;
  size_t lent_bytes_ = 0;
};

struct Record {
  std::string where;  // for messages: a file, "rows.csv:7"
  std::vector<std::pair<std::string, Value>> values;
  Value spare;  // where a step makes what takes a value's place

  const Value* find(std::string_view name) const;  // null: there is none
  Value& add(std::string_view name);               // one that holds nothing yet
  Value& at(std::string_view name);                // bug where there is none: schemas are checked
  const Value& at(std::string_view name) const;    // before records are made
};

}  // namespace hebb::data
