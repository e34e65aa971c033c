// A step turns what a sample holds into something nearer to what a model takes: a file into levels,
// levels into numbers. A list of them is a recipe (recipe.h). A step is pure, or keyed and for
// training only (augmentation); it may be fitted on the training part, and it may be undone. Steps
// never change and may be run by several threads at a time.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/base/parallel.h"
#include "hebb/base/philox.h"
#include "hebb/base/spec.h"
#include "hebb/data/record.h"
#include "hebb/data/schema.h"

namespace hebb::data {

struct DatasetStats;

// The training part, as it comes to a step that is fitted.
class Fitting {
 public:
  virtual ~Fitting() = default;
  // Of the samples as they were given, which may have been measured already. axis: whose entries
  // are measured, 0 the first, -1 the last.
  virtual const DatasetStats& statistics(int64_t axis) const = 0;
  // Of what each() gives.
  virtual Schema schema() const = 0;
  // Every sample in order, with the steps before this one done and keyed ones left out.
  virtual void each(FunctionRef<void(const Record&)> see) const = 0;
  // The same, but a record may hold several samples, and they come in parts, which follow one
  // another: each from its beginning to its end, but several at a time, on all threads.
  virtual int64_t parts() const { return 1; }
  virtual void each_block(FunctionRef<void(int64_t part, const Record&)> see) const {
    each([&](const Record& record) { see(0, record); });
  }
};

class Step {
 public:
  virtual ~Step() = default;

  // What comes out for what comes in. Error (usage): it cannot take such samples.
  virtual Schema map(const Schema& in) const = 0;
  // record: as `in` of map(). random: of this sample, for keyed steps.
  virtual void apply(Record& record, Philox& random) const = 0;

  // Whether a record may hold several samples, of which each becomes what it would alone.
  virtual bool takes_many() const { return false; }
  virtual bool keyed() const { return false; }
  // The one field that it makes anew, as record.spare; empty: it may change any.
  virtual std::string_view field() const { return {}; }
  // A number of x becomes another by itself, by its value and its entry of the first axis (a
  // picture's channel).
  virtual bool by_number() const { return false; }

  // It puts something where a field is missing: a number is NaN, a word empty.
  virtual bool fills_missing() const { return false; }

  // What a record of one sample, as `in` of map(), holds that no training sample held: "column
  // 'town' is 'Oslo', ...". For notes: the step is applied to it all the same.
  virtual void each_unlike(const Record&, FunctionRef<void(const std::string&)>) const {}

  virtual bool can_undo() const { return false; }
  virtual void undo(Record&) const;  // Error (invalid): it cannot be undone

  virtual bool needs_fit() const { return false; }  // it is to be fitted, and is not yet
  virtual std::shared_ptr<const Step> fitted(const Fitting& training) const;

  virtual std::string line() const = 0;                // that makes it again: "resize 28x28"
  virtual std::string state() const { return {}; }     // JSON of what was fitted or given; or ""
  virtual std::vector<std::string> words() const = 0;  // for people; none: not worth a word
};

// A step that changes one field and leaves the others.
class FieldStep : public Step {
 public:
  explicit FieldStep(std::string_view field = input_field) : field_(field) {}  // a literal
  Schema map(const Schema& in) const final;
  void apply(Record& record, Philox& random) const final;
  void undo(Record& record) const final;
  std::string_view field() const final { return field_; }

 protected:
  virtual Field map(const Field& in) const = 0;
  virtual void change(const Value& in, Value& out, const std::string& where,
                      Philox& random) const = 0;
  virtual void change_back(const Value& in, Value& out) const;

 private:
  std::string_view field_;
};

// line: of a configuration. state: what Step::state() gave; empty where there is none. Error
// (usage): an unknown word, wrong arguments or state.
std::shared_ptr<const Step> make_step(std::string_view line, std::string_view state = {});

// The step `columns` of these, in this order. codes_in_x: as that step has it.
std::shared_ptr<const Step> columns_step(const std::vector<std::string>& names,
                                         bool codes_in_x = false);

// The kinds of steps, without those of augmentation (augment.h).
std::vector<SpecHelp> step_help();

}  // namespace hebb::data
