// Where a run goes: the rules of --out and --resume, and what has to be the same for going on with
// one.
#pragma once

#include <string>

#include "hebb/run/config.h"
#include "hebb/run/model_info.h"
#include "hebb/run/session.h"

namespace hebb {

struct RunPlace {
  RunFolder run;
  bool resumed = false;                    // a configuration and a description are there
  std::vector<std::string> extended = {};  // keys that go on with another value, and both values
  bool made = false;                       // the folder was not there before
};

// config.train.threads is resolved. Errors (usage): a folder that holds something else, a run of
// another configuration.
RunPlace place_of(const Config& config, const SessionOptions& options);

// Of the keys that make a difference to the steps that are made and are not at their defaults, so
// that a later version's new keys change no hash.
std::string config_hash(const Config& config);

// A resumed run must have what it began with, or its bits would change. -> its data, with the test
// part as it is now: training does not depend on that, and a changed one is only warned of. Errors:
// other data to train on or to validate with, another instruction set.
std::vector<DataPart> check_same(const RunFolder& run, const ModelInfo& now,
                                 const ModelInfo& begun);

}  // namespace hebb
