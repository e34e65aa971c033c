// What a form's function writes nodes with (ops/onnx_node.h). For .cc files of forms.
#pragma once

#include <span>

#include "hebb/base/check.h"
#include "hebb/ops/onnx_node.h"

namespace hebb {

struct OnnxValue {        // one value among the nodes
  std::string name = {};  // empty: left out
  DType dtype = DType::f32;
};

// An attribute with its name, from any of the kinds of value.
struct OnnxGiven : OnnxAttribute {
  OnnxGiven(std::string_view name, int64_t v) : OnnxAttribute{std::string(name), v} {}
  OnnxGiven(std::string_view name, int v) : OnnxGiven(name, int64_t(v)) {}
  OnnxGiven(std::string_view name, bool v) : OnnxGiven(name, int64_t(v)) {}
  OnnxGiven(std::string_view name, double v) : OnnxAttribute{std::string(name), float(v)} {}
  OnnxGiven(std::string_view name, std::string_view v)
      : OnnxAttribute{std::string(name), std::string(v)} {}
  OnnxGiven(std::string_view name, const char* v) : OnnxGiven(name, std::string_view(v)) {}
  OnnxGiven(std::string_view name, const Dims& v)
      : OnnxAttribute{std::string(name), std::vector<int64_t>(v.begin(), v.end())} {}
  OnnxGiven(std::string_view name, const std::vector<std::string>& v)
      : OnnxAttribute{std::string(name), v} {}
  OnnxGiven(std::string_view name, const Tensor& v) : OnnxAttribute{std::string(name), v} {}
};
using OnnxAttributes = std::vector<OnnxGiven>;

class OnnxWriter {
 public:
  OnnxWriter(const Call& call, const OnnxNames& names, const OnnxForm& form, int opset);

  const Call& call;
  const OnnxForm& form;
  const int opset;

  template <class A>
  const A& attributes() const {
    return call.attributes<A>();
  }
  const Tensor& operand(int slot) const { return call.in(slot); }
  DType out() const { return call.out(0).dtype(); }
  bool has(int slot) const { return call.has(slot); }

  // The operand as the operator's kernel takes it: promoted, indices as i64. Left out where it is.
  OnnxValue in(int slot);
  OnnxValue in(int slot, DType dtype) { return cast(given(slot), dtype); }
  OnnxValue given(int slot) { return value(call.first(slot)); }  // as it is
  OnnxValues list(int slot);                                     // promoted
  OnnxValue number(double value, DType dtype);                   // 0-d
  OnnxValue ints(const Dims& values);                            // 1-d, i64
  OnnxValue filled(const Dims& shape, double value, DType dtype);
  OnnxValue constant(const Tensor& tensor);
  OnnxValue cast(const OnnxValue& value, DType dtype);

  // A node with one result, of the first input's dtype unless told.
  // Error: the operator does not take these dtypes, or comes with a later opset.
  OnnxValue add(std::string_view type, const OnnxValues& inputs,
                const OnnxAttributes& attributes = {}, std::optional<DType> out = {});
  // One that answers with bool.
  OnnxValue ask(std::string_view type, const OnnxValues& inputs) {
    return add(type, inputs, {}, DType::boolean);
  }
  OnnxValue where(const OnnxValue& condition, const OnnxValue& a, const OnnxValue& b) {
    return add("Where", {condition, a, b}, {}, a.dtype);
  }
  OnnxValue truncate(const OnnxValue& x) {  // ONNX rounds down, up and to the nearest only
    return add("Mul", {add("Sign", {x}), add("Floor", {add("Abs", {x})})});
  }
  // With a result of each of these dtypes.
  OnnxValues add_all(std::string_view type, const OnnxValues& inputs,
                     const OnnxAttributes& attributes, std::span<const DType> out);

  void leave_out(const OnnxValue& result);  // of a node with several, that nothing reads

  OnnxValue reshape(const OnnxValue& x, const Dims& shape);  // sizes may be 0, one may be -1
  OnnxValue unsqueeze(const OnnxValue& x, const Dims& dims) {
    return add("Unsqueeze", {x, ints(dims)});
  }
  OnnxValue squeeze(const OnnxValue& x, const Dims& dims) {
    return add("Squeeze", {x, ints(dims)});
  }
  OnnxValue expand(const OnnxValue& x, const Dims& shape) {
    return add("Expand", {x, ints(shape)});
  }
  OnnxValue slice(const OnnxValue& x, int64_t dim, int64_t start, int64_t stop, int64_t step = 1) {
    return add("Slice", {x, ints({start}), ints({stop}), ints({dim}), ints({step})});
  }
  // ReduceSum, ReduceMax, ... over dims; none: over all.
  OnnxValue reduce(std::string_view type, const OnnxValue& x, const Dims& dims, bool keepdim);

  template <class... Args>
  void require(bool holds, fmt::format_string<Args...> format, Args&&... args) const {
    if (!holds)
      refuse(fmt::format(format, std::forward<Args>(args)...));
  }
  [[noreturn]] void refuse(const std::string& message) const;

  OnnxNodes finish(OnnxValues results);  // the results in the call's dtypes, under their names

 private:
  OnnxValue value(int flat);  // of a flattened input
  std::string fresh();
  void check_takes(std::string_view type, size_t input, DType dtype) const;

  const OnnxNames& names_;
  SmallVector<DType, 6> promoted_;  // empty: all are taken as they are
  OnnxNodes out_;
  int count_ = 0;
};

}  // namespace hebb
