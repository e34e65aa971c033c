#include "hebb/data/record.h"

#include "hebb/base/check.h"

namespace hebb::data {

void Value::become(DType dtype, const Dims& shape, int64_t samples) {
  dtype_ = dtype;
  samples_ = samples;
  texts_.clear();
  if (shape == shape_)
    return;
  shape_ = shape;
  count_ = product(shape);
}

void Value::refer(DType dtype, const Dims& shape, const void* data) {
  become(dtype, shape, 1);
  data_ = data;
}

void* Value::make(DType dtype, const Dims& shape, int64_t samples) {
  become(dtype, shape, samples);
  const size_t bytes = size_t(samples * count_ * item_size(dtype));
  void* memory = std::exchange(lent_, nullptr);
  if (memory) {
    promise(bytes == lent_bytes_, "a step made a value of another size than its schema says");
  } else {
    own_.resize(bytes);
    memory = own_.data();
  }
  data_ = memory;
  return memory;
}

std::span<std::string_view> Value::make_texts(int64_t samples) {
  dtype_ = DType::u8;
  shape_ = {-1};
  count_ = -1;
  samples_ = samples;
  data_ = nullptr;
  texts_.resize(size_t(samples));
  return texts_;
}

void Value::lend(void* memory, size_t bytes) {
  lent_ = memory;
  lent_bytes_ = bytes;
}

Value& Record::add(std::string_view name) {
  return values.emplace_back(std::string(name), Value()).second;
}

const Value* Record::find(std::string_view name) const {
  for (const auto& [known, value] : values)
    if (known == name)
      return &value;
  return nullptr;
}

const Value& Record::at(std::string_view name) const {
  if (const Value* found = find(name))
    return *found;
  bug("a record lacks the field '" + std::string(name) + "'");
}

Value& Record::at(std::string_view name) {
  return const_cast<Value&>(std::as_const(*this).at(name));
}

}  // namespace hebb::data
