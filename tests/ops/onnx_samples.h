// The samples of tests/ops in ONNX: what onnx_test.cc and onnx_dump_test.cc go through.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "hebb/ops/onnx_node.h"
#include "ops/samples.h"

namespace hebb::test {

// The opsets in which an entry's forms are tried: the first and the last of each form, 17, 21, 23
// and 24, where there is a form.
std::vector<int> onnx_opsets(const Op& op);

// The operator's samples, and more of those that have a form of their own in ONNX.
std::vector<Sample> onnx_samples(const Tried& tried);

struct OnnxSample {
  Call call;  // it has run
  OnnxNames names;
  std::map<std::string, Tensor> operands;  // those that have a name
};
// Plain numbers become constants; the others are called in0, in1, ..., the results out0, out1, ...
OnnxSample onnx_sample(const Op& op, const Slots& slots, const Attrs& attrs);

}  // namespace hebb::test
