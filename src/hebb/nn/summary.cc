#include "hebb/nn/summary.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>

#include "hebb/autograd/no_grad.h"
#include "hebb/base/check.h"
#include "hebb/base/counted.h"
#include "hebb/nn/eval_scope.h"
#include "hebb/nn/sequential.h"
#include "hebb/ops/create.h"

namespace hebb::nn {
namespace {

int64_t own_parameters(Module& module) {  // without those of the layers below
  struct Own : FieldWalker {
    int64_t count = 0;
    void param(std::string_view, Param& param) override { count += param.tensor().numel(); }
    void buffer(std::string_view, Buffer&) override {}
    void module(std::string_view, Module&) override {}
  } own;
  module.walk_fields(own);
  return own.count;
}

class Rows : public ForwardObserver {
 public:
  void left(Module& module, const Tensor& output) override {
    const int64_t own = own_parameters(module);
    const bool holds_layers = module.named_modules().size() > 1;
    if (own == 0 && holds_layers && (module.path().empty() || dynamic_cast<Sequential*>(&module)))
      return;  // its layers have their rows, and it does nothing beside them
    Dims shape = output.shape();
    if (!shape.empty())
      shape.erase(0);
    const std::string text = module.describe();
    const bool again =
        !seen_.insert(&module).second;  // a layer that is used twice has its parameters once
    rows.push_back({module.path(), text.substr(0, text.find('(')), shape, again ? 0 : own});
  }
  std::vector<SummaryRow> rows;

 private:
  std::set<const Module*> seen_;
};

std::string size_text(int64_t bytes) {
  constexpr const char* units[] = {"B", "KB", "MB", "GB", "TB"};
  double size = double(bytes);
  size_t unit = 0;
  while (size >= 1024 && unit + 1 < std::size(units))
    size /= 1024, ++unit;
  return fmt::format("{:.2f} {}", size, units[unit]);
}

std::string shape_text(const Dims& shape) {
  std::string text = "(None";
  for (int64_t size : shape)
    text += fmt::format(", {}", size);
  return text + (shape.empty() ? ",)" : ")");
}

}  // namespace

Summary summarize(Module& model, const std::function<Tensor(const Tensor&)>& forward,
                  const Dims& input, DType dtype) {
  name_modules(model);
  NoGrad off;
  const EvalScope evaluation(model);
  Rows rows;
  Dims batch = input;
  batch.insert(0, 2);
  forward(zeros(batch, dtype, model.device()));
  Summary out;
  out.rows.push_back({"input", "Input", input, 0});
  out.rows.insert(out.rows.end(), rows.rows.begin(), rows.rows.end());
  for (const Tensor& parameter : model.parameters()) {
    out.total += parameter.numel();
    out.total_bytes += parameter.nbytes();
    if (!parameter.requires_grad())
      continue;
    out.trainable += parameter.numel();
    out.trainable_bytes += parameter.nbytes();
  }
  return out;
}

std::string to_string(const Summary& summary) {
  std::vector<std::array<std::string, 3>> cells{{"Layer (type)", "Output Shape", "Param #"}};
  for (const SummaryRow& row : summary.rows)
    cells.push_back({row.name.empty() ? row.type : fmt::format("{} ({})", row.name, row.type),
                     shape_text(row.output), counted(row.parameters)});
  size_t width[3] = {24, 22, 12};
  for (const auto& line : cells)
    for (size_t i = 0; i < 3; ++i)
      width[i] = std::max(width[i], line[i].size());
  std::string rule;
  for (size_t i = 0; i < width[0] + width[1] + width[2] + 4; ++i)
    rule += "─";
  std::string out;
  for (const auto& [layer, shape, parameters] : cells) {
    out += fmt::format("{:<{}}  {:<{}}  {:>{}}\n", layer, width[0], shape, width[1], parameters,
                       width[2]);
    if (&layer == &cells.front()[0])
      out += rule + "\n";
  }
  out += rule + "\n";
  out += fmt::format("Total params: {} ({})\n", counted(summary.total),
                     size_text(summary.total_bytes));
  out += fmt::format("Trainable params: {} ({})\n", counted(summary.trainable),
                     size_text(summary.trainable_bytes));
  out += fmt::format("Non-trainable params: {} ({})\n", counted(summary.total - summary.trainable),
                     size_text(summary.total_bytes - summary.trainable_bytes));
  return out;
}

}  // namespace hebb::nn
