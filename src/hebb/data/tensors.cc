#include "hebb/data/tensors.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "hebb/base/check.h"
#include "hebb/base/xxh64.h"
#include "hebb/data/record.h"
#include "hebb/data/table_weights.h"
#include "hebb/ops/copy.h"
#include "hebb/tensor/to_host.h"

namespace hebb::data {
namespace {

constexpr int64_t most_classes = int64_t(1) << 20;  // a label beyond this is a mistake, not a class

Tensor packed(const Tensor& tensor, DType dtype) {
  if (tensor.dtype() == dtype && tensor.is_contiguous())
    return to_host(tensor).detach();
  Tensor out = Tensor::empty(tensor.shape(), dtype);
  copy_values(tensor, out);
  return out;
}

bool are_channels(int64_t size) {
  return size == 1 || size == 3;
}

// Pictures in our order, channels first.
Tensor in_order(const Tensor& x, std::string_view name, std::vector<std::string>& notes) {
  if (!x.defined() || x.dtype() != u8)
    return x;
  if (x.dim() == 3)
    return x.unsqueeze(1);
  if (x.dim() != 4 || are_channels(x.size(1)) || !are_channels(x.size(3)))
    return x;
  notes.push_back(
      fmt::format("{}: x {} is taken for pictures whose channels come last, and put in the order "
                  "channels, height, width",
                  name, describe(x)));
  return x.permute({0, 3, 1, 2});
}

class TensorSource : public Source {
 public:
  TensorSource(const TensorDict& inputs, const TensorDict& targets, const TensorOptions& options) {
    const Tensor &given = inputs[input_field], &y = targets[target_field];
    const std::string& name = options.name;
    info_.notes = options.notes;
    const Tensor x = in_order(given, name, info_.notes);
    check_in(x.defined() && y.defined() && x.dim() >= 1 && y.dim() >= 1, ErrorKind::invalid, name,
             "x and y need a first axis, that of the samples");
    check_in(x.size(0) == y.size(0), ErrorKind::data, name, "{} samples but {} labels", x.size(0),
             y.size(0));
    check_in(!is_complex(x.dtype()) && !is_complex(y.dtype()), ErrorKind::invalid, name,
             "complex values cannot be samples");
    info_.name = name;
    info_.size = x.size(0);
    info_.feature_names = options.feature_names;
    info_.target_name = options.target_name;
    info_.kept = options.kept;
    for (const KeptColumn& column : info_.kept)
      check_in(int64_t(column.cells.size()) == info_.size, ErrorKind::data, name,
               "column '{}' has {} cells, but there are {} samples", column.name,
               column.cells.size(), info_.size);
    info_.id = options.id;
    info_.weights = options.weights;
    info_.weight = options.weight;
    if (!info_.weights.empty())
      check_weights(info_.weights, info_.size, name);
    const bool picture = x.dtype() == u8 && x.dim() == 4;
    info_.dtype = picture ? u8 : is_integral(x.dtype()) && x.dtype() != u8 ? i64 : f32;
    x_ = packed(x, x.dtype() == f64 ? f64 : info_.dtype);
    for (int64_t d = 1; d < x.dim(); ++d)
      info_.sample_shape.push_back(x.size(d));
    bytes_ = product(info_.sample_shape) * item_size(info_.dtype);
    if (is_floating(y.dtype())) {
      info_.task = Task::regression;
      y_ = packed(y, y.dtype() == f64 ? f64 : f32);
      for (int64_t d = 1; d < y.dim(); ++d)
        info_.target_shape.push_back(y.size(d));
      targets_ = product(info_.target_shape);
    } else {
      check_in(y.dim() == 1, ErrorKind::invalid, name,
               "classes have the shape {}, should be [{}]; one-hot rows become labels by "
               "argmax(axis=1), "
               "and several targets a sample are floating",
               to_string(y.shape()), x.size(0));
      y_ = packed(y, i64);
      name_classes(options.class_names);
    }
    add_more(inputs, input_field, info_.more_inputs);
    add_more(targets, target_field, info_.more_targets);
  }

