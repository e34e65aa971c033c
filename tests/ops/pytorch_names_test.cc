// PyTorch's functions: each is an operator here, by its own name or an alias, or
// docs/guide/pytorch.md says what there is instead.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/ops/aliases.h"
#include "hebb/ops/op.h"
#include "support/places.h"

namespace hebb::test {
namespace {

std::vector<std::string> lines_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  EXPECT_TRUE(in) << file;
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);)
    lines.push_back(line);
  return lines;
}

// The operator that would be this function; null where there is none.
const Op* operator_of(const std::string& function) {
  static const std::vector<std::pair<std::string, std::string>> prefixes = {
      {"torch.nn.functional.", ""},   {"torch.linalg.", "linalg_"}, {"torch.fft.", "fft_"},
      {"torch.special.", "special_"}, {"torchvision.ops.", ""},     {"torch.", ""}};
  for (const auto& [place, own] : prefixes)
    if (function.starts_with(place)) {
      const Op* op = find_op(own + function.substr(place.size()));
      return op && op->internal ? nullptr : op;
    }
  return nullptr;
}

// What stands in `quotes` in the first column of the page's table.
std::vector<std::string> left_out() {
  std::vector<std::string> patterns;
  const std::regex quoted("`(torch[^`]*)`");
  for (const std::string& line : lines_of(reference_folder() / "../../docs/guide/pytorch.md")) {
    if (!line.starts_with("| `torch"))
      continue;
    const std::string first = line.substr(0, line.find(" | "));
    for (std::sregex_iterator it(first.begin(), first.end(), quoted), end; it != end; ++it)
      patterns.push_back((*it)[1]);
  }
  return patterns;
}

// '*' stands for any letters but dots.
bool matches(std::string_view function, std::string_view pattern) {
  if (pattern.empty())
    return function.empty();
  if (pattern[0] != '*')
    return !function.empty() && function[0] == pattern[0] &&
           matches(function.substr(1), pattern.substr(1));
  return matches(function, pattern.substr(1)) ||
         (!function.empty() && function[0] != '.' && matches(function.substr(1), pattern));
}

TEST(PyTorchNames, AreOperatorsOrExplained) {
  std::map<std::string, int> used;
  for (const std::string& pattern : left_out())
    used[pattern] = 0;
  ASSERT_GT(used.size(), 50u);
  int operators = 0;
  for (const std::string& function : lines_of(reference_folder() / "torch_names.txt")) {
    const Op* op = operator_of(function);
    operators += op != nullptr;
    bool explained = false;
    for (auto& [pattern, count] : used) {
      if (!matches(function, pattern))
        continue;
      explained = true;
      count += op == nullptr;
      EXPECT_TRUE(op == nullptr || pattern.find('*') != pattern.npos)
          << function << " is an operator; docs/guide/pytorch.md says that there is none";
    }
    EXPECT_TRUE(op != nullptr || explained)
        << function << " is no operator, and docs/guide/pytorch.md does not say why";
  }
  for (const auto& [pattern, count] : used)
    EXPECT_GT(count, 0) << "docs/guide/pytorch.md explains " << pattern << ", which is nothing";
  EXPECT_GT(operators, 400);
}

// Another name of an entry is one that PyTorch has.
TEST(PyTorchNames, AreWhatAliasesAre) {
  const std::vector<std::string> functions = lines_of(reference_folder() / "torch_names.txt");
  for (const OpAlias& alias : op_aliases())
    EXPECT_TRUE(std::any_of(functions.begin(), functions.end(), [&](const std::string& function) {
      const Op* op = operator_of(function);
      return op == find_op(alias.name) &&
             function.ends_with(alias.name.substr(alias.name.find('_') + 1));
    })) << alias.name;
}

}  // namespace
}  // namespace hebb::test
