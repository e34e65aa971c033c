// Tensors as text, exactly as NumPy's str() writes arrays: nested brackets, aligned columns, the
// fewest digits that tell values apart (at most 8 after the point), lines of 75 characters, "..."
// in the middle of what is long.

#include <algorithm>
#include <charconv>
#include <cmath>
#include <complex>
#include <ostream>

#include "hebb/base/check.h"
#include "hebb/tensor/element_types.h"
#include "hebb/tensor/tensor.h"
#include "hebb/tensor/to_host.h"

namespace hebb {
namespace {

constexpr int64_t summarise_above = 1000, edge = 3;
constexpr size_t line_width = 75;
constexpr int precision = 8;

template <class T>
inline constexpr bool is_complex_type =
    std::is_same_v<T, std::complex<float>> || std::is_same_v<T, std::complex<double>>;

// ---- one number ----

// The fewest decimal digits that give the value back when read as its type: d.ddd * 10^exponent.
struct Decimal {
  bool negative = false;
  std::string digits;
  int exponent = 0;
};

Decimal parse_scientific(std::string_view text) {
  Decimal out;
  if (text.front() == '-')
    out.negative = true, text.remove_prefix(1);
  const size_t e = text.find('e');
  for (char c : text.substr(0, e))
    if (c != '.')
      out.digits += c;
  out.exponent = std::stoi(std::string(text.substr(e + 1)));
  while (out.digits.size() > 1 && out.digits.back() == '0')
    out.digits.pop_back();
  return out;
}

template <class T>
Decimal shortest(T value) {
  if constexpr (is_half_type<T>) {
    for (int digits = 0; digits < 8; ++digits) {
      const std::string text = fmt::format("{:.{}e}", float(value), digits);
      if (T(std::strtof(text.c_str(), nullptr)).bits == value.bits)
        return parse_scientific(text);
    }
    return parse_scientific(fmt::format("{:.8e}", float(value)));
  } else {
    char text[64];
    const auto end =
        std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr;
    return parse_scientific({text, size_t(end - text)});
  }
}

// The two parts of a positional number: "-12" and "5"; trailing zeros are cut off.
struct Parts {
  std::string whole, fraction;
  int exponent = 0;
};

void cut_zeros(std::string& fraction) {
  while (!fraction.empty() && fraction.back() == '0')
    fraction.pop_back();
}

std::string sign_text(bool negative, bool plus) {
  if (negative)
    return "-";
  return plus ? "+" : "";
}

// most: digits after the point, beyond which the value is rounded; negative: no limit.
template <class T>
Parts positional(T value, bool plus, int most) {
  const Decimal d = shortest(value);
  Parts out{sign_text(d.negative, plus), "", 0};
  const int after_point = int(d.digits.size()) - 1 - d.exponent;
  if (most >= 0 && after_point > most) {
    std::string text = fmt::format("{:.{}f}", std::fabs(double(value)), most);
    const size_t point = text.find('.');
    out.whole += text.substr(0, point);
    out.fraction = text.substr(point + 1);
  } else if (d.exponent < 0) {
    out.whole += '0';
    out.fraction = std::string(size_t(-d.exponent - 1), '0') + d.digits;
  } else {
    const auto whole_digits = size_t(d.exponent) + 1;
    const std::string digits =
        d.digits +
        std::string(whole_digits > d.digits.size() ? whole_digits - d.digits.size() : 0, '0');
    out.whole += digits.substr(0, whole_digits);
    out.fraction = digits.substr(whole_digits);
  }
  cut_zeros(out.fraction);
  return out;
}

template <class T>
Parts scientific(T value, bool plus, int most) {
  Decimal d = shortest(value);
  if (most >= 0 && int(d.digits.size()) > most + 1)
    d = parse_scientific(fmt::format("{:.{}e}", double(value), most));
  Parts out{sign_text(d.negative, plus), d.digits.substr(1), d.exponent};
  out.whole += d.digits[0];
  cut_zeros(out.fraction);
  return out;
}

std::string exponent_text(int exponent, size_t digits) {
  return fmt::format("e{}{:0{}d}", exponent < 0 ? '-' : '+', std::abs(exponent), digits);
}

// NumPy's FloatingFormat: the notation and the widths that the numbers of a column share.
class Column {
 public:
  explicit Column(bool plus = false) : plus_(plus) {}

