#include "hebb/nn/blocks.h"

#include <fmt/format.h>

#include "hebb/base/check.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/join.h"

namespace hebb::nn {
namespace {

// A Sequential without layers is not entered: it has no row in summaries.
Tensor through(Sequential& layers, const Tensor& x) {
  return layers.size() == 0 ? x : layers(x);
}

}  // namespace

Tensor Residual::forward(const Tensor& x) {
  const Tensor y = through(residual, x), around = through(shortcut, x);
  check(y.shape() == around.shape(),
        "the residual gives {} and the shortcut {}; they should have the same shape",
        hebb::describe(y), hebb::describe(around));
  return y + around;
}

std::span<const std::string_view> words_of(Join) {
  static constexpr std::string_view words[] = {"cat", "add", "mul"};
  return words;
}

Parallel::Parallel(std::vector<Sequential> branches, Join how)
    : parallel(std::move(branches)), join(how) {
  check(!parallel.empty(), "Parallel has no branches");
}

Tensor Parallel::forward(const Tensor& x) {
  std::vector<Tensor> outputs;
  for (Sequential& branch : parallel)
    outputs.push_back(through(branch, x));
  if (join == Join::cat)
    return cat(outputs, 1);
  Tensor out = outputs[0];
  for (size_t i = 1; i < outputs.size(); ++i)
    out = join == Join::add ? out + outputs[i] : out * outputs[i];
  return out;
}

std::string Parallel::describe() const {
  return fmt::format("Parallel(join={})", words_of(join)[size_t(join)]);
}

}  // namespace hebb::nn
