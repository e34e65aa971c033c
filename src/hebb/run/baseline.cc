#include "hebb/run/baseline.h"

#include <algorithm>
#include <cmath>

#include "hebb/autograd/no_grad.h"
#include "hebb/base/check.h"
#include "hebb/base/file.h"
#include "hebb/data/loader.h"
#include "hebb/data/table_recipe.h"
#include "hebb/formats/safetensors.h"
#include "hebb/nn/losses.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/create.h"
#include "hebb/ops/gather.h"
#include "hebb/ops/indexing.h"
#include "hebb/ops/join.h"
#include "hebb/ops/random_key.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/views.h"
#include "hebb/optim/lbfgs.h"
#include "hebb/page/html.h"
#include "hebb/train/epoch_log.h"

namespace hebb {
namespace {

// What a fit may hold and do: numbers of all its samples (32 MB), and products of these with the
// outputs in one look at them. More samples are drawn at random, classes in proportion.
constexpr int64_t most_numbers = int64_t(1) << 23, most_products = int64_t(1) << 26,
                  most_inputs = int64_t(1) << 16;
constexpr int64_t iterations = 100;
constexpr uint64_t draw_seed = 0;

bool has_classes(const data::Dataset& data) {
  return data.task() == data::Task::classification;
}

// The loss that baselines are fitted and measured by.
std::string loss_of(const data::Dataset& data, const BaselineProblem& problem) {
  return !has_classes(data)             ? "mse"
         : product(problem.output) == 1 ? "bce_with_logits"
                                        : "cross_entropy";
}

// Samples in memory: x [n, in], and what a loss takes as targets.
struct Gathered {
  Tensor x;
  TensorDict targets;
};

Gathered gathered(const data::Dataset& data) {
  std::vector<Tensor> x, y, weights;
  for (const data::Batch& batch :
       data::Loader(data, {.batch_size = 1024, .workers = 0, .augment = false})) {
    x.push_back(flatten(batch.inputs[data::input_field], 1));
    y.push_back(batch.targets[data::target_field]);
    if (const Tensor* w = batch.targets.find(sample_weight_name))
      weights.push_back(*w);
  }
  Gathered out{.x = cat(x), .targets = {{std::string(data::target_field), cat(y)}}};
  if (!weights.empty())
    out.targets.set(sample_weight_name, cat(weights));
  return out;
}

// Means and 1 / deviation, summed up in f64.
void measure_inputs(const Tensor& x, LinearAnswer& out) {
  const int64_t n = x.size(0), in = x.size(1);
  std::vector<double> mean(size_t(in), 0.0), squares(size_t(in), 0.0);
  const float* values = x.data<float>();
  for (int64_t i = 0; i < n; ++i)
    for (int64_t k = 0; k < in; ++k)
      mean[size_t(k)] += double(values[i * in + k]);
  for (double& m : mean)
    m /= double(n);
  for (int64_t i = 0; i < n; ++i)
    for (int64_t k = 0; k < in; ++k) {
      const double off = double(values[i * in + k]) - mean[size_t(k)];
      squares[size_t(k)] += off * off;
    }
  for (int64_t k = 0; k < in; ++k) {
    const double std = std::sqrt(squares[size_t(k)] / double(n));
    out.mean.tensor().data<float>()[k] = float(mean[size_t(k)]);
    out.scale.tensor().data<float>()[k] =
        std > 1e-7 * std::fabs(mean[size_t(k)]) ? float(1 / std) : 0;
  }
}

// Of a linear model: numbers, and for each column of codes as many as it has words.
int64_t inputs_of(const data::Dataset& data) {
  int64_t out = product(data.sample_shape());
  for (int64_t words : data::words_of_codes(data.recipe()))
    out += words - 1;
  return out;
}

// Why no linear model is fitted; nothing: one is. samples: as many as it would be fitted on.
std::optional<std::string> no_linear(const data::Dataset& train, int64_t outputs,
                                     int64_t& samples) {
  const data::Schema made = train.recipe().output();
  const data::Field* x = data::find_field(made, data::input_field);
  const int64_t in = inputs_of(train);
  if (!x || !is_floating(x->dtype))
    return "the inputs are no numbers";
  for (const data::Field& more : train.source().info().more_inputs)
    if (more.name != data::lengths_field)
      return fmt::format("it takes x alone, and a sample has {} too", more.name);
  if (in > most_inputs)
    return fmt::format("a sample has {} numbers, and it is made of {} at most", in, most_inputs);
  samples = std::min({train.size(), most_numbers / std::max<int64_t>(in, 1),
                      most_products / std::max<int64_t>(in * outputs, 1)});
  if (samples < std::min(train.size(), 2 * outputs))
    return fmt::format("{} outputs of {} numbers are too many", outputs, in);
  return std::nullopt;
}

LinearAnswer fitted(const data::Dataset& train, const BaselineProblem& problem, int64_t samples) {
  const Gathered all = gathered(train.limit(samples, draw_seed));
  const Dims codes = data::words_of_codes(train.recipe());
  LinearAnswer out(inputs_of(train), product(problem.output), codes);
  measure_inputs(out.expanded(all.x), out);
  const Tensor z = out.prepared(all.x);
  const Loss loss = parse_loss(loss_of(train, problem), problem.class_weights);
  // As scikit-learn's LogisticRegression and Ridge have it by themselves: half of the squared
  // weights beside the sum of the losses, or all beside the sum of squared errors.
  const double penalty = (has_classes(train) ? 0.5 : 1.0) / double(z.size(0));
  Tensor weight = out.linear.weight;
  optim::LBFGSOptions options;
  options.max_iter = iterations;
  options.tolerance_grad = 1e-5;
  options.history_size = 10;
  options.line_search_fn = optim::LineSearch::strong_wolfe;
  optim::LBFGS lbfgs({out.linear.weight, out.linear.bias->tensor()}, options);
  lbfgs.step([&] {
    lbfgs.zero_grad();
    const LossValue value = loss(TensorDict{{"output", out.linear(z)}}, all.targets);
    const Tensor total = value.mean + sum(weight * weight) * penalty;
    total.backward();
    return total;
  });
  return out;
}

// Logits of the classes' shares, or the mean: the best answer by the loss that looks at no input.
Tensor constant_answer(const data::Dataset& train, const BaselineProblem& problem) {
  const std::vector<double> weights = train.weights();
  const auto weight = [&](int64_t i) { return weights.empty() ? 1 : weights[size_t(i)]; };
  double total = 0;
  for (int64_t i = 0; i < train.size(); ++i)
    total += weight(i);
  if (has_classes(train)) {
    std::vector<double> shares(size_t(train.classes()), 0.0);
    for (int64_t i = 0; i < train.size(); ++i)
      shares[size_t(train.label(i))] += weight(i) / total;
    constexpr double least = 1e-7;  // a class without a sample has no logarithm
    std::vector<float> logits;
    for (double share : shares)
      logits.push_back(float(std::log(std::max(share, least))));
    if (product(problem.output) == 1 && shares.size() == 2)
      logits = {logits[1] - logits[0]};
    return Tensor::from(logits, {int64_t(logits.size())});
  }
  std::vector<double> mean(size_t(product(train.target_shape())), 0.0);
  int64_t at = 0;
  for (const data::Batch& batch :
       data::Loader(train, {.batch_size = 1024, .workers = 0, .augment = false})) {
    const std::vector<double> y = batch.targets[data::target_field].to_vector<double>();
    for (size_t i = 0; i < y.size(); ++i)
      mean[i % mean.size()] += y[i] * weight(at + int64_t(i / mean.size())) / total;
    at += batch.size();
  }
  return Tensor::from(std::vector<float>(mean.begin(), mean.end()), {int64_t(mean.size())});
}

constexpr std::string_view linear_prefix = "linear.", constant_name = "constant.value";

}  // namespace

Tensor ConstantAnswer::forward(const Tensor& x) const {
  return zeros({x.size(0), 1}) + value.tensor();
}

LinearAnswer::LinearAnswer(int64_t in, int64_t out, const Dims& codes)
    : codes(codes), mean(zeros({in})), scale(zeros({in})), linear(in, out) {
  linear.weight.tensor().detach().zero_();
  linear.bias->tensor().detach().zero_();
}

Tensor LinearAnswer::expanded(const Tensor& given) const {
  const Tensor x = flatten(given, 1);
  if (codes.empty())
    return x;
  const int64_t numbers = x.size(1) - int64_t(codes.size());
  std::vector<Tensor> parts;
  if (numbers > 0)
    parts.push_back(slice(x, 1, Slice(0, numbers)));
  for (size_t c = 0; c < codes.size(); ++c)
    parts.push_back(one_hot(select(x, 1, numbers + int64_t(c)).to(i64), codes[c]).to(x.dtype()));
  return cat(parts, 1);
}

Tensor LinearAnswer::prepared(const Tensor& x) const {
  return (expanded(x) - mean.tensor()) * scale.tensor();
}

Tensor LinearAnswer::forward(const Tensor& x) const {
  return linear.forward(prepared(x));
}

Baselines fit_baselines(const data::Dataset& train, const BaselineProblem& problem) {
  const RandomScope random;  // its layers are numbered as any others
  Baselines out{.constant = ConstantAnswer(constant_answer(train, problem)), .linear = {}};
  int64_t samples = 0;
  if (const auto why = no_linear(train, product(problem.output), samples)) {
    out.no_linear = *why;
  } else {
    try {
      out.linear = fitted(train, problem, samples);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::invalid)
        throw;
      out.no_linear = error.message();  // a loss that is not finite
    }
  }
  return out;
}

