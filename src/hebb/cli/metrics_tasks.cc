// hebb metrics of labels, rankings, segmentations, clusters, forecasts, detections, texts and
// language models: which arrays each task reads.
#include <algorithm>
#include <map>
#include <span>

#include "hebb/cli/metric_arrays.h"
#include "hebb/metrics/measure_tasks.h"

namespace hebb::cli {
namespace {

using metrics::Measured;

// [rows, columns], both at least 1.
const Tensor& matrix(const Arrays& arrays, const std::string& name, const char* form) {
  const Tensor& tensor = arrays.real(name);
  arrays.require(tensor.dim() == 2 && tensor.numel() > 0, "{} is {}; it should be {}", name,
                 describe(tensor), form);
  return tensor;
}

void require_alike(const Arrays& arrays, const Tensor& a, const Tensor& b, const char* name) {
  arrays.require(a.shape() == b.shape(), "y_true is {} but {} is {}; they should be of one shape",
                 describe(a), name, describe(b));
}

std::vector<int64_t> whole_numbers(const Arrays& arrays, const std::string& name) {
  const Tensor& tensor = arrays.real(name);
  if (!is_floating(tensor.dtype()))
    return tensor.to_vector<int64_t>();
  std::vector<int64_t> out;
  for (double value : tensor.to_vector<double>()) {
    arrays.require(std::abs(value) < 9e15 && value == std::floor(value),
                   "{} holds {}, which is not a label", name, value);
    out.push_back(int64_t(value));
  }
  return out;
}

Measured multilabel(const Arrays& arrays, const MetricsOptions& options) {
  const Tensor& truth = matrix(arrays, "y_true", "[samples, labels], 1 where a label holds");
  arrays.require(arrays.find("y_score") || arrays.find("y_pred"),
                 "there is neither y_score nor y_pred (it holds {})", arrays.names());
  std::optional<std::vector<int64_t>> y_pred;
  std::optional<std::vector<double>> y_score;
  double threshold = options.threshold.value_or(0.5);
  if (arrays.find("y_pred")) {
    check_in(!options.threshold, ErrorKind::usage, "--threshold",
             "{} holds labels already (y_pred), which no threshold changes; leave out one of them",
             options.file);
    require_alike(arrays, truth, arrays.real("y_pred"), "y_pred");
    y_pred = whole_numbers(arrays, "y_pred");
  }
  if (arrays.find("y_score")) {
    require_alike(arrays, truth, arrays.real("y_score"), "y_score");
    y_score = arrays.real("y_score").to_vector<double>();
    threshold = as_held(arrays.real("y_score"), threshold);
  }
  const auto predicted = y_pred ? std::optional<std::span<const int64_t>>(*y_pred) : std::nullopt;
  const auto scores = y_score ? std::optional<std::span<const double>>(*y_score) : std::nullopt;
  return metrics::measure_multilabel(whole_numbers(arrays, "y_true"), predicted, scores,
                                     truth.size(1), threshold);
}

Measured ranking(const Arrays& arrays, const MetricsOptions& options) {
  const Tensor& truth = matrix(arrays, "y_true", "[queries, candidates], how relevant each is");
  const Tensor& scores = matrix(arrays, "y_score", "[queries, candidates]");
  require_alike(arrays, truth, scores, "y_score");
  std::vector<int64_t> at;
  for (double k : options.at.empty() ? std::vector<double>{1, 3, 5, 10} : options.at) {
    check_in(k >= 1 && k == std::floor(k) && k < 9e15, ErrorKind::usage, "--at",
             "is {}, should be a whole number from 1 on", k);
    if (!options.at.empty() || int64_t(k) <= truth.size(1))
      at.push_back(int64_t(k));
  }
  return metrics::measure_ranking(truth.to_vector<double>(), scores.to_vector<double>(),
                                  truth.size(1), at);
}

// y_score [N, classes, ...] -> the likeliest class of each place, in the order of y_true [N, ...].
std::vector<int64_t> likeliest(const Tensor& scores) {
  const auto values = scores.to_vector<double>();
  const int64_t samples = scores.size(0), classes = scores.size(1),
                places = scores.numel() / (samples * classes);
  std::vector<int64_t> out;
  for (int64_t n = 0; n < samples; ++n)
    for (int64_t i = 0; i < places; ++i) {
      int64_t best = 0;
      for (int64_t k = 1; k < classes; ++k)
        if (values[size_t((n * classes + k) * places + i)] >
            values[size_t((n * classes + best) * places + i)])
          best = k;
      out.push_back(best);
    }
  return out;
}

Measured segmentation(const Arrays& arrays, const MetricsOptions& options) {
  const Tensor& truth = arrays.real("y_true");
  arrays.require(truth.numel() > 0, "y_true holds no samples");
  std::vector<int64_t> predicted;
  if (arrays.find("y_pred")) {
    require_alike(arrays, truth, arrays.real("y_pred"), "y_pred");
    predicted = whole_numbers(arrays, "y_pred");
  } else {
    const Tensor& scores = arrays.real("y_score");
    Dims places;
    for (int64_t d = 0; d < scores.dim(); ++d)
      if (d != 1)
        places.push_back(scores.size(d));
    arrays.require(scores.dim() >= 2 && scores.numel() > 0 && places == truth.shape(),
                   "y_score is {}; for y_true {} it should be [samples, classes, ...]",
                   describe(scores), describe(truth));
    predicted = likeliest(scores);
  }
  return metrics::measure_segmentation(whole_numbers(arrays, "y_true"), predicted, options.ignore);
}

Measured clustering(const Arrays& arrays, const MetricsOptions&) {
  const auto y_pred = arrays.labels("y_pred");
  arrays.require(!y_pred.empty(), "y_pred holds no samples");
  std::optional<std::vector<int64_t>> y_true;
  std::optional<std::vector<double>> points;
  if (arrays.find("y_true"))
    y_true = arrays.labels("y_true");
  if (arrays.find("x")) {
    const Tensor& x = matrix(arrays, "x", "[samples, features]");
    arrays.require(x.size(0) == int64_t(y_pred.size()), "y_pred has {} samples but x has {}",
                   y_pred.size(), x.size(0));
    points = x.to_vector<double>();
  }
  arrays.require(y_true || points, "there is neither y_true, classes, nor x, points (it holds {})",
                 arrays.names());
  return metrics::measure_clustering(
      y_true ? std::optional<std::span<const int64_t>>(*y_true) : std::nullopt, y_pred,
      points ? std::optional<std::span<const double>>(*points) : std::nullopt);
}

Measured forecast(const Arrays& arrays, const MetricsOptions& options) {
  const Tensor &truth = arrays.real("y_true"), &prediction = arrays.real("y_pred");
  arrays.require(truth.numel() > 0, "y_true holds no samples");
  require_alike(arrays, truth, prediction, "y_pred");
  check_in(options.season.value_or(1) >= 1, ErrorKind::usage, "--season",
           "is {}, should be at least 1", options.season.value_or(1));
  check_in(!options.season || arrays.find("y_history"), ErrorKind::usage, "--season",
           "{} holds no y_history, which a season is of", options.file);
  std::vector<double> history, quantiles, forecasts;
  if (arrays.find("y_history"))
    history = arrays.column("y_history");
  if (arrays.find("quantiles")) {
    quantiles = arrays.column("quantiles");
    const Tensor& given = arrays.real("y_quantiles");
    Dims shape = truth.shape();
    shape.push_back(int64_t(quantiles.size()));
    arrays.require(given.shape() == shape, "y_quantiles is {}; for these quantiles it should be {}",
                   describe(given), to_string(shape));
    forecasts = given.to_vector<double>();
  }
  return metrics::measure_forecast(truth.to_vector<double>(), prediction.to_vector<double>(),
                                   {.history = history,
                                    .season = options.season.value_or(1),
                                    .quantile_forecasts = forecasts,
                                    .quantiles = quantiles});
}

std::vector<metrics::Box> boxes(const Arrays& arrays, const std::string& name) {
  const Tensor& tensor = arrays.real(name);
  arrays.require(tensor.dim() == 2 && tensor.size(1) == 4,
                 "{} is {}; it should be [boxes, 4]: x1, y1, x2, y2", name, describe(tensor));
  const auto values = tensor.to_vector<double>();
  std::vector<metrics::Box> out;
  for (size_t i = 0; i + 4 <= values.size(); i += 4)
    out.push_back({values[i], values[i + 1], values[i + 2], values[i + 3]});
  return out;
}

// A column with one value for each box; `otherwise` where it may be missing.
std::vector<int64_t> for_boxes(const Arrays& arrays, const std::string& name, size_t count,
                               std::optional<int64_t> otherwise) {
  if (otherwise && !arrays.find(name))
    return std::vector<int64_t>(count, *otherwise);
  std::vector<int64_t> out = arrays.labels(name);
  arrays.require(out.size() == count, "{} has {} values for {} boxes", name, out.size(), count);
  return out;
}

metrics::ApForm ap_form(const std::string& word) {
  if (word.empty() || word == "coco")
    return metrics::ApForm::coco;
  check_in(word == "area" || word == "voc2007", ErrorKind::usage, "--ap",
           "is '{}', should be coco, area or voc2007", word);
  return word == "area" ? metrics::ApForm::area : metrics::ApForm::voc2007;
}

Measured detection(const Arrays& arrays, const MetricsOptions& options) {
  const auto truth = boxes(arrays, "true_boxes"), found = boxes(arrays, "boxes");
  for (const auto& [of_truth, of_found] :
       {std::pair("true_images", "images"), std::pair("true_labels", "labels")})
    arrays.require(bool(arrays.find(of_truth)) == bool(arrays.find(of_found)),
                   "there is {0} but no {1}; give both, or neither where there is one of them",
                   arrays.find(of_truth) ? of_truth : of_found,
                   arrays.find(of_truth) ? of_found : of_truth);
  const auto true_labels = for_boxes(arrays, "true_labels", truth.size(), 0),
             labels = for_boxes(arrays, "labels", found.size(), 0),
             true_images = for_boxes(arrays, "true_images", truth.size(), 0),
             images = for_boxes(arrays, "images", found.size(), 0),
             crowds = for_boxes(arrays, "true_crowds", truth.size(), 0);
  std::optional<std::vector<double>> areas;
  if (arrays.find("true_areas")) {
    areas = arrays.column("true_areas");
    arrays.require(areas->size() == truth.size(), "true_areas has {} values for {} boxes",
                   areas->size(), truth.size());
  }
  const auto scores = arrays.column("scores");
  arrays.require(scores.size() == found.size(), "scores has {} values for {} boxes", scores.size(),
                 found.size());
  struct Image {
    std::vector<metrics::TrueBox> truth;
    std::vector<metrics::DetectedBox> found;
  };
  std::map<int64_t, Image> by;
  for (size_t i = 0; i < truth.size(); ++i)
    by[true_images[i]].truth.push_back({truth[i], true_labels[i], crowds[i] != 0,
                                        areas ? std::optional<double>((*areas)[i]) : std::nullopt});
  for (size_t i = 0; i < found.size(); ++i)
    by[images[i]].found.push_back({found[i], labels[i], scores[i]});
  const metrics::DetectionOptions how{.iou_thresholds = {}, .form = ap_form(options.ap)};
  metrics::DetectionSums sums(how);
  metrics::DetectionsBySize by_size(how);
  for (const auto& [number, image] : by) {
    sums.add(image.truth, image.found);
    by_size.add(image.truth, image.found);
  }
  return metrics::measure_detection(sums, how.form == metrics::ApForm::coco ? &by_size : nullptr);
}

const std::vector<std::string>& text_column(const Arrays& arrays, const std::string& name) {
  const auto found = arrays.texts.find(name);
  arrays.require(
      found != arrays.texts.end(),
      "there is no column {}; texts are columns of a .csv, .tsv or .jsonl file (it holds "
      "{})",
      name, arrays.names());
  return found->second;
}

Measured text(const Arrays& arrays, const MetricsOptions&) {
  const auto &truth = text_column(arrays, "y_true"), &texts = text_column(arrays, "y_pred");
  std::vector<std::vector<std::string>> references(truth.size());
  for (size_t i = 0; i < truth.size(); ++i)
    references[i].push_back(truth[i]);
  for (const auto& [name, column] : arrays.texts)  // y_true_2: where a text may be like several
    if (name.starts_with("y_true_"))
      for (size_t i = 0; i < column.size(); ++i)
        if (!column[i].empty())
          references[i].push_back(column[i]);
  return metrics::measure_texts(references, texts);
}

// Of each token its negative log-likelihood, or the probabilities of all tokens in its place.
Measured language_model(const Arrays& arrays, const MetricsOptions& options) {
  if (arrays.find("nll")) {
    check_in(!options.ignore, ErrorKind::usage, "--ignore",
             "{} holds nll, whose tokens are not known; leave the others out of it", options.file);
    return metrics::measure_language_model(arrays.real("nll").to_vector<double>());
  }
  arrays.require(arrays.find("y_true") && arrays.find("y_score"),
                 "there is neither nll nor y_true and y_score (it holds {})", arrays.names());
  const Tensor &truth = arrays.real("y_true"), &scores = arrays.real("y_score");
  Dims shape = truth.shape();
  shape.push_back(scores.dim() > 0 ? scores.size(-1) : 0);
  arrays.require(scores.shape() == shape && scores.numel() > 0,
                 "y_score is {}; for y_true {} it should be [..., tokens]", describe(scores),
                 describe(truth));
  const auto tokens = whole_numbers(arrays, "y_true");
  const auto values = scores.to_vector<double>();
  const int64_t known = scores.size(-1);
  std::vector<double> nll;
  int64_t right = 0;
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i] == options.ignore)
      continue;
    arrays.require(tokens[i] >= 0 && tokens[i] < known,
                   "y_true[{}] is {}, and y_score has {} tokens", i, tokens[i], known);
    const std::span<const double> row(values.data() + i * size_t(known), size_t(known));
    const double p = row[size_t(tokens[i])];
    arrays.require(p >= 0 && p <= 1, "y_score holds {}, which is no probability", p);
    nll.push_back(-std::log(p));
    right += std::max_element(row.begin(), row.end()) - row.begin() == tokens[i];
  }
  return metrics::measure_language_model(nll, right);
}

