#include "hebb/cli/option_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hebb::cli {

std::string option_text(const OptionHelp& option) {
  std::string out(option.note->what);
  std::vector<std::string> more;
  if (!option.choices.empty())
    more.push_back(fmt::format("{}", fmt::join(option.choices, ", ")));
  if (const std::string bounds = bounds_text(*option.note); bounds != "finite")
    more.push_back(bounds);
  if (!option.aliases.empty())
    more.push_back(fmt::format("also {}", fmt::join(option.aliases, ", ")));
  return more.empty() ? out : fmt::format("{} ({})", out, fmt::join(more, "; "));
}

}  // namespace hebb::cli
