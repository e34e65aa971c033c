#include "hebb/run/run_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "hebb/base/check.h"
#include "hebb/base/file.h"
#include "hebb/base/shell_word.h"

namespace hebb {
namespace {

// The N of STEM-N; 0 for anything else.
int64_t number_of(const std::string& name, const std::string& stem) {
  if (name.size() <= stem.size() + 1 || name.size() > stem.size() + 10 || !name.starts_with(stem) ||
      name[stem.size()] != '-')
    return 0;
  const std::string digits = name.substr(stem.size() + 1);
  if (!std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; }))
    return 0;
  return std::stoll(digits);
}

std::vector<std::pair<int64_t, fs::path>> numbered(const fs::path& parent,
                                                   const std::string& stem) {
  std::vector<std::pair<int64_t, fs::path>> out;
  for (const fs::path& path : entries_of(parent))
    if (const int64_t n = number_of(path.filename().string(), stem); n > 0)
      out.emplace_back(n, path);
  std::sort(out.rbegin(), out.rend());
  return out;
}

// What a killed process was about to write: one of a run's files, or in checkpoints/ STEP.tmp
// (save_checkpoint). Whatever else there is, a person's page.tmpl or draft.tmp, is not ours.
bool is_leftover(const fs::path& path) {
  const RunFolder run{path.parent_path()};
  const std::string target = unfinished_write_of(path);
  for (const fs::path& file : {run.config(), run.model(), run.recipe(), run.weights(),
                               run.baseline(), run.metrics(), run.steps(), run.report()})
    if (target == file.filename())
      return true;
  return false;
}
bool is_unfinished_checkpoint(const fs::path& path) {
  const std::string step = path.stem().string();
  return path.extension() == ".tmp" &&
         std::all_of(step.begin(), step.end(), [](char c) { return c >= '0' && c <= '9'; });
}

constexpr std::string_view fold_word = "fold-";

// One of a folder of folds, not the run of a configuration fold.toml, whose numbers begin with 1.
bool is_fold(const fs::path& folder) {
  return folder.filename().string().starts_with(fold_word) && holds_folds(folder.parent_path());
}

bool is_file(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

}  // namespace

std::string RunFolder::name() const {
  std::error_code ignored;  // of a working folder that is gone
  const fs::path given = fs::absolute(path, ignored).lexically_normal(),
                 plain = given.has_filename() ? given : given.parent_path();
  const std::string own = plain.filename().string();
  return is_fold(plain) ? (plain.parent_path().filename() / own).string() : own;
}

bool is_run(const fs::path& path) {
  const RunFolder run{path};
  return is_file(run.config()) && is_file(run.model());
}

fs::path fold_folder(const fs::path& folder, int64_t fold) {
  return folder / fmt::format("{}{}", fold_word, fold);
}

bool holds_folds(const fs::path& folder) {
  return path_exists(fold_folder(folder, 0));
}

RunFolder existing_run(const fs::path& path) {
  const RunFolder run{path};
  check_in(path_exists(path), ErrorKind::usage, path.string(),
           "there is no such run folder; `hebb train` makes one");
  check_in(is_run(path) || !holds_folds(path), ErrorKind::usage, path.string(),
           "holds the runs of several folds, each with a model of its own; name one of them, such "
           "as {}",
           shell_word(fold_folder(path, 0).string()));
  check_in(path_exists(run.config()) && is_run(path), ErrorKind::usage, path.string(),
           "is not a run folder: it should hold config.toml and model.json, as `hebb train` writes "
           "them");
  return run;
}

bool is_empty_or_missing(const fs::path& path, std::initializer_list<fs::path> but_for) {
  std::error_code error;
  if (!fs::exists(path, error))
    return true;
  if (!fs::is_directory(path, error))
    return false;
  const std::vector<fs::path> inside = entries_of(path);
  return std::all_of(inside.begin(), inside.end(), [&](const fs::path& p) {
    return is_leftover(p) ||
           std::find(but_for.begin(), but_for.end(), p.filename()) != but_for.end();
  });
}

void clear_leftovers(const RunFolder& run) {
  std::error_code ignored;
  for (const fs::path& path : entries_of(run.path))
    if (is_leftover(path))
      fs::remove(path, ignored);
  for (const fs::path& path : entries_of(run.checkpoints()))
    if (is_unfinished_checkpoint(path))
      fs::remove_all(path, ignored);
}

std::vector<RunFolder> runs_of(const fs::path& parent, const std::string& stem) {
  std::vector<RunFolder> out;
  for (const auto& [n, path] : numbered(parent, stem))
    if (is_run(path))
      out.push_back({path});
  return out;
}

RunFolder make_run(const fs::path& parent, const std::string& stem) {
  make_folders(parent);
  const auto taken = numbered(parent, stem);
  for (int64_t n = taken.empty() ? 1 : taken.front().first + 1;; ++n) {
    const fs::path path = parent / fmt::format("{}-{}", stem, n);
    std::error_code error;
    if (fs::create_directory(path, error))
      return {path};  // false: another process was faster
    check_in(!error, ErrorKind::io, path.string(), "the folder cannot be made: {}",
             error.message());
  }
}

bool is_being_trained(const RunFolder& run) {
  const int folder = ::open(run.path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0)
    return false;
  const bool held = ::flock(folder, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(folder);
  return held;
}

RunLock::RunLock(const RunFolder& run)
    : folder_(::open(run.path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  check_in(folder_ >= 0, ErrorKind::io, run.path.string(), "cannot be opened: {}",
           std::strerror(errno));
  for (int tries = 0; tries < 20; ++tries) {  // is_being_trained() holds it for a moment
    if (::flock(folder_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
      return;  // some file systems have no locks
    ::usleep(5000);
  }
  ::close(folder_);
  fail(ErrorKind::io, run.path.string(), "another process is training in this folder");
}

RunLock::~RunLock() {
  ::close(folder_);
}

}  // namespace hebb
