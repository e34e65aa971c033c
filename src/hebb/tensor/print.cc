// Tensors as text, in NumPy's style: nested brackets, aligned columns, "..." in the middle of what is long.

#include <algorithm>
#include <cmath>
#include <complex>
#include <ostream>

#include "hebb/base/check.h"
#include "hebb/tensor/tensor.h"

namespace hebb {
namespace {

constexpr int64_t summarise_above = 1000, edge = 3;
constexpr int precision = 4;

struct Printer {
  const Tensor& tensor;
  bool summarise;
  bool scientific = false, whole = true;
  size_t width = 0;
  std::string out = {};

  std::string number(double v) const {
    if (std::isnan(v)) return "nan";
    if (std::isinf(v)) return v < 0 ? "-inf" : "inf";
    if (whole) return fmt::format("{:.0f}.", v);
    if (scientific) return fmt::format("{:.{}e}", v, precision);
    std::string text = fmt::format("{:.{}f}", v, precision);
    return text;
  }

  std::string element(int64_t offset) const {
    return visit(tensor.dtype(), [&](auto type) -> std::string {
      using T = typename decltype(type)::type;
      const T v = static_cast<const T*>(tensor.raw_data())[offset];
      if constexpr (std::is_same_v<T, bool>) return v ? "True" : "False";
      else if constexpr (std::is_integral_v<T>) return fmt::format("{}", v);
      else if constexpr (std::is_same_v<T, std::complex<float>> || std::is_same_v<T, std::complex<double>>)
        return fmt::format("{}{}{}j", number(v.real()), std::signbit(v.imag()) ? "" : "+", number(v.imag()));
      else return number(double(v));
    });
  }

  // f(offset) for every element that will be shown.
  template <class F>
  void each_shown(size_t axis, int64_t offset, const F& f) const {
    if (axis == tensor.shape().size()) return f(offset);
    const int64_t n = tensor.shape()[axis];
    for (int64_t i = 0; i < n; ++i) {
      if (summarise && n > 2 * edge && i == edge) i = n - edge;
      each_shown(axis + 1, offset + i * tensor.strides()[axis], f);
    }
  }

  void measure() {
    double largest = 0, smallest = INFINITY;
    if (is_floating(tensor.dtype()) || is_complex(tensor.dtype())) {
      each_shown(0, 0, [&](int64_t offset) {
        visit(tensor.dtype(), [&](auto type) {
          using T = typename decltype(type)::type;
          const T v = static_cast<const T*>(tensor.raw_data())[offset];
          auto see = [&](double x) {
            if (!std::isfinite(x)) return;
            if (x != std::floor(x)) whole = false;
            if (x != 0) largest = std::max(largest, std::fabs(x)), smallest = std::min(smallest, std::fabs(x));
          };
          if constexpr (std::is_same_v<T, std::complex<float>> || std::is_same_v<T, std::complex<double>>) see(v.real()), see(v.imag());
          else see(double(v));
        });
      });
      scientific = largest >= 1e8 || (largest > 0 && (smallest < 1e-4 || largest / smallest > 1e3 * 1e5));
      if (scientific) whole = false;
    }
    each_shown(0, 0, [&](int64_t offset) { width = std::max(width, element(offset).size()); });
  }

  void print(size_t axis, int64_t offset) {
    const size_t rank = tensor.shape().size();
    if (axis == rank) {
      const std::string text = element(offset);
      out += std::string(width - text.size(), ' ') + text;
      return;
    }
    const int64_t n = tensor.shape()[axis];
    out += '[';
    for (int64_t i = 0; i < n; ++i) {
      if (i > 0) out += axis + 1 == rank ? ", " : "," + std::string(rank - axis - 1, '\n') + std::string(axis + 1, ' ');
      if (summarise && n > 2 * edge && i == edge) {
        out += axis + 1 == rank ? "..., " : "...," + std::string(rank - axis - 1, '\n') + std::string(axis + 1, ' ');
        i = n - edge;
      }
      print(axis + 1, offset + i * tensor.strides()[axis]);
    }
    out += ']';
  }
};

}  // namespace

std::string to_string(const Tensor& tensor) {
  if (!tensor.defined()) return "undefined";
  Printer printer{.tensor = tensor, .summarise = tensor.numel() > summarise_above};
  printer.measure();
  printer.print(0, 0);
  return printer.out;
}

std::ostream& operator<<(std::ostream& out, const Tensor& tensor) { return out << to_string(tensor); }

}  // namespace hebb
