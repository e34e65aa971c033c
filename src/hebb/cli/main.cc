// The program `hebb`: global flags, the list of commands, and what becomes of errors.

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <limits>

#include "hebb/base/error.h"
#include "hebb/base/interrupt.h"
#include "hebb/base/parallel.h"
#include "hebb/base/printable.h"
#include "hebb/base/shell_word.h"
#include "hebb/base/version.h"
#include "hebb/cli/commands.h"
#include "hebb/ops/random_key.h"

namespace hebb::cli {
namespace {

int run(int argc, char** argv) {
  CommandLine line("hebb", "deep learning from data to service, in one program", version());
  Command hebb = line.root();
  Global global;
  if (const std::string called = argc > 0 ? argv[0] : ""; called.find('/') != called.npos)
    global.program = shell_word(called);
  hebb.flag("--json", global.json, "print machine-readable output on standard output");
  hebb.flag("--quiet", global.quiet, "print no progress");
  hebb.option("--threads", global.threads, "threads to compute with (default: all processors)")
      .between(1, most_threads);
  hebb.option("--seed", global.seed, "start of all random numbers (default 0)")
      .between(0, std::numeric_limits<int64_t>::max());
  hebb.require_command();
  line.before_commands([&] {
    if (global.threads)
      set_num_threads(*global.threads);
    if (global.seed)
      manual_seed(uint64_t(*global.seed));
  });

  add_init_command(hebb, global);
  add_train_command(hebb, global);
  add_eval_command(hebb, global);
  add_predict_command(hebb, global);
  add_runs_command(hebb, global);
  add_summary_command(hebb, global);
  add_data_command(hebb, global);
  add_metrics_command(hebb, global);
  add_ops_command(hebb, global);
  add_course_check_command(hebb, global);
  add_help_command(hebb, global);
  add_doctor_command(hebb, global);
  add_version_command(hebb, global);
  const int status = line.parse_and_run(argc, argv);
  // A result that did not get out is none: "hebb metrics f.npz --json > /dev/full".
  errno = 0;
  if (std::fflush(stdout) != 0 || std::ferror(stdout))
    throw Error(
        ErrorKind::io, "standard output",
        errno ? std::string("cannot be written: ") + std::strerror(errno) : "cannot be written");
  return status;
}

}  // namespace

void print_line(const std::string& line) {
  std::printf("%s\n", printable(line, true).c_str());
}
void say_line(std::string_view line) {
  std::fprintf(stderr, "%s\n", printable(line).c_str());
}
void say_error(std::string_view text) {
  std::fprintf(stderr, "hebb: %.*s\n", int(text.size()), text.data());
}
void print_json(const Json& json) {
  print_line(to_readable_text(json));
}

}  // namespace hebb::cli

int main(int argc, char** argv) {
  hebb::exit_on_interrupt();
  std::signal(SIGXFSZ, SIG_IGN);  // a limit on the size of files is an error of the write, not the
                                  // end of the program
  try {
    return hebb::cli::run(argc, argv);
  } catch (const hebb::Error& error) {
    hebb::cli::say_error(error.what());
    const int signal =
        error.kind() == hebb::ErrorKind::interrupted ? hebb::interrupt_requested() : 0;
    return signal ? 128 + signal : error.exit_status();
  } catch (const std::bad_alloc&) {
    hebb::cli::say_error("there is not enough memory");
  } catch (const std::exception& error) {
    hebb::cli::say_error(error.what());
  }
  return 1;
}
