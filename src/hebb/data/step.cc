#include "hebb/data/step.h"

#include <algorithm>

#include "hebb/base/family.h"
#include "hebb/base/json_trouble.h"
#include "hebb/data/step_entry.h"
#include "hebb/data/steps/augment.h"

namespace hebb::data {
namespace {

Family<StepEntry>& steps_known() {
  static Family<StepEntry> all("step", {
#define STEP(name) &step_word::name,
#include "hebb/data/steps.def"
#undef STEP
                                       });
  return all;
}

Json state_from(std::string_view text, const std::string& word) {
  if (text.empty())
    return nullptr;
  try {
    return parse_json(text);
  } catch (const Json::exception& error) {
    fail(ErrorKind::usage, word, "its state is no JSON: {}", plain_text(error));
  }
}

}  // namespace

void Step::undo(Record&) const {
  fail(ErrorKind::invalid, line(), "cannot be undone");
}

std::shared_ptr<const Step> Step::fitted(const Fitting&) const {
  bug("a step that is not fitted was asked to be: " + line());
}

Schema FieldStep::map(const Schema& in) const {
  Schema out = in;
  for (Field& field : out)
    if (field.name == field_) {
      field = map(std::as_const(field));
      return out;
    }
  fail(ErrorKind::usage, SpecLine::parse(line()).name,
       "there is no field '{}' to change; there are {}", field_, describe(in));
}

void FieldStep::apply(Record& record, Philox& random) const {
  Value& value = record.at(field_);
  change(value, record.spare, record.where, random);
  std::swap(value, record.spare);
}

void FieldStep::undo(Record& record) const {
  Value& value = record.at(field_);
  change_back(value, record.spare);
  std::swap(value, record.spare);
}

void FieldStep::change_back(const Value&, Value&) const {
  fail(ErrorKind::invalid, line(), "cannot be undone");
}

void add_step(const StepEntry& entry) {
  check_in(!is_transform(entry.name), ErrorKind::usage, "", "there is a transform '{}' already",
           entry.name);
  steps_known().add(entry);
}

std::shared_ptr<const Step> step_from(std::string_view line, const Json& state) {
  const std::string word = SpecLine::parse(line).name;
  if (is_transform(word)) {
    check_no_state(word, state);
    return augment_step(line);
  }
  return steps_known().parse(line, [&](const StepEntry& entry, const void* options) {
    return at_json("state", [&] { return entry.make(options, state); });
  });
}

std::shared_ptr<const Step> make_step(std::string_view line, std::string_view state) {
  const std::string word = SpecLine::parse(line).name;
  const Json json = state_from(state, word);
  try {
    return step_from(line, json);
  } catch (const Json::exception& error) {
    fail(ErrorKind::usage, word, "its state cannot be read: {}", plain_text(error));
  }
}

std::vector<SpecHelp> step_help() {
  return steps_known().help();
}

}  // namespace hebb::data
