#include "hebb/data/steps/level_table.h"

#include <algorithm>

#include "hebb/base/check.h"

namespace hebb::data {
namespace {

constexpr int64_t levels = 256;

// What the steps make of each level is what they make of a picture [C, 1, 256] that has them all.
class LevelTable : public FieldStep {
 public:
  LevelTable(const std::vector<std::shared_ptr<const Step>>& steps, int64_t channels) {
    Record record;
    auto* level = static_cast<uint8_t*>(record.add(input_field).make(u8, {channels, 1, levels}));
    for (int64_t i = 0; i < channels * levels; ++i)
      level[i] = uint8_t(i % levels);
    Philox none(0);
    for (const auto& step : steps)
      step->apply(record, none);
    const Value& made = record.at(input_field);
    promise(made.dtype() == f32 && made.count() == channels * levels,
            "a step that goes by numbers made something else of them");
    table_.assign(made.data<float>(), made.data<float>() + made.count());
  }

  std::string line() const override { return "level_table"; }
  std::vector<std::string> words() const override { return {}; }

 protected:
  Field map(const Field& in) const override {
    Field out = in;
    out.dtype = f32;
    return out;
  }

  void change(const Value& in, Value& out, const std::string&, Philox&) const override {
    const int64_t channels = int64_t(table_.size()) / levels, plane = in.count() / channels;
    const auto* __restrict from = in.data<uint8_t>();
    auto* __restrict to = static_cast<float*>(out.make(f32, in.shape()));
    for (const float* __restrict table = table_.data(); table != table_.data() + table_.size();
         table += levels)
      for (int64_t i = 0; i < plane; ++i)
        *to++ = table[*from++];
  }

 private:
  std::vector<float> table_;  // [channels, 256]
};

bool is_picture_of_levels(const Schema& schema) {
  const Field* x = find_field(schema, input_field);
  return x && x->kind == FieldKind::picture && x->dtype == u8 && x->shape.size() == 3 &&
         x->shape[0] >= 1;
}

}  // namespace

void look_up_levels(std::vector<std::shared_ptr<const Step>>& steps, const Schema& in) {
  const auto by_number = [](const auto& step) { return step->by_number(); };
  const auto first = std::find_if_not(steps.rbegin(), steps.rend(), by_number).base();
  if (steps.end() - first < 2)
    return;  // one step is as quick by itself
  Schema schema = in;
  for (auto step = steps.begin(); step != first; ++step)
    schema = (*step)->map(schema);
  if (!is_picture_of_levels(schema))
    return;
  const int64_t channels = find_field(schema, input_field)->shape[0];
  const auto table = std::make_shared<LevelTable>(
      std::vector<std::shared_ptr<const Step>>(first, steps.end()), channels);
  steps.erase(first, steps.end());
  steps.push_back(table);
}

}  // namespace hebb::data
