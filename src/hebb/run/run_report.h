// The report of a run, filled in from what is known of it: configuration, history, and its result
// on the test part.
#pragma once

#include <string>
#include <vector>

#include "hebb/data/dataset.h"
#include "hebb/run/config.h"
#include "hebb/run/model_info.h"
#include "hebb/run/report.h"
#include "hebb/train/evaluation.h"

namespace hebb {

// tested: what `result` was measured on; part: what to call it ("test", "validation").
Report run_report(const Config& config, const ModelInfo& info, const std::vector<EpochLog>& history,
                  const data::Dataset& tested, const std::string& part, const TestResult& result);

}  // namespace hebb
