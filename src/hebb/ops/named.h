// Calls by name: operands, results and gradients as (name, tensor), the form in which files hold
// them. An operand has the name of its slot, an item of a list that name and a number: tensors0,
// tensors1.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hebb/ops/op.h"
#include "hebb/tensor/named_tensors.h"

namespace hebb {

// The call of `op`, not run yet. A number (true, 2, 0.5) in the JSON attributes may stand for an
// operand; a random operator whose key is not given draws one. Errors: an operand that is missing
// or unknown (naming the nearest), attributes as in attrs_json.h.
Call call_by_name(const Op& op, const NamedTensors& operands, std::string_view attrs_json);

std::vector<std::string> operand_names(const Call& call);  // one per flattened input

// What a user sees after the run: `out`, or `out0`, `out1`, ... where PyTorch returns a tuple.
NamedTensors results_by_name(const Call& call);

// Runs the call and, from the gradients of its results, the backward pass: the gradients of all
// floating operands. A result whose gradient is not given counts as unused; an operand that no
// gradient reaches answers zeros.
struct RunByName {
  NamedTensors results, gradients;
};
RunByName run_by_name(const Op& op, const NamedTensors& operands, std::string_view attrs_json,
                      const NamedTensors* result_gradients);

}  // namespace hebb
