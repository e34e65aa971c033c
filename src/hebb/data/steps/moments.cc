#include "hebb/data/steps/moments.h"

#include <cmath>

#include "hebb/base/check.h"
#include "hebb/base/fields_json.h"
#include "hebb/data/dataset_stats.h"

namespace hebb::data {

std::string StepMoments::to_json() const {
  return empty() ? std::string() : to_text(fields::to_json(*this));
}

std::string StepMoments::words() const {
  return fmt::format("subtract mean {::.6g}, divide by deviation {::.6g}", mean, std);
}

StepMoments moments_from(const Json& state, std::string_view step) {
  StepMoments out;
  if (state.is_null())
    return out;
  fields::from_json(state, out);
  fields::need_names(state, out);
  check_in(!out.mean.empty(), ErrorKind::usage, step, "its state has no means");
  check_moments(out);
  return out;
}

void check_moments(const StepMoments& m) {
  check_in(m.mean.size() == m.std.size(), ErrorKind::usage, "normalize",
           "{} means and {} deviations, should be one of each, or one for each entry of a sample's "
           "first axis (of its last one, if it is a sequence)",
           m.mean.size(), m.std.size());
  for (size_t i = 0; i < m.mean.size(); ++i)
    check_in(std::isfinite(m.mean[i]) && std::isfinite(m.std[i]) && m.std[i] > 0, ErrorKind::usage,
             "normalize", "mean {} and deviation {}, should be finite, the deviation above 0",
             m.mean[i], m.std[i]);
}

void check_moments_fit(const StepMoments& m, const Field& in, int64_t axis) {
  const int64_t entries = in.shape.empty() ? 1 : axis == 0 ? in.shape[0] : in.shape.back();
  check_in(m.mean.size() <= 1 || int64_t(m.mean.size()) == entries, ErrorKind::usage, "normalize",
           "{} means and {} deviations, should be one of each, or {} for samples {}", m.mean.size(),
           m.std.size(), entries, to_string(in.shape));
}

StepMoments moments_of(const std::vector<double>& mean, const std::vector<double>& std) {
  StepMoments out{mean, std};
  for (double& s : out.std)
    if (s == 0)
      s = 1;
  return out;
}

StepMoments moments_of(const DatasetStats& training) {
  return moments_of(training.mean, training.std);
}

}  // namespace hebb::data
