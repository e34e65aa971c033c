// A short list of integers: shapes, strides, axes, kernel sizes. Up to six live inside the object.
#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hebb {

class Dims {
 public:
  Dims() = default;
  Dims(std::initializer_list<int64_t> values) { assign(values.begin(), values.size()); }
  Dims(std::span<const int64_t> values) { assign(values.data(), values.size()); }
  Dims(const std::vector<int64_t>& values) { assign(values.data(), values.size()); }
  Dims(size_t count, int64_t value) { resize(count, value); }
  Dims(const Dims& other) { assign(other.data(), other.size()); }
  Dims(Dims&& other) noexcept { steal(other); }
  Dims& operator=(const Dims& other) {
    if (this != &other)
      assign(other.data(), other.size());
    return *this;
  }
  Dims& operator=(Dims&& other) noexcept {
    if (this != &other)
      release(), steal(other);
    return *this;
  }
  ~Dims() { release(); }

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  int64_t* data() { return data_; }
  const int64_t* data() const { return data_; }
  int64_t* begin() { return data_; }
  int64_t* end() { return data_ + size_; }
  const int64_t* begin() const { return data_; }
  const int64_t* end() const { return data_ + size_; }
  int64_t& operator[](size_t i) { return data_[i]; }
  int64_t operator[](size_t i) const { return data_[i]; }
  int64_t& back() { return data_[size_ - 1]; }
  int64_t back() const { return data_[size_ - 1]; }

  void push_back(int64_t value) { resize(size_ + 1, value); }
  void insert(size_t at, int64_t value) {
    push_back(0);
    std::copy_backward(data_ + at, data_ + size_ - 1, data_ + size_);
    data_[at] = value;
  }
  void erase(size_t at) {
    std::copy(data_ + at + 1, data_ + size_, data_ + at);
    --size_;
  }
  void resize(size_t count, int64_t value = 0) {
    reserve(count);
    for (size_t i = size_; i < count; ++i)
      data_[i] = value;
    size_ = uint32_t(count);
  }
  operator std::span<const int64_t>() const { return {data_, size_}; }
  friend bool operator==(const Dims& a, const Dims& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
  }

 private:
  static constexpr size_t inside = 6;
  void reserve(size_t count) {
    if (count > capacity_)
      grow(count);
  }
  void grow(size_t count);
  void assign(const int64_t* values, size_t count) {
    reserve(count);
    std::copy(values, values + count, data_);
    size_ = uint32_t(count);
  }
  void release() {
    if (data_ != local_)
      delete[] data_;
    data_ = local_;
    capacity_ = inside;
  }
  void steal(Dims& other) noexcept {
    size_ = other.size_;
    if (other.data_ == other.local_) {
      std::copy(other.local_, other.local_ + size_, local_);
    } else {
      data_ = other.data_;
      capacity_ = other.capacity_;
      other.data_ = other.local_;
      other.capacity_ = inside;
    }
    other.size_ = 0;
  }

  int64_t* data_ = local_;
  uint32_t size_ = 0, capacity_ = inside;
  int64_t local_[inside];
};

std::string to_string(const Dims& dims);  // "[2, 3]"
int64_t product(std::span<const int64_t>
                    dims);  // of no dimensions: 1. Error: negative size, or more than 2^62 elements
// Of sizes from a file: product times `times`. Beside a size of 0 the others still have to be sizes
// that a tensor can have. Nothing: it is more than 63 bits can count, or a size is negative.
std::optional<int64_t> checked_product(std::span<const int64_t> dims, int64_t times);
Dims contiguous_strides(const Dims& shape);  // row-major, in elements
bool is_contiguous(const Dims& shape, const Dims& strides);
bool is_dense(const Dims& shape,
              const Dims& strides);  // every element once, without holes, in some order of the axes

// The strides of `shape` with the axes packed in the same order as in `like` (of the same rank):
// channels-last stays channels-last.
Dims dense_strides_like(const Dims& shape, const Dims& like_shape, const Dims& like_strides);

int64_t wrap_dim(int64_t dim, int64_t rank,
                 const char* what = "dim");    // negative counts from the end; Error out of range
Dims broadcast(const Dims& a, const Dims& b);  // NumPy's rule; Error names both shapes

}  // namespace hebb
