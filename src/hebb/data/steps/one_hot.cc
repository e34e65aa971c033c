// one_hot: a word becomes as many numbers as the training part has words, of which its own is 1.
// Rare words share one number with those that were never seen. Where no word was rare, one that was
// never seen gets the shares that the words have in training: what the model knows best when it
// knows nothing. A missing word becomes the most frequent one, and where some were missing in
// training, a last number says so.
#include <algorithm>

#include "hebb/data/steps/categories.h"

namespace hebb::data {
namespace {

class OneHot : public RowStep<CategoryColumn, CategoryOptions, step_word::one_hot> {
 public:
  using RowStep::RowStep;

  std::shared_ptr<const Step> fitted(const Fitting& training) const override {
    return std::make_shared<OneHot>(options_, fit_categories(training, options_));
  }

  std::vector<std::string> words() const override {
    return {"each word becomes a column of 0 and 1"};
  }

 protected:
  bool wants(const Field& field) const override { return is_word(field); }

  Field made(const Field& field, const CategoryColumn* column) const override {
    Field out{
        .name = field.name, .kind = FieldKind::number, .dtype = f64, .shape = {-1}, .labels = {}};
    if (!column)
      return out;
    for (const std::string& value : column->values)
      out.labels.push_back(field.name + "=" + value);
    if (column->other)
      out.labels.push_back(field.name + " other");
    if (column->says_so)
      out.labels.push_back(field.name + " missing");
    out.shape = {int64_t(out.labels.size())};
    return out;
  }

  std::string unlike(const CategoryColumn& column, const Value& in) const override {
    return column.unlike(in.text(0));
  }

  void change(const CategoryColumn& column, const Value& in, Value& out) const override {
    const auto values = int64_t(column.values.size());
    const int64_t size = values + column.other + column.says_so, samples = in.samples();
    auto* to = static_cast<double*>(out.make(f64, {size}, samples));
    std::fill_n(to, samples * size, 0.0);
    for (int64_t i = 0; i < samples; ++i, to += size) {
      const std::string_view word = in.text(i);
      int64_t place = word.empty() ? column.usual : column.place(word);
      if (place < 0 && column.other)
        place = values;
      if (place >= 0)
        to[place] = 1;
      else
        std::copy_n(column.shares.begin(), values, to);
      if (column.says_so && word.empty())
        to[size - 1] = 1;
    }
  }
};

}  // namespace

constinit const StepEntry step_word::one_hot = {
    .name = "one_hot",
    .what = "a word becomes numbers, of which its own is 1 and the others are 0",
    .options = &options_type<CategoryOptions>,
    .make = row_step_of<OneHot, CategoryColumn, CategoryOptions>,
};

}  // namespace hebb::data
