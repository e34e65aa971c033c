#include "hebb/ops/attrs.h"

#include <bit>

#include "hebb/base/check.h"

namespace hebb {
namespace {

class KeyWriter : public FieldVisitor {
 public:
  explicit KeyWriter(std::vector<int64_t>& key) : key_(key) {}
  void field(std::string_view, bool& v) override { key_.push_back(v); }
  void field(std::string_view, int64_t& v) override { key_.push_back(v); }
  void field(std::string_view, double& v) override { key_.push_back(std::bit_cast<int64_t>(v)); }
  void field(std::string_view, std::string& v) override {
    key_.push_back(int64_t(v.size()));
    for (char c : v)
      key_.push_back(c);
  }
  void field(std::string_view, DType& v) override { key_.push_back(int64_t(v)); }
  void field(std::string_view, Device& v) override {
    key_.push_back(int64_t(v.kind) | int64_t(v.index) << 8);
  }
  void field(std::string_view, Dims& v) override {
    key_.push_back(int64_t(v.size()));
    key_.insert(key_.end(), v.begin(), v.end());
  }
  void field(std::string_view, std::vector<double>& v) override {
    key_.push_back(int64_t(v.size()));
    for (double x : v)
      key_.push_back(std::bit_cast<int64_t>(x));
  }
  bool optional(std::string_view, bool has) override {
    key_.push_back(has);
    return has;
  }

 private:
  std::vector<int64_t>& key_;
};

class TextWriter : public FieldVisitor {
 public:
  void field(std::string_view name, bool& v) override { add(name, v ? "true" : "false"); }
  void field(std::string_view name, int64_t& v) override { add(name, std::to_string(v)); }
  void field(std::string_view name, double& v) override { add(name, fmt::format("{}", v)); }
  void field(std::string_view name, std::string& v) override { add(name, v); }
  void field(std::string_view name, DType& v) override { add(name, std::string(hebb::name(v))); }
  void field(std::string_view name, Device& v) override {
    if (v != Device::cpu)  // which goes without saying
      add(name, hebb::to_string(v));
  }
  void field(std::string_view name, Dims& v) override { add(name, hebb::to_string(v)); }
  void field(std::string_view name, std::vector<double>& v) override {
    add(name, fmt::format("[{}]", fmt::join(v, ", ")));
  }
  bool optional(std::string_view name, bool has) override {
    if (!has)
      add(name, "none");
    return has;
  }
  std::string text;

 private:
  void add(std::string_view name, const std::string& value) {
    if (!text.empty())
      text += ", ";
    text += fmt::format("{}={}", name, value);
  }
};

}  // namespace

void Attrs::visit(FieldVisitor& visitor) const {
  if (type_)
    type_->visit(value_.get(), visitor);
}

std::string Attrs::to_string() const {
  TextWriter writer;
  visit(writer);
  return writer.text;
}

void Attrs::append_key(std::vector<int64_t>& key) const {
  KeyWriter writer(key);
  visit(writer);
}

bool operator==(const Attrs& a, const Attrs& b) {
  if (a.type_ != b.type_)
    return false;
  if (a.value_ == b.value_)
    return true;
  std::vector<int64_t> x, y;
  a.append_key(x);
  b.append_key(y);
  return x == y;
}

}  // namespace hebb
