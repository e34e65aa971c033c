// The forms of calls in ONNX, in both directions, over nodes without protobuf: what a file's reader
// and writer, and a graph's importer and exporter, stand on. Each entry says its forms (op.h).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "hebb/ops/op.h"

namespace hebb {

// Floating attributes are f32, as in ONNX; of a list of numbers only those of whole ones are used.
using OnnxAttributeValue = std::variant<int64_t, float, std::string, std::vector<int64_t>,
                                        std::vector<float>, std::vector<std::string>, Tensor>;
struct OnnxAttribute {
  std::string name;
  OnnxAttributeValue value;
};

struct OnnxNode {
  std::string op_type;
  std::string domain = {};                   // empty: ai.onnx
  std::vector<std::string> inputs, outputs;  // names; empty: left out
  std::vector<OnnxAttribute> attributes;
};

struct OnnxNodes {
  std::vector<OnnxNode> nodes;                            // in an order that computes
  std::vector<std::pair<std::string, Tensor>> constants;  // what ONNX calls initialisers
};

// How a call's operands and results are called among the nodes. Further names begin with the first
// result's and an underscore.
struct OnnxNames {
  std::vector<std::string> operands;  // of the flattened inputs; empty where one is left out, or is
                                      // to become a constant
  std::vector<std::string> results;   // as many as a user sees: user_results(call)
};

int user_results(const Call& call);  // how many outputs PyTorch returns

// The nodes that say a call that has run (or was traced: operands need no values, plain numbers and
// operands without a name excepted).
// Error: what ONNX lacks for it, in one line.
OnnxNodes to_onnx(const Call& call, const OnnxNames& names, int opset);

struct OnnxInputs {
  Tensors values;     // undefined where left out
  Tensors constants;  // the same where the values are known now, else undefined; may be shorter
  int opset = 0;
};

// Calls our operators as the node says; answers with one tensor for each of its outputs.
// Error: an operator or attribute that no entry reads; values that have to be known and are not.
Tensors from_onnx(const OnnxNode& node, const OnnxInputs& inputs);

// The form that says calls of the entry in this opset; null: none does.
const OnnxForm* onnx_form_of(const Op& op, int opset);
// The entry that reads nodes of this type, and its form; null: none does.
struct OnnxReading {
  const Op* op = nullptr;
  const OnnxForm* form = nullptr;
};
OnnxReading onnx_reading_of(std::string_view type, int opset);

int64_t onnx_dtype(DType dtype);        // TensorProto.DataType
DType dtype_from_onnx(int64_t number);  // Error: no element type of ours

}  // namespace hebb
