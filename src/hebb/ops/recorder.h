// How the operators look upward: an interface they own and higher floors implement. The tape
// (autograd) and the tracer (graph) are recorders. The stack is thread-local; the tape is always at
// its bottom.
#pragma once

#include <initializer_list>
#include <string_view>

#include "hebb/ops/op.h"

namespace hebb {

struct RandomKeyId;  // ops/random_key.h

class Recorder {
 public:
  virtual ~Recorder() = default;
  virtual void called(const Call& call) = 0;  // an operator has run
  virtual void wrote(const Tensor& target,
                     const Tensor& value) = 0;  // state was overwritten; called before the write
  virtual void drew_key(const Tensor& key, const RandomKeyId& id) = 0;  // a random key was made
  virtual void entered(std::string_view scope) = 0;                     // a module
  virtual void left() = 0;
  virtual void read(const Tensor& tensor) = 0;  // a value leaves for C++: item(), to_vector()
  virtual void regrads(
      const std::shared_ptr<History>& leaf,
      const Tensor& grad) = 0;  // before a leaf's gradient changes; grad: the one it has
};

// What autograd offers to tensors: implemented by the tape.
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
  virtual bool records(
      const Call& call) const = 0;  // whether this call will be part of a backward pass
  virtual bool records(std::initializer_list<Tensor> operands)
      const = 0;  // the same of any differentiable call on them
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

// Calls f for the tape and every other recorder of this thread.
template <class F>
void for_each_recorder(F&& f) {
  f(static_cast<Recorder&>(tape()));
  for (Recorder* recorder : recorders())
    f(*recorder);
}

// Overwrites the values of a tensor in place (state). The recorded form of assignment.
void write(Tensor& target, const Tensor& value);

}  // namespace hebb
