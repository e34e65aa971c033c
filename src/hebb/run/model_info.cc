#include "hebb/run/model_info.h"

#include <algorithm>
#include <cmath>

#include "hebb/base/fields_json.h"
#include "hebb/base/file.h"
#include "hebb/tasks/targets.h"
#include "hebb/tasks/task.h"

namespace hebb {

data::PictureShape ModelInfo::picture() const {
  if (input.kind != "picture")
    return {};
  return {int(input.shape[0]), int(input.shape[1]), int(input.shape[2])};
}

const DataPart* ModelInfo::part(std::string_view wanted) const {
  for (const DataPart& p : data)
    if (p.part == wanted)
      return &p;
  return nullptr;
}

void write_model_info(const fs::path& path, const ModelInfo& info) {
  write_file_atomic(path, to_text(fields::to_json(info), 2) + "\n");
}

ModelInfo read_model_info(const fs::path& path) {
  const std::string text = read_file(path, 64 << 20);
  ModelInfo info;
  info.format = 0;
  try {
    fields::from_json(parse_json(text), info);
  } catch (const Json::exception& error) {
    fail(ErrorKind::data, path.string(), "is no model's description: {}", plain_text(error));
  }
  auto require = [&](bool holds, std::string_view what) {
    check_in(holds, ErrorKind::data, path.string(), "is no model's description: {}", what);
  };
  require(info.format == 1, fmt::format("its format is {}, should be 1", info.format));
  const auto tasks = all_tasks();
  require(std::any_of(tasks.begin(), tasks.end(),
                      [&](const Task* task) {
                        return task->reads_targets() ? name(targets_named(info.task)) == info.task
                                                     : task->name == info.task;
                      }),
          "its task should be classification or regression");
  require(
      info.input.kind == "values" || (info.input.kind == "picture" && info.input.shape.size() == 3),
      "its input should be a picture or values");
  int64_t numbers = 1;
  for (int64_t size : info.input.shape) {
    require(size >= 1 && size <= 1 << 20, "its input has a size that cannot be");
    require((numbers *= size) <= 1 << 30, "its input has more numbers than can be");
  }
  if (info.output.size() == 1 && info.output[0] > 1)
    require(info.labels.empty() || int64_t(info.labels.size()) == info.output[0],
            fmt::format("it has {} labels, should have {}, one for each output", info.labels.size(),
                        info.output[0]));
  for (const std::string& label : info.labels)
    require(info.class_weights.empty() ||
                std::any_of(info.class_weights.begin(), info.class_weights.end(),
                            [&](const auto& pair) {
                              return pair.first == label && pair.second >= 0 &&
                                     std::isfinite(pair.second);
                            }),
            "its class weights should be a number of at least 0 for each of its labels");
  require(info.threshold >= 0 && info.threshold <= 1, "its threshold should be from 0 to 1");
  require(!info.intervals || info.intervals->is_sound(product(info.output)),
          "its intervals cannot be");
  require(info.normalize.mean.size() == info.normalize.std.size(),
          "its normalisation needs as many means as deviations");
  return info;
}

}  // namespace hebb
