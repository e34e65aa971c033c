// Measures of texts beside sacreBLEU, rouge-score and jiwer: tests/reference/text_scores.py.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "hebb/base/file.h"
#include "hebb/metrics/chrf.h"
#include "hebb/metrics/measure_tasks.h"
#include "hebb/metrics/meteor.h"
#include "hebb/metrics/text_scores.h"
#include "support/message_of.h"
#include "support/places.h"

namespace hebb::metrics {
namespace {

using Json = nlohmann::json;

Json text_reference() {
  return Json::parse(read_file(reference_folder() / "text_scores.json"));
}

TEST(TextReference, Measures) {
  const Json cases = text_reference().at("cases");
  EXPECT_GE(cases.size(), 8u);
  for (const Json& c : cases) {
    SCOPED_TRACE(c.at("name").get<std::string>());
    const auto texts = c.at("texts").get<std::vector<std::string>>();
    const auto references = c.at("references").get<std::vector<std::vector<std::string>>>();
    const Measured got = measure_texts(references, texts);
    EXPECT_EQ(got.samples, int64_t(texts.size()));
    size_t compared = 0;
    for (const auto& [name, value] : got.values) {
      ASSERT_TRUE(c.at("want").contains(name)) << name;
      EXPECT_NEAR(value, c.at("want").at(name).get<double>(), 1e-9) << name;
      ++compared;
    }
    EXPECT_EQ(compared, c.at("want").size());
  }
}

TEST(TextReference, Tokens) {
  const Json reference = text_reference();
  for (const Json& t : reference.at("tokens")) {
    const auto line = t.at("line").get<std::string>();
    EXPECT_EQ(bleu_tokens(line), t.at("bleu").get<Tokens>()) << line;
    EXPECT_EQ(rouge_tokens(line), t.at("rouge").get<Tokens>()) << line;
  }
}

TEST(TextReference, MeteorOfWords) {
  const Json reference = text_reference();
  MeteorSums all, second;
  double sum = 0;
  size_t i = 0;
  for (const Json& c : reference.at("meteors")) {
    const auto references = c.at("references").get<std::vector<Tokens>>();
    const auto text = c.at("text").get<Tokens>();
    double best = 0, other = 0;
    for (const Tokens& one : references) {
      best = std::max(best, meteor(one, text));
      other = std::max(other, meteor(one, text, {.alpha = 0.5, .beta = 1.5, .gamma = 0.8}));
    }
    EXPECT_NEAR(best, c.at("plain").get<double>(), 1e-12) << c;
    EXPECT_NEAR(other, c.at("other").get<double>(), 1e-12) << c;
    (i++ % 2 ? second : all).add(references, text);
    sum += best;
  }
  EXPECT_GE(i, 20u);
  all.merge(second);
  EXPECT_NEAR(all.value(), sum / double(i), 1e-12);
  Warnings warnings;
  EXPECT_TRUE(std::isnan(MeteorSums().value(&warnings)));
  EXPECT_EQ(warnings.lines.size(), 1u);
  EXPECT_NE(message_of([&] { all.add({}, Tokens{"a"}); }).find("no references"), std::string::npos);
  EXPECT_EQ(meteor({}, Tokens{"a"}), 0);
  EXPECT_EQ(meteor(Tokens{"a"}, {}), 0);
}

TEST(TextReference, SumsAddUp) {
  const Json c = text_reference().at("cases").at(1);
  const auto texts = c.at("texts").get<std::vector<std::string>>();
  const auto references = c.at("references").get<std::vector<std::vector<std::string>>>();
  ChrfSums chrf, other_chrf;
  RougeSums rouge, other_rouge;
  for (size_t i = 0; i < texts.size(); ++i) {
    const std::vector<std::string_view> views(references[i].begin(), references[i].end());
    (i == 0 ? chrf : other_chrf).add(views, texts[i]);
    (i == 0 ? rouge : other_rouge).add(views, texts[i]);
  }
  chrf.merge(other_chrf);
  rouge.merge(other_rouge);
  EXPECT_NEAR(chrf.value(), c.at("want").at("chrf").get<double>(), 1e-12);
  EXPECT_NEAR(rouge.mean(RougeSums::pairs).recall, c.at("want").at("rouge2_recall").get<double>(),
              1e-12);
  Warnings warnings;
  EXPECT_TRUE(std::isnan(ChrfSums().value(&warnings)));
  EXPECT_TRUE(std::isnan(RougeSums().mean(RougeSums::words, &warnings).f1));
  EXPECT_EQ(warnings.lines.size(), 2u);
  const std::string text = "one";
  EXPECT_NE(message_of([&] { chrf.add({}, text); }).find("no references"), std::string::npos);
}

TEST(LanguageModel, MeasuresOfTokens) {
  const std::vector<double> nll = {std::log(2.0), std::log(8.0)};
  const Measured got = measure_language_model(nll, 1);
  const std::pair<const char*, double> expected[] = {
      {"log_loss", std::log(4.0)}, {"perplexity", 4}, {"bits_per_token", 2}, {"accuracy", 0.5}};
  ASSERT_EQ(got.values.size(), std::size(expected));
  for (size_t i = 0; i < got.values.size(); ++i) {
    EXPECT_EQ(got.values[i].first, expected[i].first);
    EXPECT_NEAR(got.values[i].second, expected[i].second, 1e-12);
  }
  const std::vector<double> negative = {-1};
  EXPECT_NE(message_of([&] { measure_language_model(negative); }).find("at least 0"),
            std::string::npos);
}

}  // namespace
}  // namespace hebb::metrics
