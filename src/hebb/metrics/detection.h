// Detection: average precision over thresholds of overlap, as COCO's evaluation and PASCAL VOC's
// have it. Fed image by image; of every detection its score and its matches are kept (16 bytes).
// Sources: Everingham et al. 2010 (VOC); Lin et al. 2014 (COCO).
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "hebb/metrics/warnings.h"

namespace hebb::metrics {

using Box = std::array<double, 4>;  // x1, y1, x2, y2

// Intersection over union, 0 for boxes of no area.
double box_iou(const Box& a, const Box& b);

struct TrueBox {
  Box box;
  int64_t label = 0;
  bool crowd = false;               // a group: detections in it are neither right nor wrong
  std::optional<double> area = {};  // of the object, in square pixels; empty: the box's
};
struct DetectedBox {
  Box box;
  int64_t label = 0;
  double score = 0;
};

enum class ApForm {
  coco,    // precision at 101 recalls
  area,    // under the curve, as VOC since 2010
  voc2007  // precision at 11 recalls
};

struct DetectionOptions {
  std::vector<double> iou_thresholds;  // rising, at most 32; empty: 0.5, 0.55 ... 0.95
  int64_t max_detections = 100;        // of one image and class, by score
  ApForm form = ApForm::coco;
  // Objects of other areas, in square pixels, are neither found nor missed, as COCO has it: who
  // finds one is left out, and so is a detection of another area that finds nothing.
  double least_area = 0, most_area = std::numeric_limits<double>::infinity();
};

class DetectionSums {
 public:
  explicit DetectionSums(DetectionOptions options = {});

  // One image. Error: a box whose corners are not finite or in the wrong order, a score that is
  // NaN.
  void add(std::span<const TrueBox> truth, std::span<const DetectedBox> detected);
  void merge(const DetectionSums& other);  // with the same options

  int64_t images() const { return images_; }
  std::span<const double> iou_thresholds() const { return options_.iou_thresholds; }
  std::vector<int64_t> labels() const;  // that occur in the truth

  // Of one class at one threshold (its index); NaN when it has no true boxes.
  double average_precision(int64_t label, size_t threshold) const;
  // Means over the classes that occur, and over all thresholds or the one with this overlap. NaN,
  // with a warning, without true boxes. Error: an overlap that is not among the thresholds.
  double mean_average_precision(std::optional<double> iou = {}, Warnings* warnings = nullptr) const;
  double mean_average_recall(Warnings* warnings = nullptr) const;

 private:
  struct Detection {
    double score;
    uint32_t matched, ignored;  // by threshold
  };
  struct Class {
    int64_t positives = 0;
    std::vector<Detection> detections;  // in the order in which they came
  };
  struct Curve {
    std::vector<double> precision, recall;
  };
  Curve curve_of(const Class& of, size_t threshold) const;
  template <class Of>
  double mean(const char* name, std::optional<size_t> threshold, Warnings* warnings, Of of) const;

  DetectionOptions options_;
  std::map<int64_t, Class> classes_;
  int64_t images_ = 0;
};

// The same for objects of each of COCO's sizes. Bounds belong to both sides.
class DetectionsBySize {
 public:
  static constexpr std::array<const char*, 3> names = {"small", "medium", "large"};

  // options: without areas, which are up to 32², from there up to 96², and from there on.
  explicit DetectionsBySize(const DetectionOptions& options = {});
  void add(std::span<const TrueBox> truth, std::span<const DetectedBox> detected);
  void merge(const DetectionsBySize& other);
  std::span<const DetectionSums> parts() const { return parts_; }  // in the order of names

 private:
  std::vector<DetectionSums> parts_;
};

}  // namespace hebb::metrics
