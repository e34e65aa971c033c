// hebb data split: how a data set would be divided, with the sizes and classes of the parts; and a
// file of them, which data.split reads.
#include "hebb/cli/data_split.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "hebb/base/check.h"
#include "hebb/base/log.h"
#include "hebb/cli/data_place.h"
#include "hebb/cli/download_line.h"
#include "hebb/cli/named_file.h"
#include "hebb/cli/table_options.h"
#include "hebb/data/open.h"
#include "hebb/data/part_file.h"
#include "hebb/run/split_setup.h"

namespace hebb::cli {
namespace {

struct SplitOptions {
  std::string spec, target, out, group, time;
  int64_t limit = 0;
  std::optional<int64_t> folds;
  std::vector<double> fractions;
  bool stratify = false;
  TableWishes table;
};

struct NamedPart {
  std::string name;
  data::Dataset data;
};

// Parts go by the names that two or three of them usually have.
std::string part_name(size_t part, size_t count, bool folds) {
  constexpr const char* usual[] = {"train", "validation", "test"};
  if (folds)
    return fmt::format("fold{}", part);
  if (count == 3)
    return usual[part];
  if (count == 2)
    return part == 0 ? "train" : "test";
  return fmt::format("part{}", part);
}

std::vector<NamedPart> parts_of(const data::Dataset& data, const SplitOptions& options,
                                const data::SplitBy& by) {
  std::vector<std::vector<int64_t>> places;
  if (options.folds)
    for (data::FoldIndices& fold : data::split_folds(data.size(), *options.folds, by))
      places.push_back(std::move(fold.test));
  else
    places = data::split_parts(data.size(), options.fractions, by);
  std::vector<NamedPart> out;
  for (size_t p = 0; p < places.size(); ++p)
    out.push_back({part_name(p, places.size(), options.folds.has_value()), data.subset(places[p])});
  return out;
}

void write_file(const SplitOptions& options, const std::vector<NamedPart>& parts,
                const Global& global) {
  data::NamedParts named;
  for (const NamedPart& part : parts)
    named.emplace_back(part.name, part.data.source_indices());
  data::write_parts(options.out, named);
  if (global.quiet)
    return;
  const bool readable = options.folds || parts.size() == 2 || parts.size() == 3;
  say_line(readable ? fmt::format("note: split = {{ file = \"{}\"{} }} in [data] trains on these "
                                  "parts",
                                  options.out, options.folds ? ", fold = 0" : "")
                    : fmt::format("note: {} is for programs of your own (numpy.load, json): "
                                  "data.split knows two or three parts, and folds",
                                  options.out));
}

std::vector<int64_t> class_counts(const data::Dataset& data) {
  std::vector<int64_t> out(size_t(data.classes()));
  for (int64_t label : data.labels())
    ++out[size_t(label)];
  return out;
}

void print_part(const NamedPart& part, const std::vector<int64_t>& counts) {
  std::string classes;
  for (size_t c = 0; c < counts.size(); ++c)
    classes +=
        fmt::format("{}{}: {} ({:.1f} %)", c ? ", " : "  ", part.data.class_names()[c], counts[c],
                    100 * double(counts[c]) / double(std::max<int64_t>(part.data.size(), 1)));
  print_line(fmt::format("{:12} {:>8}{}", part.name, part.data.size(), classes));
}

void split(const SplitOptions& options, const std::string& data_dir, const Global& global) {
  check_in(options.fractions.empty() == options.folds.has_value(), ErrorKind::usage, "",
           "give either --fractions (such as 0.7,0.15,0.15) or --folds");
  check_in(options.out.empty() || options.time.empty() || !options.folds, ErrorKind::usage, "--out",
           "cannot say that folds by time are trained on what lies before them; data.time and "
           "split = {{ folds = {} }} do in training",
           options.folds.value_or(0));
  if (!options.out.empty())
    check_output_file(options.out);
  check_not_read(options.out, options.spec);
  DataConfig config;
  config.split_seed = global.seed.value_or(0);
  config.stratify = options.stratify;
  config.group = options.group;
  config.time = options.time;
  const data::Dataset data = data::open(options.spec, {.data_dir = data_dir,
                                                       .target = options.target,
                                                       .kept = split_columns(config),
                                                       .reading = reading_of(options.table),
                                                       .limit = options.limit,
                                                       .progress = download_line(global.quiet)});
  std::vector<std::string> notes = data.notes();
  const data::SplitBy by = split_by(data, config, notes);
  if (!global.quiet)
    for (const std::string& note : notes)
      warn(note);
  const std::vector<NamedPart> parts = parts_of(data, options, by);
  if (!options.out.empty())
    write_file(options, parts, global);
  Json all = Json::array();
  for (const NamedPart& part : parts) {
    Json json = {{"name", part.name}, {"samples", part.data.size()}};
    std::vector<int64_t> counts;
    if (data.task() == data::Task::classification)
      json["class_counts"] = counts = class_counts(part.data);
    all.push_back(json);
    if (!global.json)
      print_part(part, counts);
  }
  if (global.json)
    print_json(Json{{"name", data.name()},
                    {"seed", config.split_seed},
                    {"stratify", options.stratify},
                    {"parts", all},
                    {"file", options.out.empty() ? Json() : Json(options.out)}});
}

}  // namespace

void add_data_split_command(Command& data, const std::string& spec, std::string& data_dir,
                            const Global& global) {
  const auto options = std::make_shared<SplitOptions>();
  Command command = data.add("split", "split into parts by the global --seed (default 0)");
  command.option("spec", options->spec, spec).required();
  command
      .option("--fractions", options->fractions, "of the parts, such as 0.7,0.15,0.15; or counts")
      .comma_separated();
  command.option("--folds", options->folds, "as many parts of equal size instead");
  command.flag("--stratify", options->stratify,
               "the classes in the same proportions in every part");
  command.option("--group", options->group,
                 "a column of a table: rows that share its value stay in one part");
  command.option("--time", options->time,
                 "a column of a table, numbers or dates: the earliest rows come first");
  command.option("-o,--out", options->out,
                 ".npz or .json for the samples of each part, counted from 0: data.split = { file "
                 "= \"...\" } reads it, and programs of your own");
  add_data_dir(command, data_dir);
  command.option("--limit", options->limit, "samples of each part, classes in proportion");
  command.option("--target", options->target, "column of a table");
  add_table_options(command, options->table);
  command.example("hebb data split pets --fractions 0.8,0.1,0.1 --stratify -o parts.json");
  command.run([options, &data_dir, &global] { split(*options, data_dir, global); });
}

}  // namespace hebb::cli
