#include "hebb/ops/onnx_writer.h"

#include <algorithm>

#include "hebb/ops/copy.h"
#include "hebb/ops/onnx_types.h"
#include "hebb/ops/prepare.h"
#include "hebb/ops/slot_names.h"

namespace hebb {

OnnxWriter::OnnxWriter(const Call& call, const OnnxNames& names, const OnnxForm& form, int opset)
    : call(call), form(form), opset(opset), names_(names),
      promoted_(promoted_dtypes(call, call.common_dtype())) {
  promise(names.operands.size() == call.inputs().size() &&
              names.results.size() == size_t(user_results(call)),
          "to_onnx needs a name for each operand and result");
}

void OnnxWriter::refuse(const std::string& message) const {
  throw Error(ErrorKind::invalid, std::string(call.op().name), message);
}

std::string OnnxWriter::fresh() {
  return fmt::format("{}_{}", names_.results.empty() ? "value" : names_.results[0], ++count_);
}

OnnxValue OnnxWriter::value(int flat) {
  const Tensor& operand = call.inputs()[size_t(flat)];
  if (!operand.defined())
    return {};
  const std::string& name = names_.operands[size_t(flat)];
  return name.empty() ? constant(operand) : OnnxValue{name, operand.dtype()};
}

OnnxValue OnnxWriter::in(int slot) {
  const auto flat = size_t(call.first(slot));
  const FixedList<int, 2>& indices = call.op().indices;
  if (std::find(indices.begin(), indices.end(), slot) != indices.end())
    return cast(given(slot), DType::i64);
  const Tensor& operand = call.inputs()[flat];
  if (promoted_.empty() || !operand.defined())
    return given(slot);
  if (operand.is_number())  // cast now: f32's nearest of a number, not that of its f64 in the graph
    return constant(number_in(operand, promoted_[flat]));
  return cast(given(slot), promoted_[flat]);
}

OnnxValues OnnxWriter::list(int slot) {
  OnnxValues all;
  const auto first = size_t(call.first(slot));
  for (size_t i = first; i < first + call.list(slot).size(); ++i) {
    const OnnxValue item = value(int(i));
    all.push_back(promoted_.empty() ? item : cast(item, promoted_[i]));
  }
  return all;
}

OnnxValue OnnxWriter::number(double value, DType dtype) {
  return constant(number_in(Tensor(value), dtype));
}

OnnxValue OnnxWriter::ints(const Dims& values) {
  return constant(
      Tensor::from(std::vector<int64_t>(values.begin(), values.end()), {int64_t(values.size())}));
}

OnnxValue OnnxWriter::filled(const Dims& shape, double value, DType dtype) {
  const std::vector<double> values(size_t(product(shape)), value);
  return constant(cast_values(Tensor::from(values, shape), dtype));
}

OnnxValue OnnxWriter::constant(const Tensor& tensor) {
  out_.constants.emplace_back(fresh(), tensor.detach().materialise());
  return {out_.constants.back().first, tensor.dtype()};
}

OnnxValue OnnxWriter::cast(const OnnxValue& value, DType dtype) {
  if (value.name.empty() || value.dtype == dtype)
    return value;
  return add("Cast", {value}, {{"to", onnx_dtype(dtype)}}, dtype);
}

void OnnxWriter::check_takes(std::string_view type, size_t input, DType dtype) const {
  switch (onnx_takes(type, opset, input, dtype)) {
    case OnnxTakes::yes:
      return;
    case OnnxTakes::no:
      refuse(fmt::format("ONNX's {} takes no {} in opset {}", type, name(dtype), opset));
    case OnnxTakes::not_yet:
      refuse(fmt::format("ONNX has no {} yet in opset {}", type, opset));
    case OnnxTakes::unknown:
      bug("a form writes an operator that ops/onnx_types.cc does not list");
  }
}

OnnxValue OnnxWriter::add(std::string_view type, const OnnxValues& inputs,
                          const OnnxAttributes& attributes, std::optional<DType> out) {
  const DType dtype = out.value_or(inputs.empty() ? DType::f32 : inputs[0].dtype);
  return add_all(type, inputs, attributes, {&dtype, 1})[0];
}

OnnxValues OnnxWriter::add_all(std::string_view type, const OnnxValues& inputs,
                               const OnnxAttributes& attributes, std::span<const DType> out) {
  OnnxNode node{.op_type = std::string(type), .inputs = {}, .outputs = {}, .attributes = {}};
  for (const OnnxAttribute& attribute : attributes)
    node.attributes.push_back(attribute);
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (!inputs[i].name.empty())
      check_takes(type, i, inputs[i].dtype);
    node.inputs.push_back(inputs[i].name);
  }
  while (!node.inputs.empty() && node.inputs.back().empty())
    node.inputs.pop_back();
  OnnxValues results;
  for (DType dtype : out) {
    results.push_back({fresh(), dtype});
    node.outputs.push_back(results.back().name);
  }
  out_.nodes.push_back(std::move(node));
  return results;
}

void OnnxWriter::leave_out(const OnnxValue& result) {
  for (OnnxNode& node : out_.nodes) {
    std::replace(node.outputs.begin(), node.outputs.end(), result.name, std::string());
    while (!node.outputs.empty() && node.outputs.back().empty())
      node.outputs.pop_back();
  }
}

OnnxValue OnnxWriter::reshape(const OnnxValue& x, const Dims& shape) {
  const bool has_zero = std::find(shape.begin(), shape.end(), 0) != shape.end();
  require(!has_zero || opset >= 14, "ONNX's Reshape takes no size of 0 in opset {}", opset);
  return add("Reshape", {x, ints(shape)},
             has_zero ? OnnxAttributes{{"allowzero", 1}} : OnnxAttributes{});
}

OnnxValue OnnxWriter::reduce(std::string_view type, const OnnxValue& x, const Dims& dims,
                             bool keepdim) {
  const bool as_input = opset >= (type == "ReduceSum" ? 13 : 18);
  OnnxValues inputs = {x};
  OnnxAttributes attributes = {{"keepdims", keepdim}};
  if (!dims.empty() && as_input)
    inputs.push_back(ints(dims));
  else if (!dims.empty())
    attributes.emplace_back("axes", dims);
  return add(type, inputs, attributes);
}

OnnxNodes OnnxWriter::finish(OnnxValues results) {
  promise(results.size() == names_.results.size(), "a form gives another number of results");
  for (size_t i = 0; i < results.size(); ++i) {
    OnnxValue result = cast(results[i], call.out(int(i)).dtype());
    const std::string& name = names_.results[i];
    bool renamed = false;
    for (OnnxNode& node : out_.nodes)
      for (std::string& output : node.outputs)
        if (output == result.name && !renamed) {
          output = name;
          renamed = true;
        }
    if (!renamed) {  // an operand or a constant comes out as it is
      result = add("Identity", {result});
      out_.nodes.back().outputs[0] = name;
    }
    for (OnnxNode& node : out_.nodes)
      std::replace(node.inputs.begin(), node.inputs.end(), result.name, name);
  }
  return std::move(out_);
}

}  // namespace hebb
