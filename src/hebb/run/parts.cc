#include "hebb/run/parts.h"

#include <algorithm>
#include <cmath>

#include "hebb/autograd/no_grad.h"
#include "hebb/base/check.h"
#include "hebb/data/loader.h"
#include "hebb/nn/build.h"
#include "hebb/nn/eval_scope.h"
#include "hebb/ops/random_key.h"
#include "hebb/optim/parse.h"
#include "hebb/run/at_key.h"
#include "hebb/run/model_setup.h"

namespace hebb {
namespace {

constexpr int64_t usual_noise = 64, shown_samples = 64;

}  // namespace

void PartsModule::walk_fields(FieldWalker& walker) {
  for (auto& [name, model] : models)
    walker.module(name, model);
}

std::string PartsModule::describe() const {
  std::vector<std::string> names;
  for (const auto& [name, model] : models)
    names.push_back(name);
  return listed_names(names);
}

const Task& task_of_parts(const Config& config) {
  Problem problem;
  for (const auto& [name, part] : parts_of(config))
    problem.parts.push_back(name);
  return at_key("train.task",
                [&]() -> const Task& { return task_for(problem, config.train.task); });
}

void resolve_parts(Config& config, const SeveralModels& several) {
  int place = 0;
  for (const auto& [name, part] : parts_of(config)) {
    const bool of_noise = several.parts[place++].of_noise;
    check_in(of_noise || part->noise == 0, ErrorKind::usage, name + ".noise",
             "is {}, but this model takes samples of the data; leave it out", part->noise);
    if (of_noise && part->noise == 0)
      part->noise = usual_noise;
    const Dims input = of_noise ? Dims({part->noise}) : config.model.input;
    if (part->input.empty())
      part->input = input;
    check_in(part->input == input, ErrorKind::usage, name + ".input",
             "is {}, but this model takes {}, {}", to_string(part->input),
             of_noise ? "noise" : "samples of the data", to_string(input));
  }
}

std::shared_ptr<PartsModule> build_parts(const Config& config, bool with_values,
                                         int64_t most_parameters) {
  auto out = std::make_shared<PartsModule>();
  for (const auto& [name, part] : parts_of(config)) {
    out->models.emplace_back(name, build_model(*part, name, with_values, most_parameters));
    most_parameters -= out->models.back().second.parameter_count();
  }
  return out;
}

std::vector<std::pair<std::string, nn::Summary>> summaries_of(nn::Sequential& net,
                                                              PartsModule* parts,
                                                              const Config& config) {
  std::vector<std::pair<std::string, nn::Summary>> out;
  if (!parts)
    out.emplace_back("",
                     nn::summarize(net, config.model.input, nn::input_dtype(config.model.layers)));
  for (const auto& [table, part] : parts_of(config))
    for (auto& [name, model] : parts->models)
      if (name == table)
        out.emplace_back(name, nn::summarize(model, part->input, nn::input_dtype(part->layers)));
  return out;
}

std::vector<TrainedPart> trained_parts(PartsModule& parts, const Config& config) {
  std::vector<TrainedPart> out;
  for (const auto& [table, part] : parts_of(config)) {
    const bool own = !part->optimizer.empty();
    const std::string& line = own ? part->optimizer : config.train.optimizer;
    const auto optimizer = at_key(own ? table + ".optimizer" : "train.optimizer",
                                  [&, &text = line] { return optim::parse_optimizer(text); });
    for (auto& [name, model] : parts.models)
      if (name == table)
        out.push_back({.name = name, .model = model, .input = part->input, .optimizer = optimizer});
  }
  return out;
}

Tensor made_samples(PartsModule& parts, const Config& config, const SeveralModels& several,
                    int64_t n, uint64_t seed) {
  NoGrad off;
  const nn::EvalScope evaluation(parts);
  const RandomScope random;
  manual_seed(seed);
  return several.samples(trained_parts(parts, config), n);
}

TestResult test_parts(PartsModule& parts, const Config& config, const Task& task,
                      const data::Dataset& data) {
  check_in(!data.empty(), ErrorKind::usage, "data", "there are no samples to evaluate on");
  const RandomScope random;
  manual_seed(uint64_t(config.train.seed));
  const std::vector<Turn> turns = task.several->turns(trained_parts(parts, config));
  const std::vector<LossSum> losses =
      turn_losses(parts, turns, data, {.workers = config.data.workers});
  TestResult out;
  out.samples = data.size();
  out.metrics = {{"loss", 0.0}};
  for (size_t i = 0; i < turns.size(); ++i) {
    check_in(std::isfinite(losses[i].mean()), ErrorKind::data, data.name(),
             "the loss of the {} is not finite; the training diverged and needs a smaller "
             "learning rate or clip_norm",
             turns[i].part);
    out.metrics[0].second += losses[i].mean();
    out.metrics.emplace_back(turns[i].part + "_loss", losses[i].mean());
  }
  const auto shown = std::min<int64_t>(shown_samples, data.size());
  const Tensor made =
      made_samples(parts, config, *task.several, shown, uint64_t(config.train.seed));
  const std::shared_ptr<Evaluator> evaluator =
      task.evaluator(problem_of(data, data.sample_shape(), Outputs::logits));
  for (const data::Batch& real :
       data::Loader(data, {.batch_size = shown, .workers = 0, .augment = false})) {
    evaluator->add({made, real.inputs.front().second, 0});
    break;
  }
  out.task = &task;
  out.seen = evaluator;
  return out;
}

}  // namespace hebb
