// The operator registry: one constinit Op per operator, one word in its family's .def. Eager
// dispatch, tracing, gradients, `hebb ops`, ONNX and the tests read this table and nothing else.
// docs/adding-an-operator.md has an example.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/base/fixed_list.h"
#include "hebb/kernels/kernel_id.h"
#include "hebb/ops/attrs.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

class Call;

struct Spec {  // of one output; infer returns these
  DType dtype;
  Dims shape;
};
using Specs = SmallVector<Spec, 3>;
using Grads = Tensors;  // one per output (given) or per flattened input (returned); undefined: none

struct ViewSpec {
  Dims shape, strides;
  int64_t offset;  // of the first element, in elements of the storage
};

// What the gradient rule reads later. Of everything else only dtype and shape are kept.
// Keep::input(1, {0}): operand 1 is read for the gradient of operand 0, and is not kept when that
// is not wanted. Without a list it is read for all gradients.
struct Keep {
  bool is_output = false;
  int index = 0;
  uint32_t wanted_by = ~0u;  // bit i: for the gradient of slot i
  static constexpr Keep input(int slot, std::initializer_list<int> gradients = {}) {
    return {false, slot, bits(gradients)};
  }
  static constexpr Keep output(int i, std::initializer_list<int> gradients = {}) {
    return {true, i, bits(gradients)};
  }

 private:
  static constexpr uint32_t bits(std::initializer_list<int> slots) {
    uint32_t all = slots.size() ? 0 : ~0u;
    for (int slot : slots)
      all |= 1u << slot;
    return all;
  }
};

struct Cost {
  double flops = 0;  // bytes are derived from the operands
};

class OnnxWriter;  // ops/onnx_writer.h
class OnnxReader;  // ops/onnx_reader.h
struct OnnxValue;
using OnnxValues = std::vector<OnnxValue>;

struct OnnxRename {
  std::string_view field, onnx;  // an attribute's name here, and ONNX's
};

// How calls are said in ONNX from one opset to another. Where there are no functions, the operator
// is the entry's, operand for operand once they are promoted; attributes that are not named should
// have their defaults. ops/onnx_node.h uses it.
struct OnnxForm {
  std::string_view type = {};  // the ONNX operator that is this one; its nodes are read as this
                               // entry. Empty: there is none such, it is written in others
  int since = 0, until = 0;    // the opsets where that holds; until 0: no end
  FixedList<OnnxRename, 4> attributes = {};
  std::string_view nodes = {};  // the other operators that calls are written in, besides Cast and
                                // Identity: "Mul, Add"
  std::string_view where = {};  // what of a call it says, in words; empty: all, in the dtypes
                                // that ONNX's operators take
  OnnxValues (*to)(OnnxWriter& w) = nullptr;       // the results, or an Error: what ONNX lacks
  Tensors (*from)(const OnnxReader& r) = nullptr;  // the outputs of a node of this type
  bool only_read = false;                          // a type that calls are not written in
};

enum class Promotion : uint8_t {
  none,     // operands are taken as they are
  common,   // operands are cast to torch.result_type's dtype before the kernel sees them
  floating  // the same, and integers become f32: division, exp, ...
};

// How mixed precision treats an operator. Source: PyTorch's autocast lists.
enum class Precision : uint8_t {
  low,    // computes in f16 or bf16: products and convolutions
  f32,    // computes in f32: large ranges, or sums of many numbers
  widest  // computes in the widest dtype of its operands
};

// An entry: a struct filled in with designated initialisers, directly or through one of the kinds
// (ops/kinds.h), whose defaults a family shares. The first three fields have no default: the
// compiler warns when an entry leaves one out.
struct Op {
  std::string_view name;
  std::string_view what;    // one sentence: what it computes
  std::string_view source;  // the source of its definition: a function of PyTorch, a paper
  // PyTorch's operand names; "bias?" may be left out, "tensors*" is a list.
  FixedList<std::string_view, 20> inputs = {};
  FixedList<std::string_view, 8> outputs = {
      "out"};                             // all outputs, also hidden ones; "outs*" is a list
  const AttrsType* attributes = nullptr;  // attrs_type<PoolAttrs>
  FixedList<OnnxForm, 3> onnx = {};       // the newest first
  std::string_view no_onnx_because = {};  // where onnx says nothing
  Precision precision = Precision::widest;
  bool elementwise = false;  // operands broadcast; gradients are summed back to the operand's
                             // shape; layouts are kept
  Promotion promotion = Promotion::none;
  // Instead of the field above, where attributes decide (div's rounding_mode).
  Promotion (*promotion_by)(const Call& call) = nullptr;
  // Instead of the field above, where attributes name it (softmax's dtype).
  DType (*promote_to)(const Call& call) = nullptr;
  int promote_from = 0;  // the first operand that takes part (where's condition does not)

  // Slots of index tensors. Any integer dtype is taken and cast to i64 first. Not for entries with
  // a list.
  FixedList<int, 2> indices = {};

