#include "hebb/graph/size.h"

#include "hebb/base/check.h"

namespace hebb {
namespace {

int64_t floor_divide(int64_t a, int64_t b) {
  return a / b - (a % b != 0 && a < 0 ? 1 : 0);
}

std::string factor_text(const SizeFactor& factor, const std::vector<std::string>& names) {
  std::string text = names[size_t(factor.symbol)];
  if (factor.scale != 1)
    text = fmt::format("{}*{}", factor.scale, text);
  if (factor.offset != 0)
    text = fmt::format("({}{:+})", text, factor.offset);
  return factor.divisor == 1 ? text : fmt::format("{}/{}", text, factor.divisor);
}

}  // namespace

int64_t SizeFactor::at(const SymbolSizes& sizes) const {
  int64_t top = 0;
  check_in(!__builtin_mul_overflow(scale, sizes[size_t(symbol)], &top) &&
               !__builtin_add_overflow(top, offset, &top),
           ErrorKind::invalid, "graph", "a size is beyond the largest integer");
  return floor_divide(top, divisor);
}

SymbolicSize::SymbolicSize(int64_t constant) {
  if (constant != 0)
    terms.push_back({constant});
}

int64_t SymbolicSize::at(const SymbolSizes& sizes) const {
  int64_t sum = 0;
  for (const SizeTerm& term : terms) {
    int64_t product = term.coefficient;
    bool fits = true;
    for (const SizeFactor& factor : term.factors)
      fits = fits && !__builtin_mul_overflow(product, factor.at(sizes), &product);
    check_in(fits && !__builtin_add_overflow(sum, product, &sum), ErrorKind::invalid, "graph",
             "a size is beyond the largest integer");
  }
  return sum;
}

Dims sizes_at(const std::vector<SymbolicSize>& sizes, const SymbolSizes& at) {
  Dims out;
  for (const SymbolicSize& size : sizes)
    out.push_back(size.at(at));
  return out;
}

std::string to_string(const SymbolicSize& size, const std::vector<std::string>& names) {
  if (size.terms.empty())
    return "0";
  std::string text;
  for (const SizeTerm& term : size.terms) {
    std::string factors;
    for (const SizeFactor& factor : term.factors) {
      const std::string one = factor_text(factor, names);
      const bool alone = term.factors.size() == 1 && term.coefficient == 1;
      factors +=
          (factors.empty() ? "" : "*") + (factor.divisor == 1 || alone ? one : "(" + one + ")");
    }
    if (factors.empty())
      factors = std::to_string(term.coefficient);
    else if (term.coefficient == -1)
      factors = "-" + factors;
    else if (term.coefficient != 1)
      factors = fmt::format("{}*{}", term.coefficient, factors);
    text += (text.empty() || factors[0] == '-' ? "" : "+") + factors;
  }
  return text;
}

}  // namespace hebb
