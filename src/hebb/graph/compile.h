// compile(fn): a function that is traced once for each kind of inputs, and from then on runs a
// plan.
//
//   const auto run = compile([&](const std::vector<Tensor>& in) -> std::vector<Tensor> {
//     return {net(in[0])};
//   });
//   const Tensor logits = run({x})[0];
//
// For inference: nothing is recorded for a backward pass. What the function computes is settled
// when it is traced: its operators, attributes and which tensors it uses. Their values may change
// (weights that are loaded or trained on): plans are made again then. A function that cannot be
// traced (it reads a value), or whose graph no plan holds (it writes state), runs eagerly, and says
// why in one note.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "hebb/graph/trace.h"

namespace hebb {

struct CompileOptions {
  // Sizes that vary from call to call. Where the program cannot be traced with them, and at every
  // other size that is new, it is traced again.
  TraceOptions trace = {};
  size_t most_plans = 8;  // one for each set of sizes; the least recently used goes
};

// Thread-safe where the function is. Copies share everything.
class Compiled {
 public:
  using Function = std::function<std::vector<Tensor>(const std::vector<Tensor>&)>;

  std::vector<Tensor> operator()(const std::vector<Tensor>& inputs) const;

  // Why the last kind of inputs that could not be planned runs eagerly; "" when there was none.
  std::string why_eager() const;
  // How many plans were made, those that have gone included.
  uint64_t plans_made() const;

 private:
  friend Compiled compile(Function function, CompileOptions options);
  struct State;
  std::shared_ptr<State> state_;
};

Compiled compile(Compiled::Function function, CompileOptions options = {});

}  // namespace hebb
