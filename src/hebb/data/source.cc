#include "hebb/data/source.h"

#include <algorithm>

#include "hebb/base/check.h"

namespace hebb::data {

std::string quoted_list(const std::vector<std::string>& names) {
  constexpr size_t most = 10, most_letters = 40;
  std::string out;
  for (size_t i = 0; i < std::min(names.size(), most); ++i)
    out += fmt::format("{}'{}'", i ? ", " : "", names[i].substr(0, most_letters));
  return names.size() > most ? out + ", ..." : out;
}

Schema Source::schema() const {
  const bool picture = info_.dtype == DType::u8, classes = info_.task == Task::classification;
  Schema out{{.name = std::string(input_field),
              .kind = picture ? FieldKind::picture : FieldKind::number,
              .dtype = info_.dtype,
              .shape = info_.sample_shape,
              .labels = info_.feature_names},
             {.name = std::string(target_field),
              .kind = classes ? FieldKind::category : FieldKind::number,
              .dtype = classes ? DType::i64 : DType::f32,
              .shape = classes ? Dims() : info_.target_shape,
              .labels = classes ? info_.class_names : std::vector<std::string>()}};
  out.insert(out.end(), info_.more_inputs.begin(), info_.more_inputs.end());
  out.insert(out.end(), info_.more_targets.begin(), info_.more_targets.end());
  return out;
}

int64_t Source::label(int64_t) const {
  bug("a source without labels was asked for one");
}
void Source::target(int64_t, float*) const {
  bug("a source without targets was asked for one");
}
void Source::read_more(int64_t, Record&) const {
  promise(info_.more_inputs.empty() && info_.more_targets.empty(),
          "a source does not read the fields that it says it has");
}
std::string Source::sample_name(int64_t index) const {
  return fmt::format("sample {}", index);
}

}  // namespace hebb::data
