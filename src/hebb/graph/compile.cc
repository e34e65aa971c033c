#include "hebb/graph/compile.h"

#include <algorithm>
#include <cmath>
#include <list>
#include <mutex>
#include <optional>

#include "hebb/base/error.h"
#include "hebb/base/log.h"
#include "hebb/base/parallel.h"
#include "hebb/graph/plan.h"
#include "hebb/ops/grad_mode.h"
#include "hebb/ops/recorder.h"
#include "hebb/tensor/element_types.h"

namespace hebb {
namespace {

std::vector<Spec> kind_of(const std::vector<Tensor>& inputs) {
  std::vector<Spec> kind;
  for (const Tensor& input : inputs)
    kind.push_back({input.dtype(), input.shape()});
  return kind;
}

bool same_kind(const std::vector<Spec>& a, const std::vector<Spec>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Spec& x, const Spec& y) {
    return x.dtype == y.dtype && x.shape == y.shape;
  });
}

// A follower inside a kernel may turn NaN into a number (oneDNN's relu gives 0), which would hide
// it. So inputs with NaN run operator by operator.
bool has_nan(const Tensor& tensor) {
  if (!is_floating(tensor.dtype()) || !tensor.is_contiguous())
    return is_floating(tensor.dtype()) && has_nan(tensor.contiguous());
  bool found = false;
  visit(tensor.dtype(), [&](auto type) {
    using T = typename decltype(type)::type;
    if constexpr (std::is_convertible_v<T, float>) {
      const T* values = static_cast<const T*>(tensor.raw_data());
      for (int64_t i = 0, n = tensor.numel(); i < n; ++i)
        found |= std::isnan(float(values[i]));
    }
  });
  return found;
}

}  // namespace

struct Compiled::State {
  // One kind of inputs: its graph, or why it was not traced.
  struct Traced {
    std::vector<Spec> kind;  // for eager runs: dtypes and shapes
    std::optional<Graph> graph;
  };

  struct Planned {
    const Graph* graph;
    SymbolSizes sizes;
    int threads;
    std::shared_ptr<const Plan> plan;
    std::vector<std::unique_ptr<Context>> free = {};
  };

  Function function;
  CompileOptions options;
  std::mutex mutex;  // guards everything below
  std::list<Traced> traced;
  std::list<Planned> plans;  // the least recently used first
  std::string why;
  uint64_t made = 0;

  static constexpr size_t most_kinds = 32;

  // The graph that takes these inputs, and the sizes of its symbols. Traces now if there is none
  // yet. Null: the inputs run eagerly.
  const Graph* graph_for(const std::vector<Tensor>& inputs, SymbolSizes& sizes) {
    for (const Traced& one : traced) {
      if (one.graph) {
        if (std::optional<SymbolSizes> fit = one.graph->fitting_sizes(inputs)) {
          sizes = std::move(*fit);
          return &*one.graph;
        }
      } else if (same_kind(one.kind, kind_of(inputs))) {
        return nullptr;
      }
    }
    if (traced.size() == most_kinds)
      forget_oldest_kind();
    traced.push_back({kind_of(inputs), trace_now(inputs)});
    if (!traced.back().graph)
      return nullptr;
    sizes = traced.back().graph->sizes_of(inputs);
    return &*traced.back().graph;
  }

  void forget_oldest_kind() {
    if (traced.front().graph)
      std::erase_if(plans, [&](const Planned& one) { return one.graph == &*traced.front().graph; });
    traced.pop_front();
  }

  // Traces with symbols, or else at exactly these sizes.
  std::optional<Graph> trace_now(const std::vector<Tensor>& inputs) {
    TraceOptions how = options.trace;
    for (int attempt = how.fixed_sizes ? 1 : 0; attempt < 2; ++attempt) {
      how.fixed_sizes = attempt == 1;
      if (how.fixed_sizes)
        how.symbols.clear();
      try {
        return trace(function, inputs, how);
      } catch (const Error& error) {
        why = error.message();
      }
    }
    return std::nullopt;
  }

  std::list<Planned>::iterator plan_for(const Graph* graph, const SymbolSizes& sizes) {
    const int threads = is_serial_here() ? 1 : num_threads();
    for (auto at = plans.begin(); at != plans.end(); ++at) {
      if (at->graph != graph || at->sizes != sizes || at->threads != threads)
        continue;
      if (!at->plan->is_current()) {
        plans.erase(at);
        break;
      }
      plans.splice(plans.end(), plans, at);
      return at;
    }
    auto plan = std::make_shared<const Plan>(*graph, sizes);
    ++made;
    if (plans.size() >= std::max<size_t>(options.most_plans, 1))
      plans.pop_front();
    return plans.insert(plans.end(), {graph, sizes, threads, std::move(plan)});
  }

  // A context that is not in use; null: the inputs run eagerly.
  std::unique_ptr<Context> take(const std::vector<Tensor>& inputs) {
    std::lock_guard lock(mutex);
    SymbolSizes sizes;
    const Graph* graph = graph_for(inputs, sizes);
    if (!graph)
      return nullptr;
    try {
      const auto at = plan_for(graph, sizes);
      if (at->free.empty())
        return std::make_unique<Context>(at->plan);
      std::unique_ptr<Context> context = std::move(at->free.back());
      at->free.pop_back();
      return context;
    } catch (const Error& error) {
      why = error.message();
      const auto it = std::find_if(traced.begin(), traced.end(), [&](const Traced& one) {
        return one.graph && &*one.graph == graph;
      });
      std::erase_if(plans, [&](const Planned& one) { return one.graph == graph; });
      it->graph.reset();
      it->kind = kind_of(inputs);
      return nullptr;
    }
  }

  void give_back(std::unique_ptr<Context> context) {
    std::lock_guard lock(mutex);
    for (Planned& one : plans)
      if (one.plan.get() == &context->plan())
        return one.free.push_back(std::move(context));
  }
};

std::vector<Tensor> Compiled::operator()(const std::vector<Tensor>& inputs) const {
  State& state = *state_;
  const bool is_seen = !recorders().empty() || shapes_only();
  const bool has_values = std::all_of(inputs.begin(), inputs.end(), [](const Tensor& t) {
    return t.defined() && !t.is_number() && t.device() == Device::cpu && !has_nan(t);
  });
  NoGrad off;
  std::string before;
  if (!is_seen && has_values) {
    before = why_eager();
    if (std::unique_ptr<Context> context = state.take(inputs)) {
      const Tensors outputs = context->run(Tensors(inputs));
      state.give_back(std::move(context));
      return {outputs.begin(), outputs.end()};
    }
  }
  std::vector<Tensor> outputs = state.function(inputs);
  if (const std::string why = why_eager(); why != before && !is_seen)
    warn_once("this program runs operator by operator, not compiled: " + why);
  return outputs;
}

std::string Compiled::why_eager() const {
  std::lock_guard lock(state_->mutex);
  return state_->why;
}
uint64_t Compiled::plans_made() const {
  std::lock_guard lock(state_->mutex);
  return state_->made;
}

Compiled compile(Compiled::Function function, CompileOptions options) {
  Compiled compiled;
  compiled.state_ = std::make_shared<Compiled::State>();
  compiled.state_->function = std::move(function);
  compiled.state_->options = std::move(options);
  return compiled;
}

}  // namespace hebb
