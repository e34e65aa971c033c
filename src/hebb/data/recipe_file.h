// recipe.json of a run folder. Apart from recipe.h, because <filesystem> would make every program
// slow to compile.
#pragma once

#include <filesystem>

#include "hebb/data/recipe.h"

namespace hebb::data {

// Error: there is no such file, or it is no recipe (parse_recipe).
Recipe read_recipe(const std::filesystem::path& path);

}  // namespace hebb::data
