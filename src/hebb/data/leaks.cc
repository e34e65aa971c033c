#include "hebb/data/leaks.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <span>
#include <unordered_set>

#include "hebb/base/check.h"
#include "hebb/base/file.h"
#include "hebb/base/xxh64.h"

namespace hebb::data {
namespace {

uint64_t hash_of(const void* bytes, size_t size) {
  Xxh64 sum;
  sum.add(bytes, size);
  return sum.value();
}

// Of a sample's values as they were given: of a table its cells, whose words are numbered in
// another way in another file.
uint64_t values_hash(const Source& source, int64_t index) {
  Record record;
  source.read_record(index, record);
  Xxh64 sum;
  for (const auto& [name, value] : record.values) {
    const auto bytes = int64_t(size_t(value.count()) * item_size(value.dtype()));
    sum.add(&bytes, sizeof bytes);
    sum.add(value.bytes(), size_t(bytes));
  }
  return sum.value();
}

Repeats repeated_values(const Dataset& part, const Dataset& train) {
  std::unordered_set<uint64_t> known;
  for (int64_t i = 0; i < train.size(); ++i)
    known.insert(values_hash(train.source(), train.source_index(i)));
  if (2 * int64_t(known.size()) < train.size())
    return {};
  Repeats out;
  for (int64_t i = 0; i < part.size(); ++i) {
    const int64_t index = part.source_index(i);
    if (known.contains(values_hash(part.source(), index)) && out.samples++ == 0)
      out.example = part.source().sample_name(index);
  }
  return out;
}

// Files of other sizes are other files: only few have to be read.
Repeats repeated_files(const Dataset& part, const Dataset& train) {
  const auto file_of = [](const Dataset& data, int64_t i) {
    return fs::path(data.source().sample_name(data.source_index(i)));
  };
  const auto size_of = [](const fs::path& file) {
    std::error_code error;
    const auto size = fs::file_size(file, error);
    return error ? uintmax_t(0) : size;
  };
  std::map<uintmax_t, std::vector<fs::path>> of_size;
  for (int64_t i = 0; i < train.size(); ++i) {
    const fs::path file = file_of(train, i);
    of_size[size_of(file)].push_back(file);
  }
  std::map<uintmax_t, std::set<uint64_t>> hashes;
  const auto hash_of_file = [](const fs::path& file) {
    const std::string bytes = read_file(file);
    return hash_of(bytes.data(), bytes.size());
  };
  Repeats out;
  for (int64_t i = 0; i < part.size(); ++i) {
    const fs::path file = file_of(part, i);
    const uintmax_t size = size_of(file);
    const auto same = of_size.find(size);
    if (same == of_size.end())
      continue;
    std::set<uint64_t>& known = hashes[size];
    if (known.empty())
      for (const fs::path& other : same->second)
        known.insert(hash_of_file(other));
    if (known.contains(hash_of_file(file)) && out.samples++ == 0)
      out.example = file.string();
  }
  return out;
}

bool are_files(const Dataset& data) {
  std::error_code error;
  return data.pictures() &&
         fs::is_regular_file(data.source().sample_name(data.source_index(0)), error);
}

// What one column says of the target, learned from one half of the samples and asked of the other.
struct Halves {
  std::vector<size_t> known, asked;  // rows of the table
};

// The classes or targets of the samples that have one value.
struct Answer {
  std::map<double, int64_t> counts;  // of classes
  double sum = 0;                    // of quantities
  int64_t samples = 0;

