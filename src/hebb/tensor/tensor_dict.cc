#include "hebb/tensor/tensor_dict.h"

#include "hebb/base/check.h"
#include "hebb/base/nearest.h"

namespace hebb {

TensorDict::TensorDict(std::initializer_list<Item> items) {
  items_.reserve(items.size());
  for (const auto& [name, tensor] : items) {
    check(!find(name), "there are two tensors '{}'", name);
    items_.emplace_back(name, tensor);
  }
}

const Tensor* TensorDict::find(std::string_view name) const {
  for (const auto& [known, tensor] : items_)
    if (known == name)
      return &tensor;
  return nullptr;
}

const Tensor& TensorDict::operator[](std::string_view name) const {
  const Tensor* found = find(name);
  if (!found)
    fail(ErrorKind::invalid, "", "{}", unknown_word("tensor", name, names()));
  return *found;
}

const Tensor& TensorDict::only(std::string_view what) const {
  check(size() == 1, "there should be one of the {}, but there {} {}; take each by its name", what,
        size() == 0 ? "is" : "are", listed());
  return items_[0].second;
}

Tensor& TensorDict::only(std::string_view what) {
  return const_cast<Tensor&>(std::as_const(*this).only(what));
}

void TensorDict::set(std::string_view name, Tensor tensor) {
  for (auto& [known, value] : items_)
    if (known == name)
      return void(value = std::move(tensor));
  items_.emplace_back(std::string(name), std::move(tensor));
}

std::vector<std::string> TensorDict::names() const {
  std::vector<std::string> out;
  for (const auto& [name, tensor] : items_)
    out.push_back(name);
  return out;
}

std::vector<Tensor> TensorDict::tensors() const {
  std::vector<Tensor> out;
  for (const auto& [name, tensor] : items_)
    out.push_back(tensor);
  return out;
}

std::string TensorDict::listed() const {
  return listed_names(names());
}

TensorDict TensorDict::to(Device device) const {
  TensorDict out;
  for (const auto& [name, tensor] : items_)
    out.items_.emplace_back(name, tensor.to(device));
  return out;
}

TensorDict TensorDict::detach() const {
  TensorDict out;
  for (const auto& [name, tensor] : items_)
    out.items_.emplace_back(name, tensor.detach());
  return out;
}

std::string listed_names(const std::vector<std::string>& names) {
  if (names.empty())
    return "nothing";
  std::string out = names[0];
  for (size_t i = 1; i < names.size(); ++i)
    out += (i + 1 == names.size() ? " and " : ", ") + names[i];
  return out;
}

}  // namespace hebb
