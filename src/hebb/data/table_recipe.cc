#include "hebb/data/table_recipe.h"

#include <algorithm>
#include <array>

#include "hebb/base/check.h"

namespace hebb::data {

bool is_numbers_step(std::string_view word) {
  constexpr std::array<std::string_view, 4> words = {"standard", "quantile", "piecewise_linear",
                                                     "periodic"};
  return std::find(words.begin(), words.end(), word) != words.end();
}

namespace {

// The target that a source's schema ends with; a column may have the same name.
bool is_target(const Field& field) {
  return field.name == target_field && (field.dtype == i64 || field.dtype == f32);
}

}  // namespace

bool is_table(const Schema& input) {
  return !input.empty() && !is_target(input[0]) &&
         std::all_of(input.begin(), input.end(), [](const Field& field) {
           if (is_target(field))
             return true;
           const bool number = (field.kind == FieldKind::number || field.kind == FieldKind::time) &&
                               field.dtype == f64;
           const bool word = field.kind == FieldKind::category && field.dtype == u8;
           return (number && field.shape.empty()) || (word && field.shape == Dims{-1});
         });
}

Recipe table_recipe(const Schema& source, const TableRecipeOptions& options) {
  Schema input;
  std::vector<std::string> names;
  for (const Field& field : source)
    if (!is_target(field)) {
      input.push_back(field);
      names.push_back(field.name);
    }
  const auto any = [&](FieldKind kind) {
    return std::any_of(input.begin(), input.end(),
                       [&](const Field& field) { return field.kind == kind; });
  };
  const bool dates = any(FieldKind::time), words = any(FieldKind::category),
             numbers = any(FieldKind::number) || dates;
  Recipe::Steps steps;
  if (options.impute)
    steps.push_back(make_step("impute"));
  if (dates)
    steps.push_back(make_step("date_parts"));
  if (words)
    steps.push_back(make_step(options.embed ? "codes" : "one_hot"));
  if (numbers && !options.numbers.empty()) {
    check_in(is_numbers_step(SpecLine::parse(options.numbers).name), ErrorKind::usage, "",
             "'{}' scales no numbers; standard, quantile, piecewise_linear and periodic do",
             options.numbers);
    steps.push_back(make_step(options.numbers));
  }
  steps.push_back(columns_step(names, words && options.embed));
  steps.push_back(make_step("cast"));
  return {input, steps};
}

Dims words_of_codes(const Recipe& recipe) {
  size_t joined = 0;
  while (joined < recipe.size() &&
         SpecLine::parse(recipe.steps()[joined]->line()).name != "columns")
    ++joined;
  Dims out;
  if (joined == recipe.size())
    return out;
  for (const Field& field : recipe.map(recipe.input(), 0, joined, false))
    if (field.kind == FieldKind::category && field.dtype == i64 && field.shape.empty())
      out.push_back(int64_t(field.labels.size()));
  return out;
}

}  // namespace hebb::data
