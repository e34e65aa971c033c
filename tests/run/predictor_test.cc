// One recipe from training to prediction: the same bits reach the model everywhere.

#include "hebb/run/predictor.h"

#include <gtest/gtest.h>

#include <cmath>

#include "hebb/autograd/no_grad.h"
#include "hebb/base/error.h"
#include "hebb/base/file.h"
#include "hebb/data/loader.h"
#include "hebb/formats/csv.h"
#include "hebb/formats/csv_rows.h"
#include "hebb/formats/npz.h"
#include "hebb/run/session.h"
#include "support/message_of.h"
#include "support/temp_folder.h"

namespace hebb {
namespace {

class PredictorTest : public TempFolder {
 protected:
  std::string at(const std::string& name) const { return (folder_ / name).string(); }

  // a is far from zero, c is wide; y is what b and c say.
  std::string row(int i) const {
    return fmt::format("{:.6f},{:.6f},{:.3f}", 1e6 + 3 * std::sin(i * 1.7), std::cos(i * 0.9),
                       20 * std::sin(i * 0.3));
  }
  bool answer(int i) const { return std::cos(i * 0.9) + std::sin(i * 0.3) > 0; }

  RunFolder train(const std::string& more = "normalize = \"auto\"\n") {
    std::string table = "a,b,c,y\n";
    for (int i = 0; i < 120; ++i)
      table += row(i) + (answer(i) ? ",yes\n" : ",no\n");
    write_file_atomic(at("t.csv"), table);
    const Config config = parse_config(
        "[data]\ndataset = \"" + at("t.csv") + "\"\ntarget = \"y\"\n" + more +
            "split = { train = 0.8, test = 0.2 }\n[model]\nlayers = [\"linear 4\", \"relu\", "
            "\"linear 2\"]\n[train]\nepochs = 2\nthreads = 1\n",
        "c.toml");
    return train_run(config, {.out = at("r"), .verbosity = Verbosity::silent}).run;
  }

