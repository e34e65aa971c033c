#include "hebb/graph/lowering.h"

#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/base/parallel.h"
#include "hebb/graph/arena.h"
#include "hebb/kernels/copy.h"
#include "hebb/ops/copy.h"
#include "hebb/ops/kernel_cache.h"
#include "hebb/ops/prepare.h"
#include "hebb/tensor/unrecorded_view.h"

namespace hebb {
namespace {

// Converts into a kernel's own form, and out of it.
class Reorder : public Kernel {
 public:
  Reorder(std::shared_ptr<const OpaqueLayout> layout, Dims strides, bool pack)
      : layout_(std::move(layout)), strides_(std::move(strides)), pack_(pack) {
    name = "reorder";
  }
  void run(const Buffers& b) const override {
    if (pack_)
      layout_->pack(b.in[0], strides_, b.out[0]);
    else
      layout_->unpack(b.in[0], b.out[0], strides_);
  }

 private:
  std::shared_ptr<const OpaqueLayout> layout_;
  Dims strides_;
  bool pack_;
};

bool same_memory(const Operand& a, const Operand& b) {
  if (a.dtype != b.dtype || a.shape != b.shape || bool(a.opaque) != bool(b.opaque))
    return false;
  if (a.opaque)
    return a.opaque->id == b.opaque->id;
  for (size_t i = 0; i < a.shape.size(); ++i)
    if (a.shape[i] != 1 && a.strides[i] != b.strides[i])
      return false;
  return true;
}

size_t bytes_of(const Operand& layout) {
  return layout.opaque ? layout.opaque->bytes
                       : size_t(product(layout.shape)) * size_t(item_size(layout.dtype));
}

// Shape, strides and dtype without memory.
Tensor stand_in(const Operand& layout) {
  return unrecorded_view(Tensor::empty({}, layout.dtype, meta), layout.shape, layout.strides, 0);
}

std::vector<int> flat(const std::vector<std::vector<int>>& slots) {
  std::vector<int> out;
  for (const std::vector<int>& slot : slots)
    out.insert(out.end(), slot.begin(), slot.end());
  return out;
}

}  // namespace

Lowering::Lowering(const FlatGraph& graph, Plan& plan)
    : graph_(graph), plan_(plan), forms_(graph.values.size()), reads_left_(graph.values.size(), 0) {
  auto count = [&](const FlatNode& node, auto& self) -> void {
    for (int id : flat(node.operands))
      if (id >= 0)
        ++reads_left_[size_t(id)];
    for (const FlatNode& follower : node.followers)
      self(follower, self);
  };
  for (const FlatNode& node : graph.nodes)
    count(node, count);
  for (int id : graph.outputs)
    ++reads_left_[size_t(id)];
}

void Lowering::lower() {
  for (size_t i = 0; i < graph_.inputs.size(); ++i) {
    const int id = graph_.inputs[i];
    const FlatValue& value = graph_.values[size_t(id)];
    plan_.inputs_.push_back({value.dtype, value.shape});
    const Operand layout{true, value.dtype, value.shape, contiguous_strides(value.shape)};
    const int buffer =
        add_buffer({.kind = PlanBuffer::Kind::input, .bytes = bytes_of(layout), .index = int(i)});
    forms_[size_t(id)] = {{{buffer, 0}, layout}};
    values_in_[size_t(buffer)].push_back(id);
  }
  for (size_t id = 0; id < graph_.values.size(); ++id) {
    const FlatValue& value = graph_.values[id];
    if (value.kind != FlatValue::Kind::key || reads_left_[id] == 0)
      continue;
    const int buffer = add_buffer({.kind = PlanBuffer::Kind::key,
                                   .bytes = sizeof(uint64_t),
                                   .index = int(plan_.keys_.size())});
    plan_.keys_.push_back({value.key, value.key_step, buffer});
    forms_[id] = {{{buffer, 0}, {true, DType::u64, {}, {}}}};
  }
  for (const FlatNode& node : graph_.nodes)
    lower(node);
  deliver_outputs();
  settle_lives();
  place_buffers();
}

int Lowering::add_buffer(PlanBuffer buffer) {
  plan_.buffers_.push_back(std::move(buffer));
  values_in_.emplace_back();
  return int(plan_.buffers_.size()) - 1;
}

int Lowering::constant_buffer(const Tensor& tensor) {
  return add_buffer({.kind = PlanBuffer::Kind::constant,
                     .bytes = size_t(tensor.nbytes()),
                     .memory = tensor.raw_data(),
                     .keeps = tensor.body()});
}

const Lowering::Form& Lowering::form(int value) {
  std::vector<Form>& forms = forms_[size_t(value)];
  if (forms.empty()) {
    const Tensor& constant = graph_.values[size_t(value)].constant;
    promise(constant.defined(), "a plan reads a value that no step makes");
    forms.push_back({{constant_buffer(constant), 0}, layout_of(constant)});
  }
  return forms.front();
}

// A call for the entry's rules: plain numbers have their values, tensors have no memory.
Call Lowering::call_of(const FlatNode& node) {
  std::vector<std::vector<Tensor>> slots;
  for (const std::vector<int>& ids : node.operands) {
    slots.emplace_back();
    for (int id : ids) {
      const Tensor& constant = id < 0 ? Tensor() : graph_.values[size_t(id)].constant;
      if (id < 0 || (constant.defined() && constant.is_number()))
        slots.back().push_back(constant);
      else
        slots.back().push_back(stand_in(form(id).layout));
    }
  }
  Call call(*node.op, slots, node.attrs);
  call.set_common_dtype(common_dtype(call));
  return call;
}

void Lowering::lower(const FlatNode& node) {
  Call call = call_of(node);
  if (!lower_view(node, call))
    lower_kernel(node, call);
  for (int id : flat(node.operands))
    if (id >= 0)
      --reads_left_[size_t(id)];
}

bool Lowering::lower_view(const FlatNode& node, const Call& call) {
  if (!node.op->view)
    return false;
  const int base = node.operands[0][0];
  const Form from = form_as(base, nullptr, form(base).layout);
  Tensor input = stand_in(from.layout);
  std::optional<ViewSpec> view;
  if (same_memory(from.layout, form(base).layout)) {
    view = node.op->view(call);
  } else {  // the value was in a kernel's own form
    std::vector<std::vector<Tensor>> slots{{input}};
    for (size_t slot = 1; slot < node.operands.size(); ++slot)
      slots.push_back({call.in(int(slot))});
    Call again(*node.op, slots, node.attrs);
    view = node.op->view(again);
  }
  if (!view)
    return false;
  const int id = node.outputs[0];
  const DType dtype = view->dtype.value_or(from.layout.dtype);
  forms_[size_t(id)] = {{{from.place.buffer, from.place.offset + view->offset * item_size(dtype)},
                         {true, dtype, view->shape, view->strides}}};
  values_in_[size_t(from.place.buffer)].push_back(id);
  return true;
}

// Prepares the node's kernel with as many followers as it takes. operands: values in the
// signature's order, with the followers' after the node's own.
PreparedKernel Lowering::prepare(const FlatNode& node, const Call& call, Signature& signature,
                                 std::vector<int>& operands) {
  const SmallVector<DType, 6> takes = promoted_dtypes(call, call.common_dtype());
  operands = flat(node.operands);
  signature = signature_of(call, takes, {});
  signature.threads = plan_.threads_;
  signature.inference = true;
  signature.carries_layouts = true;
  for (size_t i = 0; i < operands.size(); ++i)
    if (operands[i] >= 0) {
      signature.in[i].constant = graph_.values[size_t(operands[i])].constant.defined();
      signature.in[i].opaque = form(operands[i]).layout.opaque;
    }
  int before = node.outputs.empty() ? -1 : node.outputs[0];
  for (const FlatNode& follower : node.followers) {
    EpilogueStep step{.op = follower.op->name, .attrs = follower.attrs.get()};
    const std::vector<int> both = flat(follower.operands);
    for (size_t i = 0; i < both.size(); ++i)
      if (both[i] >= 0 && both[i] != before) {
        step.has_other = true;
        step.other_first = i == 0;
        operands.push_back(both[i]);
        signature.in.push_back(other_operand(both[i], signature.out[0].dtype));
      }
    signature.epilogue.push_back(step);
    before = follower.outputs[0];
  }
  return prepare_kernel(node.op->kernel, signature);
}

void Lowering::lower_kernel(const FlatNode& node, Call& call) {
  Signature signature;
  std::vector<int> operands;
  const PreparedKernel kernel = prepare(node, call, signature, operands);
  promise(kernel->epilogue <= node.followers.size(), "a kernel takes more than it was offered");
  PlanStep step{.kernel = kernel,
                .what = std::string(node.op->name),
                .scope = node.scope,
                .op = node.op->name};
  size_t taken_operands = flat(node.operands).size();
  for (size_t i = 0; i < kernel->epilogue; ++i) {
    step.what += fmt::format(" + {}", node.followers[i].op->name);
    taken_operands += signature.epilogue[i].has_other;
  }
  for (size_t i = 0; i < taken_operands; ++i) {
    const int id = operands[i];
    if (id < 0) {
      step.in.push_back({});
      continue;
    }
    const Layout* wanted =
        i < kernel->wants_in.size() && kernel->wants_in[i] ? &*kernel->wants_in[i] : nullptr;
    if (i < kernel->packs.size() && kernel->packs[i]) {
      Operand seen = signature.in[i];  // packed from the layout that the kernel wants
      if (wanted)
        seen.strides = wanted->strides;
      const std::optional<PlanPlace> place = packed(id, *kernel->packs[i], seen);
      promise(place.has_value(), "a kernel packs an operand that changes");
      step.in.push_back(*place);
      continue;
    }
    step.in.push_back(form_as(id, wanted, signature.in[i]).place);
  }
  // The last follower that was taken along makes the node's output.
  std::vector<int> outputs = node.outputs;
  if (kernel->epilogue > 0)
    outputs[0] = node.followers[kernel->epilogue - 1].outputs[0];
  for (size_t i = 0; i < signature.out.size(); ++i) {
    Operand layout = signature.out[i];
    if (i < kernel->gives_out.size() && kernel->gives_out[i]) {
      layout.opaque = kernel->gives_out[i]->opaque;
      layout.strides = kernel->gives_out[i]->strides;
    }
    const PlanPlace place = output_place(*kernel, step, i, bytes_of(layout));
    step.out.push_back(place);
    if (i < outputs.size()) {
      forms_[size_t(outputs[i])] = {{place, layout}};
      values_in_[size_t(place.buffer)].push_back(outputs[i]);
    }
  }
  for (size_t i = 0; i < kernel->epilogue; ++i)
    for (int id : flat(node.followers[i].operands))
      if (id >= 0)
        --reads_left_[size_t(id)];
  if (kernel->scratch_bytes)
    step.scratch = {add_buffer({.bytes = kernel->scratch_bytes}), 0};
  add_step(std::move(step));
  if (kernel->epilogue == node.followers.size())
    return;
  const auto rest = node.followers.begin() + int64_t(kernel->epilogue);
  FlatNode next = *rest;  // it may take along the followers after it
  next.followers.assign(rest + 1, node.followers.end());
  lower(next);
}

// The other operand that a follower reads; numbers in the value's dtype.
Operand Lowering::other_operand(int value, DType dtype) {
  const Tensor& constant = graph_.values[size_t(value)].constant;
  if (constant.defined() && constant.is_number())
    return {true, dtype, {}, {}};
  return form(value).layout;
}

// Puts the output into an input that is read for the last time, when the kernel allows it.
PlanPlace Lowering::output_place(const Kernel& kernel, const PlanStep& step, size_t i,
                                 size_t bytes) {
  if (i < kernel.reuse.size() && kernel.reuse[i] >= 0) {
    const auto from = size_t(kernel.reuse[i]);
    const PlanPlace place = step.in[from];
    if (place.buffer >= 0 && place.offset == 0 && dies_here(place.buffer, step, from)) {
      const PlanBuffer& buffer = plan_.buffers_[size_t(place.buffer)];
      if (buffer.kind == PlanBuffer::Kind::arena && buffer.bytes == bytes)
        return place;
    }
  }
  return {add_buffer({.bytes = bytes}), 0};
}

// Whether this step reads the buffer for the last time, and only through operand `except`.
bool Lowering::dies_here(int buffer, const PlanStep& step, size_t except) const {
  for (size_t i = 0; i < step.in.size(); ++i)
    if (i != except && step.in[i].buffer == buffer)
      return false;
  for (const PlanPlace& out : step.out)
    if (out.buffer == buffer)
      return false;
  int left = 0;
  for (int id : values_in_[size_t(buffer)])
    left += reads_left_[size_t(id)];
  return left <= 1;
}

void Lowering::add_step(PlanStep step) {
  plan_.steps_.push_back(std::move(step));
}

// The value as a kernel sees it (its dtype and strides), or in the layout that the kernel wants.
Lowering::Form Lowering::form_as(int value, const Layout* wanted, const Operand& seen) {
  Operand to = seen;
  to.opaque = wanted ? wanted->opaque : nullptr;
  if (wanted && !wanted->opaque)
    to.strides = wanted->strides;
  form(value);
  for (const Form& known : forms_[size_t(value)])
    if (same_memory(known.layout, to))
      return known;
  const Form made = graph_.values[size_t(value)].constant.defined()
                        ? constant_as(value, to)
                        : converted(forms_[size_t(value)].front(), to);
  forms_[size_t(value)].push_back(made);
  if (plan_.buffers_[size_t(made.place.buffer)].kind == PlanBuffer::Kind::arena)
    values_in_[size_t(made.place.buffer)].push_back(value);
  return made;
}

// Converts by a step that copies.
Lowering::Form Lowering::converted(const Form& from, const Operand& to) {
  if (from.layout.opaque && to.opaque) {  // in two steps, by way of strides
    Operand between = from.layout;
    between.opaque = nullptr;
    return converted(converted(from, between), to);
  }
  PlanStep step{.what = "copy", .op = "copy", .is_conversion = true};
  step.in = {from.place};
  if (from.layout.opaque || to.opaque) {
    const bool pack = bool(to.opaque);
    if (from.layout.dtype != to.dtype) {
      Operand between = pack ? to : from.layout;
      between.opaque = nullptr;
      return converted(converted(from, between), to);
    }
    step.kernel = make_kernel<Reorder>(pack ? to.opaque : from.layout.opaque,
                                       pack ? from.layout.strides : to.strides, pack);
    step.what = "reorder";
  } else {
    Signature signature{.op = "copy", .in = {from.layout}, .out = {to}};
    signature.out_fixed = true;
    signature.threads = plan_.threads_;
    step.kernel = prepare_kernel(kernel::copy, signature);
  }
  const PlanPlace place{add_buffer({.bytes = bytes_of(to)}), 0};
  step.out = {place};
  add_step(std::move(step));
  return {place, to};
}

// Converts a constant now, once.
Lowering::Form Lowering::constant_as(int value, const Operand& to) {
  const Tensor& constant = graph_.values[size_t(value)].constant;
  if (constant.is_number())
    return {{constant_buffer(number_in(constant, to.dtype)), 0}, to};
  Tensor copy = Tensor::empty_strided(
      to.shape, is_dense(to.shape, to.strides) ? to.strides : contiguous_strides(to.shape),
      to.dtype);
  copy_values(constant, copy);
  if (to.opaque) {
    auto memory = std::make_shared<Storage>(to.opaque->bytes, cpu_allocator());
    to.opaque->pack(copy.raw_data(), copy.strides(), memory->data());
    return {{add_buffer({.kind = PlanBuffer::Kind::constant,
                         .bytes = to.opaque->bytes,
                         .memory = memory->data(),
                         .keeps = memory}),
             0},
            to};
  }
  Operand layout = to;
  layout.strides = copy.strides();
  return {{constant_buffer(copy), 0}, layout};
}

// A weight's storage keeps its packed form (Storage::packed), for eager calls and other plans, too.
std::optional<PlanPlace> Lowering::packed(int value, const Packing& packing, const Operand& seen) {
  const FlatValue& constant = graph_.values[size_t(value)];
  if (!constant.constant.defined() || constant.constant.is_number())
    return std::nullopt;
  Tensor from = constant.constant;
  if (!same_memory(layout_of(from), seen)) {
    Tensor copy = Tensor::empty_strided(
        seen.shape,
        is_dense(seen.shape, seen.strides) ? seen.strides : contiguous_strides(seen.shape),
        seen.dtype);
    copy_values(from, copy);
    from = copy;
  }
  std::shared_ptr<const Storage> memory = packed_operand(from, packing);
  return PlanPlace{add_buffer({.kind = PlanBuffer::Kind::constant,
                               .bytes = packing.bytes,
                               .memory = memory->data(),
                               .keeps = memory}),
                   0};
}

// Gives the caller the buffer that a step writes an output into. A value that lies elsewhere, or is
// a part of a buffer, is copied.
void Lowering::deliver_outputs() {
  std::vector<bool> given(plan_.buffers_.size(), false);
  for (size_t i = 0; i < graph_.outputs.size(); ++i) {
    const int id = graph_.outputs[i];
    const auto before = std::find(graph_.outputs.begin(), graph_.outputs.begin() + int64_t(i), id);
    if (before != graph_.outputs.begin() + int64_t(i)) {
      plan_.outputs_.push_back(plan_.outputs_[size_t(before - graph_.outputs.begin())]);
      plan_.outputs_.back().same_as = int(before - graph_.outputs.begin());
      continue;
    }
    const Form& made = form(id);
    const FlatValue& value = graph_.values[size_t(id)];
    Operand layout = made.layout;
    const PlanBuffer& buffer = plan_.buffers_[size_t(made.place.buffer)];
    const bool whole = buffer.kind == PlanBuffer::Kind::arena && made.place.offset == 0 &&
                       !layout.opaque && buffer.bytes == bytes_of(layout) &&
                       is_dense(layout.shape, layout.strides);
    if (whole) {
      plan_.buffers_[size_t(made.place.buffer)].kind = PlanBuffer::Kind::output;
      plan_.buffers_[size_t(made.place.buffer)].index = int(i);
    } else {
      layout = {true, value.dtype, value.shape, contiguous_strides(value.shape)};
      const Form from = value.constant.defined() ? form_as(id, nullptr, layout) : made;
      const Form copy = converted(from, layout);
      plan_.buffers_[size_t(copy.place.buffer)].kind = PlanBuffer::Kind::output;
      plan_.buffers_[size_t(copy.place.buffer)].index = int(i);
    }
    plan_.outputs_.push_back({layout.dtype, layout.shape, layout.strides, -1});
  }
}

void Lowering::settle_lives() {
  for (size_t s = 0; s < plan_.steps_.size(); ++s) {
    PlanStep& step = plan_.steps_[s];
    auto touch = [&](const PlanPlace& place) {
      if (place.buffer < 0)
        return;
      PlanBuffer& buffer = plan_.buffers_[size_t(place.buffer)];
      if (buffer.first < 0)
        buffer.first = int(s);
      buffer.last = int(s);
      step.touches_caller |=
          buffer.kind == PlanBuffer::Kind::input || buffer.kind == PlanBuffer::Kind::output;
    };
    for (const PlanPlace& place : step.in)
      touch(place);
    for (const PlanPlace& place : step.out)
      touch(place);
    touch(step.scratch);
  }
  for (PlanBuffer& buffer : plan_.buffers_)  // such as weights of which a packed copy is read
    if (buffer.kind == PlanBuffer::Kind::constant && buffer.first < 0) {
      buffer.memory = nullptr;
      buffer.keeps.reset();
    }
}

void Lowering::place_buffers() {
  std::vector<ArenaBuffer> places;
  std::vector<size_t> which;
  for (size_t i = 0; i < plan_.buffers_.size(); ++i) {
    const PlanBuffer& buffer = plan_.buffers_[i];
    if (buffer.kind != PlanBuffer::Kind::arena || buffer.first < 0)
      continue;
    places.push_back({.bytes = buffer.bytes, .first = buffer.first, .last = buffer.last});
    which.push_back(i);
  }
  const ArenaSize size = place_in_arena(places);
  for (size_t i = 0; i < places.size(); ++i)
    plan_.buffers_[which[i]].place = places[i].place;
  plan_.arena_bytes_ = size.bytes;
  plan_.peak_live_bytes_ = size.peak;
}

}  // namespace hebb
