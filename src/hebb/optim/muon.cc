#include "hebb/optim/muon.h"

#include <algorithm>
#include <cmath>

#include "hebb/ops/arithmetic.h"
#include "hebb/ops/matmul.h"
#include "hebb/ops/optimizer.h"
#include "hebb/ops/recorder.h"
#include "hebb/ops/statistics.h"
#include "hebb/optim/entries.h"

namespace hebb::optim {
namespace {

bool is_matrix(const Tensor& param) {
  return param.dim() >= 2;
}

double ratio_of(MuonOptions::Adjust adjust, int64_t rows, int64_t columns) {
  if (adjust == MuonOptions::Adjust::original)
    return std::sqrt(std::max(1.0, double(rows) / double(columns)));
  return 0.2 * std::sqrt(double(std::max(rows, columns)));
}

}  // namespace

std::span<const std::string_view> words_of(MuonOptions::Adjust) {
  static constexpr std::string_view words[] = {"original", "match_rms_adamw"};
  return words;
}

Muon::Muon(std::vector<Tensor> params, MuonOptions options)
    : Muon(std::vector<ParamGroup>{{std::move(params)}}, options) {}

Muon::Muon(std::vector<ParamGroup> groups, MuonOptions o)
    : Optimizer(std::move(groups), o.lr), options_(o) {
  check_options("muon", o);
}

Dims Muon::moment_shape(std::string_view name, const Tensor& param) const {
  return (name == "momentum_buffer") == is_matrix(param) ? param.shape() : Dims{0};
}

Tensor Muon::orthogonal(const Tensor& matrix) const {
  const bool high = matrix.size(0) > matrix.size(1);
  Tensor x = high ? matrix.t() : matrix;
  x = x / x.norm().clamp(options_.eps, {});
  for (int64_t i = 0; i < options_.ns_steps; ++i) {
    const Tensor gram = matmul(x, x.t());
    x = options_.a * x + matmul(options_.b * gram + options_.c * matmul(gram, gram), x);
  }
  return high ? x.t() : x;
}

void Muon::update(const Batch& batch) {
  const std::vector<Tensor> buffers = moments("momentum_buffer", batch),
                            means = moments("exp_avg", batch),
                            squares = moments("exp_avg_sq", batch);
  std::vector<Tensor> others, other_grads, other_means, other_squares;
  const double momentum = options_.momentum;
  for (size_t i = 0; i < batch.params.size(); ++i) {
    Tensor param = batch.params[i], buffer = buffers[i];
    if (!is_matrix(param)) {
      others.push_back(param);
      other_grads.push_back(batch.grads[i]);
      other_means.push_back(means[i]);
      other_squares.push_back(squares[i]);
      continue;
    }
    const Tensor grad = options_.maximize ? -batch.grads[i] : batch.grads[i];
    const Tensor moved = momentum * buffer + (1 - momentum) * grad;
    write(buffer, moved);
    const Tensor move = options_.nesterov ? (1 - momentum) * grad + momentum * moved : moved;
    const int64_t rows = param.size(0), columns = param.numel() / std::max<int64_t>(rows, 1);
    if (columns == 0)
      continue;
    const Tensor turned = orthogonal(move.reshape({rows, columns})).reshape(param.shape());
    const double ratio = ratio_of(options_.adjust_lr_fn, rows, columns);
    write(param, param * (1 - batch.lr * batch.weight_decay) - turned * (batch.lr * ratio));
  }
  if (!others.empty())
    adam_step(
        others, other_grads, other_means, other_squares, {}, batch.lr, batch.step,
        {.weight_decay = batch.weight_decay, .decoupled = true, .maximize = options_.maximize});
}

OptimizerFactory muon(MuonOptions options) {
  return [options](std::vector<ParamGroup> groups) {
    return std::make_unique<Muon>(std::move(groups), options);
  };
}

constinit const OptimizerEntry optimizer_word::muon = {
    .name = "muon",
    .what = "momentum of matrices made nearly orthogonal; AdamW for biases and norms",
    .options = &options_type<MuonOptions>,
    .make = [](const void* o) { return optim::muon(as<MuonOptions>(o)); },
};

}  // namespace hebb::optim
