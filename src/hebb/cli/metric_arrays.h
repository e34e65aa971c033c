// What `hebb metrics` reads: the arrays of a file, and the options that say what they are.
#pragma once

#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hebb/base/check.h"
#include "hebb/formats/npz.h"
#include "hebb/metrics/measure.h"

namespace hebb::cli {

struct MetricsOptions {
  std::string file, task;
  std::optional<double> threshold;
  std::optional<int64_t> positive, ignore, season;
  std::vector<double> at;
};

// The arrays of the file by their names; every complaint names the file.
struct Arrays {
  std::string file;
  NamedTensors tensors;

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
    std::string out;
    for (const auto& [name, tensor] : tensors)
      out += fmt::format("{}{} {}", out.empty() ? "" : ", ", name, describe(tensor));
    return out.empty() ? "no arrays" : out;
  }

  const Tensor& real(const std::string& name) const {
    const Tensor* tensor = find(name);
    require(tensor, "there is no array {} (it holds {})", name, names());
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

  std::vector<int64_t> labels(const std::string& name) const {
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
};

// Tasks beyond classes and numbers.
std::vector<std::string> other_metric_tasks();
metrics::Measured measure_task(const Arrays& arrays, const MetricsOptions& options);
std::string metrics_examples();

}  // namespace hebb::cli
