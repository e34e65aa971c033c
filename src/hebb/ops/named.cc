#include "hebb/ops/named.h"

#include <span>

#include "hebb/base/check.h"
#include "hebb/base/nearest.h"
#include "hebb/ops/attrs_json.h"
#include "hebb/ops/create.h"
#include "hebb/ops/parse_attributes.h"
#include "hebb/ops/random_key.h"
#include "hebb/ops/slot_names.h"

namespace hebb {
namespace {

int64_t integer_of(const Op& op, const std::string& name, const Json& json) {
  const std::optional<int64_t> number = whole_number(json);
  check_in(number.has_value(), ErrorKind::usage, op.name,
           "operand '{}' is {}, which does not fit into 64 bits", name, to_text(json));
  return *number;
}

// Numbers among the attributes that are named after an operand, taken out of the object.
NamedTensors take_numbers(const Op& op, Json& attributes, const NamedTensors& operands) {
  NamedTensors numbers;
  for (std::string_view slot : op.inputs) {
    const std::string name(plain(slot));
    const auto found = attributes.find(name);
    if (found == attributes.end() || is_list(slot))
      continue;
    check_in(!operands.count(name), ErrorKind::usage, op.name,
             "'{}' is given twice, as an array and among the attributes", name);
    if (found->is_boolean())
      numbers[name] = Tensor(found->get<bool>());
    else if (found->is_number_integer())
      numbers[name] = Tensor(integer_of(op, name, *found));
    else if (found->is_number())
      numbers[name] = Tensor(found->get<double>());
    else if (*found == "inf" || *found == "-inf" || *found == "nan")
      numbers[name] = Tensor(std::stod(found->get<std::string>()));
    else if (!found->is_null())
      fail(ErrorKind::usage, op.name,
           "operand '{}' is {}; among the attributes only a number can stand for it", name,
           to_text(*found));
    attributes.erase(found);
  }
  return numbers;
}

// PyTorch's documentation and its functions give operands of linear algebra different names. Ours
// are those of the documentation; both are taken.
std::string_view second_name(const Op& op, std::string_view slot) {
  struct Pair {
    std::string_view documented, taken;
  };
  static constexpr Pair in_linalg[] = {{"A", "input"}, {"x", "input"}, {"input", "A"}, {"B", "b"}},
                        in_cholesky[] = {{"B", "input"}, {"L", "input2"}};
  const bool linalg = op.name.starts_with("linalg_");
  for (const Pair& pair : linalg ? std::span<const Pair>(in_linalg) : in_cholesky)
    if (pair.documented == slot && (linalg || op.name == "cholesky_solve"))
      return pair.taken;
  return {};
}

// The names of a list's items: the operator's own, or slot0, slot1, ... as far as `there` says.
template <class There>
std::vector<std::string> item_names(const Op& op, std::string_view slot, const Attrs& attrs,
                                    const There& there) {
  if (op.item_names)
    return op.item_names(attrs);
  std::vector<std::string> names;
  for (size_t i = 0;; ++i) {
    std::string name = std::string(plain(slot)) + std::to_string(i);
    if (!there(i, name))
      return names;
    names.push_back(std::move(name));
  }
}

void refuse_unknown(const Op& op, const NamedTensors& operands, const Attrs& attrs,
                    const std::map<std::string, bool>& used) {
  std::vector<std::string> names;
  for (std::string_view slot : op.inputs) {
    if (!is_list(slot))
      names.emplace_back(plain(slot));
    else
      for (std::string& name :
           item_names(op, slot, attrs, [](size_t i, const std::string&) { return i == 0; }))
        names.push_back(std::move(name));
  }
  for (const auto& [name, tensor] : operands)
    if (!used.count(name))
      throw Error(ErrorKind::data, std::string(op.name), unknown_word("operand", name, names));
}

}  // namespace

Call call_by_name(const Op& op, const NamedTensors& operands, std::string_view attrs_json) {
  check_in(!op.internal, ErrorKind::usage, op.name,
           "is a piece of other operators and not called by name");
  Json attributes;
  try {
    attributes = parse_attributes(attrs_json);
  } catch (const Error& error) {
    throw error.with_where(op.name);
  }
  const NamedTensors numbers = take_numbers(op, attributes, operands);
  std::map<std::string, bool> used;
  auto find = [&](const std::string& name) {
    used[name] = true;
    if (const auto given = operands.find(name); given != operands.end())
      return given->second;
    const auto number = numbers.find(name);
    return number == numbers.end() ? Tensor() : number->second;
  };
  const Attrs attrs = attrs_from_json(op, to_text(attributes));
  std::vector<std::vector<Tensor>> slots;
  for (std::string_view slot : op.inputs) {
    const std::string name(plain(slot));
    if (is_list(slot)) {
      slots.emplace_back();
      const auto given = [&](size_t, const std::string& item) { return operands.count(item) > 0; };
      for (const std::string& item : item_names(op, slot, attrs, given)) {
        slots.back().push_back(find(item));
        check_in(slots.back().back().defined(), ErrorKind::data, op.name,
                 "the operand '{}' is missing", item);
      }
      continue;
    }
    Tensor operand = find(name);
    if (const std::string second(second_name(op, slot)); !operand.defined() && !second.empty())
      operand = find(second);
    if (!operand.defined() && slot == op.inputs[op.inputs.size() - 1] && is_random_key(slot))
      operand = draw_key();
    check_in(operand.defined() || is_optional(slot), ErrorKind::data, op.name,
             "the operand '{}' is missing", name);
    slots.push_back({operand});
  }
  refuse_unknown(op, operands, attrs, used);
  return Call(op, slots, attrs);
}

std::vector<std::string> operand_names(const Call& call) {
  std::vector<std::string> names;
  for (int slot = 0; slot < call.op().inputs.size(); ++slot) {
    if (!is_list(call.op().inputs[slot])) {
      names.emplace_back(plain(call.op().inputs[slot]));
      continue;
    }
    const size_t count = call.list(slot).size();
    for (std::string& item : item_names(call.op(), call.op().inputs[slot], call.attrs(),
                                        [&](size_t i, const std::string&) { return i < count; }))
      names.push_back(std::move(item));
  }
  return names;
}

NamedTensors results_by_name(const Call& call) {
  if (!call.op().results || call.op().results(call) == 0)
    return {{"out", call.out(0)}};
  NamedTensors results;
  for (int i = 0; i < call.op().results(call); ++i)
    results["out" + std::to_string(i)] = call.out(i);
  return results;
}

RunByName run_by_name(const Op& op, const NamedTensors& operands, std::string_view attrs_json,
                      const NamedTensors* result_gradients) {
  NamedTensors leaves = operands;
  if (result_gradients)
    for (auto& [name, tensor] : leaves)
      if (is_differentiable(tensor.dtype()))
        tensor = tensor.detach().requires_grad_();
  Call call = call_by_name(op, leaves, attrs_json);
  run(call);
  RunByName answer{results_by_name(call), {}};
  if (!result_gradients)
    return answer;

  std::vector<std::string> names;
  for (const auto& [name, result] : answer.results)
    names.push_back(name);
  for (const auto& [name, gradient] : *result_gradients) {
    const auto result = answer.results.find(name);
    if (result == answer.results.end())
      throw Error(ErrorKind::data, std::string(op.name), unknown_word("result", name, names));
    check_in(op.differentiable(), ErrorKind::usage, op.name, "has no gradient");
    if (result->second.requires_grad())
      result->second.backward(gradient, true);
  }
  for (const auto& [name, leaf] : leaves)
    if (leaf.requires_grad())
      answer.gradients[name] = leaf.grad().defined() ? leaf.grad() : zeros_like(leaf);
  return answer;
}

}  // namespace hebb
