// What anomaly mode adds to recording and to a backward pass. For the files of this floor.
#pragma once

#include <string>
#include <string_view>

#include "hebb/autograd/anomaly.h"
#include "hebb/autograd/history.h"

namespace hebb {

// The modules and composites that this thread is in, from the outermost: "Net > 0 > gelu". Without
// anomaly mode these do nothing.
void enter_anomaly_scope(std::string_view scope);
void leave_anomaly_scope();
std::string anomaly_scope();

void check_for_nan(const Call& call);  // its outputs

// The gradients of a node's inputs by the function that computes them. Error: one holds NaN.
Grads checked_answer(const Node& node, const Grads& given, FunctionRef<Grads()> answer);

}  // namespace hebb
