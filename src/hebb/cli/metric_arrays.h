// What `hebb metrics` reads: the arrays of an .npz file or the columns of a table, and the options
// that say what they are.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <map>
#include <optional>
#include <ranges>
#include <string>
#include <utility>
#include <vector>

#include "hebb/base/check.h"
#include "hebb/formats/npz.h"
#include "hebb/metrics/measure.h"

namespace hebb::cli {

struct MetricsOptions {
  std::string file, task, by, curves, ap;
  std::optional<double> threshold, confidence;
  std::optional<int64_t> positive, ignore, season, bins;
  std::vector<double> at, thresholds;
};

// The arrays of the file by their names; every complaint names the file.
//
// Of a table, .csv, .tsv or .jsonl: columns of numbers are arrays [N]; columns NAME_x, NAME_y
// beside no column NAME are one array NAME [N, 2]; target, prediction and score are other names of
// y_true, y_pred and y_score, so that the answers of `hebb eval --predictions` can be read. Classes
// may be words.
struct Arrays {
  std::string file;
  NamedTensors tensors;
  std::map<std::string, std::vector<std::string>> texts = {};  // columns of a table
  // Where classes are words: those of score_CLASS in their order, else all that occur, sorted.
  std::vector<std::string> class_names = {};

  // Error: it is neither of them.
  static Arrays read(const std::string& file);
  // These samples of arrays that have one for each; others, such as quantiles, stay as they are.
  Arrays rows(const std::vector<int64_t>& positions, int64_t samples) const;
  // The values of an array of words or whole numbers, [samples], in their order, each with its
  // samples. Error: there is none, or it holds more than 1000 different ones.
  std::vector<std::pair<std::string, std::vector<int64_t>>> populations(
      const std::string& name) const;

  template <class... Args>
  void require(bool holds, fmt::format_string<Args...> format, Args&&... args) const {
    if (!holds)
      fail(ErrorKind::data, file, format, std::forward<Args>(args)...);
  }

  const Tensor* find(const std::string& name) const {
    const auto found = tensors.find(name);
    return found == tensors.end() ? nullptr : &found->second;
  }

  std::string names() const {
    if (!texts.empty())  // a table's columns
      return fmt::format("{}", fmt::join(std::views::keys(texts), ", "));
    std::string out;
    for (const auto& [name, tensor] : tensors)
      out += fmt::format("{}{} {}", out.empty() ? "" : ", ", name, describe(tensor));
    return out.empty() ? "no arrays" : out;
  }

  const Tensor& real(const std::string& name) const {
    const Tensor* tensor = find(name);
    require(tensor || !texts.contains(name), "{} holds words; it should hold numbers", name);
    require(tensor, "there is no {} {} (it holds {})", texts.empty() ? "array" : "column", name,
            names());
    require(!is_complex(tensor->dtype()), "{} is complex ({}); metrics need real numbers", name,
            describe(*tensor));
    return *tensor;
  }

  // One value a sample: [N] or [N, 1].
  std::vector<double> column(const std::string& name) const {
    const Tensor& tensor = real(name);
    require(tensor.dim() == 1 || (tensor.dim() == 2 && tensor.size(1) == 1),
            "{} is {}; it should be [samples]", name, describe(tensor));
    return tensor.to_vector<double>();
  }

  bool has(const std::string& name) const { return find(name) || texts.contains(name); }

  // Classes by their numbers.
  std::vector<int64_t> labels(const std::string& name) const {
    if (const auto words = texts.find(name); words != texts.end() && !find(name))
      return numbered(name, words->second);
    const auto values = column(name);
    if (!is_floating(real(name).dtype()))
      return real(name).to_vector<int64_t>();
    std::vector<int64_t> out(values.size());
    for (size_t i = 0; i < values.size(); ++i) {
      require(std::abs(values[i]) < 9e15 && values[i] == std::floor(values[i]),
              "{}[{}] is {}, which is not a label", name, i, values[i]);
      out[i] = int64_t(values[i]);
    }
    return out;
  }

 private:
  std::vector<int64_t> numbered(const std::string& name,
                                const std::vector<std::string>& words) const;
};

// Tasks beyond classes and numbers.
std::vector<std::string> other_metric_tasks();
metrics::Measured measure_task(const Arrays& arrays, const MetricsOptions& options);
std::string metrics_examples();

// A number as these scores hold it: beside f32 scores 0.7 is the f32 next to it.
inline double as_held(const Tensor& scores, double number) {
  return is_floating(scores.dtype())
             ? Tensor::from(std::vector<double>{number}, {}).to(scores.dtype()).item()
             : number;
}

}  // namespace hebb::cli
