// Several models that a run trains together: a table of the configuration each, [generator] and
// [discriminator].
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "hebb/nn/sequential.h"
#include "hebb/nn/summary.h"
#include "hebb/run/config.h"
#include "hebb/tasks/task.h"
#include "hebb/train/evaluation.h"

namespace hebb {

// They as one: its fields are the models. State dict: generator.0.weight, ...
class PartsModule : public nn::Module {
 public:
  std::vector<std::pair<std::string, nn::Sequential>> models;

  void walk_fields(FieldWalker& walker) override;
  std::string describe() const override;
};

// The task of a configuration that has them. Error (usage): there is none for such models.
const Task& task_of_parts(const Config& config);

// Fills in what their tables leave open: noise and input. Error (usage): noise stands where samples
// are taken, or input is not that of the noise or the data.
void resolve_parts(Config& config, const SeveralModels& several);

// As build_model. It stays where it is in memory.
std::shared_ptr<PartsModule> build_parts(
    const Config& config, bool with_values = true,
    int64_t most_parameters = std::numeric_limits<int64_t>::max());

// Layers and parameters of a run's model, which has no name, or of several. parts: null of one.
std::vector<std::pair<std::string, nn::Summary>> summaries_of(nn::Sequential& net,
                                                              PartsModule* parts,
                                                              const Config& config);

// As a task takes them: each with its optimiser, or that of [train]. Error (usage): a line that is
// wrong.
std::vector<TrainedPart> trained_parts(PartsModule& parts, const Config& config);

// New samples of a trained generator, drawn by seed; the random numbers of others are left as they
// were.
Tensor made_samples(PartsModule& parts, const Config& config, const SeveralModels& several,
                    int64_t n, uint64_t seed);

// Their losses on data, and samples that they make beside some of the data. Error: no samples.
TestResult test_parts(PartsModule& parts, const Config& config, const Task& task,
                      const data::Dataset& data);

}  // namespace hebb
