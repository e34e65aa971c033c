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

Field Source::target_schema() const {
  const bool classes = info_.task == Task::classification;
  return {.name = std::string(target_field),
          .kind = classes ? FieldKind::category : FieldKind::number,
          .dtype = classes ? DType::i64 : DType::f32,
          .shape = classes ? Dims() : info_.target_shape,
          .labels = classes ? info_.class_names : std::vector<std::string>()};
}

Schema Source::schema() const {
  const bool picture = info_.dtype == DType::u8;
  Schema out{{.name = std::string(input_field),
              .kind = picture ? FieldKind::picture : FieldKind::number,
              .dtype = info_.dtype,
              .shape = info_.sample_shape,
              .labels = info_.feature_names},
             target_schema()};
  out.insert(out.end(), info_.more_inputs.begin(), info_.more_inputs.end());
  out.insert(out.end(), info_.more_targets.begin(), info_.more_targets.end());
  return out;
}

void Source::read_records(std::span<const int64_t> indices, Record& record) const {
  promise(indices.size() == 1, "a source that gives one sample was asked for several");
  const int64_t index = indices[0];
  if (record.values.size() != 1 || record.values[0].first != input_field) {
    record.values.clear();
    record.add(input_field);
  }
  read_sample(*this, index, record.values[0].second);
  if (!info_.more_inputs.empty() || !info_.more_targets.empty())
    read_more(index, record);
}

void read_sample(const Source& source, int64_t index, Value& x) {
  const SourceInfo& info = source.info();
  if (const double* exact = source.in_f64(index))
    x.refer(f64, info.sample_shape, exact);
  else if (const void* values = source.in_memory(index))
    x.refer(info.dtype, info.sample_shape, values);
  else
    source.read(index, x.make(info.dtype, info.sample_shape));
}

void read_target(const Source& source, int64_t index, Value& y) {
  const SourceInfo& info = source.info();
  if (info.task == Task::classification)
    *static_cast<int64_t*>(y.make(DType::i64, {})) = source.label(index);
  else if (const double* exact = source.target_in_f64(index))
    y.refer(f64, info.target_shape, exact);
  else
    source.target(index, static_cast<float*>(y.make(f32, info.target_shape)));
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
