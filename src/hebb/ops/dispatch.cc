// Running a call: promote operands, infer, find the prepared kernel, allocate, run, tell the
// recorders.

#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/base/parallel.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/copy.h"
#include "hebb/ops/kernel_cache.h"
#include "hebb/ops/last_write.h"
#include "hebb/ops/op.h"
#include "hebb/ops/prepare.h"
#include "hebb/ops/random_key.h"
#include "hebb/ops/recorder.h"
#include "hebb/tensor/unrecorded_view.h"

namespace hebb {
namespace {

// In a gradient rule: what is read now was kept, and is as it was.
void require_values(const Call& call) {
  for (const Tensor& tensor : call.inputs()) {
    if (!tensor.defined() || tensor.body()->storage || tensor.is_number())
      continue;
    promise(!tensor.body()->overwritten.empty(),
            "a gradient rule reads a tensor that its entry does not keep");
    fail(ErrorKind::invalid, "backward",
         "what {} after it was used: {}; the gradient would be wrong", tensor.body()->overwritten,
         describe(tensor));
  }
}

Tensor as_number(const Tensor& value) {
  switch (value.dtype()) {
    case DType::boolean:
      return *value.data<bool>();
    case DType::i64:
      return *value.data<int64_t>();
    case DType::f64:
      return *value.data<double>();
    default:
      return value;
  }
}

bool overlaps(const Tensor& a, const Tensor& b) {
  return a.defined() && b.defined() && a.body()->storage == b.body()->storage;
}

// Whether the kernel may write outputs that are there already, although operands lie in the same
// memory.
bool may_write(const Kernel& kernel, const Tensors& operands, const Tensors& outputs) {
  for (size_t i = 0; i < outputs.size(); ++i)
    for (size_t k = 0; k < operands.size(); ++k) {
      if (!overlaps(outputs[i], operands[k]))
        continue;
      const bool promised = i < kernel.reuse.size() && kernel.reuse[i] == int(k);
      if (!promised || outputs[i].raw_data() != operands[k].raw_data() ||
          outputs[i].shape() != operands[k].shape() ||
          outputs[i].strides() != operands[k].strides())
        return false;
    }
  return true;
}

// Where no operand is floating, a plain number may not fit the dtype that it meets the others in:
// then its value is looked at, and a prepared call is that value's.
bool values_matter(const Call& call) {
  bool number = false;
  for (const Tensor& operand : call.inputs()) {
    if (!operand.defined())
      continue;
    if (operand.is_number())
      number = true;
    else if (is_differentiable(operand.dtype()))
      return false;
  }
  return number;
}

// Everything that is settled before the operands' values are touched. fixed: outputs that are there
// already, or none.
std::shared_ptr<const PreparedCall> prepare(Call& call, const Tensors& fixed) {
  const Op& op = call.op();
  const int threads = threads_here();
  const bool inference = !tape().records(call);
  CallKey& key = begin_key(op.name, threads, inference, !fixed.empty());
  key.push_back(int64_t(call.inputs().size()));
  for (const Tensor& operand : call.inputs())
    append_to_key(key, operand);
  if (values_matter(call))
    for (const Tensor& operand : call.inputs())
      if (operand.defined() && operand.is_number())
        key.push_back(std::bit_cast<int64_t>(operand.body()->immediate));
  for (const Tensor& output : fixed)
    append_to_key(key, output);
  call.attrs().append_key(key);

  return find_or_prepare(key, [&] {
    PreparedCall prepared;
    prepared.device = device_of(call);
    prepared.threads = threads;
    prepared.common = common_dtype(call);
    call.set_common_dtype(prepared.common);
    prepared.takes = promoted_dtypes(call, prepared.common);
    Signature signature = signature_of(call, prepared.takes, fixed);
    signature.threads = threads;
    signature.device = prepared.device;
    signature.inference = inference;
    for (Operand& operand : signature.in)
      operand.constant = inference;
    for (Operand& out : signature.out)
      out.device = prepared.device;
    prepared.kernel = prepare_kernel(op.kernel, signature);
    prepared.out = signature.out;
    for (size_t i = 0; i < prepared.out.size() && i < prepared.kernel->gives_out.size(); ++i)
      if (const auto& own = prepared.kernel->gives_out[i])
        prepared.out[i].strides = own->strides;
    return prepared;
  });
}

// The operands as the kernel takes them: promoted, and in the layout that it wants.
Tensors converted_operands(const Call& call, const PreparedCall& prepared) {
  Tensors operands = call.inputs();
  for (size_t i = 0; i < prepared.takes.size(); ++i)
    if (operands[i].defined() && operands[i].dtype() != prepared.takes[i])
      operands[i] = operands[i].is_number() ? number_in(operands[i], prepared.takes[i])
                                            : cast_values(operands[i], prepared.takes[i]);
  const auto& wants = prepared.kernel->wants_in;
  for (size_t i = 0; i < wants.size(); ++i)
    if (wants[i] && operands[i].defined() && operands[i].strides() != wants[i]->strides) {
      Tensor packed = Tensor::empty_strided(operands[i].shape(), wants[i]->strides,
                                            operands[i].dtype(), operands[i].device());
      copy_values(operands[i], packed);
      operands[i] = packed;
    }
  return operands;
}

// The first `count` of dimension 0, in no more memory than they need.
void shorten(Tensor& output, int64_t count) {
  promise(count >= 0 && count <= output.size(0), "a kernel counts more than infer allows");
  if (count == output.size(0))
    return;
  Dims shape = output.shape();
  shape[0] = count;
  output = cast_values(unrecorded_view(output, shape, output.strides(), 0), output.dtype());
}

// Runs the call's kernel. Outputs that are given are written in place when the kernel allows it,
// else nothing happens and the answer is false; before_write is called once that is settled.
bool run_kernel(Call& call, Tensors& outputs, FunctionRef<void()> before_write) {
  use_threads_here();
  const std::shared_ptr<const PreparedCall> prepared = prepare(call, outputs);
  call.set_common_dtype(prepared->common);
  const Kernel& kernel = *prepared->kernel;
  Tensors converted;
  const Tensors* operands = &call.inputs();
  if (!prepared->takes.empty() || !kernel.wants_in.empty()) {
    converted = converted_operands(call, *prepared);
    operands = &converted;
  }
  if (!outputs.empty() && !may_write(kernel, *operands, outputs))
    return false;
  before_write();
  if (outputs.empty())
    for (const Operand& out : prepared->out)
      outputs.push_back(Tensor::empty_strided(out.shape, out.strides, out.dtype, prepared->device));

  SmallVector<void*, 8> in, out;
  for (const Tensor& operand : *operands)
    in.push_back(operand.defined() ? operand.raw_data() : nullptr);
  for (const Tensor& output : outputs)
    out.push_back(output.defined() ? output.raw_data() : nullptr);
  int64_t count = 0;
  if (!call.op().counted.empty())
    out.push_back(&count);
  SmallVector<std::shared_ptr<const Storage>, 2> packed;  // alive while the kernel runs
  for (size_t i = 0; i < kernel.packs.size(); ++i)
    if (kernel.packs[i])
      in[i] = packed.emplace_back(packed_operand((*operands)[i], *kernel.packs[i]))->data();
  const Runner on = runner(prepared->device, prepared->threads);
  if (kernel.scratch_bytes) {
    const Storage scratch(kernel.scratch_bytes, allocator_of(on.device), on.device);
    kernel.run({in.data(), out.data(), scratch.data(), on});
  } else {
    kernel.run({in.data(), out.data(), nullptr, on});
  }
  for (int i : call.op().counted)
    shorten(outputs[size_t(i)], count);
  return true;
}

// Whether plain numbers come out of plain numbers, which are known without running anything.
bool stays_number(Call& call) {
  if (!has_only_numbers(call))
    return false;
  call.set_common_dtype(common_dtype(call));
  const Specs specs = call.op().infer(call);
  return std::all_of(specs.begin(), specs.end(), [](const Spec& spec) {
    return spec.dtype == DType::boolean || spec.dtype == DType::i64 || spec.dtype == DType::f64;
  });
}

// Whether the call answers with shapes and dtypes only: an operand has no values, or nobody wants
// them.
bool is_without_values(Call& call) {
  for (const Tensor& operand : call.inputs())
    if (operand.defined() && operand.is_meta())
      return true;
  return call.attrs().device() == meta || (shapes_only() && !stays_number(call));
}

// Outputs without memory. A trace knows on which device they would be.
Tensors inferred_outputs(Call& call) {
  check(call.op().counted.empty(),
        "how many elements come out depends on values, and there are none here: on meta and in a "
        "trace no size follows from them");
  call.set_common_dtype(common_dtype(call));
  const SmallVector<DType, 6> takes = promoted_dtypes(call, call.common_dtype());
  const Operands operands = layouts_of(call, takes);
  const Device device = shapes_only() ? device_of(call) : meta;
  Tensors outputs;
  for (const Spec& spec : call.op().infer(call))
    outputs.push_back(
        stand_in(spec.shape, output_strides(call.op(), spec.shape, operands), spec.dtype, device));
  return outputs;
}

void run_unrecorded(Call& call) {
  const Op& op = call.op();
  if (op.compose)
    return call.set_outputs(op.compose(call));
  require_values(call);
  const bool without_values = is_without_values(call);
  if (op.view) {
    call.set_common_dtype(common_dtype(call));
    if (std::optional<ViewSpec> view = op.view(call)) {
      const Tensor& base = call.in(0);
      return call.set_outputs(
          {unrecorded_view(without_values && base.is_number() ? to_meta(base) : base, view->shape,
                           view->strides, view->offset, view->dtype)});
    }
  }
  if (without_values)
    return call.set_outputs(inferred_outputs(call));
  if (op.moves) {
    const Tensor& input = call.in(0);
    return call.set_outputs(
        {input.is_number() ? input : cast_values(input, input.dtype(), device_of(call))});
  }
  Tensors outputs;
  run_kernel(call, outputs, [] {});
  if (has_only_numbers(call))
    for (Tensor& output : outputs)
      output = as_number(output);
  call.set_outputs(std::move(outputs));
}

// A random operator's key is its last operand; left out, the next one is drawn.
void draw_missing_key(Call& call) {
  const auto& names = call.op().inputs;
  if (names.size() > 0 && names[names.size() - 1] == "key?" && !call.inputs().back().defined())
    call.mutable_inputs().back() = draw_key();
}

// The one rule for index operands. The cast is an operation of its own, which recorders see:
// composites know i64 only, too.
void cast_indices(Call& call) {
  for (int slot : call.op().indices) {
    Tensor& index = call.mutable_inputs()[size_t(slot)];
    check(is_integral(index.dtype()), "{} is {}, should be an integer dtype: it holds indices",
          call.op().inputs[slot], name(index.dtype()));
    if (index.dtype() != DType::i64)
      index = cast(index, DType::i64);
  }
}

template <class F>
void with_context(const Call& call, F&& f) {
  try {
    f();
  } catch (const Error& error) {
    // A composite's parts are no names that its user wrote.
    const bool from_part = call.op().compose && find_op(error.where());
    if (!error.where().empty() && !from_part)
      throw;
    throw Error(error.kind(), std::string(call.op().name), error.message(),
                from_part ? "" : error.details())
        .with_details("given " + call.operands_text());
  }
}

}  // namespace

void run(Call& call) {
  draw_missing_key(call);
  auto run_it = [&] {
    with_context(call, [&] {
      cast_indices(call);
      run_unrecorded(call);
    });
  };
  if (!call.op().compose) {
    run_it();
    return for_each_recorder([&](Recorder& recorder) { recorder.called(call); });
  }
  for_each_recorder([&](Recorder& recorder) { recorder.began(call); });
  try {
    run_it();
  } catch (...) {
    call.set_outputs({});
    for_each_recorder([&](Recorder& recorder) { recorder.ended(call); });
    throw;
  }
  for_each_recorder([&](Recorder& recorder) { recorder.ended(call); });
}

Tensor call(const Op& op, Tensors inputs, Attrs attrs) {
  Call c(op, std::move(inputs), std::move(attrs));
  run(c);
  return c.out(0);
}

Tensors call_all(const Op& op, Tensors inputs, Attrs attrs) {
  Call c(op, std::move(inputs), std::move(attrs));
  run(c);
  return c.outputs();
}

Tensors call_slots(const Op& op, const std::vector<std::vector<Tensor>>& slots, Attrs attrs) {
  Call c(op, slots, std::move(attrs));
  run(c);
  return c.outputs();
}

void call_into(Tensors targets, const Op& op, const std::vector<std::vector<Tensor>>& slots,
               Attrs attrs) {
  Call c(op, slots, std::move(attrs));
  draw_missing_key(c);
  bool written = false;
  if (!op.compose && !op.view && op.counted.empty() && !is_without_values(c) &&
      std::all_of(targets.begin(), targets.end(), [](const Tensor& t) {
        return t.defined() && !t.is_meta() && !is_write_dropped(t);
      }))
    with_context(c, [&] {
      cast_indices(c);
      Tensors outputs;
      c.set_common_dtype(common_dtype(c));
      const Specs specs = op.infer(c);
      if (specs.size() != targets.size())
        return;
      const Device device = device_of(c);
      for (size_t i = 0; i < targets.size(); ++i) {
        if (specs[i].dtype != targets[i].dtype() || specs[i].shape != targets[i].shape() ||
            targets[i].device() != device || !targets[i].is_contiguous())
          return;
        outputs.push_back(targets[i].detach());
      }
      // A recorder sees the old values before they are gone.
      written = run_kernel(c, outputs, [&] {
        for (size_t i = 0; i < targets.size(); ++i)
          for_each_recorder([&](Recorder& r) { r.wrote(targets[i], outputs[i]); });
      });
      c.set_outputs(std::move(outputs));
    });
  if (written) {
    for (Tensor& target : targets) {
      target.storage().count_write();
      note_write(target.storage(), op.name);
    }
    for_each_recorder([&](Recorder& recorder) { recorder.called(c); });
    return;
  }
  run(c);
  for (size_t i = 0; i < targets.size(); ++i)
    if (targets[i].defined())
      write(targets[i], c.out(int(i)), op.name);
}

void write(Tensor& target, const Tensor& value, std::string_view by) {
  target.materialise();
  if (is_write_dropped(target))
    return;
  for_each_recorder([&](Recorder& recorder) { recorder.wrote(target, value); });
  if (shapes_only())
    check_copy(value, target);
  else
    copy_values(value, target);
  target.storage().count_write();
  note_write(target.storage(), by);
}

namespace {
thread_local bool only_shapes = false;
thread_local WriteFilter* innermost_filter = nullptr;

std::vector<Recorder*>& recorder_stack() {
  thread_local std::vector<Recorder*> stack;
  return stack;
}
}  // namespace

const std::vector<Recorder*>& recorders() {
  return recorder_stack();
}
RecorderScope::RecorderScope(Recorder& recorder) {
  recorder_stack().push_back(&recorder);
}
RecorderScope::~RecorderScope() {
  recorder_stack().pop_back();
}

ShapesOnly::ShapesOnly() : before_(only_shapes) {
  only_shapes = true;
}
ShapesOnly::~ShapesOnly() {
  only_shapes = before_;
}
bool shapes_only() {
  return only_shapes;
}

WriteFilter::WriteFilter() : outer_(innermost_filter) {
  innermost_filter = this;
}
WriteFilter::~WriteFilter() {
  innermost_filter = outer_;
}
bool is_write_dropped(const Tensor& target) {
  bool dropped = false;
  for (WriteFilter* filter = innermost_filter; filter; filter = filter->outer_)
    dropped |= filter->drops(target);
  return dropped;
}

Unseen::Unseen() : shapes_only_(only_shapes) {
  recorders_.swap(recorder_stack());
  only_shapes = false;
}
Unseen::~Unseen() {
  recorders_.swap(recorder_stack());
  only_shapes = shapes_only_;
}

}  // namespace hebb
