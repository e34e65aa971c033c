#include "hebb/run/answers_file.h"

#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/base/file.h"
#include "hebb/base/json.h"
#include "hebb/run/side_columns.h"

namespace hebb {
namespace {

// RFC 4180: in quotes where it holds a separator, a quote or a line's end.
std::string csv_text(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos)
    return text;
  std::string out = "\"";
  for (char c : text) {
    if (c == '"')
      out += '"';
    out += c;
  }
  return out + "\"";
}

std::string csv_text(const AnswerCell& cell) {
  return cell.is_number ? fmt::format("{}", cell.number) : csv_text(cell.text);
}

Json json_of(const AnswerCell& cell) {
  return cell.is_number ? finite_or_null(cell.number) : Json(cell.text);
}

// One value alone, several by their names.
Json json_of(const std::vector<AnswerCell>& cells, const std::vector<std::string>& names) {
  if (names.empty())
    return cells.empty() ? Json(nullptr) : json_of(cells[0]);
  Json out = Json::object();
  for (size_t i = 0; i < cells.size() && i < names.size(); ++i)
    out[names[i]] = json_of(cells[i]);
  return out;
}

std::string csv_head(const AnswerNames& names, const std::string& id) {
  std::vector<std::string> columns;
  for (const char* what : {"target", "prediction"}) {
    if (names.targets.empty())
      columns.emplace_back(what);
    for (const std::string& name : names.targets)
      columns.push_back(fmt::format("{}_{}", what, name));
  }
  for (const std::string& name : names.scores)
    columns.push_back("score_" + name);
  std::string out = "sample";
  if (!id.empty()) {
    std::vector<std::string> taken = columns;
    taken.emplace_back("sample");
    out += "," + csv_text(side_names({id}, taken)[0]);
  }
  for (const std::string& column : columns)
    out += "," + csv_text(column);
  return out + "\n";
}

}  // namespace

void check_answers_file(const fs::path& path) {
  const fs::path ending = path.extension();
  check_in(ending == ".csv" || ending == ".jsonl", ErrorKind::usage, path.string(),
           "should end with .csv or .jsonl, which is what is written into it");
}

AnswersFile::AnswersFile(const fs::path& path, AnswerNames names, const std::string& id)
    : names_(std::move(names)), id_(id), json_(path.extension() == ".jsonl"), file_(path) {
  if (!json_)
    file_.write(csv_head(names_, id_));
}

void AnswersFile::add(const std::string& sample, const Answer& answer, const std::string& id) {
  const size_t targets = std::max<size_t>(names_.targets.size(), 1);
  check(answer.target.size() == targets && answer.prediction.size() == targets &&
            answer.scores.size() == names_.scores.size(),
        "an answer of {} targets and {} scores; there should be {} and {}", answer.target.size(),
        answer.scores.size(), targets, names_.scores.size());
  json_ ? add_json(sample, answer, id) : add_csv(sample, answer, id);
}

void AnswersFile::add_csv(const std::string& sample, const Answer& answer, const std::string& id) {
  std::string line = csv_text(sample);
  if (!id_.empty())
    line += "," + csv_text(id);
  for (const auto* cells : {&answer.target, &answer.prediction})
    for (const AnswerCell& cell : *cells)
      line += "," + csv_text(cell);
  for (double score : answer.scores)
    line += fmt::format(",{}", score);
  file_.write(line + "\n");
}

void AnswersFile::add_json(const std::string& sample, const Answer& answer, const std::string& id) {
  Json line = {{"sample", sample},
               {"target", json_of(answer.target, names_.targets)},
               {"prediction", json_of(answer.prediction, names_.targets)}};
  if (!id_.empty())
    line["columns"] = Json{{id_, id}};
  if (!names_.scores.empty()) {
    Json scores = Json::object();
    // Behind one another: to look each name up among those before it would take too long.
    auto& items = scores.get_ref<Json::object_t&>();
    for (size_t i = 0; i < names_.scores.size(); ++i)
      items.push_back({names_.scores[i], finite_or_null(answer.scores[i])});
    line["scores"] = std::move(scores);
  }
  file_.write(to_readable_text(line) + "\n");
}

void AnswersFile::finish() {
  file_.finish();
}

}  // namespace hebb
