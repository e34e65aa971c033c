// oneDNN, and the one place for differences between its versions (Debian 12 has 2.6, Debian 13 has
// 3.7). Since 3.0 an operation's descriptor and its primitive descriptor are made in one step; see
// dnnl_describe().
#pragma once

#include <oneapi/dnnl/dnnl.hpp>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "hebb/base/check.h"
#include "hebb/kernels/kernel.h"

namespace hebb::cpu {

inline dnnl::engine& dnnl_engine() {
  static dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}
// One stream per thread: threads that execute at once must not share a stream.
inline dnnl::stream& dnnl_stream() {
  thread_local dnnl::stream stream(dnnl_engine());
  return stream;
}

// Attributes for primitives with scratch memory from us, so that several threads can run the same
// prepared kernel.
inline dnnl::primitive_attr dnnl_attr() {
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return attr;
}

inline std::optional<dnnl::memory::data_type> dnnl_type(DType dtype) {
  switch (dtype) {
    case DType::f32:
      return dnnl::memory::data_type::f32;
    case DType::bf16:
      return dnnl::memory::data_type::bf16;
    default:
      return std::nullopt;
  }
}

inline dnnl::memory::desc dnnl_desc(const Operand& operand, dnnl::memory::data_type type) {
  return dnnl::memory::desc(dnnl::memory::dims(operand.shape.begin(), operand.shape.end()), type,
                            dnnl::memory::dims(operand.strides.begin(), operand.strides.end()));
}

inline dnnl::memory::dims dnnl_dims(const dnnl::memory::desc& desc) {
#if DNNL_VERSION_MAJOR >= 3
  return desc.get_dims();
#else
  return desc.dims();
#endif
}

// A memory object over buffers that are set at every run.
inline dnnl::memory dnnl_memory(const dnnl::memory::desc& desc, const void* data) {
  return dnnl::memory(desc, dnnl_engine(), const_cast<void*>(data));
}

// The descriptor as bytes: equal for equal layouts. By value: oneDNN 3.7's get_blob is not const.
inline std::string dnnl_form(dnnl::memory::desc desc) {
#if DNNL_VERSION_MAJOR >= 3
  const std::vector<uint8_t> blob = desc.get_blob();
  return {blob.begin(), blob.end()};
#else
  return {reinterpret_cast<const char*>(&desc.data), sizeof desc.data};
#endif
}

// A primitive with sets of the memory objects that it reads and writes. Making these takes longer
// than running a small primitive, so a run takes a free set and sets its addresses.
class DnnlPrimitive {
 public:
  struct Argument {
    int what;  // DNNL_ARG_SRC, ...
    dnnl::memory::desc desc;
  };
  DnnlPrimitive() = default;
  DnnlPrimitive(dnnl::primitive primitive, std::vector<Argument> arguments)
      : shared_(std::make_shared<Shared>()) {
    shared_->primitive = std::move(primitive);
    shared_->arguments = std::move(arguments);
  }

  // The memory objects of one user of the primitive.
  class Set {
   public:
    explicit Set(const std::vector<Argument>& arguments) {
      for (const Argument& argument : arguments) {
        memories_.emplace_back(argument.desc, dnnl_engine(), nullptr);
        arguments_.push_back({argument.what, memories_.back().get()});
      }
    }
    // data: one address per argument, in their order; it does not read those after these.
    void point_at(std::span<void* const> data) {
      for (size_t i = 0; i < memories_.size(); ++i)
        memories_[i].set_data_handle(data[i]);
    }
    void execute(const dnnl::primitive& primitive) const {
      const dnnl_status_t status = dnnl_primitive_execute(
          primitive.get(), dnnl_stream().get(), int(arguments_.size()), arguments_.data());
      promise(status == dnnl_success, "oneDNN refuses to run a primitive that it prepared");
    }

   private:
    std::vector<dnnl::memory> memories_;
    std::vector<dnnl_exec_arg_t> arguments_;
  };

  void run(std::initializer_list<void*> data) const {
    std::unique_ptr<Set> set = take();
    set->point_at({data.begin(), data.size()});
    set->execute(shared_->primitive);
    std::lock_guard lock(shared_->mutex);
    shared_->free.push_back(std::move(set));
  }
  const dnnl::primitive& primitive() const { return shared_->primitive; }
  std::unique_ptr<Set> make_set() const { return std::make_unique<Set>(shared_->arguments); }

 private:
  struct Shared {
    dnnl::primitive primitive;
    std::vector<Argument> arguments;
    std::mutex mutex;
    std::vector<std::unique_ptr<Set>> free;
  };
  std::unique_ptr<Set> take() const {
    {
      std::lock_guard lock(shared_->mutex);
      if (!shared_->free.empty()) {
        std::unique_ptr<Set> set = std::move(shared_->free.back());
        shared_->free.pop_back();
        return set;
      }
    }
    return make_set();
  }
  std::shared_ptr<Shared> shared_;
};

// A primitive bound to its buffers.
class BoundDnnl : public BoundKernel {
 public:
  BoundDnnl(const DnnlPrimitive& primitive, std::initializer_list<void*> data)
      : primitive_(primitive.primitive()), set_(primitive.make_set()) {
    set_->point_at({data.begin(), data.size()});
  }
  void run() const override { set_->execute(primitive_); }

 private:
  dnnl::primitive primitive_;
  std::unique_ptr<DnnlPrimitive::Set> set_;
};

// Packs by a reorder into the layout that a primitive wants.
class DnnlPacking : public Packing {
 public:
  DnnlPacking(const dnnl::memory::desc& from, const dnnl::memory::desc& to) : from_(from), to_(to) {
    bytes = to.get_size();
    form = "onednn" + dnnl_form(from) + dnnl_form(to);
  }
  void pack(const void* from, void* to) const override {
    const dnnl::memory source = dnnl_memory(from_, from), target = dnnl_memory(to_, to);
    dnnl::reorder(source, target)
        .execute(dnnl_stream(), const_cast<dnnl::memory&>(source),
                 const_cast<dnnl::memory&>(target));
    dnnl_stream().wait();
  }

 private:
  dnnl::memory::desc from_, to_;
};

// The primitive descriptor of operation P. `what`: the arguments of oneDNN's constructors in their
// order, without engine and attributes.
template <class P, class... What>
typename P::primitive_desc dnnl_describe_with(const dnnl::primitive_attr& attr,
                                              const What&... what) {
#if DNNL_VERSION_MAJOR >= 3
  return typename P::primitive_desc(dnnl_engine(), what..., attr);
#else
  return typename P::primitive_desc(typename P::desc(what...), attr, dnnl_engine());
#endif
}
template <class P, class... What>
typename P::primitive_desc dnnl_describe(const What&... what) {
  return dnnl_describe_with<P>(dnnl_attr(), what...);
}

// The same for a gradient, after the descriptor of its forward operation.
template <class P, class Forward, class... What>
typename P::primitive_desc dnnl_describe_gradient(const Forward& forward, const What&... what) {
#if DNNL_VERSION_MAJOR >= 3
  return typename P::primitive_desc(dnnl_engine(), what..., forward, dnnl_attr());
#else
  return typename P::primitive_desc(typename P::desc(what...), dnnl_attr(), dnnl_engine(), forward);
#endif
}

}  // namespace hebb::cpu
