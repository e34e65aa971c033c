#include "hebb/ops/onnx_reader.h"

namespace hebb {

void OnnxReader::refuse(const std::string& message) const {
  throw Error(ErrorKind::data, node.op_type, message);
}

const Tensor& OnnxReader::in(size_t i) const {
  require(has(i), "input {} is missing", i);
  return inputs_.values[i];
}

const Tensor& OnnxReader::constant(size_t i) const {
  in(i);
  require(is_constant(i), "input {} should be a constant: shapes and positions follow from it", i);
  return inputs_.constants[i];
}

Dims OnnxReader::ints(size_t i) const {
  const Tensor& tensor = constant(i);
  require(tensor.dim() <= 1 && is_integral(tensor.dtype()), "input {} is {}, should be integers", i,
          describe(tensor));
  const std::vector<int64_t> values = tensor.to_vector<int64_t>();
  return Dims(std::span<const int64_t>(values));
}

const OnnxAttributeValue* OnnxReader::find(std::string_view attribute) const {
  read_.insert(attribute);
  for (const OnnxAttribute& one : node.attributes)
    if (one.name == attribute)
      return &one.value;
  return nullptr;
}

template <class T>
const T* OnnxReader::get(std::string_view attribute, std::string_view kind) const {
  const OnnxAttributeValue* found = find(attribute);
  const T* value = found ? std::get_if<T>(found) : nullptr;
  require(!found || value, "attribute '{}' should be {}", attribute, kind);
  return value;
}

int64_t OnnxReader::integer(std::string_view attribute, int64_t usual) const {
  const auto* value = get<int64_t>(attribute, "a whole number");
  return value ? *value : usual;
}
double OnnxReader::real(std::string_view attribute, double usual) const {
  const auto* value = get<float>(attribute, "a floating number");
  return value ? double(*value) : usual;
}
std::string OnnxReader::text(std::string_view attribute, std::string_view usual) const {
  const auto* value = get<std::string>(attribute, "a text");
  return value ? *value : std::string(usual);
}
std::vector<std::string> OnnxReader::texts(std::string_view attribute) const {
  const auto* value = get<std::vector<std::string>>(attribute, "a list of texts");
  return value ? *value : std::vector<std::string>();
}
Dims OnnxReader::ints(std::string_view attribute, const Dims& usual) const {
  const auto* value = get<std::vector<int64_t>>(attribute, "a list of whole numbers");
  return value ? Dims(std::span<const int64_t>(*value)) : usual;
}
Tensor OnnxReader::tensor(std::string_view attribute, const Tensor& usual) const {
  const auto* value = get<Tensor>(attribute, "a tensor");
  return value ? *value : usual;
}

void OnnxReader::refuse_unread() const {
  for (const OnnxAttribute& one : node.attributes)
    require(read_.count(one.name) > 0, "attribute '{}' is not known", one.name);
}

}  // namespace hebb
