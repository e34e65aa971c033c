// ops/einsum.cc: sums of products by an equation of letters, written in matrix products.

#include "hebb/ops/einsum.h"

#include <algorithm>
#include <limits>
#include <map>

#include "hebb/base/check.h"
#include "hebb/ops/contract.h"
#include "hebb/ops/diagonal.h"
#include "hebb/ops/op.h"
#include "hebb/ops/products_onnx.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/einsum.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

using Labels = std::vector<int>;

// Labels are letters. The dimensions of "..." count from the last one, beyond the letters.
constexpr int ellipsis = 1 << 16;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// "ij..." -> i, j, ellipsis.
Labels labels_of(std::string_view text) {
  Labels labels;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with("...")) {
      check(std::find(labels.begin(), labels.end(), ellipsis) == labels.end(),
            "'{}' in the equation has more than one '...'", text);
      labels.push_back(ellipsis);
      i += 2;
      continue;
    }
    check(is_letter(text[i]),
          "'{}' in the equation has the character '{}'; it should have letters "
          "and '...' only",
          text, text[i]);
    labels.push_back(text[i]);
  }
  return labels;
}

struct Equation {
  std::vector<std::string> operands;
  std::optional<std::string> result;
};

Equation parse(const std::string& text) {
  std::string plain;
  for (char c : text)
    if (c != ' ')
      plain += c;
  Equation equation;
  if (const size_t arrow = plain.find("->"); arrow != std::string::npos) {
    equation.result = plain.substr(arrow + 2);
    plain.resize(arrow);
  }
  equation.operands.emplace_back();
  for (char c : plain)
    if (c == ',')
      equation.operands.emplace_back();
    else
      equation.operands.back() += c;
  return equation;
}

// "..." as so many labels.
Labels spelled_out(const Labels& labels, int64_t dimensions) {
  Labels out;
  for (int label : labels)
    if (label != ellipsis)
      out.push_back(label);
    else
      for (int64_t i = dimensions; i-- > 0;)
        out.push_back(ellipsis + int(i));
  return out;
}

Labelled labelled(const Tensor& tensor, const std::string& text, size_t index) {
  const Labels given = labels_of(text);
  const bool open = std::find(given.begin(), given.end(), ellipsis) != given.end();
  const int64_t letters = int64_t(given.size()) - open;
  check(open ? tensor.dim() >= letters : tensor.dim() == letters,
        "operand {} has {} dimensions, but '{}' in the equation names {}", index, tensor.dim(),
        text, letters);
  return {tensor, spelled_out(given, tensor.dim() - letters)};
}

// Letters that occur more than once become one dimension, the diagonal.
Labelled without_repeats(Labelled x, size_t index) {
  for (size_t i = 0; i < x.labels.size(); ++i)
    for (size_t k = i + 1; k < x.labels.size(); ++k) {
      if (x.labels[k] != x.labels[i])
        continue;
      const int label = x.labels[i];
      check(x.tensor.size(int64_t(i)) == x.tensor.size(int64_t(k)),
            "'{}' names dimensions of different sizes in operand {}: {} and {}", char(label), index,
            x.tensor.size(int64_t(i)), x.tensor.size(int64_t(k)));
      x.tensor = diagonal(x.tensor, 0, int64_t(i), int64_t(k));
      x.labels.erase(x.labels.begin() + int64_t(k));
      x.labels.erase(x.labels.begin() + int64_t(i));
      x.labels.push_back(label);
      return without_repeats(std::move(x), index);
    }
  return x;
}

void check_sizes(const std::vector<Labelled>& operands) {
  std::map<int, int64_t> known;
  for (size_t i = 0; i < operands.size(); ++i)
    for (int label : operands[i].labels) {
      const int64_t size = operands[i].size(label);
      int64_t& before = known.emplace(label, size).first->second;
      const std::string what =
          label < ellipsis ? fmt::format("'{}'", char(label)) : "a dimension of '...'";
      check(size == before || size == 1 || before == 1,
            "{} has the size {} in operand {}, but {} in another one before", what, size, i,
            before);
      before = std::max(before, size);
    }
}