  std::vector<Prediction> predict(Predictor& predictor, const std::vector<std::string>& names) {
    std::vector<Prediction> out;
    predictor.predict(predictor.inputs(names), [&](const Prediction& p) { out.push_back(p); });
    return out;
  }
};

std::string bits(const Tensor& x) {
  return {static_cast<const char*>(x.raw_data()), size_t(x.nbytes())};
}

TEST_F(PredictorTest, TheSameBitsReachTheModelEverywhere) {
  const RunFolder run = train();
  Predictor predictor(run.path);
  const TrainedModel& model = predictor.model();
  // As the evaluation has them,
  const data::Dataset all = open_data_for(at("t.csv"), model.config, model.known(), {});
  std::string evaluated;
  for (const auto& [x, y] : data::Loader(all, {.batch_size = 7}))
    evaluated += bits(x);
  // as the training has them,
  Config config = model.config;
  const RunData trained = open_run_data(config, nullptr, {}, model.known());
  for (const data::Dataset& part : {trained.train, trained.test})
    for (const auto& [x, y] : data::Loader(part, {.batch_size = 1}))
      EXPECT_NE(evaluated.find(bits(x)), std::string::npos);
  Config anew = model.config;
  EXPECT_EQ(open_run_data(anew, nullptr, {}).recipe.to_json(), model.recipe.to_json());
  // and as prediction has them: a model that does nothing would show them.
  std::string predicted;
  for (int i = 0; i < 120; ++i) {
    data::Record record;
    const std::string text = row(i);
    size_t begin = 0;
    for (const char* name : {"a", "b", "c"}) {
      double value = 0;
      const size_t end = std::min(text.find(',', begin), text.size());
      ASSERT_TRUE(parse_number(text.substr(begin, end - begin), value));
      *static_cast<double*>(record.add(name).make(f64, {})) = value;
      begin = end + 1;
    }
    model.recipe.apply(record, 0, model.recipe.size(), nullptr);
    const data::Value& x = record.at("x");
    predicted += std::string(x.data<char>(), size_t(x.count()) * sizeof(float));
  }
  EXPECT_EQ(predicted, evaluated);
}

TEST_F(PredictorTest, AnswersWhatTheModelSays) {
  const RunFolder run = train();
  Predictor predictor(run.path), one(run.path, {.batch_size = 1});
  EXPECT_EQ(predictor.labels(), (std::vector<std::string>{"no", "yes"}));
  TrainedModel model = load_trained(run.path);
  const data::Dataset all = open_data_for(at("t.csv"), model.config, model.known(), {});
  const std::vector<Prediction> answers = predict(predictor, {at("t.csv")}),
                                alone = predict(one, {at("t.csv")});
  ASSERT_EQ(answers.size(), 120u);
  ASSERT_EQ(alone.size(), 120u);
  NoGrad off;
  size_t i = 0;
  for (const auto& [x, y] : data::Loader(all, {.batch_size = 1})) {
    const std::vector<double> logits = model.net(x).to_vector<double>();
    EXPECT_EQ(answers[i].input, at("t.csv") + ":" + std::to_string(i + 2));
    EXPECT_EQ(answers[i].error, std::nullopt);
    EXPECT_NEAR(answers[i].values[1], 1 / (1 + std::exp(logits[0] - logits[1])), 1e-6);
    EXPECT_EQ(answers[i].index, answers[i].values[1] > answers[i].values[0]);
    EXPECT_NEAR(alone[i].values[1], answers[i].values[1], 1e-6);
    ++i;
  }
}

TEST_F(PredictorTest, RowsOfNpzAndRecordsAreTheSame) {
  Predictor predictor(train().path);
  const Tensor x = Tensor::empty({3, 3}, f64);
  std::vector<data::Record> records(2);
  for (int r = 0; r < 3; ++r)
    for (int c = 0; c < 3; ++c)
      x.data<double>()[r * 3 + c] = c == 0 ? 1e6 + r : r - c;
  x.data<double>()[4] = std::nan("");
  for (int r : {0, 2})
    for (int c = 0; c < 3; ++c)
      *static_cast<double*>(
          records[size_t(r / 2)].add(std::string(1, char('a' + c))).make(f64, {})) =
          x.data<double>()[r * 3 + c];
  write_npz(at("x.npz"), {{"x", x}});
  const std::vector<Prediction> rows = predict(predictor, {at("x.npz")}),
                                given = predictor.predict(std::move(records));
  ASSERT_EQ(rows.size(), 3u);
  ASSERT_EQ(given.size(), 2u);
  EXPECT_EQ(rows[0].values, given[0].values);
  EXPECT_EQ(rows[2].values, given[1].values);
  EXPECT_EQ(rows[1].index, -1);
  EXPECT_EQ(rows[1].reason(), "its value 1 is nan, should be a number");
  write_npz(at("wide.npz"), {{"x", Tensor::from(std::vector<double>(8, 1), {2, 4})}});
  EXPECT_NE(message_of([&] {
              predict(predictor, {at("wide.npz")});
            }).find("its samples are f32[4], the model takes [3]"),
            std::string::npos);
  write_npz(at("none.npz"), {{"z", x}});
  EXPECT_NE(
      message_of([&] { predict(predictor, {at("none.npz")}); }).find("holds no array of numbers"),
      std::string::npos);
}

TEST_F(PredictorTest, AChangedStepChangesWhatIsPredicted) {
  const RunFolder run = train();
  const std::string saved = read_file(run.recipe());
  Predictor before(run.path);
  const std::vector<Prediction> first = predict(before, {at("t.csv")});
  const data::Recipe changed = before.model().recipe.with_normalize({1e6, 0, 0}, {3, 0.5, 20});
  write_file_atomic(run.recipe(), changed.to_json());
  Predictor after(run.path);
  EXPECT_NE(predict(after, {at("t.csv")})[0].values, first[0].values);
  write_file_atomic(run.recipe(), saved);
  Predictor again(run.path);
  EXPECT_EQ(predict(again, {at("t.csv")})[0].values, first[0].values);
  // By hand: the checksum says so, and how to go on.
  std::string text = saved;
  text.replace(text.find("\"a\",\n     \"b\""), 13, "\"b\",\n     \"a\"");
  write_file_atomic(run.recipe(), text);
  EXPECT_NE(message_of([&] { load_trained(run.path); }).find("recipe.json: is damaged"),
            std::string::npos);
  text.erase(text.find(",\n \"sha256\""));
  write_file_atomic(run.recipe(), text + "\n}\n");
  Predictor swapped(run.path);
  EXPECT_NE(predict(swapped, {at("t.csv")})[0].values, first[0].values);
  // Not for this model.
  write_file_atomic(run.recipe(), data::picture_recipe({1, 8, 8}).to_json());
  EXPECT_NE(message_of([&] {
              load_trained(run.path);
            }).find("recipe.json: its steps give x: picture f32[1, 8, 8], and the model takes"),
            std::string::npos)
      << message_of([&] { load_trained(run.path); });
}

TEST_F(PredictorTest, RunsOfBeforeAreReadByTheirDescription) {
  const Tensor x = Tensor::empty({60, 3}, f64), y = Tensor::empty({60}, i64);
  for (int i = 0; i < 60; ++i) {
    for (int c = 0; c < 3; ++c)
      x.data<double>()[i * 3 + c] = std::sin(i * 1.7 + c) * (c + 1);
    y.data<int64_t>()[i] = answer(i);
  }
  write_npz(at("t.npz"), {{"x", x}, {"y", y}});
  for (const char* more : {"normalize = \"auto\"\n", "normalize = \"none\"\n"}) {
    fs::remove_all(at("r"));
    const Config config = parse_config("[data]\ndataset = \"" + at("t.npz") + "\"\n" + more +
                                           "split = { train = 0.8, test = 0.2 }\n[model]\nlayers = "
                                           "[\"linear 2\"]\n[train]\nepochs "
                                           "= 1\nthreads = 1\n",
                                       "c.toml");
    const RunFolder run = train_run(config, {.out = at("r"), .verbosity = Verbosity::silent}).run;
    Predictor written(run.path);
    const std::vector<Prediction> first = predict(written, {at("t.npz")});
    fs::remove(run.recipe());
    Predictor derived(run.path);
    EXPECT_EQ(derived.model().recipe.to_json(), written.model().recipe.to_json());
    EXPECT_EQ(predict(derived, {at("t.npz")})[5].values, first[5].values);
  }
}

TEST_F(PredictorTest, ARecipeOfATableThatIsGoneIsSaid) {
  const RunFolder run = train();
  fs::remove(run.recipe());
  EXPECT_NE(message_of([&] { load_trained(run.path); }).find("recipe.json: is missing"),
            std::string::npos);
}

TEST_F(PredictorTest, ReadsRowsOfAnyFormAndLength) {
  // Quotes over lines, CR LF, blank lines, a byte order mark; read in pieces of any length.
  std::string table = "\xEF\xBB\xBF\"na\nme\",b\r\n\r\n\"1\",\" x, \"\"y\"\"\"\r\n 2 ,z\r3,\n";
  for (int i = 0; i < 100000; ++i)
    table += "4,5\n";
  for (size_t piece : {1, 7, 100000}) {
    size_t begin = 0;
    CsvRows rows(
        [&](char* to, size_t most) {
          const size_t n = std::min({piece, most, table.size() - begin});
          table.copy(to, n, begin);
          begin += n;
          return n;
        },
        "t");
    EXPECT_EQ(rows.columns(), (std::vector<std::string>{"na\nme", "b"}));
    const auto next = [&](int64_t line, const std::vector<std::string>& cells) {
      ASSERT_TRUE(rows.next());
      EXPECT_EQ(rows.line(), line);
      std::vector<std::string> texts;
      for (const RowCell& cell : rows.cells())
        texts.emplace_back(cell.text);
      EXPECT_EQ(texts, cells);
    };
    next(4, {"1", " x, \"y\""});
    next(5, {"2", "z"});
    next(6, {"3", ""});
    int64_t count = 0;
    while (rows.next())
      ++count;
    EXPECT_EQ(count, 100000);
  }
}

}  // namespace
}  // namespace hebb
