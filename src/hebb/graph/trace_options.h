// What a trace is told: which sizes vary, and names. Apart from trace.h, which knows what an
// operator is, so that programs that only compile() a function need not.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "hebb/tensor/tensor.h"

namespace hebb {

struct InputDim {
  int input = 0, dim = 0;
};

// A size that varies from run to run, and the dimensions that have it.
struct Symbol {
  std::string name = "B";
  std::vector<InputDim> dims = {};
  int64_t most = 0;  // the largest size that the program takes (learned positions); 0: any
};

struct TraceOptions {
  std::vector<Symbol> symbols = {};  // empty: B, which is dimension 0 of every input that has one
  bool fixed_sizes = false;          // no size varies
  // Names in the printed graph: model.state_dict().
  std::vector<std::pair<std::string, Tensor>> state_names = {};
};

}  // namespace hebb
