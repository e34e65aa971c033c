// A file of answers, one line a sample: .csv or .jsonl. It is written in a stream, and takes its
// place when it is finished.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "hebb/base/file_writer.h"
#include "hebb/tasks/task.h"

namespace hebb {

// Error (usage): a name that ends with neither.
void check_answers_file(const std::filesystem::path& path);

// Columns: sample, target, prediction and score_LABEL; where there are several targets, target_NAME
// and prediction_NAME. In .jsonl the same as {"sample", "target", "prediction", "scores": {LABEL:
// ...}}, with objects by name for several targets.
class AnswersFile {
 public:
  AnswersFile(const std::filesystem::path& path, AnswerNames names);
  void add(const std::string& sample, const Answer& answer);
  void finish();

 private:
  void add_csv(const std::string& sample, const Answer& answer);
  void add_json(const std::string& sample, const Answer& answer);

  AnswerNames names_;
  bool json_;
  FileWriter file_;
};

}  // namespace hebb
