// The recorder interface: ops owns it, and higher floors implement it. The tape (autograd) and the
// tracer (graph) are recorders. Their stack is thread-local; the tape is always at its bottom.
#pragma once

#include <initializer_list>
#include <string_view>

#include "hebb/ops/op.h"

namespace hebb {

struct RandomKeyId;  // ops/random_key.h

class Recorder {
 public:
  virtual ~Recorder() = default;
  virtual void called(const Call& call) = 0;  // an operator has run; not of composites
  // A composite's parts are called between these two. They come in pairs also when a part throws;
  // the call has no outputs then.
  virtual void began(const Call& composite) = 0;
  virtual void ended(const Call& composite) = 0;
  // Called before state is overwritten.
  virtual void wrote(const Tensor& target, const Tensor& value) = 0;
  virtual void drew_key(const Tensor& key, const RandomKeyId& id) = 0;  // a random key was made
  virtual void entered(std::string_view scope) = 0;                     // a module
  virtual void left() = 0;
  virtual void read(const Tensor& tensor) = 0;  // a value leaves for C++: item(), to_vector()
  // Before a leaf's gradient changes; grad: the one it has.
  virtual void regrads(const std::shared_ptr<History>& leaf, const Tensor& grad) = 0;
};

// The functions of autograd that tensors need. The tape implements them.
class Differentiator : public Recorder {
 public:
  virtual bool requires_grad(const Tensor& tensor) const = 0;
  virtual void set_requires_grad(Tensor& tensor, bool on) = 0;
  virtual bool is_leaf(const Tensor& tensor) const = 0;
  virtual Tensor grad(const Tensor& tensor) const = 0;
  virtual void set_grad(Tensor& tensor, const Tensor& grad) = 0;
  virtual void put_back_grad(History& leaf, const Tensor& grad) = 0;  // what regrads() was told
  virtual void backward(const Tensor& tensor, const Tensor& gradient, bool retain_graph,
                        bool create_graph) = 0;
  // Whether this call will be part of a backward pass.
  virtual bool records(const Call& call) const = 0;
  // The same for any differentiable call on them.
  virtual bool records(std::initializer_list<Tensor> operands) const = 0;
};

Differentiator& tape();  // defined in autograd/tape.cc

// The recorders of this thread above the tape, innermost last.
const std::vector<Recorder*>& recorders();

class RecorderScope {  // pushes a recorder for as long as it lives
 public:
  explicit RecorderScope(Recorder& recorder);
  ~RecorderScope();
  RecorderScope(const RecorderScope&) = delete;
  RecorderScope& operator=(const RecorderScope&) = delete;
};

// While it lives, calls of this thread run no kernel and return tensors on meta with the right
// shapes and dtypes. Writes to state are reported to recorders but not done. Calls on plain numbers
// alone are still computed, because C++ code may use them. For tracing.
class ShapesOnly {
 public:
  ShapesOnly();
  ~ShapesOnly();
  ShapesOnly(const ShapesOnly&) = delete;
  ShapesOnly& operator=(const ShapesOnly&) = delete;

 private:
  bool before_;
};
bool shapes_only();

// While it lives, calls run and only the tape sees them, also during a trace. For tensors that a
// program makes once and keeps (an optimiser's moments): a trace treats them as if they had existed
// before.
class Unseen {
 public:
  Unseen();
  ~Unseen();
  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;

 private:
  std::vector<Recorder*> recorders_;
  bool shapes_only_;
};

// Calls f for every recorder of this thread and for the tape. The tape is the last: what it calls
// to pack a tensor comes after the call that made the tensor.
template <class F>
void for_each_recorder(F&& f) {
  for (Recorder* recorder : recorders())
    f(*recorder);
  f(static_cast<Recorder&>(tape()));
}

// Overwrites the values of a tensor in place (state), and records the write. by: who writes, for
// errors; a name that lives as long as the program.
void write(Tensor& target, const Tensor& value, std::string_view by = "write");

// Sees this thread's writes to state while it lives. For computing something once more, where
// nothing may be written a second time.
class WriteFilter {
 public:
  WriteFilter();
  virtual ~WriteFilter();
  WriteFilter(const WriteFilter&) = delete;
  WriteFilter& operator=(const WriteFilter&) = delete;
  // Whether this write is left out; recorders do not hear of it then. All filters are asked.
  virtual bool drops(const Tensor& target) = 0;

 private:
  friend bool is_write_dropped(const Tensor& target);
  WriteFilter* outer_;
};
bool is_write_dropped(const Tensor& target);

}  // namespace hebb
