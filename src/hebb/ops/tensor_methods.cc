// The members of Tensor that are operators, reads of values, or autograd's. Declared in
// tensor/tensor.h, which is why this one file of ops defines members of a lower floor; autograd is
// reached through recorder.h, as everywhere in ops.

#include <cmath>
#include <utility>

#include "hebb/base/check.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/copy.h"
#include "hebb/ops/fits.h"
#include "hebb/ops/grad_mode.h"
#include "hebb/ops/indexing.h"
#include "hebb/ops/recorder.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/views.h"
#include "hebb/tensor/element_types.h"
#include "hebb/tensor/to_host.h"

namespace hebb {
namespace {

// A plain number is known without running anything: looking at it is no read.
void note_read(const Tensor& tensor) {
  if (tensor.is_number())
    return;
  for (Recorder* recorder : recorders())
    recorder->read(tensor);
}

void require_one_element(const Tensor& tensor) {
  check(tensor.numel() == 1, "item: a tensor of shape {} has {} elements, not one", tensor.shape(),
        tensor.numel());
}

// The value of the only element as an integer between low and high.
template <class Wide>
Wide integer_item(const Tensor& tensor, Wide low, Wide high) {
  require_one_element(tensor);
  note_read(tensor);
  check(!is_complex(tensor.dtype()), "item: a {} value is not a real number", name(tensor.dtype()));
  const Tensor here = to_host(tensor);
  return visit(tensor.dtype(), [&](auto type) -> Wide {
    using T = typename decltype(type)::type;
    if constexpr (std::is_same_v<T, bool>) {
      return Wide(*here.data<T>());
    } else if constexpr (std::is_integral_v<T>) {
      const T value = *here.data<T>();
      check(std::cmp_greater_equal(value, low) && std::cmp_less_equal(value, high),
            "item: {} does not fit, should be from {} to {}", value, low, high);
      return Wide(value);
    } else if constexpr (std::is_same_v<T, std::complex<float>> ||
                         std::is_same_v<T, std::complex<double>>) {
      bug("a complex value is taken for a real one");
    } else {
      const double value = std::trunc(double(*here.data<T>()));
      // high may not be a double: one more is (a power of two), and what is below it fits
      check(value >= double(low) && value < double(high / 2 + 1) * 2,
            "item: {} does not fit, should be from {} to {}", value, low, high);
      return Wide(value);
    }
  });
}

}  // namespace

double Tensor::item_as_double() const {
  require_one_element(*this);
  note_read(*this);
  check(!is_complex(dtype()), "item: a {} value is not a real number", name(dtype()));
  const Tensor here = to_host(*this);
  const Tensor value = dtype() == DType::f64 ? here : cast_values(here, DType::f64);
  return *value.data<double>();
}

int64_t Tensor::item_as_int(int64_t low, int64_t high) const {
  return integer_item(*this, low, high);
}
uint64_t Tensor::item_as_unsigned(uint64_t high) const {
  return integer_item(*this, uint64_t(0), high);
}

template <OneOf<float, double, int64_t, int32_t, uint8_t> T>
std::vector<T> Tensor::to_vector() const {
  note_read(*this);
  Tensor values = Tensor::empty(shape(), dtype_of<T>);
  copy_values(*this, values);
  return std::vector<T>(values.data<T>(), values.data<T>() + values.numel());
}
template std::vector<float> Tensor::to_vector<float>() const;
template std::vector<double> Tensor::to_vector<double>() const;
template std::vector<int64_t> Tensor::to_vector<int64_t>() const;
template std::vector<int32_t> Tensor::to_vector<int32_t>() const;
template std::vector<uint8_t> Tensor::to_vector<uint8_t>() const;

Tensor Tensor::clone() const {
  return hebb::clone(*this);
}
Tensor Tensor::contiguous() const {
  return is_contiguous() ? *this : hebb::clone(*this);
}
Tensor Tensor::to(DType dtype) const {
  return cast(*this, dtype);
}
Tensor Tensor::to(Device device) const {
  return to_device(*this, device);
}
Tensor Tensor::operator-() const {
  return neg(*this);
}
Tensor Tensor::reshape(const Dims& shape) const {
  return hebb::reshape(*this, shape);
}
Tensor Tensor::transpose(int64_t dim0, int64_t dim1) const {
  return hebb::transpose(*this, dim0, dim1);
}
Tensor Tensor::permute(const Dims& dims) const {
  return hebb::permute(*this, dims);
}
Tensor Tensor::t() const {
  check(dim() <= 2, "t: a tensor of {} dimensions is no matrix; use transpose or permute", dim());
  return dim() == 2 ? hebb::transpose(*this, 0, 1) : *this;
}
Tensor Tensor::unsqueeze(int64_t dim) const {
  return hebb::unsqueeze(*this, dim);
}
Tensor Tensor::squeeze() const {
  return hebb::squeeze(*this);
}
Tensor Tensor::squeeze(int64_t dim) const {
  return hebb::squeeze(*this, dim);
}
Tensor Tensor::flatten(int64_t start_dim, int64_t end_dim) const {
  return hebb::flatten(*this, start_dim, end_dim);
}
Tensor Tensor::expand(const Dims& shape) const {
  return hebb::expand(*this, shape);
}
Tensor Tensor::sum() const {
  return hebb::sum(*this);
}
Tensor Tensor::sum(const Dims& dim, bool keepdim) const {
  return hebb::sum(*this, dim, keepdim);
}

Tensor Tensor::operator[](std::initializer_list<Index> index) const {
  return hebb::index(*this, {index.begin(), index.end()});
}

Tensor& Tensor::copy_(const Tensor& values) {
  check(!tape().requires_grad(*this) || tape().is_leaf(*this),
        "copy_: the tensor came out of a recorded operation; write to a detached one, or compute a "
        "new one");
  check(!grad_enabled() || !values.requires_grad(),
        "copy_: the values have a gradient, which would be lost; write values.detach(), or compute "
        "a new tensor");
  if (values.is_number())
    check_fits("copy_: the number", values, dtype());
  write(*this, values);
  return *this;
}
Tensor& Tensor::fill_(const Tensor& number) {
  if (number.is_number())
    check_fits("fill_: the number", number, dtype());
  return copy_(number);
}
Tensor& Tensor::zero_() {
  return copy_(0);
}

bool Tensor::requires_grad() const {
  return tape().requires_grad(*this);
}
Tensor& Tensor::requires_grad_(bool on) {
  checked_body();
  tape().set_requires_grad(*this, on);
  return *this;
}
Tensor Tensor::grad() const {
  checked_body();
  return tape().grad(*this);
}
void Tensor::set_grad(const Tensor& grad) {
  checked_body();
  tape().set_grad(*this, grad);
}
void Tensor::backward(const Tensor& gradient, bool retain_graph, bool create_graph) const {
  tape().backward(*this, gradient, retain_graph, create_graph);
}

}  // namespace hebb