// Without "->": "..." and then the letters that occur once, in the order of the alphabet.
Labels usual_result(const std::vector<Labels>& operands, int64_t dimensions) {
  std::map<int, int> count;
  for (const Labels& labels : operands)
    for (int label : labels)
      ++count[label];
  Labels result = spelled_out({ellipsis}, dimensions);
  for (const auto& [label, times] : count)
    if (label < ellipsis && times == 1)
      result.push_back(label);
  return result;
}

void check_result(const Labels& result, const std::string& text,
                  const std::vector<Labelled>& operands) {
  for (size_t i = 0; i < result.size(); ++i) {
    const int label = result[i];
    check(std::count(result.begin(), result.end(), label) == 1, "the result '{}' names '{}' twice",
          text, char(label));
    check(std::any_of(operands.begin(), operands.end(),
                      [&](const Labelled& x) { return x.has(label); }),
          "the result '{}' names '{}', which no operand has", text, char(label));
  }
}

// The elements of the product of two before it is summed.
double cost_of(const Labelled& a, const Labelled& b) {
  double cost = 1;
  for (int label : a.labels)
    cost *= double(b.has(label) ? std::max(a.size(label), b.size(label)) : a.size(label));
  for (int label : b.labels)
    if (!a.has(label))
      cost *= double(b.size(label));
  return cost;
}

// Multiplies the cheapest pair.
void multiply_two(std::vector<Labelled>& operands, const Labels& result) {
  size_t first = 0, second = 1;
  double least = std::numeric_limits<double>::infinity();
  for (size_t i = 0; i < operands.size(); ++i)
    for (size_t k = i + 1; k < operands.size(); ++k)
      if (const double cost = cost_of(operands[i], operands[k]); cost < least) {
        least = cost;
        first = i;
        second = k;
      }
  Labels kept = result;
  for (size_t i = 0; i < operands.size(); ++i)
    if (i != first && i != second)
      kept.insert(kept.end(), operands[i].labels.begin(), operands[i].labels.end());
  operands[first] = contract(operands[first], operands[second], kept);
  operands.erase(operands.begin() + int64_t(second));
}

}  // namespace

static Tensors compose_einsum(const Call& c) {
  const Equation equation = parse(c.attributes<EinsumAttrs>().equation);
  const auto tensors = c.list(0);
  check(!tensors.empty(), "there should be at least one operand");
  check(equation.operands.size() == tensors.size(),
        "the equation '{}' has {} operands, but {} are given", c.attributes<EinsumAttrs>().equation,
        equation.operands.size(), tensors.size());
  std::vector<Labelled> operands;
  std::vector<Labels> written;
  int64_t dimensions = 0;  // of the longest "..."
  for (size_t i = 0; i < tensors.size(); ++i) {
    const Labelled one = labelled(tensors[i], equation.operands[i], i);
    written.push_back(one.labels);
    dimensions =
        std::max<int64_t>(dimensions, std::count_if(one.labels.begin(), one.labels.end(),
                                                    [](int label) { return label >= ellipsis; }));
    operands.push_back(without_repeats(one, i));
  }
  check_sizes(operands);
  const Labels result = equation.result ? spelled_out(labels_of(*equation.result), dimensions)
                                        : usual_result(written, dimensions);
  check_result(result, equation.result.value_or(""), operands);
  while (operands.size() > 1)
    multiply_two(operands, result);
  return {in_order(sum_unless(operands[0], result), result)};
}

constinit const Op op::einsum = {
    .name = "einsum",
    .what =
        "The sum of products that an equation of letters describes: bij,bjk->bik is a batched "
        "matrix product.",
    .source = "torch.einsum",
    .inputs = {"operands*"},
    .attributes = attrs_type<EinsumAttrs>,
    .onnx = {{.type = "Einsum",
              .since = 13,
              .attributes = {{"equation", "equation"}},
              .where = "'...' for as many dimensions in every operand",
              .to = onnx::write_einsum}},
    .precision = Precision::low,
    .compose = compose_einsum,
};

Tensor einsum(const std::string& equation, const std::vector<Tensor>& operands) {
  return call_slots(op::einsum, {operands}, EinsumAttrs{equation})[0];
}

}  // namespace hebb