  Specs (*infer)(const Call& call) = nullptr;  // dtypes and shapes out, or an Error
  // The output is a view of input 0, if possible.
  std::optional<ViewSpec> (*view)(const Call& call) = nullptr;
  // Outputs whose size of dimension 0 depends on values. infer gives the largest possible size. The
  // kernel gets one more output after the others, an int64_t in the host's memory, and writes the
  // size there; only the dispatcher sees it. Without values (on meta, in a trace) such a call is an
  // Error.
  FixedList<int, 4> counted = {};
  KernelId kernel = {};  // each device has a list of kernels for this id
  // Instead of infer, kernels and vjp: written in operators.
  Tensors (*compose)(const Call& call) = nullptr;

  FixedList<Keep, 8> keep = {};
  // Gradients of the flattened inputs, written in operators.
  Grads (*vjp)(const Call& call, const Grads& dy) = nullptr;
  // The derivative that gradient_by_derivative (ops/kinds.h) applies.
  Tensor (*derivative)(const Tensor& g, const Tensor& kept) = nullptr;
  // The reason why there is no gradient: no vjp, or a compose whose parts give integers, truth
  // values or random numbers.
  std::string_view no_gradient_because = {};
  // How many outputs a user sees when PyTorch returns a tuple. Null or 0: the first one.
  int (*results)(const Call& call) = nullptr;
  // The names of a list's items where they have their own (the weights of a recurrent network);
  // else "tensors0", "tensors1", ...
  std::vector<std::string> (*item_names)(const Attrs& attrs) = nullptr;
  Cost (*cost)(const Call& call) = nullptr;
  bool moves = false;     // instead of a kernel: the values go to the device that it is told
  bool internal = false;  // a backward kernel or another piece that users do not call by name

  bool differentiable() const { return vjp || (compose && no_gradient_because.empty()); }
};

std::span<const Op* const> all_ops();      // in the order of ops.def
const Op* find_op(std::string_view name);  // null when there is none

struct OpFamily {  // the operators of one file
  std::string_view name, what;
  std::span<const Op* const> ops;
};
std::span<const OpFamily> op_families();  // in the order of ops.def

// One use of an operator: operands, attributes, and its outputs after the run.
class Call {
 public:
  Call(const Op& op, Tensors inputs, Attrs attrs);  // for operands without a list
  // One entry per schema slot.
  Call(const Op& op, const std::vector<std::vector<Tensor>>& slots, Attrs attrs);

  const Op& op() const { return *op_; }
  const Attrs& attrs() const { return attrs_; }
  template <class A>
  const A& attributes() const {
    return attrs_.as<A>();
  }

  const Tensors& inputs() const { return inputs_; }  // flattened
  const Tensor& in(int slot) const { return inputs_[size_t(first(slot))]; }
  bool has(int slot) const { return in(slot).defined(); }
  std::span<const Tensor> list(int slot) const;  // of a "tensors*" slot
  int first(int slot) const { return starts_.empty() ? slot : starts_[size_t(slot)]; }
  const Tensors& outputs() const { return outputs_; }
  const Tensor& out(int i) const { return outputs_[size_t(i)]; }

  // In a gradient rule: whether the gradient of this input (of item i of a list) is wanted.
  bool wants(int slot, int i = 0) const {
    return wanted_.empty() || wanted_[size_t(first(slot)) + size_t(i)];
  }

  DType common_dtype() const { return common_; }  // what promoted operands meet in

  // For the dispatcher, the tape and the graph.
  Tensors& mutable_inputs() { return inputs_; }
  void set_outputs(Tensors outputs) { outputs_ = std::move(outputs); }
  void set_wanted(SmallVector<bool, 8> wanted) { wanted_ = std::move(wanted); }
  void set_common_dtype(DType dtype) { common_ = dtype; }
  // "input f32[8, 3, 32, 32], weight f32[64, 1, 3, 3], stride=[1, 1]".
  std::string operands_text() const;

 private:
  const Op* op_;
  Attrs attrs_;
  Tensors inputs_, outputs_;
  // Of each slot in inputs_, and the end; empty when no slot is a list.
  SmallVector<int, 8> starts_;
  SmallVector<bool, 8> wanted_;  // per flattened input; empty: all
  DType common_ = DType::f32;
};

// The dtypes that promotion casts the flattened operands to for the kernel. Empty: no casts.
// Recorders that need the casts call it with call.common_dtype().
SmallVector<DType, 6> promoted_dtypes(const Call& call, DType common);

// Runs a call: checks, kernel, recorders. Its outputs are in call.outputs() afterwards.
void run(Call& call);

Tensor call(const Op& op, Tensors inputs, Attrs attrs = {});       // the first output
Tensors call_all(const Op& op, Tensors inputs, Attrs attrs = {});  // all outputs
Tensors call_slots(const Op& op, const std::vector<std::vector<Tensor>>& slots, Attrs attrs = {});

// Runs an operator and writes its outputs into existing tensors (state: running statistics,
// parameters, an optimiser's moments). An undefined target drops that output. Writes the memory
// directly when the kernel allows it.
void call_into(Tensors targets, const Op& op, const std::vector<std::vector<Tensor>>& slots,
               Attrs attrs = {});

// Shape rules that many entries share.
Specs same_as_first_input(const Call& call);
Specs broadcast_inputs(const Call& call);   // common dtype and shape
Specs broadcast_to_bool(const Call& call);  // the shape, as bool

}  // namespace hebb
