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
#include "hebb/run/run_task.h"

namespace hebb::cli {
namespace {

struct SummaryOptions {
  std::string model, data_dir;
};

// Of several models the layers carry their names: "generator.0".
Json summaries_json(const std::string& model,
                    const std::vector<std::pair<std::string, nn::Summary>>& summaries) {
  Json layers = Json::array();
  int64_t total = 0, trainable = 0, bytes = 0, trainable_bytes = 0;
  for (const auto& [name, summary] : summaries) {
    for (const nn::SummaryRow& row : summary.rows)
      layers.push_back({{"name", name.empty() ? row.name : name + "." + row.name},
                        {"type", row.type},
                        {"output", fields::to_json(row.output)},
                        {"parameters", row.parameters}});
    total += summary.total;
    trainable += summary.trainable;
    bytes += summary.total_bytes;
    trainable_bytes += summary.trainable_bytes;
  }
  return {{"model", model},
          {"layers", layers},
          {"parameters",
           {{"total", total}, {"trainable", trainable}, {"non_trainable", total - trainable}}},
          {"bytes",
           {{"total", bytes},
            {"trainable", trainable_bytes},
            {"non_trainable", bytes - trainable_bytes}}}};
}

void summary(const SummaryOptions& options, const Global& global) {
  std::error_code error;
  const bool folder = fs::is_directory(options.model, error);
  if (!folder && fs::path(options.model).extension() != ".toml")
    existing_run(options.model);  // says what is wrong
  Config config =
      folder ? read_run_config(existing_run(options.model)) : read_config(options.model);
  if (config.model.input.empty())
    open_run_data(config, task_before_data(config),
                  data_place(options.data_dir, global));  // only the data know the shape
  manual_seed(0);
  nn::Sequential net;
  std::shared_ptr<PartsModule> parts;
  if (parts_of(config).empty()) {
    net = build_model(config, false);
  } else {
    const Task& task = task_of_parts(config);
    resolve_parts(config, *task.several);
    parts = build_parts(config, false);
  }
  const auto summaries = summaries_of(net, parts.get(), config);
  if (global.json)
    return print_json(summaries_json(options.model, summaries));
  for (const auto& [name, summary] : summaries) {
    if (!name.empty())
      std::printf("[%s]\n", name.c_str());
    std::printf("%s", nn::to_string(summary).c_str());
  }
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
