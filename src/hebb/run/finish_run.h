// The end of a run that is trained: weights, threshold, what the test part measures, the result in
// model.json, and the report. The same for `hebb train` and for runs that C++ programs save.
#pragma once

#include <vector>

#include "hebb/run/model_info.h"
#include "hebb/run/run_folder.h"
#include "hebb/run/run_setup.h"
#include "hebb/train/early_stopping.h"
#include "hebb/train/epoch_log.h"

namespace hebb {

// What the epochs came to. stopping: what has watched them, which keeps the best epoch where
// keeps_best; null: nothing has, and the last one is kept. several: models that learn from each
// other, whose losses do not say which epoch is better.
RunResult result_of(const std::vector<EpochLog>& history, const EarlyStopping* stopping = nullptr,
                    bool keeps_best = false, bool several = false);

// info: as model.json has it. Without a test part the report is of the validation part, without
// both there is none. A run is finished when model.json has its result, which is written last:
// until then all of this can be done again. Returns the result with the measures of the test part.
RunResult finish_run(const RunFolder& run, RunSetup& setup, ModelInfo info,
                     const std::vector<EpochLog>& history, RunResult result);

}  // namespace hebb
