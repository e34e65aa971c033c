// date_parts: a time becomes numbers: year, month, day, weekday (Monday is 0), day_of_year, hour,
// minute, second, and the days since 1970; those that differ in the training part. What follows the
// time in its field stays behind them.
#include <algorithm>
#include <array>

#include "hebb/data/date_form.h"
#include "hebb/data/steps/row_step.h"

namespace hebb::data {
namespace {

using Parts = std::array<double, 9>;
constexpr std::array<std::string_view, 9> part_names = {
    "year", "month", "day", "weekday", "day_of_year", "hour", "minute", "second", "days"};

Parts parts_of(double seconds) {
  const DateParts p = date_parts(seconds);
  return {p.year, p.month, p.day, p.weekday, p.day_of_year, p.hour, p.minute, p.second, p.days};
}

struct DateColumn {
  std::string name;
  std::vector<std::string> parts;
  HEBB_FIELDS(name, parts)
  void check() const {
    for (size_t i = 0; i < parts.size(); ++i) {
      const std::string key = fmt::format("parts[{}]", i);
      check_state(std::find(part_names.begin(), part_names.end(), parts[i]) != part_names.end(),
                  key, "is '{}', should be one of {}", parts[i].substr(0, 40),
                  fmt::join(part_names, ", "));
      const auto here = parts.begin() + ptrdiff_t(i),
                 first = std::find(parts.begin(), here, parts[i]);
      check_state(first == here, key, "is '{}', as parts[{}] is; each should stand there once",
                  parts[i], first - parts.begin());
    }
  }
};

// Years 1 to 9999; what lies outside is held at the end, so that no date is out of its calendar.
double held(double seconds) {
  constexpr double least = -62135596800, most = 253402300799;
  return seconds >= least ? std::min(seconds, most) : least;
}

class DatesToParts : public RowStep<DateColumn, NoOptions, step_word::date_parts> {
 public:
  using RowStep::RowStep;

  std::shared_ptr<const Step> fitted(const Fitting& training) const override {
    const NumbersSeen seen =
        see_numbers(training, [&](const Field& field) { return wants(field); });
    Columns columns;
    for (size_t f = 0; f < seen.fields.size(); ++f) {
      const std::vector<double>& times = seen.values[f][0];
      std::array<bool, part_names.size()> differs{};
      for (const double time : times) {
        const Parts first = parts_of(held(times[0])), parts = parts_of(held(time));
        for (size_t p = 0; p < parts.size(); ++p)
          differs[p] = differs[p] || parts[p] != first[p];
      }
      DateColumn column{seen.fields[f].name, {}};
      for (size_t p = 0; p < part_names.size(); ++p)
        if (differs[p] || p + 1 == part_names.size())
          column.parts.emplace_back(part_names[p]);
      columns.push_back(std::move(column));
    }
    return std::make_shared<DatesToParts>(options_, std::move(columns));
  }

  std::vector<std::string> words() const override { return {"dates become their parts"}; }

 protected:
  bool wants(const Field& field) const override {
    return field.kind == FieldKind::time && field.dtype == f64 && field.shape.size() <= 1;
  }
  Field made(const Field& field, const DateColumn* column) const override {
    Field out{
        .name = field.name, .kind = FieldKind::number, .dtype = f64, .shape = {-1}, .labels = {}};
    const int64_t given = field.shape.empty() ? 1 : field.shape[0];
    if (!column || given < 0)
      return out;
    for (const std::string& part : column->parts)
      out.labels.push_back(field.name + " " + part);
    for (int64_t i = 1; i < given; ++i)
      out.labels.push_back(field.name + " missing");
    out.shape = {int64_t(out.labels.size())};
    return out;
  }
  void change(const DateColumn& column, const Value& in, Value& out) const override {
    std::vector<size_t> wanted;
    for (const std::string& part : column.parts)
      wanted.push_back(
          size_t(std::find(part_names.begin(), part_names.end(), part) - part_names.begin()));
    const int64_t given = in.count();
    const auto* from = in.data<double>();
    auto* to =
        static_cast<double*>(out.make(f64, {int64_t(wanted.size()) + given - 1}, in.samples()));
    for (int64_t i = 0; i < in.samples(); ++i, from += given) {
      const Parts parts = parts_of(held(*from));
      for (const size_t part : wanted)
        *to++ = parts[part];
      to = std::copy_n(from + 1, given - 1, to);
    }
  }
};

}  // namespace

constinit const StepEntry step_word::date_parts = {
    .name = "date_parts",
    .what = "a date becomes numbers: year, month, day, weekday, ...",
    .make = row_step_of<DatesToParts, DateColumn, NoOptions>,
};

}  // namespace hebb::data
