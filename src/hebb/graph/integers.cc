#include "hebb/graph/integers.h"

#include <bit>
#include <cmath>

#include "hebb/base/check.h"

namespace hebb {
namespace {

// A whole number of type double (an end of arange, a count) may depend on the batch like an
// integer. -0.0 does not count as one: it would come back as 0.
bool is_whole(double v) {
  return v == std::trunc(v) && std::abs(v) < 0x1p53 && !(v == 0 && std::signbit(v));
}

struct Reader : FieldVisitor {
  std::vector<int64_t> integers, rest;
  void field(std::string_view, bool& v) override { rest.push_back(v); }
  void field(std::string_view, int64_t& v) override { integers.push_back(v); }
  void field(std::string_view, double& v) override {
    rest.push_back(is_whole(v) ? 0 : std::bit_cast<int64_t>(v));
    if (is_whole(v))
      integers.push_back(int64_t(v));
  }
  void field(std::string_view, std::string& v) override {
    rest.push_back(int64_t(v.size()));
    rest.insert(rest.end(), v.begin(), v.end());
  }
  void field(std::string_view, DType& v) override { rest.push_back(int64_t(v)); }
  void field(std::string_view, Device& v) override {
    rest.push_back(int64_t(v.kind) | int64_t(v.index) << 8);
  }
  void field(std::string_view, Dims& v) override {
    rest.push_back(int64_t(v.size()));
    integers.insert(integers.end(), v.begin(), v.end());
  }
  void field(std::string_view, std::vector<double>& v) override {
    rest.push_back(int64_t(v.size()));
    for (double x : v)
      rest.push_back(std::bit_cast<int64_t>(x));
  }
  bool optional(std::string_view, bool has) override {
    rest.push_back(has);
    return has;
  }
};

struct Writer : FieldVisitor {
  explicit Writer(std::span<const int64_t> values) : integers(values) {}
  std::span<const int64_t> integers;
  int64_t next() {
    promise(!integers.empty(), "fewer integers than the attributes have");
    const int64_t v = integers.front();
    integers = integers.subspan(1);
    return v;
  }
  void field(std::string_view, bool&) override {}
  void field(std::string_view, int64_t& v) override { v = next(); }
  void field(std::string_view, double& v) override {
    if (is_whole(v))
      v = double(next());
  }
  void field(std::string_view, std::string&) override {}
  void field(std::string_view, DType&) override {}
  void field(std::string_view, Device&) override {}
  void field(std::string_view, Dims& v) override {
    for (int64_t& x : v)
      x = next();
  }
  void field(std::string_view, std::vector<double>&) override {}
  bool optional(std::string_view, bool has) override { return has; }
};

}  // namespace

std::optional<int64_t> whole_number(const Tensor& number) {
  if (number.dtype() == DType::i64)
    return *number.data<int64_t>();
  if (number.dtype() == DType::f64 && is_whole(*number.data<double>()))
    return int64_t(*number.data<double>());
  return std::nullopt;
}

std::vector<int64_t> integers_of(const Attrs& attrs) {
  Reader reader;
  attrs.visit(reader);
  return reader.integers;
}

std::vector<int64_t> rest_of(const Attrs& attrs) {
  Reader reader;
  attrs.visit(reader);
  return reader.rest;
}

Attrs with_integers(const Attrs& attrs, std::span<const int64_t> integers) {
  if (attrs.empty())
    return attrs;
  const Attrs copy(attrs.type(), attrs.type()->copy(attrs.get()));
  Writer writer(integers);
  copy.visit(writer);
  return copy;
}

}  // namespace hebb
