// hebb predict: pictures or rows of tables in, labels and confidences or numbers out.

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <span>

#include "hebb/base/check.h"
#include "hebb/base/file.h"
#include "hebb/base/log.h"
#include "hebb/base/printable.h"
#include "hebb/cli/commands.h"
#include "hebb/cli/named_file.h"
#include "hebb/formats/image.h"
#include "hebb/formats/npz.h"
#include "hebb/run/parts.h"
#include "hebb/run/prediction_json.h"
#include "hebb/run/prediction_writer.h"
#include "hebb/run/predictor.h"
#include "hebb/tasks/class_name.h"
#include "hebb/tasks/sample_sheet.h"

namespace hebb::cli {
namespace {

struct PredictOptions {
  std::string model, out;
  std::vector<std::string> inputs, keep;
  std::optional<int> top;
  std::optional<int64_t> samples;
  std::optional<double> level;
};

constexpr int usual_top = 5;
constexpr size_t most_examples = 5;
constexpr size_t most_numbers = 16;  // of an answer that are printed for people

// What became of all records.
struct Tally {
  int64_t records = 0, refused = 0, unlike = 0;
  std::vector<std::string> examples, unlike_examples;  // of those that were refused; of the others
  Json predictions = Json::array(), errors = Json::array();
};

// "new.csv:7 (PassengerId 893)".
std::string named_input(const Prediction& prediction, const Predictor& predictor) {
  std::string beside;
  for (size_t i = 0; i < prediction.sides.size(); ++i)
    if (!prediction.sides[i].empty())
      beside += fmt::format("{}{} {}", beside.empty() ? "" : ", ", predictor.sides()[i],
                            prediction.sides[i]);
  return printable(beside.empty() ? prediction.input
                                  : fmt::format("{} ({})", prediction.input, beside));
}

// " (198000 to 304000)"; of several numbers each in turn.
std::string interval_text(const Prediction& prediction) {
  std::string out;
  for (size_t i = 0; i < prediction.lower.size(); ++i)
    out +=
        fmt::format("{}{:.6g} to {:.6g}", i ? ", " : "", prediction.lower[i], prediction.upper[i]);
  return out.empty() ? out : " (" + out + ")";
}

// People are shown the classes behind the first where they asked for them, or where there is a
// single picture.
void print_prediction(const Prediction& prediction, const Predictor& predictor,
                      std::optional<int> top, bool single, bool quiet) {
  const std::string input = named_input(prediction, predictor);
  if (!predictor.classifies()) {
    const std::span<const double> all = prediction.values,
                                  shown = all.first(std::min(all.size(), most_numbers));
    const bool some = shown.size() < all.size();
    return print_line(fmt::format("{}  {}{}", input, fmt::join(shown, ", "),
                                  some ? ", ..." : interval_text(prediction)));
  }
  const std::vector<std::string>& labels = predictor.model().info.labels;
  const auto percent = [&](int64_t c) { return 100 * prediction.values[size_t(c)]; };
  print_line(fmt::format("{}: {} ({:.2f} %)", input, class_name(labels, prediction.index),
                         percent(prediction.index)));
  if (!top && (quiet || !single))
    return;
  const std::vector<int64_t> order = likeliest(prediction, top.value_or(usual_top));
  for (size_t k = 1; k < order.size(); ++k)
    print_line(fmt::format("  {:<20} {:6.2f} %", class_name(labels, order[k]), percent(order[k])));
}

Json error_json(const Prediction& prediction) {
  return {{"file", prediction.input}, {"message", prediction.reason()}};
}

// A picture that cannot be read is named on standard error at once; rows are counted.
void refuse(const Prediction& prediction, bool pictures, bool single, Tally& tally) {
  if (single)
    throw Error(*prediction.error);
  ++tally.refused;
  if (tally.examples.size() < most_examples)
    tally.examples.push_back(fmt::format("{}: {}", prediction.input, prediction.reason()));
  if (pictures)
    say_error(prediction.error->what());
}

// A picture is warned of at once; rows are counted.
void note_unlike(const Prediction& prediction, bool pictures, Tally& tally) {
  if (prediction.error || prediction.warnings.empty())
    return;
  const size_t more = prediction.warnings.size() - 1;
  const std::string text =
      fmt::format("{}: {}{}", prediction.input, prediction.warnings[0],
                  more > 0 ? fmt::format("; and {} more", more) : std::string());
  if (pictures)
    return warn(text);
  ++tally.unlike;
  if (tally.unlike_examples.size() < most_examples)
    tally.unlike_examples.push_back(text);
}

void say_examples(const std::string& note, const std::vector<std::string>& examples,
                  int64_t count) {
  say_line("note: " + note + (examples.empty() ? "" : ":"));
  for (const std::string& example : examples)
    say_line("  " + printable(example));
  if (!examples.empty() && count > int64_t(examples.size()))
    say_line("  ...");
}

// named: each row was shown with its reason already.
void say_notes_of_rows(const Tally& tally, bool named) {
  if (tally.refused > 0)
    say_examples(
        fmt::format("{} of {} rows could not be used, and {}", tally.refused, tally.records,
                    tally.refused == 1 ? "has no prediction" : "have no prediction"),
        named ? std::vector<std::string>() : tally.examples, tally.refused);
  if (tally.unlike > 0)
    say_examples(fmt::format("{} of {} rows {} what the training did not see, and {} a prediction "
                             "all the same",
                             tally.unlike, tally.records, tally.unlike == 1 ? "holds" : "hold",
                             tally.unlike == 1 ? "has" : "have"),
                 tally.unlike_examples, tally.unlike);
}

// With -o: what a program wants to know of the file.
Json summary_json(const std::string& out, const Tally& tally) {
  return {{"output", out},
          {"records", tally.records},
          {"predicted", tally.records - tally.refused},
          {"errors", tally.errors}};
}

Json all_json(const Tally& tally, const Predictor& predictor) {
  Json out = {{"predictions", tally.predictions}, {"errors", tally.errors}};
  if (const std::optional<double> level = predictor.level())
    out["level"] = *level;
  return out;
}

// Of a run whose models make samples: a sheet of pictures, or all numbers.
void make_samples(const PredictOptions& options, const Global& global) {
  const std::string ending = fs::path(options.out).extension().string();
  check_in(options.inputs.empty() && !options.top, ErrorKind::usage, "--samples",
           "makes samples of noise, which takes no inputs and no --top; leave them out");
  check_in(ending == ".png" || ending == ".npz", ErrorKind::usage, "--out",
           "is \"{}\", should be with --samples a file that ends in .png (a sheet of pictures) or "
           ".npz (x, all numbers)",
           options.out);
  check_output_file(options.out);
  TrainedModel model = load_trained(options.model);
  check_in(model.parts != nullptr, ErrorKind::usage, "--samples",
           "is for a run whose models make samples; this one answers to inputs: name some");
  const SeveralModels& several = *task_of_parts(model.config).several;
  const uint64_t seed = uint64_t(global.seed.value_or(model.config.train.seed));
  const Tensor made = made_samples(*model.parts, model.config, several, *options.samples, seed);
  if (ending == ".png") {
    const auto sheet = sample_sheet(made, model.recipe);
    check_in(sheet.has_value(), ErrorKind::usage, options.out,
             "its samples are no pictures of 1 or 3 channels; -o FILE.npz takes all numbers");
    write_file_atomic(options.out, encode_png(*sheet));
  } else {
    write_npz(options.out, {{"x", made}});
  }
  if (global.json)
    print_json(Json{{"output", options.out}, {"samples", *options.samples}, {"seed", seed}});
  else if (!global.quiet)
    print_line(fmt::format("{} samples in {}", *options.samples, options.out));
}

void predict(const PredictOptions& options, const Global& global) {
  if (options.samples)
    return make_samples(options, global);
  check_in(!options.inputs.empty(), ErrorKind::usage, "",
           "INPUT is required; see hebb predict --help");
  if (!options.out.empty()) {
    check_prediction_file(options.out);
    check_output_file(options.out);
    for (const std::string& input : options.inputs)
      check_not_read(options.out, input);
  }
  Predictor predictor(options.model, {.level = options.level, .keep = options.keep});
  check_in(!options.top || predictor.classifies(), ErrorKind::usage, "--top",
           "this model gives numbers, which have no classes to show; leave it out");
  const PredictionInputs inputs = predictor.inputs(options.inputs);
  const bool single = inputs.pictures && inputs.files.size() == 1;
  const auto writer = options.out.empty() ? nullptr : prediction_writer(options.out, predictor);
  Tally tally;
  predictor.predict(inputs, [&](const Prediction& prediction) {
    ++tally.records;
    if (prediction.error)
      refuse(prediction, inputs.pictures, single, tally);
    if (!global.quiet)
      note_unlike(prediction, inputs.pictures, tally);
    const bool some = tally.errors.size() < most_examples;
    if (prediction.error && global.json && (!writer || some))
      tally.errors.push_back(error_json(prediction));
    if (writer)
      writer->add(prediction);
    else if (global.json && !(inputs.pictures && prediction.error))
      tally.predictions.push_back(
          prediction_json(prediction, predictor, options.top.value_or(usual_top)));
    else if (!global.json && prediction.error && !inputs.pictures)
      print_line(fmt::format("{}: no prediction: {}", named_input(prediction, predictor),
                             printable(prediction.reason())));
    else if (!global.json && !prediction.error)
      print_prediction(prediction, predictor, options.top, single, global.quiet);
  });
  // What there is, also where some could not be used: those that could are worth as much.
  if (writer)
    writer->finish();
  if (global.json && writer)
    print_json(summary_json(options.out, tally));
  else if (global.json)
    print_json(all_json(tally, predictor));
  else if (writer && !global.quiet)
    print_line(fmt::format("{} of {} predictions in {}", tally.records - tally.refused,
                           tally.records, options.out));
  else if (!global.quiet && !predictor.classifies() && predictor.outputs() > int64_t(most_numbers))
    say_line(
        fmt::format("note: an answer is {} numbers, of which the first {} are shown; -o FILE.npz "
                    "or .csv takes all",
                    predictor.outputs(), most_numbers));
  check_in(!inputs.pictures || tally.refused == 0, ErrorKind::data, "predict",
           "{} of {} pictures could not be read", tally.refused, tally.records);
  if (!global.quiet)
    say_notes_of_rows(tally, !writer && !global.json);
  check_in(tally.refused == 0 || tally.refused < tally.records, ErrorKind::data, "predict",
           "none of {} rows could be used; the first: {}", tally.records,
           tally.examples.empty() ? "" : tally.examples[0]);
}

}  // namespace

void add_predict_command(Command& hebb, const Global& global) {
  const auto options = std::make_shared<PredictOptions>();
  Command command = hebb.add("predict", "label pictures or rows with a trained model");
  command.option("model", options->model, "a run folder").required().type_name("MODEL");
  command
      .option("inputs", options->inputs,
              "pictures (PNG or JPEG) or folders of them; a table, - (a .csv on standard "
              "input) or an .npz file with x")
      .type_name("INPUT");
  command
      .option("--top", options->top,
              "how many classes to show of each (default 5; 1 of several inputs)")
      .positive()
      .type_name("K");
  command
      .option("--samples", options->samples,
              "of a run whose generator makes samples: how many, drawn by --seed; with -o "
              "SHEET.png or .npz")
      .between(1, 65536)
      .type_name("N");
  command
      .option("--level", options->level,
              "of quantities: how many of a hundred rows lie inside of the interval from lower to "
              "upper, as a share (default 0.9)")
      .type_name("SHARE");
  command
      .option("--keep", options->keep,
              "columns of the table that stand beside its predictions, besides data.id: name,town")
      .comma_separated();
  command.option("-o,--out", options->out, "write all predictions there, with every probability")
      .type_name("FILE.csv|.jsonl|.npz");
  command.example(
      "hebb predict runs/fashion-1 shoe.png pictures/ --top 3\n"
      "hebb predict runs/iris-1 new.csv -o answers.csv\n"
      "hebb predict runs/gan-1 --samples 64 -o sheet.png");
  command.run([options, &global] { predict(*options, global); });
}

}  // namespace hebb::cli
