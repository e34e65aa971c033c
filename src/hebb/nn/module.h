// A module is a plain struct: its fields, listed once by HEBB_FIELDS, are its layers and
// parameters. Parameters, state dicts, train() and eval(), printing and casting are one walk over
// the fields.
//
//   struct Net : nn::Module {
//     nn::Linear hidden{784, 128}, head{128, 10};
//     HEBB_FIELDS(hidden, head)                       // state dict: hidden.weight, hidden.bias,
//     head.weight, head.bias Tensor forward(const Tensor& x) { return head(relu(hidden(x))); }
//   };
#pragma once

#include <concepts>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "hebb/base/fields.h"
#include "hebb/nn/module_hooks.h"
#include "hebb/nn/param.h"

namespace hebb::nn {
class Module;
}

namespace hebb {

// Walks a module's fields in order, depth first.
class FieldWalker {
 public:
  virtual ~FieldWalker() = default;
  virtual void param(std::string_view name, nn::Param& param) = 0;
  virtual void buffer(std::string_view name, nn::Buffer& buffer) = 0;
  virtual void module(std::string_view name,
                      nn::Module& module) = 0;  // call module.walk_fields(*this) to go in
};

}  // namespace hebb

namespace hebb::nn {

using StateDict = std::vector<std::pair<std::string, Tensor>>;  // in the order of the fields

struct LoadReport {  // what did not fit, in PyTorch's order of complaint
  std::vector<std::string> missing, unexpected, mismatched;
  bool ok() const { return missing.empty() && unexpected.empty() && mismatched.empty(); }
  std::string to_string() const;  // at most ten names of each
};

class Module {
 public:
  using ModuleBase = Module;

  Module();
  Module(const Module& other);
  Module(Module&& other) noexcept;
  // Before any field is assigned. Error: a parameter or buffer of this module would find no value
  // of its shape, or a list of layers would grow, which kills what an optimiser holds.
  Module& operator=(const Module& other);
  Module& operator=(Module&& other) noexcept;
  virtual ~Module();

  virtual void walk_fields(FieldWalker& walker) = 0;  // HEBB_FIELDS fills it in
  virtual std::string describe()
      const;  // "Linear(784, 128)"; the type's name unless a layer says more

  void train(bool on = true);  // PyTorch's flag, for this module and everything below
  void eval() { train(false); }
  bool is_training() const { return training_; }

  std::vector<Tensor> parameters();
  std::vector<std::pair<std::string, Tensor>> named_parameters();
  StateDict state_dict();  // the tensors themselves, not copies; names as PyTorch's
  // strict: an Error when something does not fit; else only where shapes differ, and the report
  // says the rest, as PyTorch has it. Its versions before 0.4.1 wrote no num_batches_tracked: where
  // one is missing the model keeps its own. What PyTorch's wrappers put in front ("module.",
  // "_orig_mod.") is left out where all given names carry it and the module has none of them as
  // they are.
  LoadReport load_state_dict(const StateDict& state, bool strict = true);
  std::vector<std::pair<std::string, Module*>> named_modules();  // itself ("") and everything below
  int64_t parameter_count(bool trainable_only = false);

  void requires_grad_(bool on);  // freezes (false) or thaws all parameters
  void zero_grad();
  void to(Device device);  // parameters, their gradients and buffers, in the same sense
  Device device();         // where its first parameter is; of a module without one the CPU
  void to(DType dtype);    // floating parameters, their gradients and buffers; handles of them see
                           // it; an optimiser's moments do not: make it afterwards

  // Functions of a user that run around forward(), as PyTorch's, of this object: a copy has none.
  // nn/module_hooks.h says what they see. They stay until their handle's remove().
  RemovableHandle register_forward_pre_hook(ForwardPreHook hook);
  RemovableHandle register_forward_hook(ForwardHook hook);
  RemovableHandle register_full_backward_pre_hook(FullBackwardPreHook hook);
  RemovableHandle register_full_backward_hook(FullBackwardHook hook);
  bool has_hooks() const { return hooks_ != nullptr; }

  uint64_t random_number() const { return number_; }  // keys the module's random draws
  const std::string& path() const {
    return path_;
  }  // "layer1.0.conv1" once the model was walked by name_modules()

 private:
  friend void name_modules(Module& root);
  friend class ModuleScope;
  friend class EvalScope;
  friend class HookedCall;
  ModuleHooks& hooks();
  bool training_ = true;
  bool entered_ = false;  // the model that it is part of was walked when it first computed
                          // something to train on
  uint64_t number_;
  std::string path_;
  std::shared_ptr<ModuleHooks> hooks_;  // null until the first one
};

void name_modules(Module& root);        // gives every module its path below root
std::string to_string(Module& module);  // nested, as PyTorch prints models

// Sees every module's output as it leaves forward(): summaries, the search for the first NaN,
// feature extraction.
class ForwardObserver {
 public:
  ForwardObserver();  // this thread, as long as it lives
  virtual ~ForwardObserver();
  ForwardObserver(const ForwardObserver&) = delete;
  ForwardObserver& operator=(const ForwardObserver&) = delete;
  virtual void left(Module& module, const Tensor& output) = 0;
};

// Between entering and leaving a module's forward(): tells recorders and observers.
class ModuleScope {
 public:
  explicit ModuleScope(Module& module);
  ~ModuleScope();
  ModuleScope(const ModuleScope&) = delete;
  ModuleScope& operator=(const ModuleScope&) = delete;
  void leave_with(const Tensor& output);
  [[noreturn]] void leave_with_error()
      const;  // in a catch block: throws it again; an Error says in which layer of the model