  double most_frequent() const {
    return std::max_element(counts.begin(), counts.end(),
                            [](const auto& a, const auto& b) { return a.second < b.second; })
        ->first;
  }
  double mean() const { return sum / double(samples); }
};

// The answer for a value: that of the nearest one that is known.
const Answer& nearest(const std::map<double, Answer>& answers, double value) {
  const auto above = answers.lower_bound(value);
  if (above == answers.end())
    return std::prev(above)->second;
  if (above == answers.begin())
    return above->second;
  const auto below = std::prev(above);
  return value - below->first < above->first - value ? below->second : above->second;
}

// What is left of the error without the column, from 0 (it tells everything) to 1 and more.
// error: of the samples that were asked without looking at the column; 0: nothing to tell.
double error_left(std::span<const double> column, std::span<const double> targets,
                  const Halves& halves, bool classes, double error) {
  std::map<double, Answer> answers;
  for (size_t row : halves.known) {
    Answer& answer = answers[column[row]];
    ++answer.samples;
    if (classes)
      ++answer.counts[targets[row]];
    else
      answer.sum += targets[row];
  }
  double left = 0;
  for (size_t row : halves.asked) {
    const Answer& answer = nearest(answers, column[row]);
    if (classes)
      left += answer.most_frequent() != targets[row];
    else
      left += std::pow(targets[row] - answer.mean(), 2);
  }
  return left / error;
}

// The same of a quantity, answered by the straight line through what is known: few samples tell it,
// where the nearest of them is still far.
double error_left_by_line(std::span<const double> column, std::span<const double> targets,
                          const Halves& halves, double error) {
  double x = 0, y = 0, xx = 0, xy = 0;
  for (size_t row : halves.known) {
    x += column[row] / double(halves.known.size());
    y += targets[row] / double(halves.known.size());
  }
  for (size_t row : halves.known) {
    xx += std::pow(column[row] - x, 2);
    xy += (column[row] - x) * (targets[row] - y);
  }
  double left = 0;
  for (size_t row : halves.asked)
    left += std::pow(targets[row] - y - xy / xx * (column[row] - x), 2);
  return std::isfinite(left) ? left / error : 1;
}

// Of the samples that are asked, when the best constant is the answer to all of them.
double error_of_constant(std::span<const double> targets, const Halves& halves, bool classes) {
  if (classes) {
    std::map<double, int64_t> counts;
    for (size_t row : halves.asked)
      ++counts[targets[row]];
    int64_t most = 0;
    for (const auto& [label, count] : counts)
      most = std::max(most, count);
    return double(int64_t(halves.asked.size()) - most);
  }
  double sum = 0, squares = 0;
  for (size_t row : halves.asked)
    sum += targets[row];
  const double mean = sum / double(halves.asked.size());
  for (size_t row : halves.asked)
    squares += std::pow(targets[row] - mean, 2);
  return squares;
}

double target_of(const Dataset& data, int64_t index) {
  const Source& source = data.source();
  if (data.task() == Task::classification)
    return double(source.label(index));
  if (const double* exact = source.target_in_f64(index))
    return exact[0];
  float value = 0;
  source.target(index, &value);
  return double(value);
}

// A missing cell is a value of its own, which may tell the answer, too.
double or_least(double value) {
  return std::isnan(value) ? std::numeric_limits<double>::lowest() : value;
}

void read_row(const Dataset& data, int64_t index, std::vector<double>& row) {
  Value x;
  read_sample(data.source(), index, x);
  for (size_t c = 0; c < row.size(); ++c)
    row[c] = or_least(x.dtype() == f64 ? x.data<double>()[c] : double(x.data<float>()[c]));
}

}  // namespace

Repeats repeated_samples(const Dataset& part, const Dataset& train) {
  if (part.empty() || train.empty())
    return {};
  return are_files(part) && are_files(train) ? repeated_files(part, train)
                                             : repeated_values(part, train);
}

std::vector<Giveaway> columns_that_give_away(const Dataset& train) {
  constexpr int64_t most_samples = 4000, least_samples = 50;
  constexpr size_t most_columns = 1000;
  constexpr double least_mistakes = 10;  // of the constant: fewer prove nothing
  const std::vector<std::string>& names = train.feature_names();
  const bool classes = train.task() == Task::classification;
  if (train.size() < least_samples || names.size() < 2 || train.dtype() != f32 ||
      train.source().info().sample_shape != Dims{int64_t(names.size())} ||
      (!classes && product(train.target_shape()) != 1))
    return {};
  const auto rows = size_t(std::min(train.size(), most_samples));
  const size_t columns = std::min(names.size(), most_columns);
  std::vector<std::vector<double>> values(columns, std::vector<double>(rows));
  std::vector<double> targets(rows), row(columns);
  Halves halves;
  for (size_t r = 0; r < rows; ++r) {
    const int64_t index = train.source_index(int64_t(r) * train.size() / int64_t(rows));
    read_row(train, index, row);
    for (size_t c = 0; c < columns; ++c)
      values[c][r] = row[c];
    targets[r] = target_of(train, index);
    (r % 2 == 0 ? halves.known : halves.asked).push_back(r);
  }
  const double error = error_of_constant(targets, halves, classes);
  if (classes ? error < least_mistakes : !(error > 0))
    return {};
  std::vector<Giveaway> out;
  for (size_t c = 0; c < columns; ++c) {
    const bool finite =
        std::all_of(values[c].begin(), values[c].end(), [](double v) { return std::isfinite(v); });
    if (!finite)
      continue;
    double left = error_left(values[c], targets, halves, classes, error);
    if (!classes)
      left = std::min(left, error_left_by_line(values[c], targets, halves, error));
    if (left <= (classes ? 0.02 : 0.001))
      out.push_back(
          {names[c], classes ? 1 - left * error / double(halves.asked.size()) : 1 - left});
  }
  return out;
}

}  // namespace hebb::data