  // Every value is seen twice before it is printed: for the notation, then for the widths.
  void see(double v) {
    if (!std::isfinite(v)) {
      infinite_ = true;
      negative_infinity_ |= std::isinf(v) && v < 0;
      return;
    }
    finite_ = true;
    if (v == 0)
      return;
    largest_ = std::max(largest_, std::fabs(v));
    smallest_ = std::min(smallest_, std::fabs(v));
  }
  void decide() {
    scientific_ =
        largest_ > 0 && (largest_ >= 1e8 || smallest_ < 1e-4 || largest_ / smallest_ > 1000);
  }
  template <class T>
  void measure(T v) {
    if (!std::isfinite(double(v)))
      return;
    const Parts parts =
        scientific_ ? scientific(v, plus_, precision) : positional(v, plus_, precision);
    left_ = std::max(left_, parts.whole.size());
    fraction_ = std::max(fraction_, parts.fraction.size());
    if (scientific_)
      exponent_digits_ =
          std::max({exponent_digits_, size_t(2), std::to_string(std::abs(parts.exponent)).size()});
  }
  void settle() {
    right_ = scientific_ && finite_ ? fraction_ + exponent_digits_ + 2 : fraction_;
    if (!infinite_)
      return;
    const size_t offset = right_ + 1, longest = 3 + size_t(plus_ || negative_infinity_);
    left_ = std::max({left_, 3 > offset ? 3 - offset : 0, longest > offset ? longest - offset : 0});
  }

  template <class T>
  std::string text(T v) const {
    const auto wide = double(v);
    if (!std::isfinite(wide)) {
      std::string word = std::isnan(wide) ? "nan" : "inf";
      if (std::isinf(wide) && wide < 0)
        word = "-" + word;
      else if (plus_)
        word = "+" + word;
      return aligned(word);
    }
    if (scientific_) {
      Parts parts = scientific(v, plus_, int(fraction_));
      if (parts.fraction.size() < fraction_)
        parts.fraction = exact_fraction(double(v));
      return aligned(parts.whole + '.' + parts.fraction +
                     exponent_text(parts.exponent, exponent_digits_));
    }
    Parts parts = positional(v, plus_, precision);
    parts.fraction.resize(right_, ' ');
    return aligned(parts.whole + '.' + parts.fraction);
  }

 private:
  // Digits beyond those that tell the value apart are the value's own, not zeros.
  std::string exact_fraction(double v) const {
    const std::string text = fmt::format("{:.{}e}", v, fraction_);
    return text.substr(text.find('.') + 1, fraction_);
  }
  std::string aligned(const std::string& s) const {
    const size_t width = left_ + right_ + 1;
    return std::string(width > s.size() ? width - s.size() : 0, ' ') + s;
  }

  bool plus_, scientific_ = false, finite_ = false, infinite_ = false, negative_infinity_ = false;
  double largest_ = 0, smallest_ = INFINITY;
  size_t left_ = 0, right_ = 0, fraction_ = 0, exponent_digits_ = 0;
};

// A number outside of a column. point_zero: "1.0" instead of "1".
template <class T>
std::string alone(T v, bool plus, bool point_zero) {
  const auto wide = double(v);
  if (std::isnan(wide))
    return plus ? "+nan" : "nan";
  if (std::isinf(wide))
    return sign_text(wide < 0, plus) + "inf";
  const bool positional_form = wide == 0 || (std::fabs(wide) >= 1e-4 && std::fabs(wide) < 1e16);
  const Parts parts = positional_form ? positional(v, plus, -1) : scientific(v, plus, -1);
  std::string out = parts.whole;
  if (!parts.fraction.empty())
    out += '.' + parts.fraction;
  else if (point_zero && positional_form)
    out += ".0";
  return positional_form ? out : out + exponent_text(parts.exponent, 2);
}

// ---- the tensor ----

template <class T>
class Printer {
 public:
  explicit Printer(const Tensor& tensor)
      : tensor_(tensor), data_(static_cast<const T*>(tensor.raw_data())),
        summarise_(tensor.numel() > summarise_above) {}

  std::string print() {
    if (tensor_.dim() == 0)
      return scalar();
    if (tensor_.numel() == 0)
      return "[]";
    measure();
    return nested(0, 0, " ", line_width);
  }

