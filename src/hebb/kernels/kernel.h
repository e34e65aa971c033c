// The contract between operators and kernels. A kernel works on memory and knows nothing of
// autograd.
//
// Three stages. prepare(signature) looks at dtypes, shapes, layouts and attributes and returns a
// prepared kernel, or nothing when it does not fit. The kernel says how much scratch memory it
// needs, which layouts it wants and gives, in what form it wants packed operands, and how many of
// the following steps it takes along. bind() ties it to buffers, for nodes of plans that run again
// and again: the result only computes. run() binds and computes at once, for eager calls. Several
// threads may run and bind a prepared kernel at once. Which kernel runs is a function of the
// signature alone, never of a clock.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/kernels/kernel_id.h"
#include "hebb/kernels/opaque_layout.h"
#include "hebb/tensor/device.h"
#include "hebb/tensor/dims.h"
#include "hebb/tensor/dtype.h"

namespace hebb {

// The layout of one operand. An optional operand that was left out has defined == false.
struct Operand {
  bool defined = false;
  DType dtype = DType::f32;
  Dims shape, strides;  // strides in elements
  // Where its memory is: the signature's device, or the CPU for plain numbers and random keys,
  // which a kernel reads before it starts anything.
  Device device = {};
  // The values are in a kernel's own form now. The strides are those to convert to for kernels that
  // do not ask for that form.
  std::shared_ptr<const OpaqueLayout> opaque = {};
  // The values stay the same from run to run until they are written to, so packing pays off.
  bool constant = false;
};

using Operands = SmallVector<Operand, 4>;

// How an operand's values lie: by strides, or in a kernel's own form; then the strides say what it
// is converted to for kernels that do not know that form.
struct Layout {
  Layout(Dims strides) : strides(std::move(strides)) {}
  Layout(std::shared_ptr<const OpaqueLayout> opaque, Dims strides)
      : strides(std::move(strides)), opaque(std::move(opaque)) {}
  Dims strides;
  std::shared_ptr<const OpaqueLayout> opaque;
};

// One step that a plan wants applied to output 0 after the operator: an elementwise function of the
// value so far, and perhaps of one more input, which comes after all others. Its result has the
// output's dtype and shape.
struct EpilogueStep {
  std::string_view op;          // "relu", "add", ...
  const void* attrs = nullptr;  // its attribute struct
  bool has_other = false;       // one more input, of the same dtype, broadcast
  bool other_first = false;     // that input is the function's first operand
};

struct Signature {
  // The operator's name: a row of the elementwise tables. Other kernels have names of their own.
  std::string_view op;
  Operands in;  // variadic inputs flattened
  // Row-major unless the caller fixed them. Elementwise operators: like their first input of the
  // full shape that is dense and not row-major, if there is one.
  Operands out;
  // The outputs' layouts are fixed: a kernel cannot choose them. This says nothing about whether
  // their memory exists already.
  bool out_fixed = false;
  // The operator's attribute struct, see the family's header in kernels/.
  const void* attrs = nullptr;
  int threads = 1;
  bool inference = false;  // nobody will ask for a gradient
  // Whether the caller passes kernels' own layouts from one kernel to the next, as plans do. They
  // cost nothing between kernels that agree on one then.
  bool carries_layouts = false;
  SmallVector<EpilogueStep, 3> epilogue = {};  // offered, in order
  Device device = {};                          // where it will run

  template <class A>
  const A& attributes() const {
    return *static_cast<const A*>(attrs);
  }
};

// What a kernel runs on.
struct Runner {
  Device device = {};
  void* stream = nullptr;  // the device's own queue of work; null on the CPU
  int threads = 1;         // the most threads of the CPU
};

// The memory of one run, in the signature's order; null for undefined or unwanted operands. Scratch
// is in the device's memory.
struct Buffers {
  void* const* in;
  void* const* out;
  void* scratch;
  Runner on = {};

  template <class T>
  const T* input(size_t i) const {
    return static_cast<const T*>(in[i]);
  }
  template <class T>
  T* output(size_t i) const {
    return static_cast<T*>(out[i]);
  }
};

// A kernel's own form of an operand whose values stay the same from run to run. Packed copies are
// made once and kept (Storage::packed, plans).
class Packing {
 public:
  virtual ~Packing() = default;
  virtual void pack(const void* from, void* to) const = 0;
  size_t bytes = 0;
  std::string form;  // equal forms are equal bytes for equal values in equal layouts
};

// A kernel with its buffers.
class BoundKernel {
 public:
  virtual ~BoundKernel() = default;
  virtual void run() const = 0;
};

class Kernel {
 public:
  virtual ~Kernel() = default;
  virtual void run(const Buffers& buffers) const = 0;
  // The buffers' memory and this kernel must outlive the result.
  virtual std::unique_ptr<const BoundKernel> bind(const Buffers& buffers, size_t inputs,
                                                  size_t outputs) const;

  std::string_view name;  // "onednn:jit_avx512_core", "plain": what a profile and a bug report show
  size_t scratch_bytes = 0;  // 64-byte aligned memory that run() needs
  // The layout that a kernel wants for an input (the caller converts it), or gives an output.
  // Nothing: the signature's strides.
  std::vector<std::optional<Layout>> wants_in, gives_out;
  size_t epilogue = 0;  // how many of the offered steps it takes along, from the first on
  // The packed form that run() takes, per operand; null: not packed. Empty: none is.
  std::vector<std::shared_ptr<const Packing>> packs;
  // reuse[i]: the input whose memory output i may be written into while the kernel runs, or -1.
  // Empty: none.
  std::vector<int> reuse;
};

using PreparedKernel = std::shared_ptr<const Kernel>;

// All kernels share one deleter: std::make_shared would compile a control block for each type.
template <class K, class... Args>
PreparedKernel make_kernel(Args&&... args) {
  return std::unique_ptr<const Kernel>(new K(std::forward<Args>(args)...));
}

using Prepare = PreparedKernel (*)(const Signature& signature);

}  // namespace hebb
