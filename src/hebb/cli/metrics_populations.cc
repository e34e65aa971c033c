#include "hebb/cli/metrics_populations.h"

#include <algorithm>
#include <cmath>

#include "hebb/cli/commands.h"

namespace hebb::cli {

std::vector<metrics::Population> measure_populations(
    const Arrays& arrays, const MetricsOptions& options,
    const std::function<metrics::Measured(const Arrays&)>& measure) {
  const auto parts = arrays.populations(options.by);
  int64_t samples = 0;
  for (const auto& [name, positions] : parts)
    samples += int64_t(positions.size());
  std::vector<metrics::Population> out;
  for (const auto& [name, positions] : parts) {
    metrics::Measured measured = measure(arrays.rows(positions, samples));
    if (options.task == "binary")
      measured.values.emplace_back("selection_rate",
                                   metrics::selection_rate(measured, options.positive.value_or(1)));
    for (std::string& warning : measured.warnings)
      warning = fmt::format("{} {}: {}", options.by, name, warning);
    out.push_back({name, std::move(measured)});
  }
  return out;
}

Json populations_json(const std::vector<metrics::Population>& populations) {
  Json parts = Json::array(), differences = Json::object();
  for (const auto& population : populations) {
    Json part = {{"name", population.name}, {"samples", population.measured.samples}};
    for (const auto& [name, value] : population.measured.values)
      part[name] = finite_or_null(value);
    parts.push_back(part);
  }
  for (const metrics::Gap& gap : metrics::gaps(populations))
    differences[gap.measure] = {
        {"difference", gap.difference}, {"lowest", gap.lowest}, {"highest", gap.highest}};
  return {{"parts", parts}, {"gaps", differences}};
}

void print_populations(const std::vector<metrics::Population>& populations, const std::string& by) {
  constexpr size_t most_columns = 8;
  const size_t columns = std::min(populations.size(), most_columns);
  size_t width = 10;
  for (size_t i = 0; i < columns; ++i)
    width = std::max(width, populations[i].name.size() + 2);
  std::string head = fmt::format("\nby {:29} {:>10}", by, "difference"),
              counts = fmt::format("{:32} {:>10}", "samples", "");
  for (size_t i = 0; i < columns; ++i) {
    head += fmt::format("{:>{}}", populations[i].name, width);
    counts += fmt::format("{:>{}}", populations[i].measured.samples, width);
  }
  print_line(head);
  print_line(counts);
  for (const metrics::Gap& gap : metrics::gaps(populations)) {
    std::string line = fmt::format("{:32} {:>10.4g}", gap.measure, gap.difference);
    for (size_t i = 0; i < columns; ++i)
      for (const auto& [name, value] : populations[i].measured.values)
        if (name == gap.measure)
          line += fmt::format(
              "{:>{}}", std::isnan(value) ? "undefined" : fmt::format("{:.4g}", value), width);
    print_line(line);
  }
  if (populations.size() > columns)
    print_line(fmt::format("and {} more, which --json shows", populations.size() - columns));
}

}  // namespace hebb::cli
