// An operator's name in the first line, JSON attributes behind it: small operands run, forward and
// backward, or there is an Error.
#include <cstdlib>
#include <initializer_list>
#include <string>

#include "hebb/base/error.h"
#include "hebb/ops/create.h"
#include "hebb/ops/named.h"
#include "hebb/ops/random_key.h"
#include "little_memory.h"

namespace {

using namespace hebb;

Tensor floats(const Dims& shape) {  // from -1 to 1, no two beside each other alike
  Tensor out = Tensor::empty(shape, DType::f32);
  for (int64_t i = 0; i < out.numel(); ++i)
    out.data<float>()[i] = float(i * 7 % 19) / 9 - 1;
  return out;
}
Tensor indices(const Dims& shape) {  // from 0 to 2
  Tensor out = Tensor::empty(shape, DType::i64);
  for (int64_t i = 0; i < out.numel(); ++i)
    out.data<int64_t>()[i] = i * 2 % 3;
  return out;
}

bool starts(std::string_view name, std::initializer_list<std::string_view> with) {
  for (std::string_view w : with)
    if (name.starts_with(w))
      return true;
  return false;
}

// Of the form that the operator takes, if it is a particular one.
NamedTensors operands_of(const Op& op) {
  const std::string_view name = op.name;
  const bool pool = name.find("_pool") != name.npos, convolution = name.starts_with("conv");
  Dims shape = {2, 4, 3};
  if (pool || convolution) {
    shape = {2, 4};
    for (int i = name.back() == 'd' ? name[name.size() - 2] - '0' : 1; i > 0; --i)
      shape.push_back(6);
  } else if (starts(name, {"cross_entropy", "nll_loss", "matmul", "linear", "gather", "scatter",
                           "index", "tril", "triu"})) {
    shape = {4, 4};
  }
  NamedTensors out;
  for (std::string_view slot : op.inputs) {
    const std::string plain(slot.substr(0, slot.find_first_of("?*")));
    if (slot.back() == '*') {
      for (const char* number : {"0", "1"})
        out[plain + number] = floats({2, 3});
    } else if (plain == "key") {
      out[plain] = full({}, 7, DType::u64);
    } else if (plain == "condition" || plain == "mask") {
      out[plain] = ones(shape, DType::boolean);
    } else if (convolution && plain == "weight") {
      Dims weight(shape.size(), 3);
      weight[0] = weight[1] = 4;
      out[plain] = floats(weight);
    } else if (convolution && plain == "bias") {
      out[plain] = floats({4});
    } else if (starts(name, {"batch_norm", "instance_norm", "group_norm"}) && plain != "input") {
      out[plain] = ones({4});
    } else if (starts(name, {"cross_entropy", "nll_loss"}) && plain != "input") {
      out[plain] = plain == "target" ? indices({4}) : ones({4});
    } else if (starts(name, {"layer_norm", "rms_norm", "binary"}) && slot.back() == '?') {
      continue;  // its shape is in the attributes
    } else if (plain == "index") {
      out[plain] = indices(starts(name, {"index"}) ? Dims{4} : shape);
    } else if (name == "one_hot" || (name == "embedding" && plain == "input") ||
               name.starts_with("bitwise")) {
      out[plain] = indices({2, 3});
    } else if (name == "embedding") {
      out[plain] = floats({3, 2});
    } else if (starts(name, {"linear"}) && plain == "bias") {
      out[plain] = floats({4});
    } else if (plain == "value" || plain == "fill_value") {
      out[plain] = Tensor(0.5);
    } else {
      out[plain] = floats(shape);
    }
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size),
      name = text.substr(0, text.find('\n'));
  const Op* op = find_op(name);
  if (!op || op->internal)
    return -1;
  const std::string_view attributes = text.substr(std::min(text.size(), name.size() + 1));
  const LittleMemory little;
  try {
    const NamedTensors operands = operands_of(*op);
    NamedTensors gradients;
    for (const auto& [result, tensor] : run_by_name(*op, operands, attributes, nullptr).results)
      if (op->differentiable() && is_floating(tensor.dtype()))
        gradients.emplace(result, ones_like(tensor));
    (void)run_by_name(*op, operands, attributes, &gradients);
  } catch (const Error&) {}
  return 0;
}
