// A vector whose first N items live inside the object: operand lists, shapes, specs. It allocates
// only beyond N, and then like std::vector. Moving it moves the items that live inside.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <new>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace hebb {

template <class T, size_t N>
class SmallVector {
 public:
  using value_type = T;
  using iterator = T*;
  using const_iterator = const T*;

  SmallVector() = default;
  SmallVector(std::initializer_list<T> values) { append(values.begin(), values.end()); }
  SmallVector(std::span<const T> values) { append(values.begin(), values.end()); }
  SmallVector(const std::vector<T>& values) { append(values.begin(), values.end()); }
  SmallVector(std::vector<T>&& values) {
    append(std::make_move_iterator(values.begin()), std::make_move_iterator(values.end()));
  }
  // Not for numbers: Dims(3) would be taken for the shape [3].
  explicit SmallVector(size_t count) requires(!std::is_arithmetic_v<T>) { resize(count); }
  SmallVector(size_t count, const T& value) { resize(count, value); }
  SmallVector(const SmallVector& other) { append(other.begin(), other.end()); }
  SmallVector(SmallVector&& other) noexcept { steal(other); }
  SmallVector& operator=(const SmallVector& other) {
    if (this != &other) {
      clear();
      append(other.begin(), other.end());
    }
    return *this;
  }
  SmallVector& operator=(SmallVector&& other) noexcept {
    if (this != &other) {
      free_items();
      steal(other);
    }
    return *this;
  }
  ~SmallVector() { free_items(); }

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T* data() { return data_; }
  const T* data() const { return data_; }
  T* begin() { return data_; }
  T* end() { return data_ + size_; }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + size_; }
  std::reverse_iterator<const T*> rbegin() const { return std::reverse_iterator(end()); }
  std::reverse_iterator<const T*> rend() const { return std::reverse_iterator(begin()); }
  T& operator[](size_t i) { return data_[i]; }
  const T& operator[](size_t i) const { return data_[i]; }
  T& front() { return data_[0]; }
  const T& front() const { return data_[0]; }
  T& back() { return data_[size_ - 1]; }
  const T& back() const { return data_[size_ - 1]; }
  operator std::span<const T>() const { return {data_, size_}; }
  std::vector<T> to_vector() const { return {begin(), end()}; }

  void reserve(size_t count) {
    if (count > capacity_) [[unlikely]]
      grow(count);
  }
  void push_back(T value) { emplace_back(std::move(value)); }
  template <class... Args>
  T& emplace_back(Args&&... args) {
    reserve(size_ + 1);
    T* place = std::construct_at(data_ + size_, std::forward<Args>(args)...);
    ++size_;
    return *place;
  }
  void pop_back() {
    --size_;
    std::destroy_at(data_ + size_);
  }
  template <class Iterator>
  void append(Iterator first, Iterator last) {
    reserve(size_ + size_t(std::distance(first, last)));
    T* end = std::uninitialized_copy(first, last, data_ + size_);
    size_ = uint32_t(end - data_);
  }
  void insert(size_t at, T value) {
    push_back(std::move(value));
    for (size_t i = size_ - 1; i > at; --i)
      std::swap(data_[i], data_[i - 1]);
  }
  void erase(size_t at) {
    for (size_t i = at + 1; i < size_; ++i)
      data_[i - 1] = std::move(data_[i]);
    pop_back();
  }
  void resize(size_t count) { resize(count, T()); }
  void resize(size_t count, const T& value) {
    if (count < size_) {
      std::destroy(data_ + count, data_ + size_);
    } else {
      const T kept = value;  // value may be one of the items
      reserve(count);
      std::uninitialized_fill(data_ + size_, data_ + count, kept);
    }
    size_ = uint32_t(count);
  }
  void clear() {
    std::destroy(begin(), end());
    size_ = 0;
  }

  friend bool operator==(const SmallVector& a, const SmallVector& b) {
    if (a.size_ != b.size_)
      return false;
    for (size_t i = 0; i < a.size_; ++i)
      if (!(a.data_[i] == b.data_[i]))
        return false;
    return true;
  }

 private:
  T* inside() { return reinterpret_cast<T*>(local_); }

  // Rare, and kept out of line: inlined everywhere, its copy misleads the compiler's warnings about
  // bounds.
  [[gnu::noinline]] void grow(size_t count) {
    const size_t doubled = 2 * size_t(capacity_), wanted = count > doubled ? count : doubled;
    T* more = std::allocator<T>().allocate(wanted);
    std::uninitialized_move(begin(), end(), more);
    const uint32_t size = size_;
    free_items();
    data_ = more;
    size_ = size;
    capacity_ = uint32_t(wanted);
  }
  void free_items() {
    clear();
    if (data_ != inside())
      std::allocator<T>().deallocate(data_, capacity_);
    data_ = inside();
    capacity_ = N;
  }
  void steal(SmallVector& other) noexcept {
    if (other.data_ == other.inside()) {
      std::uninitialized_move(other.begin(), other.end(), data_);
      size_ = other.size_;
      other.clear();
    } else {
      data_ = std::exchange(other.data_, other.inside());
      size_ = std::exchange(other.size_, 0);
      capacity_ = std::exchange(other.capacity_, N);
    }
  }

  T* data_ = inside();
  uint32_t size_ = 0, capacity_ = N;
  alignas(T) std::byte local_[N * sizeof(T)];
};

}  // namespace hebb
