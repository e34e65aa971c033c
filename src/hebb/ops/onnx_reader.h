// What a form's function reads a node with (ops/onnx_node.h). For .cc files of forms.
#pragma once

#include <optional>
#include <set>

#include "hebb/base/check.h"
#include "hebb/ops/onnx_node.h"

namespace hebb {

class OnnxReader {
 public:
  OnnxReader(const OnnxNode& node, const OnnxInputs& inputs, const OnnxForm& form)
      : node(node), form(form), opset(inputs.opset), inputs_(inputs) {}

  const OnnxNode& node;
  const OnnxForm& form;
  const int opset;

  bool has(size_t i) const { return i < inputs_.values.size() && inputs_.values[i].defined(); }
  const Tensor& in(size_t i) const;  // Error: it is left out
  Tensor maybe(size_t i) const { return has(i) ? inputs_.values[i] : Tensor(); }
  size_t count() const { return inputs_.values.size(); }
  const Tensors& all() const { return inputs_.values; }
  bool is_constant(size_t i) const {
    return i < inputs_.constants.size() && inputs_.constants[i].defined();
  }
  const Tensor& constant(size_t i) const;  // Error: its values are not known
  Dims ints(size_t i) const;               // of a constant
  Dims ints_or_none(size_t i) const { return has(i) ? ints(i) : Dims(); }
  bool wants(size_t output) const {
    return output < node.outputs.size() && !node.outputs[output].empty();
  }

  // Attributes. What a node has and nobody asked for is an Error at the end.
  bool has(std::string_view attribute) const { return find(attribute) != nullptr; }
  int64_t integer(std::string_view attribute, int64_t usual) const;
  bool flag(std::string_view attribute, bool usual) const { return integer(attribute, usual) != 0; }
  double real(std::string_view attribute, double usual) const;
  std::string text(std::string_view attribute, std::string_view usual) const;
  std::vector<std::string> texts(std::string_view attribute) const;  // none where it is missing
  Dims ints(std::string_view attribute, const Dims& usual = {}) const;
  Tensor tensor(std::string_view attribute, const Tensor& usual) const;
  void skip(std::string_view attribute) const { find(attribute); }  // it changes nothing here

  template <class... Args>
  void require(bool holds, fmt::format_string<Args...> format, Args&&... args) const {
    if (!holds)
      refuse(fmt::format(format, std::forward<Args>(args)...));
  }
  [[noreturn]] void refuse(const std::string& message) const;
  void refuse_unread() const;

 private:
  const OnnxAttributeValue* find(std::string_view attribute) const;
  template <class T>
  const T* get(std::string_view attribute, std::string_view kind) const;

  const OnnxInputs& inputs_;
  mutable std::set<std::string_view> read_;
};

}  // namespace hebb
