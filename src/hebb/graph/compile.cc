#include "hebb/graph/compile.h"

#include <algorithm>
#include <functional>
#include <list>
#include <mutex>
#include <optional>

#include "hebb/base/error.h"
#include "hebb/base/log.h"
#include "hebb/base/parallel.h"
#include "hebb/graph/finite.h"
#include "hebb/graph/plan.h"
#include "hebb/graph/trace.h"
#include "hebb/ops/grad_mode.h"
#include "hebb/ops/recorder.h"

namespace hebb {
namespace {

bool same(const std::vector<Spec>& a, const std::vector<Spec>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Spec& x, const Spec& y) {
    return x.dtype == y.dtype && x.shape == y.shape;
  });
}

std::vector<Spec> specs_of(const std::vector<Tensor>& inputs) {
  std::vector<Spec> specs;
  for (const Tensor& input : inputs)
    specs.push_back({input.dtype(), input.shape()});
  return specs;
}

// What a plan can take: values on the CPU, and numbers (graph/finite.h).
bool can_be_planned(const std::vector<Tensor>& inputs) {
  return std::all_of(inputs.begin(), inputs.end(), [](const Tensor& t) {
    return t.defined() && !t.is_number() && t.device() == Device::cpu && is_finite(t);
  });
}

}  // namespace

struct Compiled::State {
  struct Planned {
    SymbolSizes sizes;
    int threads;
    std::shared_ptr<const Plan> plan;
    std::vector<std::unique_ptr<Context>> idle = {};
    uint64_t used = 0;  // when, in calls
  };

  // What one trace serves. Programs are traced at sizes from those of the first inputs on: smaller
  // ones are another trace's.
  struct Traced {
    Graph graph;
    SymbolSizes least;
    std::list<Planned> plans = {};
    std::vector<SymbolSizes> refused = {};  // sizes at which there is no plan
  };

  Function function;
  CompileOptions options;
  // Of everything below. Recursive: a function that is traced may ask its own Compiled something.
  std::recursive_mutex mutex;
  std::list<Traced> traced;
  std::list<std::vector<Spec>> eager;  // inputs at which it cannot be traced
  std::string why;
  uint64_t made = 0, calls = 0;

  static constexpr size_t most_traces = 32, most_refusals = 256, most_idle = 8;

  // The trace that serves these inputs, made now if there is none yet. Null: they run eagerly.
  Traced* trace_for(const std::vector<Tensor>& inputs, SymbolSizes& sizes) {
    for (Traced& one : traced)
      if (std::optional<SymbolSizes> fit = one.graph.fitting_sizes(inputs);
          fit && std::equal(fit->begin(), fit->end(), one.least.begin(), std::greater_equal())) {
        sizes = std::move(*fit);
        return &one;
      }
    const std::vector<Spec> specs = specs_of(inputs);
    if (std::any_of(eager.begin(), eager.end(),
                    [&](const std::vector<Spec>& known) { return same(known, specs); }))
      return nullptr;
    std::optional<Graph> graph = trace_now(inputs);
    if (!graph) {
      if (eager.size() == most_refusals)
        eager.pop_front();
      eager.push_back(specs);
      return nullptr;
    }
    if (traced.size() == most_traces)
      traced.pop_front();
    sizes = graph->sizes_of(inputs);
    return &traced.emplace_back(Traced{std::move(*graph), sizes});
  }

  // Traces with symbols, or else at exactly these sizes.
  std::optional<Graph> trace_now(const std::vector<Tensor>& inputs) {
    TraceOptions how = options.trace;
    std::string reason;
    for (int attempt = how.fixed_sizes ? 1 : 0; attempt < 2; ++attempt) {
      how.fixed_sizes = attempt == 1;
      if (how.fixed_sizes)
        how.symbols.clear();
      try {
        return trace(function, inputs, how);
      } catch (const Error& error) {
        reason = error.message();
      }
    }
    why = reason;
    return std::nullopt;
  }

  // Null: there is no plan at these sizes.
  Planned* plan_for(Traced& trace, const SymbolSizes& sizes) {
    if (std::find(trace.refused.begin(), trace.refused.end(), sizes) != trace.refused.end())
      return nullptr;
    const int threads = is_serial_here() ? 1 : num_threads();
    for (auto at = trace.plans.begin(); at != trace.plans.end(); ++at) {
      if (at->sizes != sizes || at->threads != threads)
        continue;
      if (at->plan->is_current())
        return &*at;
      trace.plans.erase(at);
      break;
    }
    try {
      auto plan = std::make_shared<const Plan>(trace.graph, sizes);
      ++made;
      make_room();
      return &trace.plans.emplace_back(Planned{sizes, threads, std::move(plan)});
    } catch (const Error& error) {
      why = error.message();
      // Weights that are no numbers may be others next time.
      if (error.kind() != ErrorKind::data && trace.refused.size() < most_refusals)
        trace.refused.push_back(sizes);
      return nullptr;
    }
  }

  // The least recently used plan of all goes when there are as many as are kept.
  void make_room() {
    size_t count = 0;
    Traced* owner = nullptr;
    std::list<Planned>::iterator oldest;
    for (Traced& one : traced)
      for (auto at = one.plans.begin(); at != one.plans.end(); ++at) {
        ++count;
        if (!owner || at->used < oldest->used) {
          owner = &one;
          oldest = at;
        }
      }
    if (owner && count >= std::max<size_t>(options.most_plans, 1))
      owner->plans.erase(oldest);
  }

  // A context that is not in use; null: the inputs run eagerly.
  std::unique_ptr<Context> take(const std::vector<Tensor>& inputs) {
    std::lock_guard lock(mutex);
    SymbolSizes sizes;
    Traced* const trace = trace_for(inputs, sizes);
    Planned* const planned = trace ? plan_for(*trace, sizes) : nullptr;
    if (!planned)
      return nullptr;
    planned->used = ++calls;
    if (planned->idle.empty())
      return std::make_unique<Context>(planned->plan);
    std::unique_ptr<Context> context = std::move(planned->idle.back());
    planned->idle.pop_back();
    return context;
  }

  void give_back(std::unique_ptr<Context> context) {
    std::lock_guard lock(mutex);
    for (Traced& trace : traced)
      for (Planned& one : trace.plans)
        if (one.plan.get() == &context->plan()) {
          if (one.idle.size() < most_idle)
            one.idle.push_back(std::move(context));
          return;
        }
  }

  // The program itself fails at these inputs: that says nothing about the next time.
  void forget(const std::vector<Tensor>& inputs) {
    std::lock_guard lock(mutex);
    const std::vector<Spec> specs = specs_of(inputs);
    eager.remove_if([&](const std::vector<Spec>& known) { return same(known, specs); });
  }
};

std::vector<Tensor> Compiled::operator()(const std::vector<Tensor>& inputs) const {
  State& state = *state_;
  if (!recorders().empty() || shapes_only())  // part of a program that is traced itself
    return state.function(inputs);
  NoGrad off;
  if (!can_be_planned(inputs))
    return state.function(inputs);
  if (std::unique_ptr<Context> context = state.take(inputs)) {
    const Tensors outputs = context->run(Tensors(inputs));
    state.give_back(std::move(context));
    return {outputs.begin(), outputs.end()};
  }
  try {
    std::vector<Tensor> outputs = state.function(inputs);
    warn_once("this program runs operator by operator, not compiled: " + why_eager());
    return outputs;
  } catch (...) {
    state.forget(inputs);
    throw;
  }
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