  const void* in_memory(int64_t index) const override {
    return x_.dtype() == f64 ? nullptr : static_cast<const char*>(x_.raw_data()) + index * bytes_;
  }
  void read(int64_t index, void* to) const override {
    if (const double* exact = in_f64(index))
      std::copy_n(exact, product(info_.sample_shape), static_cast<float*>(to));
    else
      std::memcpy(to, in_memory(index), size_t(bytes_));
  }
  const double* in_f64(int64_t index) const override {
    return x_.dtype() == f64 ? x_.data<double>() + index * product(info_.sample_shape) : nullptr;
  }
  const double* target_in_f64(int64_t index) const override {
    return y_.dtype() == f64 ? y_.data<double>() + index * targets_ : nullptr;
  }
  int64_t label(int64_t index) const override { return y_.data<int64_t>()[index]; }
  void target(int64_t index, float* to) const override {
    if (const double* exact = target_in_f64(index))
      std::copy_n(exact, targets_, to);
    else
      std::memcpy(to, y_.data<float>() + index * targets_, size_t(targets_) * sizeof(float));
  }

  uint64_t hash() const override {
    Xxh64 sum;
    const std::string_view dtype = name(info_.dtype);
    sum.add(dtype.data(), dtype.size());
    for (int64_t size : x_.shape())
      sum.add(&size, sizeof size);
    for (const Tensor& tensor : {x_, y_})
      sum.add(tensor.raw_data(), size_t(tensor.nbytes()));
    for (const auto& [name, tensor] : more_) {
      sum.add(name.data(), name.size());
      sum.add(tensor.raw_data(), size_t(tensor.nbytes()));
    }
    sum.add(info_.weights.data(), info_.weights.size() * sizeof(double));
    return sum.value();
  }

  void read_more(int64_t index, Record& record) const override {
    for (const auto& [name, tensor] : more_) {
      Dims shape = tensor.shape();
      shape.erase(0);
      const int64_t bytes = product(shape) * item_size(tensor.dtype());
      record.add(name).refer(tensor.dtype(), shape,
                             static_cast<const char*>(tensor.raw_data()) + index * bytes);
    }
  }

 private:
  void add_more(const TensorDict& given, std::string_view main, Schema& fields) {
    for (const auto& [name, tensor] : given) {
      if (name == main)
        continue;
      check_in(tensor.defined() && tensor.dim() >= 1 && tensor.size(0) == info_.size,
               ErrorKind::data, info_.name, "'{}' is {}, but there are {} samples", name,
               tensor.defined() ? describe(tensor) : "undefined", info_.size);
      check_in(!is_complex(tensor.dtype()), ErrorKind::invalid, info_.name,
               "'{}' is complex; complex values cannot be samples", name);
      check_in(!find_field(schema(), name), ErrorKind::invalid, info_.name,
               "there are two fields '{}'", name);
      const DType dtype = is_floating(tensor.dtype())        ? f32
                          : tensor.dtype() == DType::boolean ? tensor.dtype()
                                                             : i64;
      more_.emplace_back(name, packed(tensor, dtype));
      Dims shape = tensor.shape();
      shape.erase(0);
      fields.push_back(
          {.name = name, .kind = FieldKind::number, .dtype = dtype, .shape = shape, .labels = {}});
    }
  }

  void name_classes(const std::vector<std::string>& names) {
    const int64_t* labels = y_.data<int64_t>();
    int64_t largest = -1;
    const int64_t end = names.empty() ? most_classes : int64_t(names.size());
    for (int64_t i = 0; i < info_.size; ++i) {
      check_in(labels[i] >= 0 && labels[i] < end, ErrorKind::data, info_.name,
               "label {} of sample {} is out of range, should be 0..{}", labels[i], i, end - 1);
      largest = std::max(largest, labels[i]);
    }
    info_.class_names = names;
    if (names.empty())
      for (int64_t c = 0; c <= largest; ++c)
        info_.class_names.push_back(std::to_string(c));
  }

  Tensor x_, y_;
  std::vector<std::pair<std::string, Tensor>> more_;  // inputs and targets beside them
  int64_t bytes_ = 0, targets_ = 0;                   // of one sample
};

}  // namespace

Dataset from_tensors(const Tensor& x, const Tensor& y, const TensorOptions& options) {
  return from_tensors({{std::string(input_field), x}}, {{std::string(target_field), y}}, options);
}

Dataset from_tensors(const TensorDict& inputs, const TensorDict& targets,
                     const TensorOptions& options) {
  const auto need = [&](const TensorDict& given, std::string_view name, std::string_view what) {
    check_in(given.find(name), ErrorKind::invalid, options.name,
             "one of the {} should be called {}, but there {} {}", what, name,
             given.size() == 1 ? "is" : "are", given.listed());
  };
  need(inputs, input_field, "inputs");
  need(targets, target_field, "targets");
  return Dataset(std::make_shared<TensorSource>(inputs, targets, options));
}

}  // namespace hebb::data
