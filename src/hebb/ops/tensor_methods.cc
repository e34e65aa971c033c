// The members of Tensor that are operators, reads of values, or autograd's. Declared in
// tensor/tensor.h, which is why this one file of ops defines members of a lower floor; autograd is
// reached through recorder.h, as everywhere in ops.

#include <cmath>
#include <utility>

#include "hebb/base/check.h"
#include "hebb/ops/activation.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/copy.h"
#include "hebb/ops/extreme.h"
#include "hebb/ops/fits.h"
#include "hebb/ops/gather.h"
#include "hebb/ops/grad_mode.h"
#include "hebb/ops/indexing.h"
#include "hebb/ops/join.h"
#include "hebb/ops/mask.h"
#include "hebb/ops/math.h"
#include "hebb/ops/matmul.h"
#include "hebb/ops/recorder.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/softmax.h"
#include "hebb/ops/statistics.h"
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
Tensor Tensor::repeat(const Dims& repeats) const {
  return hebb::repeat(*this, repeats);
}
Tensor Tensor::select(int64_t dim, int64_t index) const {
  return hebb::select(*this, dim, index);
}
Tensor Tensor::index_select(int64_t dim, const Tensor& index) const {
  return hebb::index_select(*this, dim, index);
}
Tensor Tensor::gather(int64_t dim, const Tensor& index) const {
  return hebb::gather(*this, dim, index);
}
Tensor Tensor::masked_fill(const Tensor& mask, const Tensor& value) const {
  return hebb::masked_fill(*this, mask, value);
}
Tensor Tensor::sum() const {
  return hebb::sum(*this);
}
Tensor Tensor::sum(const DimOrDims& dim, bool keepdim) const {
  return hebb::sum(*this, dim, keepdim);
}
Tensor Tensor::mean() const {
  return hebb::mean(*this);
}
Tensor Tensor::mean(const DimOrDims& dim, bool keepdim) const {
  return hebb::mean(*this, dim, keepdim);
}
Tensor Tensor::var(const DimOrDims& dim, double correction, bool keepdim) const {
  return hebb::var(*this, dim, correction, keepdim);
}
Tensor Tensor::std(const DimOrDims& dim, double correction, bool keepdim) const {
  return hebb::std(*this, dim, correction, keepdim);
}
Tensor Tensor::norm(double p, const DimOrDims& dim, bool keepdim) const {
  return hebb::norm(*this, p, dim, keepdim);
}
Tensor Tensor::prod() const {
  return hebb::prod(*this);
}
Tensor Tensor::max() const {
  return hebb::max(*this);
}
Tensor Tensor::min() const {
  return hebb::min(*this);
}
std::pair<Tensor, Tensor> Tensor::max(int64_t dim, bool keepdim) const {
  return hebb::max(*this, dim, keepdim);
}
std::pair<Tensor, Tensor> Tensor::min(int64_t dim, bool keepdim) const {
  return hebb::min(*this, dim, keepdim);
}
Tensor Tensor::amax(const DimOrDims& dim, bool keepdim) const {
  return hebb::amax(*this, dim, keepdim);
}
Tensor Tensor::amin(const DimOrDims& dim, bool keepdim) const {
  return hebb::amin(*this, dim, keepdim);
}
Tensor Tensor::argmax() const {
  return hebb::argmax(*this);
}
Tensor Tensor::argmin() const {
  return hebb::argmin(*this);
}
Tensor Tensor::argmax(int64_t dim, bool keepdim) const {
  return hebb::argmax(*this, dim, keepdim);
}
Tensor Tensor::argmin(int64_t dim, bool keepdim) const {
  return hebb::argmin(*this, dim, keepdim);
}
Tensor Tensor::any() const {
  return hebb::any(*this);
}
Tensor Tensor::all() const {
  return hebb::all(*this);
}
Tensor Tensor::cumsum(int64_t dim) const {
  return hebb::cumsum(*this, dim);
}
Tensor Tensor::softmax(int64_t dim) const {
  return hebb::softmax(*this, dim);
}
Tensor Tensor::log_softmax(int64_t dim) const {
  return hebb::log_softmax(*this, dim);
}
Tensor Tensor::matmul(const Tensor& other) const {
  return hebb::matmul(*this, other);
}
Tensor Tensor::pow(const Tensor& exponent) const {
  return hebb::pow(*this, exponent);
}
Tensor Tensor::clamp(const Tensor& min, const Tensor& max) const {
  return hebb::clamp(*this, min, max);
}
Tensor Tensor::abs() const {
  return hebb::abs(*this);
}
Tensor Tensor::exp() const {
  return hebb::exp(*this);
}
Tensor Tensor::log() const {
  return hebb::log(*this);
}
Tensor Tensor::sqrt() const {
  return hebb::sqrt(*this);
}
Tensor Tensor::square() const {
  return hebb::square(*this);
}
Tensor Tensor::sin() const {
  return hebb::sin(*this);
}
Tensor Tensor::cos() const {
  return hebb::cos(*this);
}
Tensor Tensor::tanh() const {
  return hebb::tanh(*this);
}
Tensor Tensor::sigmoid() const {
  return hebb::sigmoid(*this);
}
Tensor Tensor::relu() const {
  return hebb::relu(*this);
}
Tensor Tensor::round() const {
  return hebb::round(*this);
}
Tensor Tensor::isnan() const {
  return hebb::isnan(*this);
}
Tensor Tensor::view(const Dims& shape) const {
  const Tensor out = reshape(shape);
  check(numel() == 0 || &out.storage() == &storage(),
        "view: {} with strides {} cannot be seen as {} without a copy; use reshape", this->shape(),
        strides(), out.shape());
  return out;
}

// Values of a lower category can be held by a dtype of a higher one, whatever its width.
static int category(DType dtype) {
  if (is_complex(dtype))
    return 3;
  return dtype == DType::boolean ? 0 : is_floating(dtype) ? 2 : 1;
}

// x += y and its like, of which `result` is x + y.
static Tensor& take_result(Tensor& x, const Tensor& result, std::string_view name) {
  const bool recorded = result.requires_grad();
  if (recorded && tape().requires_grad(x))
    check(!tape().is_leaf(x),
          "{}: x is a leaf that requires a gradient; write under NoGrad, or x = x {} y", name,
          name.substr(0, 1));
  const bool traced = !recorders().empty() && !(tape().requires_grad(x) && tape().is_leaf(x));
  if (recorded || traced || x.is_number())
    return x = result;
  check(result.shape() == x.shape(), "{}: the result has shape {}, which x of {} cannot hold", name,
        result.shape(), x.shape());
  check(category(result.dtype()) <= category(x.dtype()),
        "{}: the result is {}, which x of {} cannot hold; write x = x {} y", name,
        hebb::name(result.dtype()), hebb::name(x.dtype()), name.substr(0, 1));
  write(x, result);
  return x;
}
Tensor& Tensor::operator+=(const Tensor& other) {
  return take_result(*this, *this + other, "+=");
}
Tensor& Tensor::operator-=(const Tensor& other) {
  return take_result(*this, *this - other, "-=");
}
Tensor& Tensor::operator*=(const Tensor& other) {
  return take_result(*this, *this * other, "*=");
}
Tensor& Tensor::operator/=(const Tensor& other) {
  return take_result(*this, *this / other, "/=");
}

Tensor Tensor::operator[](Index index) const {
  return hebb::index(*this, {std::move(index)});
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
