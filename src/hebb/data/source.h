// Where samples come from: what a kind of data set implements. Sources never change and may be read
// by several threads at a time. Users hold a Dataset (dataset.h), a view of a source.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hebb/base/fields.h"
#include "hebb/data/record.h"
#include "hebb/data/schema.h"
#include "hebb/tensor/dims.h"
#include "hebb/tensor/dtype.h"

namespace hebb::data {

enum class Task : uint8_t { classification, regression };

// A column that is not learned from: it decides which samples go together, or names them. Its
// cells as text.
struct KeptColumn {
  std::string name;
  std::vector<std::string> cells;  // of each sample
  HEBB_FIELDS(name, cells)
};

struct SourceInfo {
  std::string name;  // as it was asked for: "fashion-mnist:train", "photos/", "iris.csv"
  int64_t size = 0;  // samples
  Dims sample_shape;
  DType dtype = DType::u8;  // u8 samples are pictures [C, H, W]; others reach the batch as they are
  Task task = Task::classification;
  std::vector<std::string> class_names;    // of a classification
  Dims target_shape;                       // of one sample's target in a regression
  std::vector<std::string> feature_names;  // of a table's columns
  std::string target_name;                 // of a table's target
  Schema more_inputs, more_targets;        // fields of a sample beside x and y
  std::vector<KeptColumn> kept;            // of a table: those that were asked for
  std::string id;                          // of these, the one that names samples; empty: none
  std::vector<double> weights;             // how much each sample counts; empty: each 1
  std::string weight;                      // the column they come from; may be empty
  std::vector<std::string> notes;  // what a person should know: what was left out, what stands in
};

struct PictureSizes {
  int least_height = 0, most_height = 0, least_width = 0, most_width = 0;
  bool differ() const { return least_height != most_height || least_width != most_width; }
};

// "'cat', 'dog'": each in quotes, which show blanks; ten at most.
std::string quoted_list(const std::vector<std::string>& names);

class Source {
 public:
  virtual ~Source() = default;
  const SourceInfo& info() const { return info_; }
  // Of a sample as it is read: x, or the columns of a table; the target y; and what there is beside
  // them.
  virtual Schema schema() const;
  // Its fields but for y, one by one: those of schema(), in that order. A record may be used again;
  // what it holds refers to the source's memory where it can. Several samples: where gives_many().
  virtual void read_records(std::span<const int64_t> indices, Record& record) const;
  void read_record(int64_t index, Record& record) const {
    read_records(std::span(&index, 1), record);
  }
  virtual bool gives_many() const { return false; }

  // One sample's values, sample_shape of dtype. in_memory: their address, when they lie somewhere;
  // read copies them out.
  virtual const void* in_memory(int64_t) const { return nullptr; }
  virtual void read(int64_t index, void* to) const = 0;

  // The same values before they became f32, where they were f64: statistics and normalisation begin
  // with these.
  virtual const double* in_f64(int64_t) const { return nullptr; }
  virtual const double* target_in_f64(int64_t) const { return nullptr; }

  virtual int64_t label(int64_t index) const;           // the class; of a classification
  virtual void target(int64_t index, float* to) const;  // target_shape values; of a regression
  // Adds the values of more_inputs and more_targets, by name, to a sample's record.
  virtual void read_more(int64_t index, Record& record) const;
  // For messages: "sample 7", "line 8" of a table, or a file's path.
  virtual std::string sample_name(int64_t index) const;
  // Of pictures that are resized: how large those that were read so far are.
  virtual std::optional<PictureSizes> sizes_read() const { return std::nullopt; }
  virtual uint64_t hash() const = 0;  // of what was given: values and labels in order

 protected:
  Field target_schema() const;
  SourceInfo info_;
};

// A sample's values as the source has them: f64 where those are kept. x refers to the source's
// memory, or owns what was read.
void read_sample(const Source& source, int64_t index, Value& x);
// The same of its target: a class is i64.
void read_target(const Source& source, int64_t index, Value& y);

}  // namespace hebb::data
