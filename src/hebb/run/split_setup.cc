#include "hebb/run/split_setup.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "hebb/base/check.h"
#include "hebb/base/lower_case.h"
#include "hebb/data/instant.h"
#include "hebb/data/part_file.h"
#include "hebb/run/at_key.h"

namespace hebb {
namespace {

using Places = std::vector<int64_t>;  // samples of a data set, by their place in it

// Where a sample stands: "line 7".
std::string place_of(const data::Dataset& all, size_t i) {
  return all.source().sample_name(all.source_index(int64_t(i)));
}

// Samples whose cell of a column is empty.
struct EmptyCells {
  int64_t count = 0;
  size_t first = 0;

  void add(size_t i) {
    if (count++ == 0)
      first = i;
  }
  // "line 7", or "the first: line 7"
  std::string where(const data::Dataset& all) const {
    return (count == 1 ? "" : "the first: ") + place_of(all, first);
  }
};

// A group for each sample. An empty cell says nothing of a row: it is a group of its own.
std::vector<int64_t> groups_of(const data::Dataset& all, const std::string& column,
                               std::vector<std::string>& notes) {
  std::map<std::string, int64_t> number;
  std::vector<int64_t> out;
  int64_t next = 0;
  EmptyCells empty;
  for (const std::string& cell : all.kept(column)) {
    if (cell.empty()) {
      empty.add(out.size());
      out.push_back(next++);
      continue;
    }
    const auto [at, fresh] = number.emplace(cell, next);
    next += fresh;
    out.push_back(at->second);
  }
  if (empty.count > 0)
    notes.push_back(fmt::format("{}: {} row{} no '{}' ({}); each is a group of its own", all.name(),
                                empty.count, empty.count == 1 ? " has" : "s have", column,
                                empty.where(all)));
  return out;
}

}  // namespace

data::SplitBy split_by(const data::Dataset& all, const DataConfig& d,
                       std::vector<std::string>& notes) {
  data::SplitBy by{.seed = uint64_t(d.split_seed)};
  if (d.stratify) {
    check_in(all.task() == data::Task::classification, ErrorKind::usage, "data.stratify",
             "needs classes, but the targets of {} are quantities", all.name());
    by.labels = all.labels();
  }
  if (!d.group.empty())
    by.groups = at_spec("data.group", [&] { return groups_of(all, d.group, notes); });
  if (!d.time.empty())
    by.times = at_spec("data.time", [&] {
      return data::instants_of(all.kept(d.time), fmt::format("column '{}'", d.time),
                               [&](size_t i) { return place_of(all, i); });
    });
  return by;
}

namespace {

// The same for some of the samples.
data::SplitBy of_these(const data::SplitBy& by, const Places& places) {
  data::SplitBy out{.seed = by.seed};
  const auto pick = [&](const auto& from, auto& to) {
    if (!from.empty())
      for (int64_t place : places)
        to.push_back(from[size_t(place)]);
  };
  pick(by.labels, out.labels);
  pick(by.groups, out.groups);
  pick(by.times, out.times);
  return out;
}

// What the library says of a split, told with the key.
template <class F>
auto at_split(F&& f) {
  return at_spec("data.split", [&] {
    try {
      return f();
    } catch (const Error& error) {
      const bool general = error.where() == "split" || error.where() == "k_fold";
      throw Error(error.kind(), general ? "" : error.where(), error.message(), error.details());
    }
  });
}

struct PartPlaces {
  Places train, validation, test;
};

// Sets the share of the training samples aside that each epoch is measured on.
void set_validation_aside(PartPlaces& parts, double share, const data::SplitBy& by) {
  if (share == 0)
    return;
  const Places all = std::move(parts.train);
  const auto split = data::split_parts(int64_t(all.size()), {1 - share, share}, of_these(by, all));
  const auto at = [&](const Places& in) {
    Places out;
    for (int64_t place : in)
      out.push_back(all[size_t(place)]);
    return out;
  };
  parts.train = at(split[0]);
  parts.validation = at(split[1]);
}

PartPlaces by_shares(const data::Dataset& all, const SplitConfig& s, const data::SplitBy& by) {
  auto parts = data::split_parts(all.size(), {s.train, s.validation, s.test}, by);
  return {std::move(parts[0]), std::move(parts[1]), std::move(parts[2])};
}

PartPlaces by_folds(const data::Dataset& all, const SplitConfig& s, const data::SplitBy& by) {
  auto folds = data::split_folds(all.size(), s.folds, by);
  data::FoldIndices& fold = folds.at(size_t(s.fold));
  return {std::move(fold.train), {}, std::move(fold.test)};
}

// The part that a word of a column or file stands for; null: it is none.
Places* part_named(PartPlaces& parts, const std::string& given) {
  const std::string word = lower_case(given);
  const auto is_one_of = [&](std::initializer_list<const char*> words) {
    return std::find(words.begin(), words.end(), word) != words.end();
  };
  if (is_one_of({"train", "training", "0"}))
    return &parts.train;
  if (is_one_of({"validation", "valid", "val", "dev", "1"}))
    return &parts.validation;
  if (is_one_of({"test", "testing", "2"}))
    return &parts.test;
  return nullptr;
}

void note_left_out(const data::Dataset& all, int64_t rows, const std::string& why,
                   std::vector<std::string>& notes) {
  if (rows > 0)
    notes.push_back(
        fmt::format("{}: {} of {} samples are in no part: {}", all.name(), rows, all.size(), why));
}

void note_empty(const data::Dataset& all, const EmptyCells& empty, const std::string& column,
                std::vector<std::string>& notes) {
  if (empty.count > 0)
    note_left_out(all, empty.count,
                  fmt::format("'{}' is empty there ({})", column, empty.where(all)), notes);
}

PartPlaces by_column(const data::Dataset& all, const SplitConfig& s,
                     std::vector<std::string>& notes) {
  const std::vector<std::string> cells = all.kept(s.column);
  PartPlaces out;
  EmptyCells empty;
  for (size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].empty()) {
      empty.add(i);
      continue;
    }
    Places* part = part_named(out, cells[i]);
    if (!part)
      fail(ErrorKind::data, all.name(),
           "{}: column '{}' is '{}', should be train, validation or test (or 0, 1 and 2); for the "
           "numbers of folds, set folds beside column",
           place_of(all, i), s.column, cells[i].substr(0, 40));
    part->push_back(int64_t(i));
  }
  note_empty(all, empty, s.column, notes);
  return out;
}

