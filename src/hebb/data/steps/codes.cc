// codes: a word becomes a whole number, i64, for a layer that embeds it: 0 for rare words and those
// never seen, 1, 2, ... for those of the training part, sorted; a missing word has the number
// behind them where some were missing in training, else that of the most frequent one.
#include "hebb/data/steps/categories.h"

namespace hebb::data {
namespace {

class Codes : public RowStep<CategoryColumn, CategoryOptions, step_word::codes> {
 public:
  using RowStep::RowStep;

  std::shared_ptr<const Step> fitted(const Fitting& training) const override {
    return std::make_shared<Codes>(options_, fit_categories(training, options_));
  }

  std::vector<std::string> words() const override { return {"each word becomes its number"}; }

 protected:
  bool wants(const Field& field) const override { return is_word(field); }

  Field made(const Field& field, const CategoryColumn* column) const override {
    Field out{
        .name = field.name, .kind = FieldKind::category, .dtype = i64, .shape = {}, .labels = {}};
    if (!column)
      return out;
    out.labels = {"other"};
    out.labels.insert(out.labels.end(), column->values.begin(), column->values.end());
    if (column->says_so)
      out.labels.emplace_back("missing");
    return out;
  }

  std::string unlike(const CategoryColumn& column, const Value& in) const override {
    return column.unlike(in.text(0));
  }

  void change(const CategoryColumn& column, const Value& in, Value& out) const override {
    const int64_t missing = (column.says_so ? int64_t(column.values.size()) : column.usual) + 1;
    auto* to = static_cast<int64_t*>(out.make(i64, {}, in.samples()));
    for (int64_t i = 0; i < in.samples(); ++i) {
      const std::string_view word = in.text(i);
      to[i] = word.empty() ? missing : column.place(word) + 1;
    }
  }
};

}  // namespace

constinit const StepEntry step_word::codes = {
    .name = "codes",
    .what = "a word becomes its number among the words of the training part, for an embedding",
    .options = &options_type<CategoryOptions>,
    .make = row_step_of<Codes, CategoryColumn, CategoryOptions>,
};

}  // namespace hebb::data
