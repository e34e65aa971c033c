// Steps that scale numbers, or make several of each: every number of every field of a row by what
// was fitted for it. Numbers that are 0 or 1 in all of the training part and stand among others in
// one field (the words of one_hot, the second number of impute) stay as they are. For .cc files.
#pragma once

#include <algorithm>
#include <cmath>

#include "hebb/data/steps/row_step.h"

namespace hebb::data {

// Entry: what was fitted for one number, with HEBB_FIELDS and
//   static Entry fit(std::vector<double> values, const Options&, uint64_t key)
//   bool is_plain() const          // the number stays as it is
//   int64_t width() const          // how many numbers it becomes
//   void write(double x, double* to) const
//   bool good() const              // whether what was read can be
//   static constexpr const char* should  // what it should be
template <class Entry>
struct NumberColumn {
  std::string name;
  std::vector<Entry> numbers;  // one a number of the field
  HEBB_FIELDS(name, numbers)

  int64_t width() const {
    int64_t out = 0;
    for (const Entry& entry : numbers)
      out += entry.is_plain() ? 1 : entry.width();
    return out;
  }
  void check() const {
    for (size_t i = 0; i < numbers.size(); ++i)
      check_state((numbers.size() > 1 && numbers[i].is_plain()) || numbers[i].good(),
                  fmt::format("numbers[{}]", i), "should be {}", Entry::should);
  }
};

inline bool are_flags(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [](double v) { return v == 0 || v == 1; });
}

template <class Entry, class Options, const StepEntry& entry>
class NumberStep : public RowStep<NumberColumn<Entry>, Options, entry> {
  using Base = RowStep<NumberColumn<Entry>, Options, entry>;

 public:
  using Base::Base;

  std::shared_ptr<const Step> fitted(const Fitting& training) const override {
    NumbersSeen seen = see_numbers(training, [&](const Field& field) { return wants(field); });
    typename Base::Columns columns(seen.fields.size());
    in_parallel(int64_t(columns.size()), 1, [&](int64_t begin, int64_t end) {
      for (auto f = size_t(begin); f < size_t(end); ++f) {
        columns[f].name = seen.fields[f].name;
        auto& places = seen.values[f];
        for (size_t p = 0; p < places.size(); ++p)
          columns[f].numbers.push_back(places.size() > 1 && are_flags(places[p])
                                           ? Entry{}
                                           : Entry::fit(std::move(places[p]), this->options_,
                                                        philox_key(0, uint64_t(f), uint64_t(p))));
      }
    });
    std::erase_if(columns, [](const NumberColumn<Entry>& column) {
      return std::all_of(column.numbers.begin(), column.numbers.end(),
                         [](const Entry& number) { return number.is_plain(); });
    });
    return std::make_shared<NumberStep>(this->options_, std::move(columns));
  }

  std::vector<std::string> words() const override { return {std::string(entry.what)}; }

 protected:
  bool wants(const Field& field) const override {
    return field.kind == FieldKind::number && field.dtype == f64 && field.shape.size() <= 1;
  }

  Field made(const Field& field, const NumberColumn<Entry>* column) const override {
    Field out = field;
    if (!column) {
      out.shape = {-1};
      return out;
    }
    const std::vector<std::string> names = names_of_numbers(field);
    check_in(field.shape == Dims{-1} || names.size() == column->numbers.size(), ErrorKind::usage,
             entry.name, "was fitted for {} numbers of '{}', and gets {}", column->numbers.size(),
             field.name, describe(field));
    if (column->numbers.size() == 1 && column->width() == 1)
      return out;
    out.labels.clear();
    for (size_t i = 0; i < column->numbers.size() && i < names.size(); ++i) {
      const Entry& number = column->numbers[i];
      const int64_t width = number.is_plain() ? 1 : number.width();
      for (int64_t w = 0; w < width; ++w)
        out.labels.push_back(width == 1 ? names[i] : fmt::format("{} {}", names[i], w));
    }
    out.shape = {column->width()};
    return out;
  }

  void change(const NumberColumn<Entry>& column, const Value& in, Value& out) const override {
    const int64_t width = column.width(), given = in.count(), samples = in.samples();
    const bool single = column.numbers.size() == 1 && width == 1;
    auto* first = static_cast<double*>(out.make(f64, single ? in.shape() : Dims{width}, samples));
    for (size_t k = 0; k < column.numbers.size(); ++k) {
      const Entry& number = column.numbers[k];
      const bool plain = number.is_plain();
      const double* from = in.data<double>() + k;
      double* to = first;
      for (int64_t i = 0; i < samples; ++i, from += given, to += width)
        if (plain)
          *to = *from;
        else
          number.write(*from, to);
      first += plain ? 1 : number.width();
    }
  }
};

template <class Entry, class Options, const StepEntry& entry>
std::shared_ptr<const Step> number_step_of(const void* options, const Json& state) {
  return row_step_of<NumberStep<Entry, Options, entry>, NumberColumn<Entry>, Options>(options,
                                                                                      state);
}

}  // namespace hebb::data
