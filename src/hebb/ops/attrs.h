// Attributes of an operator call: any plain struct with HEBB_FIELDS, type-erased. Printing,
// equality, hashing, JSON and the kernel cache's key are derived from the fields.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/base/fields.h"
#include "hebb/base/pool.h"
#include "hebb/tensor/device.h"
#include "hebb/tensor/dims.h"
#include "hebb/tensor/dtype.h"

namespace hebb {

// The kinds of value that an attribute can have.
//   bool, int64_t, double, std::string, DType, Dims, std::vector<double>, and std::optional of the
//   first six; Device, which says where the outputs are made.
class FieldVisitor {
 public:
  virtual ~FieldVisitor() = default;
  virtual void field(std::string_view name, bool& value) = 0;
  virtual void field(std::string_view name, int64_t& value) = 0;
  virtual void field(std::string_view name, double& value) = 0;
  virtual void field(std::string_view name, std::string& value) = 0;
  virtual void field(std::string_view name, DType& value) = 0;
  virtual void field(std::string_view name, Device& value) = 0;
  virtual void field(std::string_view name, Dims& value) = 0;
  virtual void field(std::string_view name, std::vector<double>& value) = 0;
  // Optional values: the visitor gets `has` and returns whether there is a value (now). field() is
  // called for the value then.
  virtual bool optional(std::string_view name, bool has) = 0;
};

// The functions of the struct's type; one object per attribute struct.
struct AttrsType {
  std::shared_ptr<void> (*make)();  // makes one with the defaults
  std::shared_ptr<void> (*copy)(const void* attrs);
  void (*visit)(void* attrs, FieldVisitor& visitor);
  Device (*device)(const void* attrs);  // null: no field is a Device
};

namespace attrs_detail {
template <class T>
struct IsOptional {
  static constexpr bool value = false;
};
template <class T>
struct IsOptional<std::optional<T>> {
  static constexpr bool value = true;
};

template <class A>
void destroy(void* attrs) {
  std::destroy_at(static_cast<A*>(attrs));
  pool_release(attrs, sizeof(A));
}
template <class A>
Device device_of(const void* attrs) {
  Device device;
  for_each_field(*static_cast<const A*>(attrs), [&](std::string_view, const auto& value) {
    if constexpr (std::is_same_v<decltype(value), const Device&>)
      device = value;
  });
  return device;
}
struct AnyDevice {
  template <class... Fields>
  constexpr auto operator()(const Fields&...) const {
    return std::bool_constant<(std::is_same_v<Fields, Device> || ...)>();
  }
};
template <class A>
inline constexpr bool has_device =
    decltype(std::declval<const A&>().with_fields(AnyDevice()))::value;

// One type of deleter for all structs: std::make_shared would compile a control block for each.
template <class A>
std::shared_ptr<void> owned(A attrs) {
  void* place = pool_allocate(sizeof(A));
  try {
    new (place) A(std::move(attrs));
    return {place, &destroy<A>, PoolAllocator<A>()};
  } catch (...) {
    pool_release(place, sizeof(A));
    throw;
  }
}

template <class A>
inline constexpr AttrsType type_of{
    // inline: its address is the same everywhere
    .make = [] { return owned(A()); },
    .copy = [](const void* a) { return owned(A(*static_cast<const A*>(a))); },
    .visit =
        [](void* a, FieldVisitor& visitor) {
          for_each_field(*static_cast<A*>(a), [&](std::string_view name, auto& value) {
            if constexpr (IsOptional<std::remove_reference_t<decltype(value)>>::value) {
              if (!visitor.optional(name, value.has_value()))
                return value.reset();
              if (!value)
                value.emplace();
              visitor.field(name, *value);
            } else {
              visitor.field(name, value);
            }
          });
        },
    .device = has_device<A> ? device_of<A> : nullptr,
};
}  // namespace attrs_detail

template <class A>
inline constexpr const AttrsType* attrs_type = &attrs_detail::type_of<A>;

class Attrs {
 public:
  Attrs() = default;  // for an operator without attributes
  template <fields::Listed A>
  Attrs(A attrs) : type_(attrs_type<A>), value_(attrs_detail::owned(std::move(attrs))) {}
  Attrs(const AttrsType* type, std::shared_ptr<void> value)
      : type_(type), value_(std::move(value)) {}

  template <class A>
  const A& as() const {
    return *static_cast<const A*>(value_.get());
  }
  const void* get() const { return value_.get(); }
  const AttrsType* type() const { return type_; }
  bool empty() const { return type_ == nullptr; }
  // Where the outputs are made, for operators with such an attribute.
  std::optional<Device> device() const {
    return type_ && type_->device ? std::optional(type_->device(get())) : std::nullopt;
  }

  void visit(FieldVisitor& visitor) const;           // for a visitor that changes nothing
  std::string to_string() const;                     // "stride=[1, 1], groups=1"
  void append_key(std::vector<int64_t>& key) const;  // equal attributes append equal words
  friend bool operator==(const Attrs& a, const Attrs& b);

 private:
  const AttrsType* type_ = nullptr;
  std::shared_ptr<void> value_;
};

}  // namespace hebb
