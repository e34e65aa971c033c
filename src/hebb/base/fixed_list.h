// A list of fixed capacity, for objects that are made at compile time.
#pragma once

#include <initializer_list>

namespace hebb {

template <class T, int N>
class FixedList {
 public:
  constexpr FixedList() = default;
  constexpr FixedList(std::initializer_list<T> items) {
    for (const T& item : items)
      items_[count_++] = item;
  }
  constexpr const T* begin() const { return items_; }
  constexpr const T* end() const { return items_ + count_; }
  constexpr int size() const { return count_; }
  constexpr bool empty() const { return count_ == 0; }
  constexpr const T& operator[](int i) const { return items_[i]; }

 private:
  T items_[N]{};
  int count_ = 0;
};

}  // namespace hebb
