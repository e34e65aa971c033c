// The program `hebb`: global flags, the list of commands, and what becomes of errors.

#include <cstdio>
#include <exception>

#include "hebb/base/error.h"
#include "hebb/base/interrupt.h"
#include "hebb/base/nearest.h"
#include "hebb/base/parallel.h"
#include "hebb/base/version.h"
#include "hebb/cli/commands.h"
#include "hebb/ops/random_key.h"

namespace hebb::cli {
namespace {

constexpr int usage_status = 2;

void print_error(std::string_view text) { std::fprintf(stderr, "hebb: %.*s\n", int(text.size()), text.data()); }

// What CLI11 says, in one line.
std::string one_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  const size_t end = text.find('\n');
  return end == std::string::npos ? text : text.substr(0, end);
}

// CLI11 takes an unknown first word for a missing command.
void refuse_unknown_command(const CLI::App& app) {
  if (!app.get_subcommands().empty() || app.remaining().empty()) return;
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  throw Error(ErrorKind::usage, "", unknown_word("command", app.remaining()[0], names));
}

int run(int argc, char** argv) {
  CLI::App app("deep learning from data to service, in one program", "hebb");
  Global global;
  app.add_flag("--json", global.json, "print machine-readable output on standard output");
  app.add_flag("--quiet", global.quiet, "print no progress");
  app.add_option("--threads", global.threads, "threads to compute with (default: all processors)")->check(CLI::PositiveNumber);
  app.add_option("--seed", global.seed, "start of all random numbers (default 0)");
  app.set_version_flag("--version", std::string("hebb ") + version());
  app.require_subcommand(1);
  app.fallthrough();
  app.parse_complete_callback([&] {
    if (global.threads) set_num_threads(*global.threads);
    if (global.seed) manual_seed(*global.seed);
  });

  add_init_command(app, global);
  add_train_command(app, global);
  add_eval_command(app, global);
  add_predict_command(app, global);
  add_summary_command(app, global);
  add_data_command(app, global);
  add_metrics_command(app, global);
  add_ops_command(app, global);
  add_help_command(app, global);
  add_doctor_command(app, global);
  add_version_command(app, global);

  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {  // --help
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    refuse_unknown_command(app);
    print_error(one_line(error.what()) + "; see hebb --help");
    return usage_status;
  }
  return 0;
}

}  // namespace

void print_line(const std::string& line) { std::printf("%s\n", line.c_str()); }

}  // namespace hebb::cli

int main(int argc, char** argv) {
  hebb::exit_on_interrupt();
  try {
    return hebb::cli::run(argc, argv);
  } catch (const hebb::Error& error) {
    hebb::cli::print_error(error.what());
    const int signal = error.kind() == hebb::ErrorKind::interrupted ? hebb::interrupt_requested() : 0;
    return signal ? 128 + signal : error.exit_status();
  } catch (const std::bad_alloc&) { hebb::cli::print_error("there is not enough memory"); } catch (const std::exception& error) {
    hebb::cli::print_error(error.what());
  }
  return 1;
}
