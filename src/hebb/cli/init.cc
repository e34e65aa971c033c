// hebb init: a configuration to start from, with a comment at every key that people change.

#include <fmt/format.h>

#include <memory>
#include <string_view>

#include "hebb/base/check.h"
#include "hebb/base/file.h"
#include "hebb/cli/commands.h"
#include "hebb/train/config.h"

namespace hebb::cli {
namespace {

constexpr std::string_view text = R"(# A run of hebb. Try it:  hebb train {file}
# All keys and their defaults: hebb help config. A key that is not known is refused, with the nearest known one.

[data]
# A known set (hebb data list), or your own data; hebb help data shows a whole configuration for each:
#   dataset = "houses.csv"   with  target = "price"  and  normalize = "auto"     (a table; input and augment go away)
#   dataset = "signals.npz"                           arrays x and y             (input and augment go away)
#   dataset = "pets"         with  input = [3, 64, 64]  in [model]               (pets/cat/1.jpg, pets/dog/2.jpg, ...)
dataset = "fashion-mnist"
# Shares of the training part; the set's own test part stays what it is.
split = { train = 0.9, validation = 0.1 }
# Pixels enter as 0..1. "auto" subtracts the training part's mean and divides by its deviation, per channel.
normalize = "none"
# Random changes of training pictures that keep their label: hebb help augment.
augment = ["random_crop 28 padding=2", "horizontal_flip"]
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

void init(const std::string& file, const Global& global) {
  constexpr std::string_view mark = "{file}";
  std::string content(text);
  for (size_t at = 0; (at = content.find(mark, at)) != std::string::npos; at += file.size()) content.replace(at, mark.size(), file);
  parse_config(content, file);  // what we hand out must be right
  std::error_code error;
  check_in(!fs::exists(fs::symlink_status(file, error)), ErrorKind::usage, file,
           "is there already and is not written over; name another file");
  const fs::path parent = fs::path(file).parent_path();
  check_in(parent.empty() || fs::is_directory(parent, error), ErrorKind::usage, file, "there is no folder {}", parent.string());
  write_file_atomic(file, content);
  if (global.json) return print_json(Json{{"file", file}});
  if (!global.quiet) print_line(fmt::format("{} is written; read its comments, then: hebb train {}", file, file));
}

}  // namespace

void add_init_command(Command& hebb, const Global& global) {
  const auto file = std::make_shared<std::string>("hebb.toml");
  Command command = hebb.add("init", "write a commented configuration to start from");
  command.option("file", *file, "the file to write (default hebb.toml)").type_name("FILE.toml");
  command.run([file, &global] { init(*file, global); });
}

}  // namespace hebb::cli
