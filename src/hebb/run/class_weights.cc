#include "hebb/run/class_weights.h"

#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/base/nearest.h"
#include "hebb/run/at_key.h"

namespace hebb {
namespace {

std::vector<double> balanced(const data::Dataset& train) {
  std::vector<int64_t> counts(size_t(train.classes()));
  for (int64_t label : train.labels())
    ++counts[size_t(label)];
  std::vector<double> out;
  for (size_t i = 0; i < counts.size(); ++i) {
    check_in(counts[i] > 0, ErrorKind::usage, "",
             "\"balanced\" has no number for '{}', of which there is no sample to train on; more "
             "samples would be right, or a number for each label",
             train.class_names()[i]);
    out.push_back(double(train.size()) / (double(counts.size()) * double(counts[i])));
  }
  return out;
}

std::vector<double> in_order(const std::vector<std::pair<std::string, double>>& numbers,
                             const std::vector<std::string>& labels) {
  std::vector<double> out;
  for (const std::string& label : labels) {
    const auto found = std::find_if(numbers.begin(), numbers.end(),
                                    [&](const auto& pair) { return pair.first == label; });
    check_in(found != numbers.end(), ErrorKind::usage, "",
             "there is no number for '{}'; each of the classes needs one: {}", label,
             data::quoted_list(labels));
    out.push_back(found->second);
  }
  return out;
}

}  // namespace

std::vector<double> class_weights_of(const ClassWeights& given, const data::Dataset& train) {
  if (given.kind == ClassWeights::Kind::none)
    return {};
  return at_key("train.class_weights", [&]() -> std::vector<double> {
    check_in(train.task() == data::Task::classification, ErrorKind::usage, "",
             "are for classes, but the targets of {} are quantities", train.name());
    if (given.kind == ClassWeights::Kind::balanced)
      return balanced(train);
    const std::vector<std::string>& labels = train.class_names();
    for (const auto& [label, number] : given.numbers)
      check_in(std::find(labels.begin(), labels.end(), label) != labels.end(), ErrorKind::usage, "",
               "{}", unknown_word("class", label, labels));
    return in_order(given.numbers, labels);
  });
}

std::vector<std::pair<std::string, double>> by_label(const std::vector<double>& weights,
                                                     const std::vector<std::string>& labels) {
  std::vector<std::pair<std::string, double>> out;
  for (size_t i = 0; i < weights.size(); ++i)
    out.emplace_back(labels.at(i), weights[i]);
  return out;
}

std::vector<double> class_weights_of(const ModelInfo& info) {
  return info.class_weights.empty() ? std::vector<double>()
                                    : in_order(info.class_weights, info.labels);
}

}  // namespace hebb
