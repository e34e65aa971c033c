// Tensor: a handle to an n-dimensional array. Copying the handle shares the array; clone() copies
// the values. Differentiable members (arithmetic, indexing, backward, ...) are declared here and
// defined in ops/tensor_methods.cc.
#pragma once

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <iosfwd>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "hebb/tensor/dims.h"
#include "hebb/tensor/dtype.h"
#include "hebb/tensor/storage.h"

namespace hebb {

struct History;  // what autograd attaches to a tensor; defined above this floor
class Index;
class Tensor;

// A plain number: bool, integer (int64) or floating (double). Weaker than tensors in promotion.
template <class T>
concept Number = std::is_arithmetic_v<T>;
template <class T, class... Types>
concept OneOf = (std::same_as<T, Types> || ...);

// The body of a tensor, which all its handles share.
struct TensorBody {
  std::shared_ptr<Storage> storage;  // null: a plain number, or something without memory
  int64_t offset = 0;                // of the first element, in elements
  Dims shape, strides;               // strides in elements
  DType dtype = DType::f32;
  bool number = false;  // a plain number: weak in promotion, its value is in `immediate`
  // Where the values are, or would be in a trace. Stays known when the storage is gone.
  Device device = {};
  alignas(8) std::byte immediate[8] = {};  // a plain number's value: bool, int64_t or double
  // The operator whose kept tensor this was, when its values were overwritten since. There is no
  // storage then.
  std::string_view overwritten = {};
  std::shared_ptr<History> history;
};

class Tensor {
 public:
  Tensor() = default;  // undefined: has no array; an optional operand that is left out
  template <Number T>
  Tensor(T value);  // a 0-d tensor, weak in promotion: x + 2 keeps x's dtype. Error: an integer of
                    // 2^63 or more
  explicit Tensor(std::shared_ptr<TensorBody> body) : body_(std::move(body)) {}

  // A contiguous tensor with uninitialised values. On meta it has no memory: calls on it give
  // shapes and dtypes, and reading a value is an Error. Error: there is no such device.
  static Tensor empty(const Dims& shape, DType dtype = DType::f32, Device device = {});
  static Tensor empty_strided(const Dims& shape, const Dims& strides, DType dtype,
                              Device device = {});  // strides must be dense
  // Copies values in row-major order. Error: their number is not the shape's.
  template <class T>
  static Tensor from(const std::vector<T>& values, const Dims& shape);
  // Contiguous memory that owner keeps alive.
  static Tensor wrap(void* data, const Dims& shape, DType dtype, std::shared_ptr<const void> owner);

  bool defined() const { return body_ != nullptr; }
  // Error of all members below: the tensor is undefined.
  DType dtype() const { return checked_body().dtype; }
  const Dims& shape() const { return checked_body().shape; }
  const Dims& strides() const { return checked_body().strides; }
  int64_t dim() const { return int64_t(checked_body().shape.size()); }
  int64_t size(int64_t dim) const;
  int64_t numel() const;
  int64_t nbytes() const { return numel() * item_size(dtype()); }
  Device device() const { return checked_body().device; }  // of a plain number: the CPU
  bool is_meta() const { return checked_body().storage && checked_body().storage->is_meta(); }
  bool is_contiguous() const { return hebb::is_contiguous(shape(), strides()); }
  bool is_number() const { return checked_body().number; }
  // Whether it is the same tensor, not merely equal values.
  bool same(const Tensor& other) const { return body_ == other.body_; }
  const std::shared_ptr<TensorBody>& body() const { return body_; }  // null when undefined
  Storage& storage() const { return *checked_body().storage; }       // a plain number has none
  uint64_t version() const { return is_number() ? 0 : storage().version(); }

  // The first element's address. T must be the dtype's type. Strided tensors: follow strides().
  // Code that writes through it later must call storage().count_write(). Error: the tensor is on a
  // device whose memory the host cannot read; tensor/to_host.h has its values.
  template <class T>
  T* data() const {
    require_dtype(dtype_of<T>);
    if (checked_body().device.kind != Device::Kind::cpu) [[unlikely]]
      fail_not_on_host();
    if (const auto& storage = checked_body().storage)
      storage->drop_packed();
    return static_cast<T*>(raw_data());
  }
  void* raw_data() const {  // an address on the device; the host reads to_host()
    TensorBody& body = checked_body();
    if (body.number)
      return body.immediate;
    if (body.storage->is_meta()) [[unlikely]]
      fail_meta();
    return static_cast<char*>(body.storage->data()) + body.offset * item_size(body.dtype);
  }

  Tensor detach() const;  // the same memory without history
  // Gives a plain number memory, which makes it an ordinary 0-d tensor of its dtype. Other tensors
  // stay as they are.
  Tensor& materialise();

