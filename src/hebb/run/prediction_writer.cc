#include "hebb/run/prediction_writer.h"

#include <limits>

#include "hebb/base/check.h"
#include "hebb/base/fields_json.h"
#include "hebb/base/file.h"
#include "hebb/base/file_writer.h"
#include "hebb/formats/npz.h"
#include "hebb/run/prediction_json.h"
#include "hebb/run/side_columns.h"
#include "hebb/tasks/class_name.h"

namespace hebb {
namespace {

constexpr size_t enough_text = 1 << 16;  // bytes of waiting rows

// Lines that are written as they come.
class TextWriter : public PredictionWriter {
 public:
  explicit TextWriter(const fs::path& file) : file_(file) {}
  void add(const Prediction& prediction) final {
    text_ += line(prediction) + "\n";
    if (text_.size() >= enough_text)
      flush();
  }
  void finish() final {
    flush();
    file_.finish();
  }

 protected:
  virtual std::string line(const Prediction& prediction) const = 0;
  void flush() {
    file_.write(text_);
    text_.clear();
  }
  std::string text_;

 private:
  FileWriter file_;
};

// In quotes where it has to be.
std::string csv_cell(const std::string& text) {
  const bool plain =
      text.find_first_of(",\"\n\r") == text.npos && !text.starts_with(' ') && !text.ends_with(' ');
  if (plain)
    return text;
  std::string out = "\"";
  for (char c : text)
    out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

// As short as it can be read back: most numbers were f32.
std::string csv_number(double value) {
  return double(float(value)) == value ? fmt::format("{}", float(value)) : fmt::format("{}", value);
}

class CsvWriter : public TextWriter {
 public:
  CsvWriter(const fs::path& file, const Predictor& predictor)
      : TextWriter(file), labels_(predictor.labels()),
        values_(predictor.classifies() ? int64_t(labels_.size()) : predictor.outputs()),
        intervals_(predictor.level().has_value()) {
    std::vector<std::string> names = {"reason"};
    if (predictor.classifies()) {
      names.insert(names.begin(), {"prediction_index", "label", "confidence"});
      for (const std::string& label : labels_)
        names.insert(names.end() - 1, "probability_" + label);
    } else {
      for (int64_t i = 0; i < values_; ++i)
        names.insert(names.end() - 1,
                     values_ == 1 ? "prediction" : fmt::format("prediction_{}", i));
      for (int64_t i = 0; intervals_ && i < values_; ++i)
        for (const char* end : {"lower", "upper"})
          names.insert(names.end() - 1, values_ == 1 ? end : fmt::format("{}_{}", end, i));
    }
    std::vector<std::string> taken = names;
    taken.emplace_back("input");
    text_ = "input";
    for (const std::string& side : side_names(predictor.sides(), taken))
      text_ += "," + csv_cell(side);
    for (const std::string& name : names)
      text_ += "," + csv_cell(name);
    text_ += "\n";
  }

 protected:
  std::string line(const Prediction& p) const override {
    std::string out = csv_cell(p.input);
    for (const std::string& side : p.sides)
      out += "," + csv_cell(side);
    if (!labels_.empty())
      out += p.error ? ",,,"
                     : fmt::format(",{},{},{}", p.index, csv_cell(labels_.at(size_t(p.index))),
                                   csv_number(p.values[size_t(p.index)]));
    for (int64_t i = 0; i < values_; ++i)
      out += "," + (p.error ? std::string() : csv_number(p.values[size_t(i)]));
    for (int64_t i = 0; intervals_ && i < values_; ++i)
      for (const auto* end : {&p.lower, &p.upper})
        out += "," + (p.error ? std::string() : csv_number((*end)[size_t(i)]));
    return out + "," + csv_cell(p.reason());
  }

 private:
  std::vector<std::string> labels_;
  int64_t values_;
  bool intervals_;
};

class JsonLinesWriter : public TextWriter {
 public:
  JsonLinesWriter(const fs::path& file, const Predictor& predictor)
      : TextWriter(file), predictor_(predictor), labels_(predictor.labels()),
        sides_(predictor.sides()) {}

 protected:
  std::string line(const Prediction& p) const override {
    Json out = {{"input", p.input}};
    add_sides(p, sides_, out);
    if (labels_.empty())
      out["prediction"] = p.error ? Json(nullptr) : fields::to_json(p.values);
    else
      add_classes(p, out);
    add_interval(p, predictor_, out);
    out["warnings"] = p.warnings;
    out["reason"] = p.error ? Json(p.reason()) : Json(nullptr);
    return to_readable_text(out);
  }

 private:
  void add_classes(const Prediction& p, Json& out) const {
    const Json none = nullptr;
    out["prediction_index"] = p.error ? none : Json(p.index);
    out["label"] = p.error ? none : Json(labels_.at(size_t(p.index)));
    out["confidence"] = p.error ? none : Json(p.values[size_t(p.index)]);
    out["probabilities"] = p.error ? none : Json::object();
    for (size_t c = 0; c < p.values.size(); ++c)
      out["probabilities"][labels_.at(c)] = p.values[c];
  }

  const Predictor& predictor_;
  std::vector<std::string> labels_, sides_;
};

class NpzWriter : public PredictionWriter {
 public:
  NpzWriter(fs::path file, const Predictor& predictor)
      : file_(std::move(file)), shape_(predictor.model().info.output),
        classifies_(predictor.classifies()), intervals_(predictor.level().has_value()),
        each_(classifies_ ? predictor.labels().size() : size_t(predictor.outputs())) {}

  void add(const Prediction& p) override {
    index_.push_back(p.index);
    if (p.error)
      values_.insert(values_.end(), each_, std::numeric_limits<double>::quiet_NaN());
    else
      values_.insert(values_.end(), p.values.begin(), p.values.end());
    for (auto [to, from] : {std::pair(&lower_, &p.lower), {&upper_, &p.upper}})
      if (p.error)
        to->insert(to->end(), each_, std::numeric_limits<double>::quiet_NaN());
      else
        to->insert(to->end(), from->begin(), from->end());
  }

  void finish() override {
    const auto rows = int64_t(index_.size());
    if (classifies_)
      return write_npz(file_, {{"prediction_index", Tensor::from(index_, {rows})},
                               {"probabilities", Tensor::from(values_, {rows, int64_t(each_)})}});
    Dims shape = shape_;
    shape.insert(0, rows);
    NamedTensors arrays;
    const auto add = [&](const char* name, const std::vector<double>& values) {
      arrays.emplace(name, Tensor::from(std::vector<float>(values.begin(), values.end()), shape));
    };
    add("prediction", values_);
    if (intervals_) {
      add("lower", lower_);
      add("upper", upper_);
    }
    write_npz(file_, arrays);
  }

 private:
  fs::path file_;
  Dims shape_;
  bool classifies_, intervals_;
  size_t each_;
  std::vector<int64_t> index_;
  std::vector<double> values_, lower_, upper_;
};

}  // namespace

void check_prediction_file(const fs::path& file) {
  const std::string ending = file.extension().string();
  check_in(ending == ".csv" || ending == ".jsonl" || ending == ".npz", ErrorKind::usage,
           file.string(), "should end with .csv, .jsonl or .npz, which says what is written");
}

std::unique_ptr<PredictionWriter> prediction_writer(const fs::path& file,
                                                    const Predictor& predictor) {
  check_prediction_file(file);
  if (file.extension() == ".csv")
    return std::make_unique<CsvWriter>(file, predictor);
  if (file.extension() == ".jsonl")
    return std::make_unique<JsonLinesWriter>(file, predictor);
  return std::make_unique<NpzWriter>(file, predictor);
}

}  // namespace hebb
