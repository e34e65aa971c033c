// Tensors by name, in an order: what a batch holds, what a model takes and gives. A single one lies
// inside the object, so that the usual model and batch allocate nothing for it.
//
//   TensorDict in = {{"x", x}, {"codes", codes}};
//   in["codes"];
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hebb/base/small_vector.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

class TensorDict {
 public:
  using Item = std::pair<std::string, Tensor>;
  using Items = SmallVector<Item, 1>;

  TensorDict() = default;
  TensorDict(std::initializer_list<Item> items);  // Error: a name is there twice

  size_t size() const { return items_.size(); }
  bool empty() const { return items_.empty(); }
  const Item* begin() const { return items_.begin(); }
  const Item* end() const { return items_.end(); }
  const Item& front() const { return items_.front(); }  // there has to be one

  const Tensor* find(std::string_view name) const;  // null: there is none
  // Error (invalid): there is none; the message names those that there are.
  const Tensor& operator[](std::string_view name) const;
  // The one that there is. Error (invalid): there are none or several; what: "inputs".
  const Tensor& only(std::string_view what) const;
  Tensor& only(std::string_view what);

  // Takes the place of the one of that name, or comes last.
  void set(std::string_view name, Tensor tensor);

  std::vector<std::string> names() const;
  std::vector<Tensor> tensors() const;
  std::string listed() const;  // "x and codes"; "nothing"

  // The same with every tensor on the device; without history.
  TensorDict to(Device device) const;
  TensorDict detach() const;

 private:
  Items items_;
};

// Of the tensor [N] among a batch's targets that says how much each sample counts: losses and
// metrics take it by this name.
inline constexpr std::string_view sample_weight_name = "sample_weight";

// "x", "x and codes", "a, b and c"; "nothing" where there is none.
std::string listed_names(const std::vector<std::string>& names);

}  // namespace hebb
