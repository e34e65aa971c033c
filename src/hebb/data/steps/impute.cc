// impute: a number that is missing, NaN, becomes the median of the training part. Where numbers
// were missing in training, a second one says so: 1, else 0. A column that missed none in training
// may miss some later. Words that are missing are filled by the step that encodes them.
#include <algorithm>
#include <cmath>

#include "hebb/data/steps/row_step.h"

namespace hebb::data {
namespace {

struct ImputeColumn {
  std::string name;
  double value = 0;
  bool says_so = false;
  HEBB_FIELDS(name, value, says_so)
  void check() const { check_state(std::isfinite(value), "value", "should be a number, is null"); }
};

// NaN are left out; 0 where nothing else is there.
double median(std::vector<double> values) {
  std::erase_if(values, [](double v) { return std::isnan(v); });
  if (values.empty())
    return 0;
  const auto middle = values.begin() + ptrdiff_t(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1)
    return *middle;
  return *std::max_element(values.begin(), middle) / 2 + *middle / 2;
}

class Impute : public RowStep<ImputeColumn, NoOptions, step_word::impute> {
 public:
  using RowStep::RowStep;

  bool fills_missing() const override { return true; }

  std::shared_ptr<const Step> fitted(const Fitting& training) const override {
    NumbersSeen seen = see_numbers(training, [&](const Field& field) { return wants(field); });
    Columns columns(seen.fields.size());
    in_parallel(int64_t(columns.size()), 1, [&](int64_t begin, int64_t end) {
      for (auto f = size_t(begin); f < size_t(end); ++f) {
        std::vector<double>& values = seen.values[f][0];
        const bool missed =
            std::any_of(values.begin(), values.end(), [](double v) { return std::isnan(v); });
        columns[f] = {seen.fields[f].name, median(std::move(values)), missed};
      }
    });
    return std::make_shared<Impute>(options_, std::move(columns));
  }

  std::vector<std::string> words() const override {
    return {"missing numbers become their column's median"};
  }

 protected:
  bool wants(const Field& field) const override { return is_numbers(field) && field.shape.empty(); }
  Field made(const Field& field, const ImputeColumn* column) const override {
    Field out = field;
    if (!column || column->says_so) {
      out.shape = {column ? 2 : -1};
      if (field.kind == FieldKind::number)
        out.labels = {field.name, field.name + " missing"};
    }
    return out;
  }
  std::string unlike(const ImputeColumn& column, const Value& in) const override {
    return std::string(!column.says_so && std::isnan(*in.data<double>()) ? newly_empty : "");
  }
  void change(const ImputeColumn& column, const Value& in, Value& out) const override {
    const int64_t samples = in.samples();
    const auto* from = in.data<double>();
    auto* to = static_cast<double*>(out.make(f64, column.says_so ? Dims{2} : Dims{}, samples));
    for (int64_t i = 0; i < samples; ++i) {
      *to++ = std::isnan(from[i]) ? column.value : from[i];
      if (column.says_so)
        *to++ = std::isnan(from[i]) ? 1 : 0;
    }
  }
};

}  // namespace

constinit const StepEntry step_word::impute = {
    .name = "impute",
    .what = "missing numbers become the median, and a column says so",
    .make = row_step_of<Impute, ImputeColumn, NoOptions>,
};

}  // namespace hebb::data