BaselineScores baseline_scores(Baselines& baselines, const BaselineProblem& problem,
                               const data::Dataset& tested) {
  const std::string line = loss_of(tested, problem);
  const Loss loss = parse_loss(line, problem.class_weights);
  BaselineScores out;
  const auto add = [&](const char* name, const nn::Model& model) {
    NamedValues values = test_model(model, loss, tested).metrics;
    if (problem.loss != line)
      std::erase_if(values, [](const auto& item) { return item.first == "loss"; });
    out.emplace_back(name, std::move(values));
  };
  add(has_classes(tested) ? "majority" : "mean", baselines.constant);
  if (baselines.linear)
    add("linear", *baselines.linear);
  return out;
}

void save_baselines(const fs::path& file, Baselines& baselines) {
  NamedTensors tensors{{std::string(constant_name), baselines.constant.value.tensor()}};
  if (baselines.linear)
    for (const auto& [name, tensor] : baselines.linear->state_dict())
      tensors.emplace(std::string(linear_prefix) + name, tensor);
  write_file_atomic(file, encode_safetensors(tensors));
}

std::optional<Baselines> load_baselines(const fs::path& file, const data::Recipe& recipe) {
  if (!path_exists(file))
    return std::nullopt;
  const NamedTensors tensors = read_safetensors(file);
  const auto require = [&](bool holds) {
    check_in(holds, ErrorKind::data, file.string(), "holds no baselines of a run");
  };
  const auto constant = tensors.find(std::string(constant_name));
  require(constant != tensors.end() && constant->second.dim() == 1);
  Baselines out{.constant = ConstantAnswer(constant->second), .linear = {}};
  nn::StateDict state;
  for (const auto& [name, tensor] : tensors)
    if (name.starts_with(linear_prefix))
      state.emplace_back(name.substr(linear_prefix.size()), tensor);
  if (state.empty())
    return out;
  const auto weight = tensors.find(std::string(linear_prefix) + "linear.weight");
  require(weight != tensors.end() && weight->second.dim() == 2);
  out.linear.emplace(weight->second.size(1), weight->second.size(0), data::words_of_codes(recipe));
  try {
    out.linear->load_state_dict(state);
  } catch (const Error& error) {
    throw Error(ErrorKind::data, file.string(), error.message());
  }
  return out;
}

