// Measures of texts beside sacreBLEU, rouge-score and jiwer: tests/reference/text_scores.py.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "hebb/base/file.h"
#include "hebb/metrics/chrf.h"
#include "hebb/metrics/measure_tasks.h"
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
