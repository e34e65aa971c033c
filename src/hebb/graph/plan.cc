#include "hebb/graph/plan.h"

#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/base/parallel.h"
#include "hebb/graph/finite.h"
#include "hebb/graph/flat_graph.h"
#include "hebb/graph/lowering.h"
#include "hebb/graph/plan_step.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/copy.h"
#include "hebb/ops/grad_mode.h"
#include "hebb/ops/random_key.h"

namespace hebb {

namespace {

// Of what oneDNN computes and may put a relu behind.
void check_weights(const FlatGraph& graph) {
  for (const FlatNode& node : graph.nodes) {
    if (!is_product(node))
      continue;
    for (const std::vector<int>& slot : node.operands)
      for (int id : slot)
        if (id >= 0 && graph.values[size_t(id)].constant.defined())
          check_in(is_finite(graph.values[size_t(id)].constant), ErrorKind::data, "",
                   "'{}' has a weight that is not finite", node.op->name);
  }
}

}  // namespace

Plan::Plan(const Graph& graph, const SymbolSizes& sizes)
    : random_steps_(graph.random_steps), random_keys_(graph.keys),
      threads_(is_serial_here() ? 1 : num_threads()) {
  NoGrad off;
  use_threads_here();
  FlatGraph flat = flattened(graph, sizes);
  for (const Tensor& tensor : flat.read)
    if (!tensor.is_number()) {
      // What is packed goes with the next write to the storage, also one through data().
      check_in(!has_nan(tensor), ErrorKind::data, "", "it holds {} with NaN", describe(tensor));
      const auto mark = tensor.storage().packed("plan", 0, [](void*) {});
      reads_.push_back({tensor.body()->storage, tensor.version(), mark});
    }
  fold_constants(flat);
  fold_batch_norm(flat);
  check_weights(flat);
  gather_followers(flat);
  Lowering(flat, *this).lower();
}

Plan::~Plan() = default;

bool Plan::is_current() const {
  return std::all_of(reads_.begin(), reads_.end(), [](const Read& read) {
    return read.storage->version() == read.version && !read.mark.expired();
  });
}

// A step bound to this context's addresses. Steps that touch the caller's memory get addresses at
// each run; the others are bound once.
struct Context::BoundStep {
  const PlanStep* step;
  std::unique_ptr<const BoundKernel> bound;
  std::vector<void*> in, out;
  void* scratch = nullptr;
};

Context::Context(std::shared_ptr<const Plan> plan)
    : plan_(std::move(plan)), keys_(plan_->keys_.size()), callers_(plan_->buffers_.size()) {
  arena_ = std::make_unique<Storage>(plan_->arena_bytes_, cpu_allocator());
  steps_.reserve(plan_->steps_.size());
  for (const PlanStep& step : plan_->steps_) {
    BoundStep& bound = steps_.emplace_back();
    bound.step = &step;
    for (const PlanPlace& place : step.in)
      bound.in.push_back(at(place));
    for (const PlanPlace& place : step.out)
      bound.out.push_back(at(place));
    bound.scratch = at(step.scratch);
    if (!step.touches_caller)
      bound.bound = step.kernel->bind({bound.in.data(), bound.out.data(), bound.scratch},
                                      bound.in.size(), bound.out.size());
  }
}

Context::~Context() = default;

void* Context::at(const PlanPlace& place) const {
  void* const data = place.buffer < 0 ? nullptr : address(place.buffer);
  return data ? static_cast<char*>(data) + place.offset : nullptr;
}

void* Context::address(int buffer) const {
  const PlanBuffer& b = plan_->buffers_[size_t(buffer)];
  switch (b.kind) {
    case PlanBuffer::Kind::arena:
      return static_cast<char*>(arena_->data()) + b.place;
    case PlanBuffer::Kind::constant:
      return const_cast<void*>(b.memory);
    case PlanBuffer::Kind::key:
      return const_cast<uint64_t*>(&keys_[size_t(b.index)]);
    case PlanBuffer::Kind::input:
    case PlanBuffer::Kind::output:
      return callers_[size_t(buffer)];
  }
  return nullptr;
}

Tensors Context::empty_outputs() const {
  Tensors outputs;
  for (const Plan::Answer& answer : plan_->outputs_)
    outputs.push_back(answer.same_as >= 0
                          ? outputs[size_t(answer.same_as)]
                          : Tensor::empty_strided(answer.shape, answer.strides, answer.dtype));
  return outputs;
}

Tensors Context::run(const Tensors& inputs) {
  const Tensors outputs = empty_outputs();
  run_into(inputs, outputs);
  return outputs;
}

// What is written has the plan's dtypes, shapes and strides, and nothing reads it meanwhile.
void Context::check_outputs(const Tensors& inputs, const Tensors& outputs) const {
  const auto& answers = plan_->outputs_;
  check_in(outputs.size() == answers.size(), ErrorKind::invalid, "plan",
           "{} outputs are given, the plan has {}", outputs.size(), answers.size());
  for (size_t i = 0; i < outputs.size(); ++i) {
    check_in(outputs[i].dtype() == answers[i].dtype && outputs[i].shape() == answers[i].shape &&
                 outputs[i].strides() == answers[i].strides,
             ErrorKind::invalid, "plan",
             "output {} is {} with strides {}, the plan gives {}{} with strides {}", i,
             describe(outputs[i]), outputs[i].strides(), name(answers[i].dtype), answers[i].shape,
             answers[i].strides);
    for (const Tensor& input : inputs)
      check_in(input.body()->storage != outputs[i].body()->storage, ErrorKind::invalid, "plan",
               "output {} lies in the memory of an input", i);
    for (size_t k = 0; k < i; ++k)
      check_in(answers[i].same_as >= 0 || outputs[k].body()->storage != outputs[i].body()->storage,
               ErrorKind::invalid, "plan", "outputs {} and {} lie in the same memory", k, i);
  }
}

void Context::run_into(const Tensors& inputs, const Tensors& outputs) {
  const auto& wanted = plan_->inputs_;
  check_in(inputs.size() == wanted.size(), ErrorKind::invalid, "plan",
           "{} inputs are given, the plan has {}", inputs.size(), wanted.size());
  Tensors given = inputs;
  for (size_t i = 0; i < inputs.size(); ++i) {
    check_in(inputs[i].dtype() == wanted[i].dtype && inputs[i].shape() == wanted[i].shape,
             ErrorKind::invalid, "plan", "input {} is {}, the plan is for {}{}", i,
             describe(inputs[i]), name(wanted[i].dtype), wanted[i].shape);
    if (given[i].is_number() || !given[i].is_contiguous()) {
      given[i] = Tensor::empty(wanted[i].shape, wanted[i].dtype);
      copy_values(inputs[i], given[i]);
    }
  }
  check_outputs(given, outputs);
  use_threads_here();
  for (size_t b = 0; b < plan_->buffers_.size(); ++b) {
    const PlanBuffer& buffer = plan_->buffers_[b];
    if (buffer.kind == PlanBuffer::Kind::input)
      callers_[b] = given[size_t(buffer.index)].raw_data();
    if (buffer.kind == PlanBuffer::Kind::output)
      callers_[b] = outputs[size_t(buffer.index)].raw_data();
  }
  if (plan_->random_keys_ > 0 || plan_->random_steps_ > 0) {
    const RandomState before = random_state();
    for (size_t k = 0; k < keys_.size(); ++k)
      keys_[k] = key_at(before, plan_->keys_[k].id, plan_->keys_[k].step);
    set_random_state(random_after(plan_->random_steps_, plan_->random_keys_, before));
  }
  for (BoundStep& step : steps_)
    run_step(step);
  for (const Tensor& output : outputs)
    output.storage().count_write();
}

void Context::run_step(BoundStep& step) {
  try {
    if (!step.bound) {
      for (size_t i = 0; i < step.in.size(); ++i)
        step.in[i] = at(step.step->in[i]);
      for (size_t i = 0; i < step.out.size(); ++i)
        step.out[i] = at(step.step->out[i]);
      return step.step->kernel->run({step.in.data(), step.out.data(), step.scratch});
    }
    step.bound->run();
  } catch (const Error& error) {
    if (!error.where().empty())
      throw;
    throw Error(error.kind(), std::string(step.step->op), error.message(), error.details());
  }
}

namespace {

std::string place_text(const Plan& plan, const PlanPlace& place) {
  if (place.buffer < 0)
    return "none";
  const PlanBuffer& buffer = plan.buffers()[size_t(place.buffer)];
  static constexpr const char* kinds[] = {"arena", "constant", "input", "output", "key"};
  const int64_t at = int64_t(buffer.place) + place.offset;
  return buffer.kind == PlanBuffer::Kind::arena
             ? fmt::format("[{}..{}]", at, buffer.place + buffer.bytes)
             : fmt::format("{} {}", kinds[int(buffer.kind)],
                           buffer.index >= 0 ? buffer.index : place.buffer);
}

}  // namespace

std::string to_string(const Plan& plan) {
  std::string text = fmt::format("plan: {} steps, arena of {} bytes, {} threads\n",
                                 plan.steps().size(), plan.arena_bytes(), plan.threads());
  for (const PlanStep& step : plan.steps()) {
    std::vector<std::string> in, out;
    for (const PlanPlace& place : step.in)
      in.push_back(place_text(plan, place));
    for (const PlanPlace& place : step.out)
      out.push_back(place_text(plan, place));
    text +=
        fmt::format("  {} = {}({})  {}{}\n", fmt::join(out, ", "), step.what, fmt::join(in, ", "),
                    step.kernel->name, step.scope.empty() ? "" : "  # " + step.scope);
  }
  return text;
}

}  // namespace hebb
