// Losses of margins and distances. reduction: "mean", "sum" or "none". Names, operands and defaults
// are those of torch.nn.functional, but for contrastive_loss and info_nce_loss.
#pragma once

#include <functional>
#include <string>

#include "hebb/base/fields.h"
#include "hebb/ops/loss.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

struct MarginAttrs {  // margin_ranking_loss, cosine_embedding_loss
  double margin = 0;
  std::string reduction = "mean";
  HEBB_FIELDS(margin, reduction)
};
struct WideMarginAttrs {  // hinge_embedding_loss, contrastive_loss
  double margin = 1;
  std::string reduction = "mean";
  HEBB_FIELDS(margin, reduction)
};
struct MultiMarginAttrs {
  int64_t p = 1;  // the power of what is missing: 1 or 2
  double margin = 1;
  std::string reduction = "mean";
  HEBB_FIELDS(p, margin, reduction)
};
struct TripletAttrs {
  double margin = 1, p = 2, eps = 1e-6;  // eps: added to the differences before their norm
  bool swap = false;  // whether the negative's distance from the positive counts where it is less
  std::string reduction = "mean";
  HEBB_FIELDS(margin, p, eps, swap, reduction)
};
struct InfoNceAttrs {
  double temperature = 0.1;
  std::string reduction = "mean";
  HEBB_FIELDS(temperature, reduction)
};

// max(0, -target (input1 - input2) + margin); target: 1 or -1.
Tensor margin_ranking_loss(const Tensor& input1, const Tensor& input2, const Tensor& target,
                           const MarginAttrs& options = {});
// input where target is 1, max(0, margin - input) where it is -1.
Tensor hinge_embedding_loss(const Tensor& input, const Tensor& target,
                            const WideMarginAttrs& options = {});
// log(1 + exp(-target input)), without overflow; target: 1 or -1.
Tensor soft_margin_loss(const Tensor& input, const Tensor& target, const LossAttrs& options = {});
// Of scores [N, C] and classes [N]: the sum over the other classes i of max(0, margin - x[class] +
// x[i])^p, times weight [C] of the class, over C.
Tensor multi_margin_loss(const Tensor& input, const Tensor& target,
                         const MultiMarginAttrs& options = {}, const Tensor& weight = {});
// Of scores [N, C] and target [N, C], whose rows list classes up to the first -1: the sum over the
// listed classes k and all others i of max(0, 1 - x[k] + x[i]), over C.
Tensor multilabel_margin_loss(const Tensor& input, const Tensor& target,
                              const LossAttrs& options = {});
// Binary cross-entropy of scores [..., C], the mean over the classes; weight: one for each class.
Tensor multilabel_soft_margin_loss(const Tensor& input, const Tensor& target,
                                   const LossAttrs& options = {}, const Tensor& weight = {});
// Of vectors [N, D] and target [N]: 1 - cos where target is 1, max(0, cos - margin) where it is -1.
Tensor cosine_embedding_loss(const Tensor& input1, const Tensor& input2, const Tensor& target,
                             const MarginAttrs& options = {});
// Of vectors [..., D]: max(0, margin + |anchor - positive| - |anchor - negative|), of p-norms.
Tensor triplet_margin_loss(const Tensor& anchor, const Tensor& positive, const Tensor& negative,
                           const TripletAttrs& options = {});
// The same with any distance; none: the 2-norm. Of the options margin, swap and reduction count.
Tensor triplet_margin_with_distance_loss(
    const Tensor& anchor, const Tensor& positive, const Tensor& negative,
    const std::function<Tensor(const Tensor&, const Tensor&)>& distance = {},
    const TripletAttrs& options = {});
// Of vectors [..., D] with the distance d: d²/2 where target is 1, max(0, margin - d)²/2 where it
// is 0. Source: Hadsell, Chopra and LeCun 2006.
Tensor contrastive_loss(const Tensor& input1, const Tensor& input2, const Tensor& target,
                        const WideMarginAttrs& options = {});
// Cross-entropy of the cosines of query [N, D] with all positive_key [N, D], over temperature: that
// of the same row is right. Source: van den Oord et al. 2018.
Tensor info_nce_loss(const Tensor& query, const Tensor& positive_key,
                     const InfoNceAttrs& options = {});

}  // namespace hebb