std::optional<ReportSection> baseline_section(const TestResult& result,
                                              const BaselineScores& baselines) {
  if (baselines.empty())
    return std::nullopt;
  const auto head = [](std::string_view name) {
    return fmt::format("<th scope=\"col\" class=\"number\">{}</th>", page::escape(name));
  };
  std::string body =
      "<div class=\"scroll\"><table class=\"compared\"><thead><tr><th scope=\"col\">Measure</th>" +
      head("this model");
  for (const auto& [name, values] : baselines)
    body += head(name);
  body += "</tr></thead><tbody>";
  for (const std::string_view name : result.task->table) {
    const std::optional<double> own = find_value(result.metrics, name);
    if (!own)
      continue;
    std::string row = fmt::format("<td class=\"number\">{}</td>", page::number(*own));
    for (const auto& [baseline, values] : baselines) {
      const std::optional<double> value = find_value(values, name);
      row += fmt::format("<td class=\"number\">{}</td>", value ? page::number(*value) : "");
    }
    body += fmt::format("<tr><th scope=\"row\">{}</th>{}</tr>", page::escape(name), row);
  }
  const bool classes = baselines.front().first == "majority";
  return ReportSection{
      "Beside baselines",
      classes ? "The same samples, always called what is most frequent in training, and by a "
                "logistic regression on the same inputs."
              : "The same samples, always given the mean of the training targets, and by a ridge "
                "regression on the same inputs.",
      body + "</tbody></table></div>"};
}

}  // namespace hebb
