// train.class_weights in numbers.
#pragma once

#include <vector>

#include "hebb/data/dataset.h"
#include "hebb/run/config.h"
#include "hebb/run/model_info.h"

namespace hebb {

// One for each class, in the order of the labels; empty: all samples count the same. "balanced" is
// n / (classes * samples of the class), scikit-learn's. Error (usage): targets that are quantities,
// a label that is none, a class without a number, or, balanced, without a sample.
std::vector<double> class_weights_of(const ClassWeights& given, const data::Dataset& train);

// As a run's description has them: by label.
std::vector<std::pair<std::string, double>> by_label(const std::vector<double>& weights,
                                                     const std::vector<std::string>& labels);
std::vector<double> class_weights_of(const ModelInfo& info);

}  // namespace hebb
