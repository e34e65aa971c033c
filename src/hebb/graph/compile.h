// compile(fn): a function that is traced once for each kind of inputs and runs a plan from then on.
//
//   const auto run = compile([&](const std::vector<Tensor>& in) -> std::vector<Tensor> {
//     return {net(in[0])};
//   });
//   const Tensor logits = run({x})[0];
//
// For inference: nothing is recorded for a backward pass. Tracing fixes the function's operators,
// their attributes and which tensors it uses. The values of these may change (weights that are
// loaded or trained): then plans are made again. A function that cannot be traced (it reads a
// value) or planned (it writes state) runs eagerly; one note says why.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "hebb/graph/trace_options.h"

namespace hebb {

struct CompileOptions {
  // Sizes that vary from call to call. The program is traced again when it cannot be traced with
  // these symbols, and for every new value of another size.
  TraceOptions trace = {};
  size_t most_plans = 8;  // one for each set of sizes; the least recently used is dropped
};

// Thread-safe if the function is. Copies share everything.
class Compiled {
 public:
  using Function = std::function<std::vector<Tensor>(const std::vector<Tensor>&)>;

  std::vector<Tensor> operator()(const std::vector<Tensor>& inputs) const;

  // Why the last kind of inputs without a plan runs eagerly; "" when there was none.
  std::string why_eager() const;
  // How many plans were made, including dropped ones.
  uint64_t plans_made() const;

 private:
  friend Compiled compile(Function function, CompileOptions options);
  struct State;
  std::shared_ptr<State> state_;
};

Compiled compile(Compiled::Function function, CompileOptions options = {});

}  // namespace hebb