// The fold of each sample, by a column that numbers them from 0; -1 where the cell is empty.
std::vector<int64_t> fold_numbers(const data::Dataset& all, const SplitConfig& s) {
  std::vector<int64_t> out;
  for (const std::string& cell : all.kept(s.column)) {
    int64_t fold = -1;
    if (!cell.empty()) {
      const bool digits =
          cell.size() <= 9 && cell.find_first_not_of("0123456789") == std::string::npos;
      fold = digits ? std::stoll(cell) : s.folds;
      if (fold >= s.folds)
        fail(ErrorKind::data, all.name(),
             "{}: column '{}' is '{}', should be the number of a fold, 0 to {}",
             place_of(all, out.size()), s.column, cell.substr(0, 40), s.folds - 1);
    }
    out.push_back(fold);
  }
  return out;
}

PartPlaces by_fold_column(const data::Dataset& all, const SplitConfig& s,
                          std::vector<std::string>& notes) {
  const std::vector<int64_t> fold = fold_numbers(all, s);
  const std::set<int64_t> there(fold.begin(), fold.end());
  for (int64_t wanted = 0; wanted < s.folds; ++wanted)
    check_in(there.contains(wanted), ErrorKind::usage, "",
             "folds is {}, but no row of column '{}' is of fold {}; its folds go up to {}", s.folds,
             s.column, wanted, std::max<int64_t>(0, *there.rbegin()));
  PartPlaces out;
  EmptyCells empty;
  for (size_t i = 0; i < fold.size(); ++i) {
    if (fold[i] < 0)
      empty.add(i);
    else
      (fold[i] == s.fold ? out.test : out.train).push_back(int64_t(i));
  }
  note_empty(all, empty, s.column, notes);
  return out;
}

// "fold3" -> 3
std::optional<int64_t> fold_of_name(const std::string& name) {
  if (!name.starts_with("fold") || name.size() < 5 || name.size() > 13 ||
      name.find_first_not_of("0123456789", 4) != std::string::npos)
    return std::nullopt;
  return std::stoll(name.substr(4));
}

std::set<int64_t> folds_in(const data::NamedParts& parts) {
  std::set<int64_t> out;
  for (const auto& [name, samples] : parts)
    if (const std::optional<int64_t> fold = fold_of_name(name))
      out.insert(*fold);
  return out;
}

