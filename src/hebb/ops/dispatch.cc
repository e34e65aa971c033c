// Running a call: promote operands, infer, find the prepared kernel, allocate, run, tell the
// recorders.

#include <algorithm>
#include <complex>

#include "hebb/base/check.h"
#include "hebb/base/parallel.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/copy.h"
#include "hebb/ops/kernel_cache.h"
#include "hebb/ops/op.h"
#include "hebb/ops/random_key.h"
#include "hebb/ops/recorder.h"
#include "hebb/tensor/element_types.h"
#include "hebb/tensor/unrecorded_view.h"

namespace hebb {
namespace {

// ---- one run ----

Operand layout_of(const Tensor& tensor) {
  if (!tensor.defined())
    return {};
  return {true, tensor.dtype(), tensor.shape(), tensor.strides()};
}

// In a gradient rule: what is read now was kept, and is as it was.
void require_values(const Call& call) {
  for (const Tensor& tensor : call.inputs()) {
    if (!tensor.defined() || tensor.body()->storage)
      continue;
    promise(!tensor.body()->overwritten.empty(),
            "a gradient rule reads a tensor that its entry does not keep");
    fail(ErrorKind::invalid, "backward",
         "what '{}' had kept for its gradient ({}) was overwritten in place after it was used; the "
         "gradient would be wrong",
         tensor.body()->overwritten, describe(tensor));
  }
}

// A plain number in another dtype, converted as the copy kernel does but without one.
Tensor number_in(const Tensor& number, DType dtype) {
  if (number.dtype() == DType::f64 && !is_differentiable(dtype))
    return cast_values(number, dtype);
  const Tensor out = Tensor::empty({}, dtype);
  visit(dtype, [&](auto type) {
    using T = typename decltype(type)::type;
    auto put = [&](auto value) {
      if constexpr (std::is_arithmetic_v<T>)
        *out.data<T>() = T(value);
      else if constexpr (std::is_same_v<T, std::complex<double>>)
        *out.data<T>() = T(double(value), 0);
      else
        *out.data<T>() = T(float(value));
    };
    if (number.dtype() == DType::f64)
      put(*number.data<double>());
    else if (number.dtype() == DType::i64)
      put(*number.data<int64_t>());
    else
      put(*number.data<bool>());
  });
  return out;
}

void promote_operands(Call& call, std::vector<Tensor>& operands) {
  const Op& op = call.op();
  const size_t from = size_t(op.promote_from);
  auto meet_in = [&](DType common) {
    call.set_common_dtype(common);
    for (size_t i = from; i < operands.size(); ++i)
      if (operands[i].defined() && operands[i].dtype() != common)
        operands[i] = operands[i].is_number() ? number_in(operands[i], common)
                                              : cast_values(operands[i], common);
  };
  if (op.promote_to)
    return meet_in(op.promote_to(call));
  const Promotion promotion = op.promotion_by ? op.promotion_by(call) : op.promotion;
  if (promotion == Promotion::none) {
    for (const Tensor& operand : operands)
      if (operand.defined()) {
        call.set_common_dtype(operand.dtype());
        break;
      }
    return;
  }
  PromotionOperand few[8];
  std::vector<PromotionOperand> many(operands.size() > std::size(few) ? operands.size()
                                                                      : 0);  // a list's
  PromotionOperand* seen = many.empty() ? few : many.data();
  size_t count = 0;
  for (size_t i = from; i < operands.size(); ++i)
    if (operands[i].defined())
      seen[count++] = {operands[i].dtype(), operands[i].dim() == 0, operands[i].is_number()};
  DType common = result_type({seen, count});
  if (promotion == Promotion::floating && !is_floating(common) && !is_complex(common))
    common = DType::f32;
  meet_in(common);
}

// The layout of elementwise outputs: that of the first operand of the full shape that is dense and
// not row-major, else row-major.
Dims output_strides(const Op& op, const Dims& shape, const std::vector<Tensor>& operands) {
  if (op.elementwise)
    for (const Tensor& operand : operands)
      if (operand.defined() && operand.shape() == shape && !operand.is_contiguous() &&
          is_dense(shape, operand.strides()))
        return dense_strides_like(shape, shape, operand.strides());
  return contiguous_strides(shape);
}

bool overlaps(const Tensor& a, const Tensor& b) {
  return a.defined() && b.defined() && a.body()->storage == b.body()->storage;
}

// Whether the kernel may write outputs that are there already, although operands lie in the same
// memory.
bool may_write(const Kernel& kernel, const std::vector<Tensor>& operands,
               const std::vector<Tensor>& outputs) {
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

// Runs the call's kernel. Outputs that are given are written in place when the kernel allows it,
// else nothing happens and the answer is false; before_write is called once that is settled.
bool run_kernel(Call& call, std::vector<Tensor>& operands, std::vector<Tensor>& outputs,
                FunctionRef<void()> before_write) {
  const Op& op = call.op();
  Signature signature{.op = op.name, .in = {}, .out = {}, .attrs = call.attrs().get()};
  signature.threads = is_serial_here() ? 1 : num_threads();
  use_threads_here();
  signature.inference = !tape().records(call);
  for (const Tensor& operand : operands)
    signature.in.push_back(layout_of(operand));
  const bool fixed = !outputs.empty();
  signature.out_fixed = fixed;
  if (fixed) {
    for (const Tensor& output : outputs)
      signature.out.push_back(layout_of(output));
  } else {
    for (const Spec& spec : op.infer(call))
      signature.out.push_back(
          {true, spec.dtype, spec.shape, output_strides(op, spec.shape, operands)});
  }
  const PreparedKernel kernel = prepare_cached(op.name, op.kernels, call.attrs(), signature);
  if (fixed && !may_write(*kernel, operands, outputs))
    return false;
  before_write();

  for (size_t i = 0; i < kernel->wants_in.size(); ++i)
    if (kernel->wants_in[i] && operands[i].defined() &&
        operands[i].strides() != *kernel->wants_in[i]) {
      Tensor packed =
          Tensor::empty_strided(operands[i].shape(), *kernel->wants_in[i], operands[i].dtype());
      copy_values(operands[i], packed);
      operands[i] = packed;
    }
  if (!fixed)
    for (size_t i = 0; i < signature.out.size(); ++i) {
      const Operand& out = signature.out[i];
      const bool own = i < kernel->gives_out.size() && kernel->gives_out[i];
      outputs.push_back(
          Tensor::empty_strided(out.shape, own ? *kernel->gives_out[i] : out.strides, out.dtype));
    }

  std::vector<void*> in, out;
  for (const Tensor& operand : operands)
    in.push_back(operand.defined() ? operand.raw_data() : nullptr);
  for (const Tensor& output : outputs)
    out.push_back(output.defined() ? output.raw_data() : nullptr);
  Tensor scratch;
  if (kernel->scratch_bytes)
    scratch = Tensor::empty({int64_t(kernel->scratch_bytes)}, DType::u8);
  kernel->run({in.data(), out.data(), scratch.defined() ? scratch.raw_data() : nullptr});
  return true;
}

void run_unrecorded(Call& call) {
  const Op& op = call.op();
  if (op.compose)
    return call.set_outputs(op.compose(call));
  require_values(call);
  std::vector<Tensor> operands = call.inputs();
  promote_operands(call, operands);
  if (op.view)
    if (std::optional<ViewSpec> view = op.view(call))
      return call.set_outputs(
          {unrecorded_view(call.in(0), view->shape, view->strides, view->offset)});
  std::vector<Tensor> outputs;
  run_kernel(call, operands, outputs, [] {});
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
  with_context(call, [&] {
    cast_indices(call);
    run_unrecorded(call);
  });
  if (!call.op().compose)
    for_each_recorder([&](Recorder& recorder) { recorder.called(call); });
}

Tensor call(const Op& op, std::vector<Tensor> inputs, Attrs attrs) {
  Call c(op, std::move(inputs), std::move(attrs));
  run(c);
  return c.out(0);
}

std::vector<Tensor> call_all(const Op& op, std::vector<Tensor> inputs, Attrs attrs) {
  Call c(op, std::move(inputs), std::move(attrs));
  run(c);
  return c.outputs();
}

std::vector<Tensor> call_slots(const Op& op, const std::vector<std::vector<Tensor>>& slots,
                               Attrs attrs) {
  Call c(op, slots, std::move(attrs));
  run(c);
  return c.outputs();
}

void call_into(std::vector<Tensor> targets, const Op& op,
               const std::vector<std::vector<Tensor>>& slots, Attrs attrs) {
  Call c(op, slots, std::move(attrs));
  draw_missing_key(c);
  bool written = false;
  if (!op.compose && !op.view &&
      std::all_of(targets.begin(), targets.end(), [](const Tensor& t) { return t.defined(); }))
    with_context(c, [&] {
      cast_indices(c);
      std::vector<Tensor> operands = c.inputs(), outputs;
      promote_operands(c, operands);
      const Specs specs = op.infer(c);
      if (specs.size() != targets.size())
        return;
      for (size_t i = 0; i < targets.size(); ++i) {
        if (specs[i].dtype != targets[i].dtype() || specs[i].shape != targets[i].shape() ||
            !targets[i].is_contiguous())
          return;
        outputs.push_back(targets[i].detach());
      }
      written = run_kernel(
          c, operands, outputs, [&] {  // a recorder sees the old values before they are gone
            for (size_t i = 0; i < targets.size(); ++i)
              for_each_recorder([&](Recorder& r) { r.wrote(targets[i], outputs[i]); });
          });
      c.set_outputs(std::move(outputs));
    });
  if (written) {
    for (Tensor& target : targets)
      target.storage().count_write();
    for_each_recorder([&](Recorder& recorder) { recorder.called(c); });
    return;
  }
  run(c);
  for (size_t i = 0; i < targets.size(); ++i)
    if (targets[i].defined())
      write(targets[i], c.out(int(i)));
}

void write(Tensor& target, const Tensor& value) {
  for_each_recorder([&](Recorder& recorder) { recorder.wrote(target, value); });
  copy_values(value, target);
  target.storage().count_write();
}

namespace {
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

}  // namespace hebb
