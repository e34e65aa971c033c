// Adversarial: a generator and a discriminator that learn from each other.
#include "hebb/tasks/adversarial.h"

#include "hebb/base/check.h"
#include "hebb/ops/indexing.h"
#include "hebb/tasks/builtin.h"
#include "hebb/tasks/sample_sheet.h"

namespace hebb {
namespace {

constexpr int64_t shown_samples = 64;
constexpr size_t generator_at = 0, discriminator_at = 1;  // places among the parts

void check_adversaries(std::span<const TrainedPart> parts, std::span<const Dims> outputs,
                       const Dims& sample) {
  check_in(product(outputs[generator_at]) == product(sample), ErrorKind::usage,
           parts[generator_at].name + ".layers",
           "the last layer gives {} for a sample, but those of the data are {}",
           to_string(outputs[generator_at]), to_string(sample));
  check_in(product(outputs[discriminator_at]) == 1, ErrorKind::usage,
           parts[discriminator_at].name + ".layers",
           "the last layer gives {} for a sample, should give one number: how real it looks",
           to_string(outputs[discriminator_at]));
}

std::vector<Turn> turns_of_adversaries(std::span<const TrainedPart> parts) {
  const TrainedPart &generator = parts[generator_at], &discriminator = parts[discriminator_at];
  return adversarial_turns(generator.model, discriminator.model,
                           {.noise = generator.input,
                            .generator_optimizer = generator.optimizer,
                            .discriminator_optimizer = discriminator.optimizer});
}

Tensor samples_of_generator(std::span<const TrainedPart> parts, int64_t n) {
  Dims shape = parts[discriminator_at].input;
  shape.insert(0, n);
  return generated_samples(parts[generator_at].model, parts[generator_at].input, n).reshape(shape);
}

// Samples that were made (outputs) beside some of the data (targets). There is nothing to measure
// but the losses.
class MadeSamples : public Evaluator {
 public:
  void add(const AnsweredBatch& batch) override {
    keep(batch.output, made_);
    keep(batch.target, real_);
  }
  metrics::Measured measured() const override { return {}; }
  std::vector<ReportSection> sections(const data::Dataset& tested) const override {
    const auto made = made_.defined() ? sample_sheet(made_, tested.recipe()) : std::nullopt,
               real = real_.defined() ? sample_sheet(real_, tested.recipe()) : std::nullopt;
    if (!made || !real)
      return {};
    return {{"Samples", "Left what the generator makes of noise, right samples of the data.",
             "<div class=\"charts\">" + picture_element(*made, "made samples") +
                 picture_element(*real, "samples of the data") + "</div>"}};
  }

 private:
  static void keep(const Tensor& rows, Tensor& kept) {
    if (!kept.defined() && rows.size(0) > 0)
      kept = rows[{Slice(0, std::min(rows.size(0), shown_samples))}].detach().clone();
  }
  Tensor made_, real_;
};

constexpr SeveralModels adversaries = {
    .parts = {{.name = "generator", .of_noise = true}, {.name = "discriminator"}},
    .check = check_adversaries,
    .turns = turns_of_adversaries,
    .samples = samples_of_generator,
};

}  // namespace

constinit const Task task_word::adversarial = {
    .name = "adversarial",
    .what = "a [generator] makes samples, a [discriminator] tells them from those of the data",
    .suits = [](const Problem&) { return true; },
    .loss = {},
    .metrics = {},
    .headline = {{"loss"}, {"generator_loss"}, {"discriminator_loss"}},
    .table = {"loss", "generator_loss", "discriminator_loss"},
    .names = [](const Problem&) { return AnswerNames{}; },
    .answers = [](const Problem&, const AnsweredBatch&) { return std::vector<Answer>{}; },
    .evaluator = [](const Problem&) -> std::unique_ptr<Evaluator> {
      return std::make_unique<MadeSamples>();
    },
    .several = &adversaries,
};

}  // namespace hebb
