#include "hebb/nn/detection_losses.h"

#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/cross_entropy.h"
#include "hebb/ops/gather.h"
#include "hebb/ops/loss.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/views.h"

namespace hebb {
namespace {

void check_boxes(const char* name, const Tensor& labels, const Tensor& target_deltas) {
  check_in(labels.dim() == 1 && !is_floating(labels.dtype()) &&
               target_deltas.shape() == Dims{labels.size(0), 4},
           ErrorKind::invalid, name,
           "labels are {} and target_deltas {}, should be whole numbers [N] and [N, 4]",
           describe(labels), describe(target_deltas));
}

// The sum of the distances [N, 4] where there is an object [N]; what is elsewhere, even NaN, has no
// part in it.
Tensor box_distances(const Tensor& deltas, const Tensor& target_deltas, const Tensor& object,
                     double beta) {
  const Tensor each = smooth_l1_loss(deltas, target_deltas, {.reduction = "none", .beta = beta});
  return sum(where(object.unsqueeze(1), each, 0));
}

}  // namespace

Tensor rpn_loss(const Tensor& objectness, const Tensor& deltas, const Tensor& labels,
                const Tensor& target_deltas, const BoxLossOptions& options) {
  check_boxes("rpn_loss", labels, target_deltas);
  check_in(objectness.shape() == labels.shape() && deltas.shape() == target_deltas.shape(),
           ErrorKind::invalid, "rpn_loss",
           "objectness is {} and deltas {} for labels {}, should be [N] and [N, 4]",
           describe(objectness), describe(deltas), describe(labels));
  const Tensor counts = ge(labels, 0), object = eq(labels, 1);
  const Tensor classes = binary_cross_entropy_with_logits(objectness, object.to(objectness.dtype()),
                                                          {.reduction = "none"});
  const Tensor boxes = box_distances(deltas, target_deltas, object, options.beta);
  const double all = std::max(1.0, sum(counts.to(DType::f64)).item());
  return (sum(where(counts, classes, 0)) + boxes * options.box_weight) / all;
}

Tensor detection_loss(const Tensor& class_logits, const Tensor& deltas, const Tensor& labels,
                      const Tensor& target_deltas, const BoxLossOptions& options) {
  check_boxes("detection_loss", labels, target_deltas);
  const int64_t samples = labels.size(0);
  check_in(samples > 0 && class_logits.dim() == 2 && class_logits.size(0) == samples,
           ErrorKind::invalid, "detection_loss",
           "class_logits are {} for labels {}, should be [N, C] with N above 0",
           describe(class_logits), describe(labels));
  const int64_t classes = class_logits.size(1);
  const bool of_each_class = deltas.shape() == Dims{samples, 4 * classes};
  check_in(of_each_class || deltas.shape() == Dims{samples, 4}, ErrorKind::invalid,
           "detection_loss", "deltas are {}, should be [{}, 4] or, of {} classes, [{}, {}]",
           describe(deltas), samples, classes, samples, 4 * classes);
  const Tensor loss_of_classes = cross_entropy(class_logits, labels);
  Tensor of_label = deltas;
  if (of_each_class && classes > 1) {
    const Tensor index = labels.reshape({samples, 1, 1}).expand({samples, 1, 4});
    of_label = gather(deltas.reshape({samples, classes, 4}), 1, index).squeeze(1);
  }
  const Tensor boxes = box_distances(of_label, target_deltas, gt(labels, 0), options.beta);
  return loss_of_classes + boxes * (options.box_weight / double(samples));
}

}  // namespace hebb
