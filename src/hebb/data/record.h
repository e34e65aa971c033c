// One sample on its way through the steps: named values. A value owns its memory, or refers to
// memory of somebody else, so that what lies in memory already is not copied first, and the last
// step can write into the batch.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hebb/tensor/dims.h"
#include "hebb/tensor/dtype.h"

namespace hebb::data {

// Dense and row-major.
class Value {
 public:
  DType dtype() const { return dtype_; }
  const Dims& shape() const { return shape_; }
  int64_t count() const { return count_; }  // numbers
  const void* bytes() const { return data_; }
  template <class T>
  const T* data() const {
    return static_cast<const T*>(data_);
  }

  // What lies at `data`, which outlives its use here.
  void refer(DType dtype, const Dims& shape, const void* data);
  // Memory for such a value, its own or what was lent; what it held is gone.
  void* make(DType dtype, const Dims& shape);
  // The next make() uses this memory; it has to be of this size. Null: nothing is lent.
  void lend(void* memory, size_t bytes);

 private:
  void become(DType dtype, const Dims& shape);

  DType dtype_ = DType::f32;
  Dims shape_ = {0};
  int64_t count_ = 0;
  const void* data_ = nullptr;
  std::vector<std::byte> own_;
  void* lent_ = nullptr;
  size_t lent_bytes_ = 0;
};

struct Record {
  std::string where;  // for messages: a file, "rows.csv:7"
  std::vector<std::pair<std::string, Value>> values;
  Value spare;  // where a step makes what takes a value's place

  Value& add(std::string_view name);             // one that holds nothing yet
  Value& at(std::string_view name);              // bug where there is none: schemas are checked
  const Value& at(std::string_view name) const;  // before records are made
};

}  // namespace hebb::data
