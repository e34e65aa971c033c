// .npz files as data sets: arrays for samples and targets.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <set>
#include <type_traits>

#include "hebb/base/check.h"
#include "hebb/base/nearest.h"
#include "hebb/data/cell.h"
#include "hebb/data/npz_column.h"
#include "hebb/data/npz_table.h"
#include "hebb/data/table.h"
#include "hebb/data/table_words.h"
#include "hebb/data/tensors.h"
#include "hebb/formats/npz.h"
#include "hebb/ops/copy.h"

namespace hebb::data {

KeptColumn kept_array(const NpzArrays& arrays, const std::string& name, const std::string& where) {
  KeptColumn out{.name = name, .cells = {}};
  const auto check_list = [&](const Dims& shape) {
    check_in(shape.size() == 1 || (shape.size() == 2 && shape[1] == 1), ErrorKind::data, where,
             "{} is {}, should be one value for each sample, [N]", name, to_string(shape));
  };
  if (const auto text = arrays.texts.find(name); text != arrays.texts.end()) {
    check_list(text->second.shape);
    out.cells = text->second.values;
    return out;
  }
  const auto found = arrays.numbers.find(name);
  if (found == arrays.numbers.end()) {
    std::vector<std::string> names;
    for (const auto& [known, tensor] : arrays.numbers)
      names.push_back(known);
    for (const auto& [known, text] : arrays.texts)
      names.push_back(known);
    fail(ErrorKind::usage, where, "{}", unknown_word("array", name, names));
  }
  const Tensor& values = found->second;
  check_list(values.shape());
  check_in(!is_complex(values.dtype()), ErrorKind::data, where,
           "{} holds complex numbers, which nothing can be split by", name);
  if (is_floating(values.dtype()))
    for (double value : cast_values(values, f64).to_vector<double>())
      out.cells.push_back(fmt::format("{}", value));
  else
    for (int64_t value : cast_values(values, i64).to_vector<int64_t>())
      out.cells.push_back(std::to_string(value));
  return out;
}

namespace {

bool holds_whole(const Tensor& tensor) {
  const std::vector<double> values = tensor.to_vector<double>();
  return std::all_of(values.begin(), values.end(),
                     [](double v) { return std::fabs(v) < 0x1p53 && v == std::floor(v); });
}

// As in a table of text, a number that is none is found before a network learns from it.
void check_finite(const Tensor& values, const char* name, const std::string& where) {
  if (!is_floating(values.dtype()))
    return;
  const Tensor numbers = cast_values(values, f64).contiguous();
  const double* number = numbers.data<double>();
  const int64_t each = numbers.numel() / numbers.size(0);
  for (int64_t i = 0; i < numbers.numel(); ++i)
    check_in(f32_holds(number[i]), ErrorKind::data, where,
             "{} of sample {} holds {} (its value {}), {}", name, i / each, number[i], i % each,
             std::isfinite(number[i]) ? fmt::format("which {}", not_in_f32)
                                      : std::string("should be a number"));
}

// Labels as numbers of classes. Without class names the set of labels is the classes, in order, as
// for tables; names that are whole numbers are looked for among them, and others counted from 0.
template <class Label>
struct NamedLabels {
  std::vector<std::string> names;
  std::map<Label, int64_t> number;
};

std::string text_of(int64_t label) {
  return std::to_string(label);
}
std::string text_of(const std::string& label) {
  return label;
}

template <class Label>
NamedLabels<Label> name_labels(const std::vector<Label>& labels,
                               const std::vector<std::string>& known) {
  NamedLabels<Label> out{known, {}};
  if (known.empty()) {
    for (const Label& label : labels)
      out.number.emplace(label, 0);
    for (auto& [label, number] : out.number) {
      number = int64_t(out.names.size());
      out.names.push_back(text_of(label));
    }
    return out;
  }
  for (size_t c = 0; c < known.size(); ++c) {
    if constexpr (std::is_same_v<Label, std::string>) {
      out.number.emplace(known[c], int64_t(c));
    } else {
      const bool whole = std::all_of(known.begin(), known.end(), parse_integer);
      out.number.emplace(whole ? *parse_integer(known[c]) : int64_t(c), int64_t(c));
    }
  }
  return out;
}

template <class Label>
Tensor numbered(const std::vector<Label>& labels, const NamedLabels<Label>& classes,
                const std::string& where) {
  Tensor y = Tensor::empty({int64_t(labels.size())}, i64);
  for (size_t i = 0; i < labels.size(); ++i) {
    const auto found = classes.number.find(labels[i]);
    check_in(found != classes.number.end(), ErrorKind::data, where,
             "label '{}' of sample {} is none of the {} classes {}", text_of(labels[i]), i,
             classes.names.size(), quoted_list(classes.names));
    y.data<int64_t>()[i] = found->second;
  }
  return y;
}

void check_fits_i64(const Tensor& y, const std::string& where) {
  const std::vector<double> values = y.to_vector<double>();
  for (size_t i = 0; i < values.size(); ++i)
    check_in(values[i] < 0x1p63, ErrorKind::data, where,
             "label {:.0f} of sample {} is out of range, should be below 2^63", values[i], i);
}

bool is_list(const Dims& shape) {
  return shape.size() == 1 || (shape.size() == 2 && shape[1] == 1);
}

bool one_hot(const std::vector<double>& values, size_t columns) {
  for (size_t row = 0; row < values.size(); row += columns) {
    const auto begin = values.begin() + ptrdiff_t(row), end = begin + ptrdiff_t(columns);
    if (std::count(begin, end, 1) != 1 || std::count(begin, end, 0) != ptrdiff_t(columns) - 1)
      return false;
  }
  return true;
}

// Floats may be classes as other libraries store them; they are taken for a quantity.
std::string note_on_whole(const Tensor& y, const std::string& where) {
  if (!is_floating(y.dtype()) || !holds_whole(y))
    return {};
  const std::vector<double> values = y.to_vector<double>();
  if (y.dim() == 2 && y.size(1) > 1 && one_hot(values, size_t(y.size(1))))
    return fmt::format(
        "{}: y {} holds one-hot rows and is taken for {} quantities; argmax(axis=1) makes labels "
        "of "
        "them",
        where, describe(y), y.size(1));
  if (!is_list(y.shape()))
    return {};
  const int64_t different = int64_t(std::set<double>(values.begin(), values.end()).size());
  if (different > most_integer_classes || 2 * different > int64_t(values.size()))
    return {};
  return fmt::format(
      "{}: y holds {} different whole numbers stored as {} and is taken for a quantity; the loss "
      "cross_entropy or bce_with_logits makes them classes, as does storing integers",
      where, different, name(y.dtype()));
}

// Arrays that name the samples, and that say how much each counts. Of data for a model that is
// there they may be missing.
void add_sides(const NpzArrays& arrays, const TableOptions& options, const std::string& where,
               TensorOptions& out) {
  const auto is_there = [&](const std::string& name) {
    return !name.empty() &&
           (!options.recipe || arrays.numbers.contains(name) || arrays.texts.contains(name));
  };
  if (is_there(options.id)) {
    out.id = options.id;
    if (std::find(options.kept.begin(), options.kept.end(), options.id) == options.kept.end())
      out.kept.push_back(kept_array(arrays, options.id, where));
  }
  if (is_there(options.weight)) {
    kept_array(arrays, options.weight, where);  // its errors
    const auto found = arrays.numbers.find(options.weight);
    check_in(found != arrays.numbers.end(), ErrorKind::data, where,
             "{} holds text, should hold weights: numbers of at least 0", options.weight);
    out.weight = options.weight;
    out.weights = cast_values(found->second, f64).to_vector<double>();
  } else if (!options.weight.empty()) {
    out.notes.push_back(
        fmt::format("{}: there is no array '{}' (data.weight), so each sample counts the same",
                    where, options.weight));
  }
}

}  // namespace

Tensor quantities(const Tensor& x) {
  return is_integral(x.dtype()) && x.dtype() != u8 ? cast_values(x, f64) : x;
}

Tensor token_ids(const Tensor& x) {
  return !is_complex(x.dtype()) && (!is_floating(x.dtype()) || holds_whole(x)) ? cast_values(x, i64)
                                                                               : x;
}

Tensor lengths_in(const NpzArrays& arrays, const Tensor& x, const std::string& where) {
  const auto found = arrays.numbers.find(std::string(lengths_field));
  if (found == arrays.numbers.end() || x.dim() < 2)
    return {};
  const Tensor& lengths = found->second;
  check_in(is_integral(lengths.dtype()) && lengths.shape() == Dims{x.size(0)}, ErrorKind::data,
           where, "{} is {}, should be integers [{}], the times of each sequence", lengths_field,
           describe(lengths), x.size(0));
  const Tensor out = cast_values(lengths, i64);
  for (int64_t i = 0; i < out.numel(); ++i)
    check_in(out.data<int64_t>()[i] >= 0 && out.data<int64_t>()[i] <= x.size(1), ErrorKind::data,
             where, "{} of sample {} is {}, should be from 0 to {}", lengths_field, i,
             out.data<int64_t>()[i], x.size(1));
  return out;
}

Tensor without_padding(const Tensor& x, const Tensor& lengths) {
  if (!lengths.defined())
    return x;
  const Tensor out = x.contiguous().clone();
  const int64_t time = out.numel() / (out.size(0) * out.size(1)) * item_size(out.dtype()),
                sample = out.size(1) * time;  // bytes
  auto* row = static_cast<std::byte*>(out.raw_data());
  for (int64_t i = 0; i < out.size(0); ++i, row += sample)
    std::fill(row + lengths.data<int64_t>()[i] * time, row + sample, std::byte(0));
  return out;
}

Dataset npz_table(const std::string& where, const TableOptions& options) {
  check_in(options.target.empty(), ErrorKind::usage, where,
           "target '{}' names a column, which an .npz file does not have; its arrays are x and y",
           options.target);
  const NpzArrays arrays = read_npz_arrays(where);
  const auto name_of = [&](const char* name, const char* other) {
    for (const char* tried : {name, other})
      if (arrays.numbers.contains(tried) || arrays.texts.contains(tried))
        return std::string(tried);
    std::vector<std::string> names;
    for (const auto& [known, tensor] : arrays.numbers)
      names.push_back(known);
    for (const auto& [known, text] : arrays.texts)
      names.push_back(known);
    fail(ErrorKind::data, where, "holds {}, should hold arrays '{}' (or '{}')",
         names.empty() ? "nothing" : fmt::format("{}", fmt::join(names, ", ")), name, other);
  };
  const std::string x_name = name_of("x", "input"), y_name = name_of("y", "target");
  check_in(arrays.numbers.contains(x_name), ErrorKind::data, where,
           "{} holds text, should hold numbers", x_name);
  const Tensor given = options.token_ids ? token_ids(arrays.numbers.at(x_name))
                                         : quantities(arrays.numbers.at(x_name)),
               lengths = lengths_in(arrays, given, where), x = without_padding(given, lengths);
  TensorOptions out{.name = where};
  for (const std::string& name : options.kept)
    out.kept.push_back(kept_array(arrays, name, where));
  add_sides(arrays, options, where, out);
  const auto check_samples = [&](const Dims& y) {
    check_in(x.dim() >= 1 && !y.empty(), ErrorKind::data, where,
             "x is {} and y {}, should both have a first axis, that of the samples", describe(x),
             to_string(y));
    check_in(x.size(0) > 0, ErrorKind::data, where, "holds no samples: x {}", describe(x));
    check_in(x.numel() > 0, ErrorKind::data, where, "its samples hold no values: x {}",
             describe(x));
    Dims sample = x.shape();
    sample.erase(0);
    if (x.dtype() != u8 || x.dim() < 3)  // pictures may be in another order
      check_sample_shape(sample, options, where);
    check_finite(x, "x", where);
  };
  const auto with_lengths = [&](const Tensor& y) {
    TensorDict inputs = {{std::string(input_field), x}};
    if (lengths.defined())
      inputs.set(lengths_field, lengths);
    return from_tensors(inputs, {{std::string(target_field), y}}, out);
  };
  const auto with_labels = [&](const auto& labels) {
    const auto classes = name_labels(labels, options.class_names);
    out.class_names = classes.names;
    return with_lengths(numbered(labels, classes, where));
  };
  if (const auto text = arrays.texts.find(y_name); text != arrays.texts.end()) {
    const auto& [shape, words] = text->second;
    check_samples(shape);
    check_in(options.task != Task::regression, ErrorKind::data, where,
             "{} holds text, should hold numbers for a regression", y_name);
    check_in(is_list(shape), ErrorKind::data, where,
             "{} holds text of shape {}, should be one label for each sample, [{}]", y_name,
             to_string(shape), x.size(0));
    return with_labels(words);
  }
  Tensor y = arrays.numbers.at(y_name);
  check_samples(y.shape());
  if (y.size(0) > 0)
    check_finite(y, "y", where);
  const std::optional<Task> wanted = options.task ? options.task : options.whole_numbers;
  if (!is_floating(y.dtype()) && wanted == Task::regression)
    y = cast_values(y, f64);
  if (is_floating(y.dtype()) && wanted == Task::classification && is_list(y.shape()) &&
      holds_whole(y))
    y = cast_values(y, i64);
  check_in(options.task != Task::classification || !is_floating(y.dtype()), ErrorKind::data, where,
           "its targets are {}, should be integers for a classification", describe(y));
  if (y.dtype() == DType::u64)
    check_fits_i64(y, where);
  if (!is_floating(y.dtype()) && !is_complex(y.dtype()) && is_list(y.shape()))
    return with_labels(cast_values(y, i64).to_vector<int64_t>());
  if (const std::string note = wanted ? std::string() : note_on_whole(y, where); !note.empty())
    out.notes.push_back(note);
  return with_lengths(is_floating(y.dtype()) && y.dim() == 1 ? y.unsqueeze(1) : y);
}

}  // namespace hebb::data
