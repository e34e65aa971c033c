// Calls by name: operands, results and gradients as pairs (name, tensor), as in files. An operand
// has the name of its slot. An item of a list has that name and a number: tensors0, tensors1.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hebb/ops/op.h"
#include "hebb/tensor/named_tensors.h"

namespace hebb {

// Makes a call of `op` without running it. A number (true, 2, 0.5) in the JSON attributes may stand
// for an operand. A random operator without a key draws one. Errors: a missing or unknown operand
// (the message names the nearest), or attributes as in attrs_json.h.
Call call_by_name(const Op& op, const NamedTensors& operands, std::string_view attrs_json);

std::vector<std::string> operand_names(const Call& call);  // one per flattened input

// The results that a user sees: `out`, or `out0`, `out1`, ... where PyTorch returns a tuple.
NamedTensors results_by_name(const Call& call);

// Runs the call, and the backward pass from the gradients of its results. Returns the gradients of
// all floating operands. A result without a given gradient counts as unused. An operand that no
// gradient reaches gets zeros.
struct RunByName {
  NamedTensors results, gradients;
};
RunByName run_by_name(const Op& op, const NamedTensors& operands, std::string_view attrs_json,
                      const NamedTensors* result_gradients);

}  // namespace hebb
