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

// Columns: sample, the ids of the samples where they have some, target, prediction and score_LABEL;
// where there are several targets, target_NAME and prediction_NAME. In .jsonl the same as
// {"sample", "target", "prediction", "scores": {LABEL:
// ...}}, with objects by name for several targets, and {"columns": {ID: ...}}.
class AnswersFile {
 public:
  // id: the column whose cells name the samples; empty: there is none.
  AnswersFile(const std::filesystem::path& path, AnswerNames names, const std::string& id = {});
  void add(const std::string& sample, const Answer& answer, const std::string& id = {});
  void finish();

 private:
  void add_csv(const std::string& sample, const Answer& answer, const std::string& id);
  void add_json(const std::string& sample, const Answer& answer, const std::string& id);

  AnswerNames names_;
  std::string id_;
  bool json_;
  FileWriter file_;
};

}  // namespace hebb
