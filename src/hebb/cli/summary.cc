// hebb summary: a model's layers, output shapes and parameters, from a configuration or a run
// folder.

#include <cstdio>
#include <memory>

#include "hebb/base/check.h"
#include "hebb/base/fields_json.h"
#include "hebb/base/file.h"
#include "hebb/cli/commands.h"
#include "hebb/cli/data_place.h"
#include "hebb/nn/summary.h"
#include "hebb/ops/random_key.h"
#include "hebb/run/model_setup.h"

namespace hebb::cli {
namespace {

struct SummaryOptions {
  std::string model, data_dir;
};

void summary(const SummaryOptions& options, const Global& global) {
  std::error_code error;
  const bool folder = fs::is_directory(options.model, error);
  if (!folder && fs::path(options.model).extension() != ".toml")
    existing_run(options.model);  // says what is wrong
  Config config =
      folder ? read_run_config(existing_run(options.model)) : read_config(options.model);
  if (config.model.input.empty())
    open_run_data(config, data_place(options.data_dir, global));  // only the data know the shape
  manual_seed(0);
  nn::Sequential net = build_model(config, false);
  const nn::Summary summary = nn::summarize(net, config.model.input);
  if (!global.json) {
    std::printf("%s", nn::to_string(summary).c_str());
    return;
  }
  Json layers = Json::array();
  for (const nn::SummaryRow& row : summary.rows)
    layers.push_back({{"name", row.name},
                      {"type", row.type},
                      {"output", fields::to_json(row.output)},
                      {"parameters", row.parameters}});
  print_json(Json{{"model", options.model},
                  {"layers", layers},
                  {"parameters",
                   {{"total", summary.total},
                    {"trainable", summary.trainable},
                    {"non_trainable", summary.total - summary.trainable}}},
                  {"bytes",
                   {{"total", summary.total_bytes},
                    {"trainable", summary.trainable_bytes},
                    {"non_trainable", summary.total_bytes - summary.trainable_bytes}}}});
}

}  // namespace

void add_summary_command(Command& hebb, const Global& global) {
  const auto options = std::make_shared<SummaryOptions>();
  Command command =
      hebb.add("summary", "a model's layers, output shapes and numbers of parameters");
  command.option("model", options->model, "CONFIG.toml or a run folder")
      .required()
      .type_name("CONFIG|MODEL");
  add_data_dir(command, options->data_dir);
  command.example("hebb summary fashion.toml");
  command.run([options, &global] { summary(*options, global); });
}

}  // namespace hebb::cli
