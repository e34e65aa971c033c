// Task: a kind of problem. It says which targets and models it suits, what loss and metrics such a
// run has when its configuration names none, which measures a person looks at first, how outputs
// become answers, what to look at while evaluating, and what a report shows. Built-in ones: a file
// each, and a word in tasks.def.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/base/fixed_list.h"
#include "hebb/data/dataset.h"
#include "hebb/metrics/measure.h"
#include "hebb/nn/loss.h"
#include "hebb/nn/model.h"
#include "hebb/tasks/turn.h"
#include "hebb/tensor/dims.h"

namespace hebb {

// What a task is told of a model and its data.
struct Problem {
  data::Task targets = data::Task::classification;  // classes or quantities
  std::vector<std::string> labels = {};             // of the classes
  Dims output = {};                                 // of a sample
  Outputs outputs = Outputs::logits;                // what they are to the loss
  std::string quantity = {};                        // what is predicted; empty: it has no name
  bool input_is_target = false;                     // the model is to give back what it is given
  std::vector<std::string> parts = {};              // of several models their names
  double threshold = 0.5;  // of two classes, the second is named where its probability is above
};

// A batch that a model was asked about. output and target: [samples, ...]; target: undefined where
// nobody knows what would be right.
struct AnsweredBatch {
  const Tensor &output, &target;
  int64_t first = 0;                 // place of its first sample in the data
  std::vector<double> weights = {};  // how much each sample counts; empty: all the same
};

// An answer to one sample, beside what would have been right, where that is known. Classes are
// texts, quantities numbers.
struct AnswerCell {
  std::string text = {};
  double number = 0;
  bool is_number = false;
};
struct Answer {
  std::vector<AnswerCell> target, prediction;
  std::vector<double> scores;
  int64_t index = -1;  // of the class that is named, among the scores
};
// Names of what answers hold. One target and one prediction need none; scores are those of classes.
struct AnswerNames {
  std::vector<std::string> targets, scores;
};

// A part of a report. title: plain text; text: one sentence, plain; body: HTML.
struct ReportSection {
  std::string title, text, body;
};

// What is looked at while a model is evaluated: a stream of batches, of which bounded memory is
// kept.
class Evaluator {
 public:
  virtual ~Evaluator() = default;
  virtual void add(const AnsweredBatch& batch) = 0;
  virtual metrics::Measured measured() const = 0;
  // tested: the data that the batches came from, in their order.
  virtual std::vector<ReportSection> sections(const data::Dataset& tested) const = 0;
  // The samples that were most wrong, the worst first, a line each; none where nothing is kept of
  // them.
  virtual std::vector<std::string> worst(const data::Dataset&, size_t /*most*/) const { return {}; }
};

struct ShownMeasure {
  std::string_view name, note = {};  // note: beside it, in a report
};

// One of several models that a task trains together.
struct TrainedPart {
  std::string name;
  nn::Model model;
  Dims input;  // of a sample
  optim::OptimizerFactory optimizer;
};

// What a task says that trains several models.
struct SeveralModels {
  struct Part {
    std::string_view name;  // its table in a configuration
    bool of_noise = false;  // makes samples of random numbers; else it takes samples
  };
  FixedList<Part, 4> parts;
  // Error (usage): what a part gives is not what the others take; outputs: of a sample, in the
  // order of the parts; sample: the shape of one of the data.
  void (*check)(std::span<const TrainedPart> parts, std::span<const Dims> outputs,
                const Dims& sample);
  // In the order in which they step; the parts outlive them.
  std::vector<Turn> (*turns)(std::span<const TrainedPart> parts);
  Tensor (*samples)(std::span<const TrainedPart> parts, int64_t n);  // new ones, [n, ...]
};

struct Task {
  std::string_view name, what;
  // Whether it is for such targets and outputs; asked where input_is_target and parts are its own.
  // Of those that suit, the one that was added last is taken.
  bool (*suits)(const Problem& problem);
  std::string_view loss;  // a line
  FixedList<std::string_view, 4> metrics;
  FixedList<ShownMeasure, 6> headline;    // of a report, and after training
  FixedList<std::string_view, 16> table;  // what `hebb eval` prints, of those that are there
  AnswerNames (*names)(const Problem& problem);
  std::vector<Answer> (*answers)(const Problem& problem, const AnsweredBatch& batch);
  std::unique_ptr<Evaluator> (*evaluator)(const Problem& problem);
  bool input_is_target = false;  // its target is the input; those of the data are not read
  const SeveralModels* several = nullptr;  // it trains several models, whose losses are its own

  bool reads_targets() const { return !input_is_target && !several; }
};

// Beside the built-in ones, for the whole program. Error (usage): the name is taken. Its texts are
// kept as they are: literals.
void add_task(const Task& task);
std::vector<const Task*> all_tasks();
// Error (usage): there is none of that name, or it does not suit. name: empty: the one that suits.
const Task& task_for(const Problem& problem, std::string_view name = {});

// Error (usage): there is none of that name. Null for no name.
const Task* task_named(std::string_view name);

Problem problem_of(const data::Dataset& data, const Dims& output, Outputs outputs);

}  // namespace hebb
