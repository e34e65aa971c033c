// A model of any signature: which tensors a module takes, by name, and which it gives.
//
//   Tensor forward(const Tensor& x);                            takes the one input that there is
//
//   Tensor forward(const Tensor& x, const Tensor& codes);       takes two by name
//   HEBB_INPUTS(x, codes)
//
//   struct Answer { Tensor label, box; HEBB_FIELDS(label, box) };
//   Answer forward(const Tensor& image);                        gives two by name
//
//   TensorDict forward(const TensorDict& in);                   takes and gives what it likes
//
//   Sequence forward(const Sequence& in);                       takes one, and lengths beside it
#pragma once

#include <concepts>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "hebb/nn/sequence.h"
#include "hebb/tensor/tensor_dict.h"

// The names of the tensors that a module's forward() takes, in its order, as batches have them.
#define HEBB_INPUTS(...)                                                 \
  static constexpr auto input_names() {                                  \
    return ::hebb::fields::split<HEBB_COUNT(__VA_ARGS__)>(#__VA_ARGS__); \
  }

namespace hebb::nn {

class Sequential;

// What a module's only output is called.
inline constexpr std::string_view output_name = "output";

template <class M>
concept NamesItsInputs = requires {
  M::input_names();
};
template <class M>
concept TakesTensor = requires(M& module, const Tensor& x) {
  module.forward(x);
};
template <class M>
concept TakesDict = requires(M& module, const TensorDict& in) {
  module.forward(in);
};

// What forward() gave, by name: a Tensor, a struct of tensors that HEBB_FIELDS lists, a TensorDict.
template <class Result>
TensorDict as_dict(Result&& result) {
  using Given = std::remove_cvref_t<Result>;
  if constexpr (std::is_same_v<Given, Tensor>) {
    TensorDict out;
    out.set(output_name, std::forward<Result>(result));
    return out;
  } else if constexpr (std::is_same_v<Given, TensorDict>) {
    return std::forward<Result>(result);
  } else {
    static_assert(fields::Listed<Given>,
                  "forward() gives a Tensor, a TensorDict, or a struct whose tensors HEBB_FIELDS "
                  "lists");
    TensorDict out;
    for_each_field(result,
                   [&](std::string_view name, const Tensor& tensor) { out.set(name, tensor); });
    return out;
  }
}

// Refers to a module, and calls it by name. Made from any module, where one is asked for.
class Model {
 public:
  template <std::derived_from<Module> M>
  Model(M& module) : module_(&module) {
    if constexpr (NamesItsInputs<M>) {
      for (std::string_view name : M::input_names())
        inputs_.emplace_back(name);
      call_ = [&module](const TensorDict& in) {
        return call_with(module, in, std::make_index_sequence<M::input_names().size()>());
      };
    } else if constexpr (TakesDict<M>) {
      call_ = [&module](const TensorDict& in) { return as_dict(module(in)); };
      takes_all_ = true;
    } else if constexpr (TakesSequence<M>) {
      call_ = [&module](const TensorDict& in) { return as_dict(module(sequence_of(in)).values); };
      takes_lengths_ = true;
    } else if constexpr (TakesTensor<M>) {
      call_ = [&module](const TensorDict& in) { return as_dict(module(in.front().second)); };
    }
  }

  Model(Sequential& module);  // the most usual one, compiled once

  Module& module() const { return *module_; }
  // In the order of forward(). Empty: it takes the one that there is, or, as a TensorDict, all.
  const std::vector<std::string>& inputs() const { return inputs_; }

  // Those of `given` that it takes, in its order. Error (invalid): one is missing; the model takes
  // one tensor and there are several; it cannot be called at all.
  TensorDict taken(const TensorDict& given) const;
  TensorDict operator()(const TensorDict& given) const { return call_(taken(given)); }

 private:
  template <class M, size_t... I>
  static TensorDict call_with(M& module, const TensorDict& in, std::index_sequence<I...>) {
    return as_dict(module(in.begin()[I].second...));
  }

  Module* module_;
  std::vector<std::string> inputs_;
  bool takes_all_ = false, takes_lengths_ = false;
  std::function<TensorDict(const TensorDict& taken)> call_;  // empty: it has no forward()
};

}  // namespace hebb::nn
