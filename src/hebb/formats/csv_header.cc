#include "hebb/formats/csv_header.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "hebb/base/check.h"

namespace hebb {

CsvHeader name_columns(const std::vector<std::string>& cells) {
  CsvHeader out{.names = cells, .first_has_name = cells.empty() || !cells[0].empty()};
  std::vector<size_t> order;  // names that were given come first, and are kept where they can be
  for (size_t c = 0; c < cells.size(); ++c)
    if (!cells[c].empty())
      order.push_back(c);
  for (size_t c = 0; c < cells.size(); ++c)
    if (cells[c].empty()) {
      out.names[c] = std::to_string(c + 1);
      order.push_back(c);
    }
  std::unordered_set<std::string> there(out.names.begin(), out.names.end());
  std::unordered_map<std::string, int64_t> times;  // that each name was given
  for (const size_t c : order) {
    const std::string given = out.names[c];
    int64_t& number = times[given];
    if (number > 0) {
      std::string name;
      do {
        name = fmt::format("{}.{}", given, number++);
      } while (there.contains(name));
      out.names[c] = name;
      out.renamed.push_back(c);
      there.insert(name);
      times[name] = 1;
    } else {
      number = 1;
    }
  }
  std::sort(out.renamed.begin(), out.renamed.end());
  return out;
}

std::string describe_renamed(const CsvHeader& header, int64_t line) {
  constexpr size_t most = 10, most_letters = 40;
  if (header.renamed.empty())
    return {};
  const size_t count = header.renamed.size();
  std::string list;
  for (size_t i = 0; i < std::min(most, count); ++i)
    list += fmt::format("{}column {} is called '{}'", i ? ", " : "", header.renamed[i] + 1,
                        header.names[header.renamed[i]].substr(0, most_letters));
  return fmt::format("line {} repeats {}: {}{}", line,
                     count == 1 ? "the name of a column" : "names of columns", list,
                     count > most ? ", ..." : "");
}

}  // namespace hebb
