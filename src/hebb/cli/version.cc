// hebb version. Opens nothing: it answers before a person has let go of the key.

#include "hebb/base/version.h"

#include <fmt/format.h>

#include "hebb/cli/commands.h"

namespace hebb::cli {

void add_version_command(Command& hebb, const Global& global) {
  hebb.add("version", "the version of this program").run([&global] {
    print_line(global.json
                   ? fmt::format(R"({{"version":"{}","compiler":"{}"}})", version(), compiler())
                   : fmt::format("hebb {}", version()));
  });
}

}  // namespace hebb::cli
