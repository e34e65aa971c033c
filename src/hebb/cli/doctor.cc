// hebb doctor: what this machine has and whether hebb can use it.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>

#include "hebb/base/error.h"
#include "hebb/base/fields_json.h"
#include "hebb/base/file.h"
#include "hebb/base/parallel.h"
#include "hebb/base/version.h"
#include "hebb/cli/commands.h"
#include "hebb/cli/data_place.h"
#include "hebb/data/glyphs.h"
#include "hebb/data/known_sets.h"
#include "hebb/kernels/cpu_library.h"
#include "hebb/tensor/device.h"

namespace hebb::cli {
namespace {

// The value of "model name : ..." in one of the kernel's tables; empty when it has none.
std::string proc_value(const char* file, const std::string& key) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with(key))
      continue;
    const size_t colon = line.find(':');
    if (colon == std::string::npos)
      continue;
    const size_t begin = line.find_first_not_of(" \t", colon + 1);
    return begin == std::string::npos ? "" : line.substr(begin);
  }
  return "";
}

// Instruction sets that kernels can use, of those that the processor has.
std::vector<std::string> features() {
  constexpr const char* useful[] = {"sse4_1",   "sse4_2",      "avx",         "f16c",
                                    "fma",      "avx2",        "avx_vnni",    "avx512f",
                                    "avx512bw", "avx512_vnni", "avx512_bf16", "avx512_fp16",
                                    "amx_tile", "amx_bf16",    "amx_int8"};
  std::vector<std::string> out;
  std::istringstream flags(proc_value("/proc/cpuinfo", "flags"));
  std::vector<std::string> all;
  for (std::string flag; flags >> flag;)
    all.push_back(flag);
  for (const char* flag : useful)
    if (std::find(all.begin(), all.end(), flag) != all.end())
      out.emplace_back(flag);
  return out;
}

double gigabytes_of(const std::string& kilobytes) {
  return std::strtod(kilobytes.c_str(), nullptr) * 1024 / 1e9;
}

double free_gigabytes(fs::path folder) {
  std::error_code error;
  while (!folder.empty() && !fs::exists(folder, error) && folder.has_parent_path() &&
         folder != folder.parent_path())
    folder = folder.parent_path();
  const fs::space_info space = fs::space(folder.empty() ? fs::path(".") : folder, error);
  return error ? 0 : double(space.available) / 1e9;
}

Json data_sets(const std::vector<fs::path>& folders) {
  Json out = Json::array();
  for (const data::KnownSet& set : data::known_sets()) {
    const std::optional<fs::path> folder = data::folder_of_set(set, folders);
    out.push_back(
        {{"name", set.name}, {"folder", folder ? Json(folder->string()) : Json(nullptr)}});
  }
  return out;
}

Json examine(const std::string& data_dir) {
  Json problems = Json::array();
  std::string kernels;
  try {
    kernels = cpu::versions();
  } catch (const Error& error) {
    problems.push_back(error.what());
  }
  std::error_code error;
  Json folders = Json::array();
  const std::vector<fs::path> searched = data::data_folders(data_dir);
  for (const fs::path& folder : searched)
    folders.push_back({{"folder", folder.string()}, {"exists", fs::is_directory(folder, error)}});
  const char* named = std::getenv("HEBB_DATA");
  if (const fs::path chosen = !data_dir.empty() ? data_dir
                              : named           ? named
                                                : "";
      !chosen.empty() && !fs::is_directory(chosen, error))
    problems.push_back(fmt::format("the folder of data sets, {}, does not exist ({})",
                                   chosen.string(), data_dir.empty() ? "HEBB_DATA" : "--data-dir"));
  const fs::path cache = data::download_folder(data_dir), here = fs::current_path(error);
  const double disk = free_gigabytes(here);
  if (disk < 1)
    problems.push_back(fmt::format("only {:.2f} GB are free in {}", disk, here.string()));
  std::vector<std::string> devices;
  for (const Device& device : all_devices())
    devices.push_back(to_string(device));
  return {{"hebb", version()},
          {"compiler", compiler()},
          {"kernels", kernels},
          {"processor",
           {{"name", proc_value("/proc/cpuinfo", "model name")}, {"features", features()}}},
          {"threads", num_threads()},
          {"memory_gb",
           {{"total", gigabytes_of(proc_value("/proc/meminfo", "MemTotal"))},
            {"available", gigabytes_of(proc_value("/proc/meminfo", "MemAvailable"))}}},
          {"devices", devices},
          {"data_folders", folders},
          {"data_sets", data_sets(searched)},
          {"cache", cache.string()},
          {"disk_free_gb", disk},
          {"problems", problems}};
}

void print_found(const Json& found) {
  const auto line = [](const char* name, const std::string& value) {
    print_line(fmt::format("{:<14}{}", name, value));
  };
  const auto text = [&](const char* key) { return found[key].get<std::string>(); };
  line("hebb", fmt::format("{}, built with {}", text("hebb"), text("compiler")));
  line("kernels", text("kernels"));
  line("processor", found["processor"]["name"].get<std::string>());
  line("  features",
       fmt::format("{}",
                   fmt::join(found["processor"]["features"].get<std::vector<std::string>>(), " ")));
  line("threads", std::to_string(found["threads"].get<int>()));
  line("memory",
       fmt::format("{:.1f} GB, {:.1f} GB available", found["memory_gb"]["total"].get<double>(),
                   found["memory_gb"]["available"].get<double>()));
  line("devices",
       fmt::format("{}", fmt::join(found["devices"].get<std::vector<std::string>>(), ", ")));
  line("data folders", "");
  for (const Json& folder : found["data_folders"])
    print_line(fmt::format("  {}{}", folder["folder"].get<std::string>(),
                           folder["exists"].get<bool>() ? "" : "  (not there)"));
  line("data sets", "");
  for (const Json& set : found["data_sets"])
    print_line(fmt::format("  {:<16}{}", set["name"].get<std::string>(),
                           set["folder"].is_null()
                               ? fmt::format("not here; `hebb data get {}` downloads it",
                                             set["name"].get<std::string>())
                               : set["folder"].get<std::string>()));
  print_line(fmt::format("  {:<16}always: hebb draws them itself", data::glyphs_name));
  line("downloads to", text("cache"));
  line("disk", fmt::format("{:.1f} GB free here", found["disk_free_gb"].get<double>()));
  for (const Json& problem : found["problems"])
    line("PROBLEM", problem.get<std::string>());
  if (found["problems"].empty())
    print_line("\nno problems found");
}

void doctor(const std::string& data_dir, const Global& global) {
  const Json found = examine(data_dir);
  if (global.json)
    print_json(found);
  else
    print_found(found);
  const size_t problems = found["problems"].size();
  if (problems > 0)
    throw Error(
        ErrorKind::gate, "doctor",
        problems == 1 ? "there is a problem" : fmt::format("there are {} problems", problems));
}

}  // namespace

void add_doctor_command(Command& hebb, const Global& global) {
  const auto data_dir = std::make_shared<std::string>();
  Command command =
      hebb.add("doctor", "what this machine has: processor, threads, versions, data, disk");
  add_data_dir(command, *data_dir);
  command.example("hebb doctor --json");
  command.run([data_dir, &global] { doctor(*data_dir, global); });
}

}  // namespace hebb::cli