  // ---- defined in ops/tensor_methods.cc ----
  // The value of a tensor with one element. Integers are exact; a floating value loses its fraction
  // when T is an integer. Error: it does not fit T.
  template <class T = double>
  T item() const;
  double item_as_double() const;
  int64_t item_as_int(int64_t low = std::numeric_limits<int64_t>::min(),
                      int64_t high = std::numeric_limits<int64_t>::max()) const;
  uint64_t item_as_unsigned(uint64_t high = std::numeric_limits<uint64_t>::max()) const;
  template <OneOf<float, double, int64_t, int32_t, uint8_t> T>
  std::vector<T> to_vector() const;  // row-major, cast to T
  Tensor clone() const;              // a contiguous copy; differentiable
  Tensor contiguous() const;         // itself when it is contiguous
  Tensor to(DType dtype) const;
  // The same values in the device's memory. The tensor itself when it is there, or is a plain
  // number, which is everywhere. Differentiable. Error: there is no such device, or no values (on
  // meta).
  Tensor to(Device device) const;
  // x[0], x[{0, Slice(1, 3)}], x[{positions}].
  Tensor operator[](Index index) const;
  Tensor operator[](std::initializer_list<Index> index) const;
  Tensor operator-() const;
  // x += y writes x + y into x's memory, which views of x see. Where a gradient is recorded, x
  // stands for the result from then on, as after x = x + y. The same after `Tensor total = 0`.
  // Error: x is a leaf that requires a gradient and one is recorded; or the result has another
  // shape, or a dtype that x's cannot hold (an integer x, a floating y).
  Tensor& operator+=(const Tensor& other);
  Tensor& operator-=(const Tensor& other);
  Tensor& operator*=(const Tensor& other);
  Tensor& operator/=(const Tensor& other);

  // The functions of the same names, as members.
  Tensor reshape(const Dims& shape) const;
  Tensor view(const Dims& shape) const;  // Error: it would need a copy; use reshape
  Tensor transpose(int64_t dim0, int64_t dim1) const;
  Tensor permute(const Dims& dims) const;
  Tensor t() const;  // the transpose of a matrix
  Tensor unsqueeze(int64_t dim) const;
  Tensor squeeze() const;
  Tensor squeeze(int64_t dim) const;
  Tensor flatten(int64_t start_dim = 0, int64_t end_dim = -1) const;
  Tensor expand(const Dims& shape) const;
  Tensor repeat(const Dims& repeats) const;
  Tensor select(int64_t dim, int64_t index) const;
  Tensor index_select(int64_t dim, const Tensor& index) const;
  Tensor gather(int64_t dim, const Tensor& index) const;
  Tensor masked_fill(const Tensor& mask, const Tensor& value) const;
  Tensor sum() const;
  Tensor sum(const DimOrDims& dim, bool keepdim = false) const;
  Tensor mean() const;
  Tensor mean(const DimOrDims& dim, bool keepdim = false) const;
  Tensor var(const DimOrDims& dim = {}, double correction = 1, bool keepdim = false) const;
  Tensor std(const DimOrDims& dim = {}, double correction = 1, bool keepdim = false) const;
  Tensor norm(double p = 2, const DimOrDims& dim = {}, bool keepdim = false) const;
  Tensor prod() const;
  Tensor max() const;
  Tensor min() const;
  std::pair<Tensor, Tensor> max(int64_t dim, bool keepdim = false) const;  // values, indices
  std::pair<Tensor, Tensor> min(int64_t dim, bool keepdim = false) const;
  Tensor amax(const DimOrDims& dim = {}, bool keepdim = false) const;
  Tensor amin(const DimOrDims& dim = {}, bool keepdim = false) const;
  Tensor argmax() const;  // position among all elements, row-major
  Tensor argmin() const;
  Tensor argmax(int64_t dim, bool keepdim = false) const;
  Tensor argmin(int64_t dim, bool keepdim = false) const;
  Tensor any() const;
  Tensor all() const;
  Tensor cumsum(int64_t dim) const;
  Tensor softmax(int64_t dim) const;
  Tensor log_softmax(int64_t dim) const;
  Tensor matmul(const Tensor& other) const;
  Tensor pow(const Tensor& exponent) const;
  Tensor clamp(const Tensor& min, const Tensor& max) const;
  Tensor abs() const;
  Tensor exp() const;
  Tensor log() const;
  Tensor sqrt() const;
  Tensor square() const;
  Tensor sin() const;
  Tensor cos() const;
  Tensor tanh() const;
  Tensor sigmoid() const;
  Tensor relu() const;
  Tensor round() const;
  Tensor isnan() const;

