// What a model consists of, layer by layer, after Keras: Layer (type), Output Shape, Param #, and
// totals with their size in bytes.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "hebb/nn/module.h"

namespace hebb::nn {

struct SummaryRow {
  std::string name, type;  // "1", "Linear"
  Dims output;             // of a sample, without the batch
  int64_t parameters = 0;
};

struct Summary {
  // The input first, then layers in the order of execution; what holds layers comes after them. The
  // model itself and Sequentials, which only hand on what their layers give, have no row.
  std::vector<SummaryRow> rows;
  int64_t total = 0, trainable = 0;  // parameters
  int64_t total_bytes = 0, trainable_bytes = 0;
};

// Asks the model with zeros [2, input...] (statistics of a batch need two), in evaluation mode.
// dtype: of what comes in. Error: a shape that it cannot take.
Summary summarize(Module& model, const std::function<Tensor(const Tensor&)>& forward,
                  const Dims& input, DType dtype = DType::f32);

template <class M>
Summary summarize(M& model, const Dims& input, DType dtype = DType::f32) {
  return summarize(
      model, [&](const Tensor& x) { return model(x); }, input, dtype);
}

std::string to_string(const Summary& summary);

}  // namespace hebb::nn