 private:
  std::string scalar() const {
    const T v = *data_;
    if constexpr (std::is_same_v<T, bool>) {
      return v ? "True" : "False";
    } else if constexpr (std::is_integral_v<T>) {
      return fmt::format("{}", v);
    } else if constexpr (is_complex_type<T>) {
      if (v.real() == 0 && !std::signbit(v.real()))
        return alone(v.imag(), false, false) + "j";
      return "(" + alone(v.real(), false, false) + alone(v.imag(), true, false) + "j)";
    } else {
      return alone(v, false, true);
    }
  }

  // Calls f(value) for every element that will be shown.
  template <class F>
  void each_shown(size_t axis, int64_t offset, const F& f) const {
    if (axis == tensor_.shape().size())
      return f(data_[offset]);
    const int64_t n = tensor_.shape()[axis];
    for (int64_t i = 0; i < n; ++i) {
      if (summarise_ && n > 2 * edge && i == edge)
        i = n - edge;
      each_shown(axis + 1, offset + i * tensor_.strides()[axis], f);
    }
  }

  void measure() {
    if constexpr (std::is_same_v<T, bool>) {
      width_ = 5;
    } else if constexpr (std::is_integral_v<T>) {
      each_shown(0, 0, [&](T v) { width_ = std::max(width_, fmt::format("{}", v).size()); });
    } else if constexpr (is_complex_type<T>) {
      each_shown(0, 0, [&](T v) { real_.see(double(v.real())), imag_.see(double(v.imag())); });
      real_.decide(), imag_.decide();
      each_shown(0, 0, [&](T v) { real_.measure(v.real()), imag_.measure(v.imag()); });
      real_.settle(), imag_.settle();
    } else {
      each_shown(0, 0, [&](T v) { real_.see(double(v)); });
      real_.decide();
      each_shown(0, 0, [&](T v) { real_.measure(v); });
      real_.settle();
    }
  }

  std::string element(T v) const {
    if constexpr (std::is_same_v<T, bool>) {
      return v ? " True" : "False";
    } else if constexpr (std::is_integral_v<T>) {
      return fmt::format("{:>{}}", v, width_);
    } else if constexpr (is_complex_type<T>) {
      std::string imag = imag_.text(v.imag());
      imag.insert(imag.find_last_not_of(' ') + 1, "j");
      return real_.text(v.real()) + imag;
    } else {
      return real_.text(v);
    }
  }

  std::string nested(size_t axis, int64_t offset, const std::string& indent, size_t width) const {
    const size_t axes_left = tensor_.shape().size() - axis;
    const int64_t n = tensor_.shape()[axis], step = tensor_.strides()[axis];
    const bool gap = summarise_ && n > 2 * edge;
    std::string out, line = indent;
    auto add_word = [&](const std::string& word) {
      if (line.size() + word.size() > width - 1 && line.size() > indent.size()) {
        out += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
        line = indent;
      }
      line += word;
    };
    for (int64_t i = 0; i < n; ++i) {
      if (axes_left == 1) {
        if (gap && i == edge) {
          add_word("...");
          line += ' ';
          i = n - edge;
        }
        add_word(element(data_[offset + i * step]));
        if (i != n - 1)
          line += ' ';
      } else {
        const std::string between(axes_left - 1, '\n');
        if (gap && i == edge) {
          out += indent + "..." + between;
          i = n - edge;
        }
        out += indent + nested(axis + 1, offset + i * step, indent + ' ', width - 1);
        if (i != n - 1)
          out += between;
      }
    }
    if (axes_left == 1)
      out += line;
    return '[' + out.substr(indent.size()) + ']';
  }

  const Tensor& tensor_;
  const T* data_;
  bool summarise_;
  size_t width_ = 0;
  Column real_, imag_{true};
};

}  // namespace

std::string to_string(const Tensor& tensor) {
  if (!tensor.defined())
    return "undefined";
  if (tensor.is_meta())
    return describe(tensor) + " on meta";
  const Tensor values = to_host(tensor);
  return visit(tensor.dtype(),
               [&](auto type) { return Printer<typename decltype(type)::type>(values).print(); });
}

std::ostream& operator<<(std::ostream& out, const Tensor& tensor) {
  return out << to_string(tensor);
}

}  // namespace hebb