  // Writes values into the tensor's memory, broadcast and cast. Not differentiable. Error: the
  // tensor is the result of a recorded operation, or the values have a gradient (detach() them).
  Tensor& copy_(const Tensor& values);
  Tensor& fill_(const Tensor& number);
  Tensor& zero_();

  bool requires_grad() const;
  Tensor& requires_grad_(bool on = true);
  Tensor grad() const;  // undefined before a backward pass has reached this leaf
  void set_grad(const Tensor& grad);
  // Adds the gradients of this tensor with respect to all leaves to their grad(). gradient: that of
  // this tensor; may be left out when it has one element. create_graph: gradients can be
  // differentiated again. They then own the graph, which owns this leaf: call set_grad({}) when
  // they are no longer needed, or nothing of it is ever freed.
  void backward(const Tensor& gradient = {}, bool retain_graph = false,
                bool create_graph = false) const;

 private:
  TensorBody& checked_body() const {
    if (!body_) [[unlikely]]
      fail_undefined();
    return *body_;
  }
  [[noreturn]] static void fail_undefined();
  [[noreturn]] void fail_meta() const;
  [[noreturn]] void fail_not_on_host() const;
  void require_dtype(DType wanted) const;
  static Tensor from_bytes(const void* bytes, int64_t count, const Dims& shape, DType dtype);
  static Tensor number_tensor(const void* value, DType dtype);
  static int64_t as_i64(uint64_t value);
  std::shared_ptr<TensorBody> body_;
};

using Tensors = SmallVector<Tensor, 6>;  // operands and results: few

// A tensor of the same shape, strides and dtype without memory; an ordinary 0-d one for a plain
// number.
Tensor to_meta(const Tensor& tensor);
// A tensor without memory that claims to be on `device`: traces compute with such tensors.
Tensor stand_in(const Dims& shape, const Dims& strides, DType dtype, Device device);

std::string describe(const Tensor& tensor);   // "f32[2, 3]", "f32[2, 3] on cuda:0"
std::string to_string(const Tensor& tensor);  // NumPy's style
std::ostream& operator<<(std::ostream& out, const Tensor& tensor);

// ---- indexing ----
struct Slice {  // [start, stop) by step, negative positions count from the end
  std::optional<int64_t> start, stop;
  int64_t step = 1;
  Slice() = default;
  Slice(std::optional<int64_t> start, std::optional<int64_t> stop, int64_t step = 1)
      : start(start), stop(stop), step(step) {}
};
struct NewAxis {};
struct Ellipsis {};

// A position removes its dimension. A slice gives a view. A 1-d tensor of integers picks positions
// and gives a copy (index_select).
class Index {
 public:
  enum class Kind : uint8_t { position, slice, new_axis, ellipsis, tensor };
  template <std::integral T>
  requires(!std::same_as<T, bool>) Index(T position)
      : kind(Kind::position), position(int64_t(position)) {}
  Index(Slice slice) : kind(Kind::slice), slice(slice) {}
  Index(NewAxis) : kind(Kind::new_axis) {}
  Index(Ellipsis) : kind(Kind::ellipsis) {}
  Index(Tensor positions) : kind(Kind::tensor), tensor(std::move(positions)) {}

  Kind kind;
  int64_t position = 0;
  Slice slice;
  Tensor tensor;
};

// ---- templates ----
template <Number T>
Tensor::Tensor(T value) {
  if constexpr (std::is_same_v<T, bool>) {
    *this = number_tensor(&value, DType::boolean);
  } else if constexpr (std::is_integral_v<T>) {
    const int64_t wide = std::is_unsigned_v<T> ? as_i64(uint64_t(value)) : int64_t(value);
    *this = number_tensor(&wide, DType::i64);
  } else {
    const auto wide = double(value);
    *this = number_tensor(&wide, DType::f64);
  }
}

template <class T>
Tensor Tensor::from(const std::vector<T>& values, const Dims& shape) {
  if constexpr (std::is_same_v<T, bool>) {
    const std::vector<uint8_t> bytes(values.begin(), values.end());
    return from_bytes(bytes.data(), int64_t(bytes.size()), shape, DType::boolean);
  } else {
    return from_bytes(values.data(), int64_t(values.size()), shape, dtype_of<T>);
  }
}

template <class T>
T Tensor::item() const {
  if constexpr (std::is_same_v<T, bool>)
    return item_as_double() != 0;
  else if constexpr (std::is_integral_v<T> && std::is_unsigned_v<T>)
    return T(item_as_unsigned(std::numeric_limits<T>::max()));
  else if constexpr (std::is_integral_v<T>)
    return T(item_as_int(std::numeric_limits<T>::min(), std::numeric_limits<T>::max()));
  else
    return T(item_as_double());
}

}  // namespace hebb
