// The recipe of a table: from its columns to the x that a model takes.
#pragma once

#include <string>

#include "hebb/data/recipe.h"

namespace hebb::data {

struct TableRecipeOptions {
  bool impute = true;  // missing cells get a median, and a column that says so
  // The step that scales numbers, of numbers_step(): "standard", "quantile", "piecewise_linear 32",
  // "periodic"; empty: as they are.
  std::string numbers = {};
  // Words become their codes, the last numbers of x, for the layer embed_columns; else columns of 0
  // and 1.
  bool embed = false;
};

// impute, date_parts, one_hot, the step of numbers, columns, cast: those that there is something
// for. Most are to be fitted. source: the fields of a table's rows, and its target. Error (usage):
// there is no such step of numbers.
Recipe table_recipe(const Schema& source, const TableRecipeOptions& options = {});

// Of a fitted recipe whose words are codes: how many codes each of the last numbers of x has.
Dims words_of_codes(const Recipe& recipe);

// Whether rows of a table are what comes in: single numbers, times and words, each with its name;
// and perhaps a target.
bool is_table(const Schema& input);

// Whether a word names a step that scales the numbers of a table.
bool is_numbers_step(std::string_view word);

}  // namespace hebb::data
