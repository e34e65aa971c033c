#include "hebb/metrics/detection.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "hebb/base/check.h"
#include "hebb/metrics/nan.h"

namespace hebb::metrics {
namespace {

double area_of(const Box& b) {
  return (b[2] - b[0]) * (b[3] - b[1]);
}

double shared_area(const Box& a, const Box& b) {
  const double width = std::min(a[2], b[2]) - std::max(a[0], b[0]),
               height = std::min(a[3], b[3]) - std::max(a[1], b[1]);
  return width > 0 && height > 0 ? width * height : 0;
}

// With a crowd: over the detection alone, which need not cover the crowd.
double overlap(const Box& detected, const TrueBox& truth) {
  const double shared = shared_area(detected, truth.box);
  const double all =
      truth.crowd ? area_of(detected) : area_of(detected) + area_of(truth.box) - shared;
  return all > 0 ? shared / all : 0;
}

double area_of(const TrueBox& t) {
  return t.area.value_or(area_of(t.box));
}

void check_box(const Box& b) {
  for (double corner : b)
    check(std::isfinite(corner), "a box has the corner {}, which is not finite", corner);
  check(b[0] <= b[2] && b[1] <= b[3],
        "a box is {}, {}, {}, {}; it should be x1, y1, x2, y2 with x1 <= x2 and y1 <= y2", b[0],
        b[1], b[2], b[3]);
}

}  // namespace

double box_iou(const Box& a, const Box& b) {
  return overlap(a, {.box = b});
}

DetectionSums::DetectionSums(DetectionOptions options) : options_(std::move(options)) {
  auto& thresholds = options_.iou_thresholds;
  if (thresholds.empty())
    for (int i = 0; i < 10; ++i)
      thresholds.push_back(double(50 + 5 * i) / 100);
  check(thresholds.size() <= 32 && std::is_sorted(thresholds.begin(), thresholds.end()) &&
            thresholds.front() > 0 && thresholds.back() <= 1,
        "iou_thresholds should be at most 32 rising numbers above 0, up to 1");
  check(options_.max_detections >= 1, "max_detections is {}, should be at least 1",
        options_.max_detections);
}

void DetectionSums::add(std::span<const TrueBox> truth, std::span<const DetectedBox> detected) {
  for (const TrueBox& t : truth) {
    check_box(t.box);
    check(area_of(t) >= 0, "the area of an object is {}, should be at least 0", area_of(t));
  }
  for (const DetectedBox& d : detected) {
    check_box(d.box);
    check(!std::isnan(d.score), "the score of a detection is not a number (NaN)");
  }
  ++images_;
  const auto is_outside = [&](double area) {
    return area < options_.least_area || area > options_.most_area;
  };
  // Neither found nor missed.
  const auto is_left_out = [&](const TrueBox* t) { return t->crowd || is_outside(area_of(*t)); };
  std::map<int64_t, std::pair<std::vector<const TrueBox*>, std::vector<const DetectedBox*>>> by;
  for (const TrueBox& t : truth)
    by[t.label].first.push_back(&t);
  for (const DetectedBox& d : detected)
    by[d.label].second.push_back(&d);
  for (auto& [label, pair] : by) {
    auto& [truths, found] = pair;
    Class& own = classes_[label];
    // What is left out comes last: a detection goes to it only where nothing else takes it.
    std::stable_sort(truths.begin(), truths.end(),
                     [&](auto* a, auto* b) { return is_left_out(a) < is_left_out(b); });
    std::stable_sort(found.begin(), found.end(),
                     [](auto* a, auto* b) { return a->score > b->score; });
    if (int64_t(found.size()) > options_.max_detections)
      found.resize(size_t(options_.max_detections));
    for (const TrueBox* t : truths)
      own.positives += !is_left_out(t);
    std::vector<uint32_t> taken(truths.size(), 0);
    for (const DetectedBox* d : found) {
      Detection out{d->score, 0, 0};
      std::vector<double> overlaps;
      for (const TrueBox* t : truths)
        overlaps.push_back(overlap(d->box, *t));
      for (size_t k = 0; k < options_.iou_thresholds.size(); ++k) {
        const uint32_t bit = uint32_t(1) << k;
        double best = std::min(options_.iou_thresholds[k], 1 - 1e-10);
        std::optional<size_t> match;
        for (size_t g = 0; g < truths.size(); ++g) {
          if ((taken[g] & bit) && !truths[g]->crowd)
            continue;
          if (match && !is_left_out(truths[*match]) && is_left_out(truths[g]))
            break;
          if (overlaps[g] < best)
            continue;
          best = overlaps[g];
          match = g;
        }
        if (!match) {
          if (is_outside(area_of(d->box)))
            out.ignored |= bit;
          continue;
        }
        taken[*match] |= bit;
        (is_left_out(truths[*match]) ? out.ignored : out.matched) |= bit;
      }
      own.detections.push_back(out);
    }
  }
}

void DetectionSums::merge(const DetectionSums& other) {
  check(options_.iou_thresholds == other.options_.iou_thresholds &&
            options_.max_detections == other.options_.max_detections &&
            options_.least_area == other.options_.least_area &&
            options_.most_area == other.options_.most_area,
        "detections were matched with other options");
  for (const auto& [label, of] : other.classes_) {
    Class& own = classes_[label];
    own.positives += of.positives;
    own.detections.insert(own.detections.end(), of.detections.begin(), of.detections.end());
  }
  images_ += other.images_;
}

std::vector<int64_t> DetectionSums::labels() const {
  std::vector<int64_t> out;
  for (const auto& [label, of] : classes_)
    if (of.positives > 0)
      out.push_back(label);
  return out;
}

// After each detection, by falling score. Precision is made to fall: the best at that recall or
// above.
DetectionSums::Curve DetectionSums::curve_of(const Class& of, size_t threshold) const {
  const uint32_t bit = uint32_t(1) << threshold;
  std::vector<const Detection*> order;
  for (const Detection& d : of.detections)
    if (!(d.ignored & bit))
      order.push_back(&d);
  std::stable_sort(order.begin(), order.end(),
                   [](auto* a, auto* b) { return a->score > b->score; });
  Curve out;
  int64_t right = 0;
  for (size_t i = 0; i < order.size(); ++i) {
    right += (order[i]->matched & bit) != 0;
    out.precision.push_back(double(right) / double(i + 1));
    out.recall.push_back(double(right) / double(of.positives));
  }
  for (size_t i = out.precision.size(); i-- > 1;)
    out.precision[i - 1] = std::max(out.precision[i - 1], out.precision[i]);
  return out;
}

double DetectionSums::average_precision(int64_t label, size_t threshold) const {
  const auto found = classes_.find(label);
  if (found == classes_.end() || found->second.positives == 0)
    return nan;
  check(threshold < options_.iou_thresholds.size(), "there is no threshold {}", threshold);
  const Curve curve = curve_of(found->second, threshold);
  if (options_.form == ApForm::area) {
    double sum = 0, before = 0;
    for (size_t i = 0; i < curve.recall.size(); ++i) {
      sum += (curve.recall[i] - before) * curve.precision[i];
      before = curve.recall[i];
    }
    return sum;
  }
  const int parts = options_.form == ApForm::coco ? 100 : 10;
  const double step = 1 / double(parts);
  double sum = 0;
  for (int i = 0; i <= parts; ++i) {
    // Rounded as the levels of COCO's evaluation are: it decides whether a recall reaches a level.
    const double level = i < parts ? i * step : 1;
    const auto at =
        std::lower_bound(curve.recall.begin(), curve.recall.end(), level) - curve.recall.begin();
    sum += size_t(at) < curve.precision.size() ? curve.precision[size_t(at)] : 0;
  }
  return sum / double(parts + 1);
}

template <class Of>
double DetectionSums::mean(const char* name, std::optional<size_t> threshold, Warnings* warnings,
                           Of of) const {
  double sum = 0;
  int64_t count = 0;
  for (const auto& [label, own] : classes_)
    for (size_t k = 0; k < options_.iou_thresholds.size(); ++k)
      if (own.positives > 0 && (!threshold || *threshold == k)) {
        sum += of(label, own, k);
        ++count;
      }
  if (count > 0)
    return sum / double(count);
  warn(warnings, fmt::format("{} is undefined: there are no true boxes", name));
  return nan;
}

double DetectionSums::mean_average_precision(std::optional<double> iou, Warnings* warnings) const {
  std::optional<size_t> threshold;
  for (size_t k = 0; iou && k < options_.iou_thresholds.size(); ++k)
    if (std::abs(options_.iou_thresholds[k] - *iou) < 1e-9)
      threshold = k;
  check(!iou || threshold, "an overlap of {} is none of the thresholds", iou.value_or(0));
  return mean("mean_average_precision", threshold, warnings,
              [&](int64_t label, const Class&, size_t k) { return average_precision(label, k); });
}

double DetectionSums::mean_average_recall(Warnings* warnings) const {
  return mean("mean_average_recall", {}, warnings, [&](int64_t, const Class& of, size_t k) {
    const Curve curve = curve_of(of, k);
    return curve.recall.empty() ? 0 : curve.recall.back();
  });
}

DetectionsBySize::DetectionsBySize(const DetectionOptions& options) {
  static constexpr std::array<double, names.size() + 1> bounds = {
      0, 32 * 32, 96 * 96, std::numeric_limits<double>::infinity()};
  for (size_t i = 0; i < names.size(); ++i) {
    DetectionOptions own = options;
    own.least_area = bounds[i];
    own.most_area = bounds[i + 1];
    parts_.emplace_back(own);
  }
}

void DetectionsBySize::add(std::span<const TrueBox> truth, std::span<const DetectedBox> detected) {
  for (DetectionSums& part : parts_)
    part.add(truth, detected);
}

void DetectionsBySize::merge(const DetectionsBySize& other) {
  for (size_t i = 0; i < parts_.size(); ++i)
    parts_[i].merge(other.parts_[i]);
}

}  // namespace hebb::metrics