using Measure = Measured (*)(const Arrays&, const MetricsOptions&);
constexpr std::pair<const char*, Measure> tasks[] = {{"multilabel", multilabel},
                                                     {"ranking", ranking},
                                                     {"segmentation", segmentation},
                                                     {"clustering", clustering},
                                                     {"forecast", forecast},
                                                     {"detection", detection},
                                                     {"text", text},
                                                     {"language_model", language_model}};

}  // namespace

std::vector<std::string> other_metric_tasks() {
  std::vector<std::string> out;
  for (const auto& [word, measure] : tasks)
    out.emplace_back(word);
  return out;
}

Measured measure_task(const Arrays& arrays, const MetricsOptions& options) {
  for (const auto& [word, measure] : tasks)
    if (options.task == word)
      return measure(arrays, options);
  throw Error(ErrorKind::usage, "--task", "there is no such task");
}

std::string metrics_examples() {
  return R"(Arrays of FILE, by --task:
  binary, multiclass  y_true [N], y_score [N] or [N, classes] (probabilities), or y_pred [N]
  regression          y_true [N], y_pred [N]
  multilabel          y_true [N, labels] of 0 and 1, y_score or y_pred alike
  ranking             y_true [queries, candidates] (relevance), y_score alike
  segmentation        y_true [N, ...] (labels), y_pred alike or y_score [N, classes, ...]
  clustering          y_pred [N] (clusters), y_true [N] (classes) or x [N, features], or both
  forecast            y_true, y_pred; y_history [T] for MASE; quantiles [Q] and y_quantiles [N, Q]
  detection           true_boxes [M, 4], boxes [D, 4] (x1, y1, x2, y2), scores [D]; true_labels,
                      labels, true_images, images, true_crowds where there are several; true_areas
                      where objects are smaller than their boxes
  text                y_true and y_pred (columns of a table); y_true_2, ... are further references
  language_model      nll (of each token, in nats), or y_true [...] and y_score [..., tokens]
In .csv, .tsv and .jsonl a column is an array; score_cat, score_dog are the columns of y_score, and
target and prediction stand for y_true and y_pred: what hebb eval --predictions FILE.csv writes.
Classes may be words there.
hebb metrics predictions.npz --task multiclass
hebb metrics answers.csv --task text
hebb metrics search.npz --task ranking --at 1,10)";
}

}  // namespace hebb::cli
