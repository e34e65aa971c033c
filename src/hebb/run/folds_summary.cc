#include "hebb/run/folds_summary.h"

#include <cmath>
#include <limits>

#include "hebb/base/fields_json.h"
#include "hebb/base/file.h"

namespace hebb {

FoldsMeasure measure_of(const std::vector<double>& values) {
  FoldsMeasure out{.mean = 0, .std = std::numeric_limits<double>::quiet_NaN(), .values = values};
  const double n = double(values.size());
  for (double value : values)
    out.mean += value / n;
  if (values.size() < 2)
    return out;
  double squares = 0;
  for (double value : values)
    squares += std::pow(value - out.mean, 2);
  out.std = std::sqrt(squares / (n - 1));
  return out;
}

void write_folds_summary(const fs::path& folder, const FoldsSummary& summary) {
  write_file_atomic(folder / folds_file, to_text(fields::to_json(summary), 2) + "\n");
}

FoldsSummary read_folds_summary(const fs::path& folder) {
  const fs::path path = folder / folds_file;
  const std::string text = read_file(path, 64 << 20);
  FoldsSummary out;
  out.format = 0;
  try {
    fields::from_json(parse_json(text), out);
  } catch (const Json::exception& error) {
    fail(ErrorKind::data, path.string(), "is no summary of folds: {}", plain_text(error));
  }
  check_in(out.format == 1, ErrorKind::data, path.string(),
           "is no summary of folds: its format is {}, should be 1", out.format);
  return out;
}

}  // namespace hebb
