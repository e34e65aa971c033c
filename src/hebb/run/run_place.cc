#include "hebb/run/run_place.h"

#include "hebb/base/check.h"
#include "hebb/base/file.h"
#include "hebb/base/log.h"
#include "hebb/base/nearest.h"
#include "hebb/base/sha256.h"
#include "hebb/base/shell_word.h"
#include "hebb/base/utf8.h"
#include "hebb/run/model_setup.h"

namespace hebb {
namespace {

Config fixed_keys(Config config) {
  return without_extendable_keys(without_free_keys(std::move(config)));
}

// For which a run is another one.
std::vector<std::string> differences(const Config& now, const Config& run) {
  return differing_keys(fixed_keys(with_resolved_keys(now, run)), fixed_keys(run));
}

// In which it differs at all: with those that are no differences the same run goes on.
std::vector<std::string> extensions(const Config& now, const Config& run) {
  return differing_keys(without_free_keys(with_resolved_keys(now, run)), without_free_keys(run));
}

[[noreturn]] void refuse(const RunFolder& run, const std::vector<std::string>& keys) {
  std::string hint =
      "go on with the configuration it has, or leave out --resume to begin a new run";
  std::error_code error;
  if (fs::exists(run.weights(), error))
    hint += fmt::format(
        "\nto train its weights further, begin a new run from them: --set model.weights={}, "
        "without --resume (its epochs, "
        "learning rate and optimiser begin anew)",
        shell_word(run.path.string()));
  throw Error(ErrorKind::usage, run.path.string(),
              fmt::format("was trained with another configuration: {}", fmt::join(keys, "; ")),
              hint);
}

// A run that was killed before it had a description left its configuration, as we write it, perhaps
// its recipe, and nothing else.
bool was_begun(const RunFolder& run, const Config& config) {
  if (!is_empty_or_missing(run.path, {run.config().filename(), run.recipe().filename()}))
    return false;
  try {
    const Config left = read_run_config(run);
    return to_toml(left) == read_file(run.config()) && extensions(config, left).empty();
  } catch (const Error&) {
    return false;
  }
}

// A run that is broken is none.
bool is_of(const RunFolder& run, const Config& config) {
  try {
    return differences(config, read_run_config(run)).empty();
  } catch (const Error&) {
    return false;
  }
}

// Runs that may be meant by a folder that is not there: those of this configuration in `runs`, or
// beside it with a name much like its own.
std::vector<std::string> runs_meant(const Config& config, const SessionOptions& options) {
  const fs::path named = options.out.lexically_normal(),
                 folder = named.has_filename() ? named : named.parent_path();
  const fs::path beside = folder.has_parent_path() ? folder.parent_path() : ".";
  std::error_code error;
  const bool in_runs = fs::equivalent(beside, options.runs, error);
  std::vector<std::string> out;
  const auto add = [&](const fs::path& path, const fs::path& shown) {
    if (is_run(path) && is_of({path}, config))
      out.push_back(shell_word(shown.string()));
  };
  if (fs::is_directory(options.runs, error))
    for (const fs::path& path : entries_of(options.runs))
      add(path, path);
  if (!in_runs && fs::is_directory(beside, error))
    for (const fs::path& path : entries_of(beside))
      if (!nearest_words(folder.filename().string(), {path.filename().string()}).empty())
        add(path, folder.has_parent_path() ? path : path.filename());
  return out;
}

RunPlace named_place(const Config& config, const SessionOptions& options) {
  const RunFolder run{options.out};
  if (is_run(run.path)) {
    check_in(options.resume, ErrorKind::usage, run.path.string(),
             "there is a run in this folder already; --resume goes on with it, another --out "
             "begins a new one");
    const Config begun = read_run_config(run);
    const std::vector<std::string> keys = differences(config, begun);
    if (!keys.empty())
      refuse(run, keys);
    return {.run = run, .resumed = true, .extended = extensions(config, begun)};
  }
  std::error_code error;
  check_in(options.config.empty() || !fs::equivalent(options.config, run.config(), error),
           ErrorKind::usage, run.path.string(),
           "holds the configuration itself, which the run's own config.toml would replace; --out "
           "should name another folder");
  check_in(is_empty_or_missing(run.path) || (options.resume && was_begun(run, config)),
           ErrorKind::usage, run.path.string(),
           "is not empty and holds no run; --out should name a new folder");
  const bool made = !fs::exists(run.path, error);
  if (options.resume && made) {
    const std::vector<std::string> meant = runs_meant(config, options);
    check_in(meant.empty(), ErrorKind::usage, run.path.string(),
             "there is no run in this folder to go on with, but of this configuration there {}: "
             "name {} with --out, or leave out --resume to begin a new run here",
             meant.size() == 1 ? "is " + meant[0] : fmt::format("are {}", fmt::join(meant, ", ")),
             meant.size() == 1 ? "it" : "the one that is meant");
  }
  make_folders(run.path);
  return {.run = run, .made = made};
}

}  // namespace

RunPlace place_of(const Config& config, const SessionOptions& options) {
  const std::string name = options.out.empty() ? options.stem : options.out.string();
  check_in(valid_utf8(name) == name.size(), ErrorKind::usage,
           options.out.empty() ? "the configuration's name" : "--out",
           "holds bytes that are no UTF-8, which a run's name should be");
  if (!options.out.empty())
    return named_place(config, options);
  if (!options.resume)
    return {.run = make_run(options.runs, options.stem), .made = true};
  std::optional<RunFolder> newest;
  std::vector<std::string> keys;  // in which it differs
  for (const RunFolder& run : runs_of(options.runs, options.stem)) {
    try {
      const Config begun = read_run_config(run);
      const std::vector<std::string> other = differences(config, begun);
      if (other.empty())
        return {.run = run, .resumed = true, .extended = extensions(config, begun)};
      if (!newest) {
        newest = run;
        keys = other;
      }
    } catch (const Error& broken) {
      warn(fmt::format("{}; this run is passed over", broken.what()));
    }
  }
  if (newest)
    refuse(*newest, keys);
  return {.run = make_run(options.runs, options.stem), .made = true};
}

std::string config_hash(const Config& config) {
  return "sha256:" +
         sha256_hex(fmt::format("{}", fmt::join(changed_keys(fixed_keys(config)), "\n")));
}

std::vector<DataPart> check_same(const RunFolder& run, const ModelInfo& now,
                                 const ModelInfo& begun) {
  std::vector<DataPart> data = begun.data;
  for (DataPart& part : data) {
    const DataPart* other = now.part(part.part);
    if (other && other->hash == part.hash)
      continue;
    const std::string changed =
        fmt::format("the {} data have changed since the run began: {} was {}, is {}", part.part,
                    part.name, part.hash, other ? other->hash : "missing");
    check_in(other && part.part == "test", ErrorKind::data, run.path.string(), "{}", changed);
    warn(fmt::format(
        "{}: {}; the training does not depend on them, and the test is of those that are there now",
        run.path.string(), changed));
    part = *other;
  }
  check_in(now.instruction_set == begun.instruction_set, ErrorKind::usage, run.path.string(),
           "the run began on a processor with {}, this one has {}; going on here would not end in "
           "the same bits",
           begun.instruction_set, now.instruction_set);
  if (now.versions != begun.versions)
    warn(
        fmt::format("{}: the run began with other versions of hebb or its libraries; it may not "
                    "end in the same bits",
                    run.path.string()));
  return data;
}

}  // namespace hebb
