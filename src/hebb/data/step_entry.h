// An entry of the list of steps: its word, its options, and how it is made. One file each in
// steps/, one word each in steps.def. For .cc files.
#pragma once

#include <memory>
#include <string_view>

#include "hebb/base/check.h"
#include "hebb/base/json.h"
#include "hebb/base/options.h"
#include "hebb/data/step.h"

namespace hebb::data {

struct StepEntry {
  std::string_view name, what;
  const OptionsType* options = &options_type<NoOptions>;
  // state: null where there is none. Json::exception: it is not what Step::state() gives.
  std::shared_ptr<const Step> (*make)(const void* options, const Json& state);
};

// As make_step(), with the state as JSON; null: none. Json::exception: it is not what Step::state()
// gives.
std::shared_ptr<const Step> step_from(std::string_view line, const Json& state);

// Beside the built-in ones, for the whole program. Error (usage): the name is taken. Its texts are
// kept as they are: literals.
void add_step(const StepEntry& entry);

namespace step_word {
#define STEP(name) extern const StepEntry name;
#include "hebb/data/steps.def"
#undef STEP
}  // namespace step_word

// A step of one field that its options are all of.
template <class Options, const StepEntry& entry>
class StepOf : public FieldStep {
 public:
  explicit StepOf(Options options = {}, std::string_view field = input_field)
      : FieldStep(field), options_(std::move(options)) {}
  std::string line() const override { return options_line(entry.name, *entry.options, &options_); }

 protected:
  Options options_;
};

// Error (usage): a state where a step has none.
inline void check_no_state(std::string_view name, const Json& state) {
  check_in(state.is_null(), ErrorKind::usage, name, "has no state, but one is given");
}

template <class T, class Options, const StepEntry& entry>
std::shared_ptr<const Step> step_of(const void* options, const Json& state) {
  check_no_state(entry.name, state);
  return std::make_shared<T>(as<Options>(options));
}

}  // namespace hebb::data