 private:
  Module& module_;
  bool outermost_ = false, told_tape_ = false;
};

// The tensor that a layer gives, or the first of several: what observers see, and what the next
// layer of a Sequential gets.
// Null: there is none.
template <class Result>
const Tensor* first_output(const Result& result) {
  if constexpr (std::is_same_v<Result, Tensor>)
    return &result;
  else if constexpr (fields::Listed<Result>)
    return result.with_fields([](const auto&... all) {
      const Tensor* found = nullptr;
      ((found = found ? found : first_output(all)), ...);
      return found;
    });
  else
    return nullptr;
}

// What operator() of a module does where it takes or gives anything else than one tensor.
template <class M, class... Args>
decltype(auto) call_of_any(M& module, Args&&... args) {
  ModuleScope scope(module);
  using Result = decltype(module.forward(std::forward<Args>(args)...));
  try {
    if constexpr (std::is_same_v<Result, Tensor> || fields::Listed<Result>) {
      Result output = module.has_hooks()
                          ? forward_with_hooks<Result>(module, std::forward<Args>(args)...)
                          : module.forward(std::forward<Args>(args)...);
      if (const Tensor* seen = first_output(output))
        scope.leave_with(*seen);
      return output;
    } else {
      if (module.has_hooks())
        return forward_with_hooks<Result>(module, std::forward<Args>(args)...);
      return module.forward(std::forward<Args>(args)...);
    }
  } catch (...) {
    scope.leave_with_error();
  }
}

// The same of one tensor, which most modules take and give: compiled once, not for every layer of
// every program.
Tensor call_of_tensor(Module& module, const Tensor& x, Tensor (*forward)(Module&, const Tensor&));

template <class M, class... Args>
concept OfTensor = sizeof...(Args) == 1 &&
                   (std::is_same_v<std::remove_cvref_t<Args>, Tensor> && ...) &&
                   requires(M& module, const Tensor& x) {
  { module.forward(x) } -> std::same_as<Tensor>;
};

// What operator() of a module does; HEBB_FIELDS calls it.
template <class M, class... Args>
decltype(auto) call_forward(M& module, Args&&... args) {
  if constexpr (OfTensor<M, Args...>)
    return call_of_tensor(module, args..., [](Module& self, const Tensor& x) -> Tensor {
      return static_cast<M&>(self).forward(x);
    });
  else
    return call_of_any(module, std::forward<Args>(args)...);
}

// ---- the walk over one field ----

// A module, a Param, a Buffer, or what holds a module of any type (AnyModule).
template <class T>
concept StateHolder = std::is_base_of_v<Module, T> || std::is_base_of_v<State, T> ||
    requires(T& t) {
  { t.module() } -> std::same_as<Module&>;
};

// Whether there is one somewhere inside: of a container, an optional, a pair, a pointer.
template <class T>
constexpr bool holds_state() {
  if constexpr (!requires { sizeof(T); })
    return false;  // a pointer's target that only its owner knows
  else if constexpr (StateHolder<T>)
    return true;
  else if constexpr (requires { typename T::element_type; })
    return holds_state<std::remove_cv_t<typename T::element_type>>();
  else if constexpr (requires { requires std::same_as<typename T::value_type, T>; })
    return false;  // a JSON value
  else if constexpr (requires { typename T::value_type; })
    return holds_state<std::remove_cv_t<typename T::value_type>>();
  else if constexpr (requires { std::tuple_size<T>::value; })
    return []<size_t... I>(std::index_sequence<I...>) {
      return (holds_state<std::remove_cv_t<std::tuple_element_t<I, T>>>() || ...);
    }
  (std::make_index_sequence<std::tuple_size<T>::value>{});
  else if constexpr (std::is_pointer_v<T>) return holds_state<
      std::remove_cv_t<std::remove_pointer_t<T>>>();
  else return false;
}

// A field that can be walked, or that has nothing to walk: layers and parameters themselves,
// optionals and lists of what can be listed.
template <class T>
constexpr bool can_be_listed() {
  if constexpr (StateHolder<T> || !holds_state<T>())
    return true;
  else if constexpr (
      requires(T & t) { t.has_value(); } ||
      requires(T & t) {
        t[size_t()];
        t.begin();
      })
    return can_be_listed<typename T::value_type>();
  else
    return false;
}

template <class T>
void walk_field(FieldWalker& walker, std::string_view name, T& field) {
  static_assert(can_be_listed<T>(),
                "a module holds its layers and parameters by value, in std::optional, std::vector "
                "or std::array");
  if constexpr (std::is_base_of_v<Param, T>) {
    field.mark_listed();
    walker.param(name, field);
  } else if constexpr (std::is_base_of_v<Buffer, T>) {
    walker.buffer(name, field);
  } else if constexpr (std::is_base_of_v<Module, T>) {
    walker.module(name, field);
  } else if constexpr (StateHolder<T>) {
    walker.module(name, field.module());
  } else if constexpr (holds_state<T>()) {
    if constexpr (requires { field.has_value(); }) {
      if (field)
        walk_field(walker, name, *field);
    } else {  // a list of layers has one name and a number each: head.0.weight
      for (size_t i = 0; i < field.size(); ++i)
        walk_field(walker, std::string(name) + "." + std::to_string(i), field[i]);
    }
  }
}

template <class M>
void walk_module(M& module, FieldWalker& walker) {
  for_each_field(module,
                 [&](std::string_view name, auto& field) { walk_field(walker, name, field); });
}

}  // namespace hebb::nn
