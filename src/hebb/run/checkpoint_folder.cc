#include "hebb/run/checkpoint_folder.h"

#include <fcntl.h>
#include <stdio.h>

#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/base/fields_json.h"
#include "hebb/base/file.h"
#include "hebb/base/json.h"
#include "hebb/base/log.h"
#include "hebb/base/sha256.h"
#include "hebb/formats/safetensors.h"

namespace hebb {
namespace {

constexpr int format = 3;
constexpr const char* tensors_file = "checkpoint.safetensors";
constexpr const char* json_file = "checkpoint.json";

template <class T>
T value_from(const Json& v) {
  T value{};
  fields::from_json(v, value);
  return value;
}

uint64_t bits_from(const Json& v) {
  if (!v.is_number_unsigned())
    throw Json::type_error::create(
        302, "should be a whole number from 0, is " + to_readable_text(v), nullptr);
  return v.get<uint64_t>();
}

Json history_json(const std::vector<EpochLog>& history) {
  Json out = Json::array();
  for (const EpochLog& log : history) {
    Json values = Json::array();
    for (const auto& [name, value] : log.values)
      values.push_back({name, finite_or_null(value)});  // losses of the past may be NaN
    out.push_back(
        {{"epoch", log.epoch}, {"steps", log.steps}, {"seconds", log.seconds}, {"values", values}});
  }
  return out;
}

std::vector<EpochLog> history_from(const Json& json) {
  std::vector<EpochLog> out;
  for (const Json& item : json) {
    EpochLog log{value_from<int64_t>(item.at("epoch")),
                 value_from<int64_t>(item.at("steps")),
                 item.at("seconds"),
                 {}};
    for (const Json& pair : item.at("values"))
      log.values.emplace_back(pair.at(0).get<std::string>(), value_from<double>(pair.at(1)));
    out.push_back(std::move(log));
  }
  return out;
}

// The checksum of a description: of its text without the checksum itself.
std::string sum_of(Json description) {
  description.at("sha256").erase(json_file);
  return sha256_hex(to_text(description, 1));
}

// `side` takes the name of `folder`. One that is there already is exchanged in one step, so that
// there is always a whole one.
void put_in_place(const fs::path& side, const fs::path& folder) {
  std::error_code ignored, error;
  if (path_exists(folder) &&
      ::renameat2(AT_FDCWD, side.c_str(), AT_FDCWD, folder.c_str(), RENAME_EXCHANGE) == 0) {
    fs::remove_all(side, ignored);
    return;
  }
  fs::remove_all(folder, ignored);
  fs::rename(side, folder, error);
  check_in(!error, ErrorKind::io, folder.string(), "cannot be written: {}", error.message());
}

// Only what save_checkpoint wrote: a person's file keeps its folder.
void remove_checkpoint(const fs::path& folder) {
  std::error_code ignored;
  for (const char* file : {json_file, tensors_file})
    fs::remove(folder / file, ignored);
  for (const fs::path& path : entries_of(folder))
    if (const std::string target = unfinished_write_of(path);
        target == json_file || target == tensors_file)
      fs::remove(path, ignored);
  fs::remove(folder, ignored);
}

bool is_missing(const fs::path& file) {
  std::error_code trouble;
  return !fs::exists(file, trouble) && !trouble;
}

}  // namespace

void save_checkpoint(const fs::path& folder, const Checkpoint& c) {
  const std::string tensors = encode_safetensors(NamedTensors(c.tensors.begin(), c.tensors.end()));
  Json json = {{"format", format},
               {"epoch", c.epoch},
               {"batch", c.batch},
               {"step", c.step},
               {"seconds", c.seconds},
               {"epoch_seconds", c.epoch_seconds},
               {"random",
                {{"seed", c.random.seed},
                 {"step", c.random.step},
                 {"micro_batch", c.random.micro_batch},
                 {"next_module", c.random.next_module},
                 {"calls", c.random.calls}}},
               {"history", history_json(c.history)},
               {"stop_reason", c.stop_reason},
               {"config_hash", c.config_hash},
               {"sha256", {{tensors_file, sha256_hex(tensors)}}}};
  json["sha256"][json_file] = sum_of(json);
  fs::path side = folder;
  side += ".tmp";
  std::error_code ignored;
  fs::remove_all(side, ignored);
  make_folders(side);
  try {
    write_file_atomic(side / tensors_file, tensors);
    write_file_atomic(side / json_file, to_text(json, 1) + "\n");
    put_in_place(side, folder);
  } catch (...) {
    fs::remove_all(side, ignored);
    throw;
  }
  sync_folder(folder.parent_path());
}

Checkpoint load_checkpoint(const fs::path& folder) {
  const std::string text = read_file(folder / json_file, 256 << 20);
  try {
    const Json json = parse_json(text);
    check_in(json.at("format") == format, ErrorKind::data, folder.string(),
             "was written in another format of checkpoints ({})", to_text(json.at("format")));
    const MappedFile mapped(folder / tensors_file);
    const std::string_view tensors = mapped.bytes();
    check_in(sha256_hex(tensors) == json.at("sha256").at(tensors_file).get<std::string>(),
             ErrorKind::data, (folder / tensors_file).string(),
             "is damaged: its checksum is not the one that was recorded");
    Checkpoint c;
    c.epoch = value_from<int64_t>(json.at("epoch"));
    c.batch = value_from<int64_t>(json.at("batch"));
    c.step = value_from<int64_t>(json.at("step"));
    c.seconds = json.at("seconds");
    c.epoch_seconds = json.at("epoch_seconds");
    const auto counts = [](int64_t n) { return n >= 0 && n <= int64_t(1) << 53; };
    check_in(counts(c.epoch) && counts(c.batch) && counts(c.step) && c.seconds >= 0 &&
                 c.epoch_seconds >= 0,
             ErrorKind::data, (folder / json_file).string(),
             "is no checkpoint's description: a counter is not from 0 to 2^53");
    const Json& random = json.at("random");
    c.random = {bits_from(random.at("seed")), bits_from(random.at("step")),
                bits_from(random.at("micro_batch")), bits_from(random.at("next_module")),
                bits_from(random.at("calls"))};
    c.history = history_from(json.at("history"));
    bool follows = int64_t(c.history.size()) == c.epoch;
    for (size_t i = 0; follows && i < c.history.size(); ++i)
      follows = c.history[i].epoch == int64_t(i) + 1;
    check_in(follows, ErrorKind::data, (folder / json_file).string(),
             "is no checkpoint's description: its history is not that of the epochs 1 to {}",
             c.epoch);
    c.stop_reason = json.value("stop_reason", "");
    c.config_hash = json.at("config_hash");
    check_in(sum_of(json) == json.at("sha256").at(json_file).get<std::string>(), ErrorKind::data,
             (folder / json_file).string(),
             "is damaged: its checksum is not the one that it holds");
    const SafetensorsFile file(tensors, (folder / tensors_file).string());
    for (const SafetensorsEntry& entry : file.entries())
      c.tensors.emplace_back(entry.name, file.read(entry));
    return c;
  } catch (const Json::exception& error) {
    fail(ErrorKind::data, (folder / json_file).string(), "is no checkpoint's description: {}",
         plain_text(error));
  }
}

std::vector<std::pair<int64_t, fs::path>> checkpoints_in(const fs::path& checkpoints) {
  std::vector<std::pair<int64_t, fs::path>> found;
  for (const fs::path& path : entries_of(checkpoints)) {
    const std::string name = path.filename().string();
    const bool step =
        !name.empty() && name.size() < 18 &&
        std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
    std::error_code trouble;
    const auto holds = [&](const char* file) {
      return fs::exists(path / file, trouble) || trouble;
    };
    if (step && (holds(json_file) || holds(tensors_file)))
      found.emplace_back(std::stoll(name), path);
  }
  std::sort(found.rbegin(), found.rend());
  return found;
}

void keep_checkpoints(const fs::path& checkpoints, int64_t newest, int64_t keep) {
  for (const auto& [step, folder] : checkpoints_in(checkpoints))
    if (step > newest || --keep < 0)
      remove_checkpoint(folder);
}

std::optional<Checkpoint> newest_checkpoint(const fs::path& checkpoints) {
  const auto found = checkpoints_in(checkpoints);
  for (const auto& [step, folder] : found) {
    const bool last = step == found.back().first;
    try {
      return load_checkpoint(folder);
    } catch (const Error& error) {
      // What cannot be read for another reason (permissions, a disk's trouble) is not damaged, and
      // may be the newest.
      if (error.kind() != ErrorKind::data && !is_missing(folder / json_file) &&
          !is_missing(folder / tensors_file))
        throw;
      warn(fmt::format("{}{}", error.what(),
                       last ? "" : "; going on from the checkpoint before it"));
    }
  }
  if (!found.empty())
    fail(ErrorKind::data, checkpoints.string(),
         "{}; there is nothing to go on from: begin a new run, with another --out",
         found.size() == 1 ? "its only checkpoint is damaged"
                           : fmt::format("none of its {} checkpoints is whole", found.size()));
  return std::nullopt;
}

std::optional<CheckpointWeights> newest_weights(const fs::path& checkpoints) {
  const std::optional<Checkpoint> newest = newest_checkpoint(checkpoints);
  if (!newest)
    return std::nullopt;
  return CheckpointWeights{newest->step, part_of(newest->tensors, "model.")};
}

}  // namespace hebb
