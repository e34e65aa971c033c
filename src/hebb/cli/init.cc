// hebb init: a configuration to start from, with a comment at every key that people change.

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string_view>

#include "hebb/base/check.h"
#include "hebb/base/file.h"
#include "hebb/base/printable.h"
#include "hebb/base/shell_word.h"
#include "hebb/cli/commands.h"
#include "hebb/cli/data_place.h"
#include "hebb/cli/named_file.h"
#include "hebb/cli/table_options.h"
#include "hebb/data/open.h"
#include "hebb/run/config.h"
#include "hebb/run/init_config.h"

namespace hebb::cli {
namespace {

constexpr std::string_view text = R"(# A run of hebb. Try it:  hebb train {file}
# All keys and their defaults: hebb help config. A key that is not known is refused, with the nearest known one.

[data]
# A known set (hebb data list), or your own data; hebb help data shows a whole configuration for each:
#   dataset = "houses.csv"   with  target = "price"  and  normalize = "auto"     (a table; input and augment go away)
#   dataset = "signals.npz"                           arrays x and y             (input and augment go away)
#   dataset = "pets"         with  input = [3, 64, 64]  in [model]               (pets/cat/1.jpg, pets/dog/2.jpg, ...)
dataset = "{data}"
# Shares of the training part; the set's own test part stays what it is.
split = { train = 0.9, validation = 0.1 }
# Pixels enter as 0..1. "auto" subtracts the training part's mean and divides by its deviation, per channel.
normalize = "none"
# Random changes of training pictures that keep their label: hebb help augment.
augment = {augment}
# Threads that load data; the result is the same whatever their number.
workers = 1

[model]
# The shape of a sample, channels first.
input = [1, 28, 28]
# One line a layer, PyTorch's names: hebb help layers. Sizes of inputs are left out: they follow from the line before.
layers = [
  "conv2d 32 kernel=3 padding=1",
  "relu",
  "max_pool2d 2",
  "conv2d 64 kernel=3 padding=1",
  "relu",
  "max_pool2d 2",
  "flatten",
  "linear 128",
  "relu",
  "dropout 0.25",
  "linear 10",
]

[train]
epochs = 10
batch_size = 64
# hebb help optimizers, hebb help schedules
optimizer = "adamw lr=1e-3 weight_decay=0.01"
schedule = "cosine warmup=200"
# Stops when val_loss has not got better for 3 epochs, and keeps the best weights.
early_stopping = { patience = 3 }
# A run that was stopped anywhere goes on with: hebb train {file} --resume
checkpoint = { every_epochs = 1, keep = 2 }
# The same seed on the same machine gives the same weights, to the last bit.
seed = 1
)";

void replace(std::string& content, std::string_view mark, std::string_view by) {
  for (size_t at = 0; (at = content.find(mark, at)) != std::string::npos; at += by.size())
    content.replace(at, mark.size(), by);
}

struct InitCommandOptions {
  std::string file = "hebb.toml", data = "fashion-mnist", target, data_dir;
  TableWishes table;
};

// Of the sets that are known, which all have pictures of 28 by 28 in ten classes.
std::string known_config(const std::string& file, const std::string& data) {
  std::string content(text);
  replace(content, "{file}", shell_word(file));
  replace(content, "{data}", data);
  const bool digits = data != "fashion-mnist";  // in a mirror a digit is another sign, or none
  replace(content, "{augment}",
          digits ? R"(["random_crop 28 padding=2"])"
                 : R"(["random_crop 28 padding=2", "horizontal_flip"])");
  return content;
}

bool is_known(const std::string& data) {
  const std::vector<std::string> known = data::known_names();
  return std::find(known.begin(), known.end(), data) != known.end();
}

void init(const InitCommandOptions& options, const Global& global) {
  const std::string& file = options.file;
  check_in(fs::path(file).extension() == ".toml", ErrorKind::usage, file,
           "should end with .toml, which is what is written into it");
  check_in(printable(file) == file, ErrorKind::usage, printable(file),
           "holds control characters, which a name should not");
  std::error_code error;
  check_in(!fs::exists(fs::symlink_status(file, error)), ErrorKind::usage, file,
           "is there already and is not written over; name another file");
  check_output_file(file);
  check_in(!is_known(options.data) || options.target.empty(), ErrorKind::usage, "--target",
           "'{}' names a column of a table, which {} is not", options.target, options.data);
  const std::string content =
      is_known(options.data) ? known_config(file, options.data)
                             : config_for(file, {.data = options.data,
                                                 .target = options.target,
                                                 .reading = reading_of(options.table),
                                                 .place = data_place(options.data_dir, global)});
  parse_config(content, file);  // what we hand out must be right
  write_file_atomic(file, content);
  if (global.json)
    return print_json(Json{{"file", file}});
  if (!global.quiet)
    print_line(fmt::format("{} is written; read its comments, then: {} train {}", file,
                           global.program, shell_word(file)));
}

}  // namespace

void add_init_command(Command& hebb, const Global& global) {
  const auto options = std::make_shared<InitCommandOptions>();
  Command command = hebb.add("init", "write a commented configuration to start from");
  command.option("file", options->file, "the file to write (default hebb.toml)")
      .type_name("FILE.toml");
  command
      .option(
          "--data", options->data,
          "what it is for: fashion-mnist (default), mnist, glyphs; or your own data, which are "
          "looked at: a table (.csv, ...), a folder of class folders with pictures, an .npz file")
      .type_name("SPEC");
  command
      .option(
          "--target", options->target,
          "the column of a table that is predicted (default: one called target, label, class or "
          "y, else the last one)")
      .type_name("COLUMN");
  add_table_options(command, options->table);
  add_data_dir(command, options->data_dir);
  command.example(
      "hebb init fashion.toml --data fashion-mnist\n"
      "hebb init titanic.toml --data train.csv --target Survived");
  command.run([options, &global] { init(*options, global); });
}

}  // namespace hebb::cli
