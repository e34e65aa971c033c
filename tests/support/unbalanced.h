// Whether the tags of a page are balanced.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hebb {

// Every tag that is opened is closed, in order; attributes are quoted. Returns what is wrong.
inline std::string unbalanced(std::string_view page) {
  std::vector<std::string> open;
  for (size_t i = page.find('<'); i != page.npos; i = page.find('<', i + 1)) {
    size_t end = i;
    for (bool quoted = false; end < page.size() && (quoted || page[end] != '>'); ++end)
      quoted ^= page[end] == '"';
    if (end == page.size())
      return "a tag without end";
    const std::string_view tag = page.substr(i + 1, end - i - 1);
    const std::string name(tag.substr(0, tag.find_first_of(" /", 1)));
    if (tag.front() == '!' || tag.back() == '/' || name == "meta" || name == "img")
      continue;
    if (tag.front() != '/')
      open.push_back(name);
    else if (open.empty() || "/" + open.back() != tag)
      return "unexpected <" + std::string(tag) + ">";
    else
      open.pop_back();
    if (name == "style")
      i = page.find("</style>", i) - 1;
  }
  return open.empty() ? "" : "<" + open.back() + "> is not closed";
}

}  // namespace hebb
