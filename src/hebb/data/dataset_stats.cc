#include "hebb/data/dataset_stats.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "hebb/base/check.h"
#include "hebb/data/in_parallel.h"
#include "hebb/data/table_source.h"

namespace hebb::data {
namespace {

struct Spread : RunningMoments {
  double min = std::numeric_limits<double>::infinity(), max = -min;

  void add(double value) {
    RunningMoments::add(value);
    min = std::min(min, value);
    max = std::max(max, value);
  }
};

constexpr float infinite = std::numeric_limits<float>::infinity();

constexpr int64_t grain = 64, block = 4096;  // samples: a thread's share, and how many are held
                                             // before they are summed in order

void picture_statistics(const Dataset& data, DatasetStats& out) {
  const PictureShape shape = data.picture_shape();
  const size_t channels = size_t(shape.channels),
               plane = size_t(shape.height) * size_t(shape.width);
  out.min.assign(channels, 1);
  out.max.assign(channels, 0);
  TrainingStatsSum sum;
  struct One {
    PictureStats stats;
    std::vector<uint8_t> low, high;
  };
  std::vector<One> held;
  for (int64_t first = 0; first < data.size(); first += block) {
    held.assign(size_t(std::min(block, data.size() - first)), {});
    in_parallel(int64_t(held.size()), grain, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        const ImageBuffer picture = data.picture(first + i);
        One& one = held[size_t(i)];
        one.stats = picture_stats(picture);
        for (size_t c = 0; c < channels; ++c) {
          const auto [low, high] =
              std::minmax_element(picture.plane(int(c)), picture.plane(int(c)) + plane);
          one.low.push_back(*low);
          one.high.push_back(*high);
        }
      }
    });
    for (const One& one : held) {
      sum.add(one.stats);
      for (size_t c = 0; c < channels; ++c) {
        out.min[c] = std::min(out.min[c], one.low[c] / 255.0);
        out.max[c] = std::max(out.max[c], one.high[c] / 255.0);
      }
    }
  }
  out.sizes = data.source().sizes_read();
  out.pictures = sum.done();
  out.mean = out.pictures->channel_mean;
  out.std = out.pictures->channel_std;
}

// Of a table's columns: of those numbers that are there; words have none.
void column_statistics(const Dataset& data, const TableSource& table, DatasetStats& out) {
  const Schema fields = table.schema();
  for (size_t c = 0; c < data.feature_names().size(); ++c) {
    Spread spread;
    for (int64_t i = 0; i < data.size(); ++i) {
      const double value = table.in_f64(data.source_index(i))[c];
      if (!std::isnan(value))
        spread.add(value);
    }
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    const bool numbers = fields[c].kind != FieldKind::category && spread.count > 0;
    out.mean.push_back(numbers ? spread.mean() : none);
    out.std.push_back(numbers ? spread.deviation() : none);
    out.min.push_back(numbers ? spread.min : none);
    out.max.push_back(numbers ? spread.max : none);
  }
}

// How many of a sample's values are no padding: the first ones.
int64_t values_of(const Dataset& data, int64_t i, int64_t values, Record& record) {
  const int64_t times = data.source().info().sample_shape[0];
  record.values.clear();
  data.source().read_more(data.source_index(i), record);
  return record.at(lengths_field).data<int64_t>()[0] * (values / times);
}

void feature_statistics(const Dataset& data, DatasetStats& out) {
  if (const TableSource* table = table_of(data))
    return column_statistics(data, *table, out);
  const Dims& shape = data.source().info().sample_shape;
  const int64_t values = product(shape);
  const bool last = out.axis == -1 && shape.size() > 1, padded = last && has_lengths(data);
  const int64_t entries = shape.empty() ? 1 : last ? shape.back() : shape[0];
  std::vector<Spread> spreads(static_cast<size_t>(entries));
  Record record;
  for (int64_t i = 0; i < data.size(); ++i) {
    const double* exact = data.source().in_f64(data.source_index(i));
    const Tensor x = exact ? Tensor() : data.sample(i).x;
    const int64_t end = padded ? values_of(data, i, values, record) : values;
    for (int64_t v = 0; v < end; ++v)
      spreads[size_t(last ? v % entries : v / (values / entries))].add(
          exact              ? exact[v]
          : x.dtype() == i64 ? double(x.data<int64_t>()[v])
                             : double(x.data<float>()[v]));
  }
  for (const Spread& s : spreads) {
    out.mean.push_back(s.mean());
    out.std.push_back(s.deviation());
    out.min.push_back(s.min);
    out.max.push_back(s.max);
  }
}

}  // namespace

bool has_lengths(const Dataset& data) {
  return find_field(data.source().info().more_inputs, lengths_field) != nullptr;
}

int64_t features_axis(const Dataset& data) {
  return !table_of(data) && has_lengths(data) && data.sample_shape().size() > 1 ? -1 : 0;
}

DatasetStats statistics(const Dataset& data, int64_t axis) {
  check_in(!data.empty(), ErrorKind::invalid, "statistics", "the data set has no samples");
  DatasetStats out;
  out.samples = data.size();
  out.axis = axis;
  if (data.pictures())
    picture_statistics(data, out);
  else
    feature_statistics(data, out);
  if (data.task() == Task::classification) {
    out.class_counts.resize(size_t(data.classes()));
    for (int64_t label : data.labels())
      ++out.class_counts[size_t(label)];
    return out;
  }
  const TargetStats targets = target_statistics(data);
  out.target_mean = targets.mean;
  out.target_std = targets.std;
  return out;
}

void check_samples(const Dataset& data) {
  in_parallel(data.size(), grain, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i)
      data.sample(i);
  });
}

TargetStats target_statistics(const Dataset& data) {
  check_in(data.task() == Task::regression, ErrorKind::invalid, "target_statistics",
           "the targets of {} are classes", data.name());
  std::vector<Spread> targets(size_t(product(data.target_shape())));
  std::vector<float> rounded(targets.size());
  for (int64_t i = 0; i < data.size(); ++i) {
    const double* exact = data.source().target_in_f64(data.source_index(i));
    if (!exact)
      data.source().target(data.source_index(i), rounded.data());
    for (size_t t = 0; t < targets.size(); ++t)
      targets[t].add(exact ? exact[t] : double(rounded[t]));
  }
  TargetStats out;
  for (const Spread& s : targets) {
    out.mean.push_back(s.mean());
    out.std.push_back(s.deviation());
  }
  return out;
}

bool f32_loses_spread(double mean, double std) {
  constexpr double steps = 64;  // of f32, which a deviation should have
  const double size = std::fabs(mean);
  return std > 0 && std < steps * (double(std::nextafter(float(size), infinite)) - float(size));
}

Dataset normalize_like(const Dataset& dataset, const DatasetStats& of) {
  return dataset.with_recipe(dataset.recipe().with_fitted_normalize(of.axis).fitted(dataset, &of));
}

}  // namespace hebb::data