// Numbers in a file are those of the whole data set, which data.limit may have made smaller.
PartPlaces by_file(const data::Dataset& all, const SplitConfig& s,
                   std::vector<std::string>& notes) {
  std::map<int64_t, int64_t> place_of;  // by the number in the source
  for (int64_t i = 0; i < all.size(); ++i)
    place_of.emplace(all.source_index(i), i);
  PartPlaces out;
  int64_t placed = 0;
  const data::NamedParts parts = data::read_parts(s.file);
  const std::set<int64_t> folds = folds_in(parts);
  for (const auto& [name, samples] : parts) {
    const std::optional<int64_t> fold = fold_of_name(name);
    Places* part = fold ? (*fold == s.fold ? &out.test : &out.train) : part_named(out, name);
    check_in(part != nullptr, ErrorKind::data, s.file,
             "holds a part '{}'; parts should be called train, validation and test, or fold0, "
             "fold1, ...",
             name);
    for (int64_t sample : samples) {
      check_in(sample < all.source().info().size, ErrorKind::data, s.file,
               "{} holds sample {}, but {} has {}, counted from 0", name, sample, all.name(),
               all.source().info().size);
      const auto at = place_of.find(sample);
      if (at == place_of.end())
        continue;
      part->push_back(at->second);
      ++placed;
    }
  }
  check_in(folds.empty() || folds.size() == parts.size(), ErrorKind::data, s.file,
           "holds folds and other parts; it should hold one or the other");
  check_in(folds.empty() || folds.contains(s.fold), ErrorKind::usage, "",
           "fold is {}, but {} holds the folds 0 to {}", s.fold, s.file,
           folds.empty() ? 0 : *folds.rbegin());
  for (Places* part : {&out.train, &out.validation, &out.test})
    std::sort(part->begin(), part->end());
  note_left_out(all, all.size() - placed, s.file + " does not name them", notes);
  return out;
}

void check_parts(const data::Dataset& all, const SplitConfig& s, const PartPlaces& parts) {
  if (s.by_shares()) {
    check_in(!parts.train.empty() && (s.validation == 0 || !parts.validation.empty()) &&
                 (s.test == 0 || !parts.test.empty()),
             ErrorKind::usage, "data.split", "{} samples are too few for the parts {}, {} and {}",
             all.size(), s.train, s.validation, s.test);
    return;
  }
  check_in(!parts.train.empty(), ErrorKind::usage, "data.split",
           "leaves nothing of {} samples to train on", all.size());
  check_in(s.validation == 0 || !parts.validation.empty(), ErrorKind::usage, "data.split",
           "{} samples to train on are too few for a validation part of {}", parts.train.size(),
           s.validation);
}

}  // namespace

std::string key_for_validation(const DataConfig& d) {
  if (!d.split || d.split->by_shares())
    return "split = { train = 0.9, validation = 0.1 } in [data]";
  return fmt::format("validation = 0.1 beside {} in data.split", d.split->folds > 0 ? "folds"
                                                                 : d.split->column.empty()
                                                                     ? "file"
                                                                     : "column");
}

void check_folds_of_file(const SplitConfig& s, int64_t folds) {
  if (s.file.empty())
    return;
  const std::set<int64_t> there =
      at_spec("data.split", [&] { return folds_in(data::read_parts(s.file)); });
  check_in(!there.empty(), ErrorKind::usage, "folds",
           "{} holds no folds; its parts are trained on without --folds", s.file);
  check_in(*there.rbegin() + 1 == int64_t(there.size()), ErrorKind::usage, "folds",
           "{} holds {} folds up to fold{}; they should be counted from 0", s.file, there.size(),
           *there.rbegin());
  check_in(int64_t(there.size()) == folds, ErrorKind::usage, "folds",
           "{0} is asked for, but {1} holds {2}; it should be {2}", folds, s.file, there.size());
}

std::vector<std::string> split_columns(const DataConfig& d) {
  std::vector<std::string> out;
  const auto add = [&](const std::string& column) {
    if (!column.empty() && std::find(out.begin(), out.end(), column) == out.end())
      out.push_back(column);
  };
  add(d.group);
  add(d.time);
  if (d.split)
    add(d.split->column);
  return out;
}

SplitData split_data(const data::Dataset& all, const DataConfig& d) {
  SplitData out;
  const SplitConfig& s = *d.split;
  const data::SplitBy by = split_by(all, d, out.notes);
  PartPlaces parts = at_split([&] {
    if (s.by_shares())
      return by_shares(all, s, by);
    PartPlaces chosen = !s.file.empty()    ? by_file(all, s, out.notes)
                        : s.column.empty() ? by_folds(all, s, by)
                        : s.folds > 0      ? by_fold_column(all, s, out.notes)
                                           : by_column(all, s, out.notes);
    check_in(s.validation == 0 || chosen.validation.empty(), ErrorKind::usage, "",
             "has a share for validation, and {} names a validation part; it should be one of "
             "them",
             s.file.empty() ? "the column" : s.file);
    set_validation_aside(chosen, s.validation, by);
    return chosen;
  });
  check_parts(all, s, parts);
  out.train = all.subset(parts.train);
  if (!parts.validation.empty())
    out.validation = all.subset(parts.validation);
  if (!parts.test.empty())
    out.test = all.subset(parts.test);
  return out;
}

}  // namespace hebb
