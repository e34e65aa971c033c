// Measures of texts by hand-worked numbers, some of them the papers' own.
#include <gtest/gtest.h>

#include <cmath>

#include "hebb/metrics/calibration.h"
#include "hebb/metrics/metric.h"
#include "hebb/metrics/probability.h"
#include "hebb/metrics/text_scores.h"
#include "hebb/ops/ops.h"
#include "support/message_of.h"

namespace hebb::metrics {
namespace {

TEST(TextScores, Tokens) {
  EXPECT_EQ(words_in("  one two\tthree\n"), (Tokens{"one", "two", "three"}));
  EXPECT_TRUE(words_in(" ").empty());
  EXPECT_EQ(characters_in("aé€😀"), (Tokens{"a", "é", "€", "😀"}));
  EXPECT_EQ(characters_in("a\xff"), (Tokens{"a", "\xff"}));
  EXPECT_EQ(characters_in("\xe2\x82"), (Tokens{"\xe2", "\x82"}));  // cut off
}

TEST(TextScores, EditDistance) {
  const auto distance = [](std::string_view a, std::string_view b) {
    return edit_distance(characters_in(a), characters_in(b));
  };
  EXPECT_EQ(distance("kitten", "sitting"), 3);
  EXPECT_EQ(distance("", "abc"), 3);
  EXPECT_EQ(distance("abc", ""), 3);
  EXPECT_EQ(distance("flaw", "lawn"), 2);
  EXPECT_EQ(distance("naïve", "naive"), 1);
  EXPECT_EQ(distance("same", "same"), 0);
}

TEST(TextScores, ErrorRates) {
  ErrorRateSums words, more;
  words.add(words_in("the cat sat on the mat"), words_in("the cat sat mat"));  // two left out
  more.add(words_in("hello there"), words_in("hello over there"));             // one put in
  words.merge(more);
  EXPECT_NEAR(words.value(), 3.0 / 8, 1e-12);
  ErrorRateSums characters;
  characters.add(characters_in("abcd"), characters_in("abXd"));
  EXPECT_NEAR(characters.value(), 0.25, 1e-12);
  Warnings warnings;
  EXPECT_TRUE(std::isnan(ErrorRateSums{}.value(&warnings)));
  EXPECT_EQ(warnings.lines.size(), 1u);
}

// The example of Papineni et al. 2002: "the" is counted only as often as a reference has it.
TEST(TextScores, BleuClipsItsCounts) {
  const Tokens references[] = {words_in("the cat is on the mat"),
                               words_in("there is a cat on the mat")};
  BleuSums bleu(1);
  bleu.add(references, words_in("the the the the the the the"));
  EXPECT_NEAR(bleu.value(), 2.0 / 7, 1e-12);
}

TEST(TextScores, BleuByHand) {
  const Tokens reference[] = {words_in("the cat is on the mat")};
  BleuSums bleu;
  bleu.add(reference, words_in("the cat is on a mat"));
  // 5/6 words, 3/5 pairs, 2/4 threes, 1/3 fours.
  EXPECT_NEAR(bleu.value(), std::pow(5.0 / 6 * 3 / 5 * 2 / 4 * 1 / 3, 0.25), 1e-12);
  BleuSums brief(1);
  brief.add(reference, words_in("the cat"));
  EXPECT_NEAR(brief.value(), std::exp(1 - 6.0 / 2), 1e-12);
  BleuSums none, floor(4, BleuSmoothing::floor), halves(4, BleuSmoothing::exponential);
  for (BleuSums* sums : {&none, &floor, &halves})
    sums->add(reference, words_in("the mat is the cat on"));
  // 6/6 words, 2/5 pairs ("the mat", "the cat"), nothing longer.
  EXPECT_EQ(none.value(), 0);
  EXPECT_NEAR(floor.value(), std::pow(2.0 / 5 * 0.1 / 4 * 0.1 / 3, 0.25), 1e-12);
  EXPECT_NEAR(halves.value(), std::pow(2.0 / 5 * 0.5 / 4 * 0.25 / 3, 0.25), 1e-12);
  BleuSums same;
  same.add(reference, reference[0]);
  same.merge(none);
  BleuSums both;
  both.add(reference, reference[0]);
  both.add(reference, words_in("the mat is the cat on"));
  EXPECT_EQ(same.value(), both.value());
  EXPECT_TRUE(std::isnan(BleuSums().value()));
  EXPECT_NE(message_of([&] { both.add({}, reference[0]); }).find("no references"),
            std::string::npos);
}

TEST(TextScores, RougeByHand) {
  const Tokens reference = words_in("police killed the gunman"),
               text = words_in("police kill the gunman"),
               turned = words_in("the gunman kill police");
  EXPECT_NEAR(rouge_l(reference, text).f1, 0.75, 1e-12);  // Lin 2004
  EXPECT_NEAR(rouge_l(reference, turned).f1, 0.5, 1e-12);
  EXPECT_NEAR(rouge_n(reference, text, 1).recall, 0.75, 1e-12);
  EXPECT_NEAR(rouge_n(reference, text, 2).precision, 1.0 / 3, 1e-12);
  EXPECT_NEAR(rouge_n(reference, turned, 2).recall, 1.0 / 3, 1e-12);
  EXPECT_EQ(rouge_n(reference, {}, 1).f1, 0);
  // Lin 2004, 3.2: w1 w2 w3 w4 w5 beside w1 w2 w6 w7 w8 and w1 w3 w8 w9 w5 has w1 w2 w3 w5.
  const std::vector<Tokens> line{{"1", "2", "3", "4", "5"}},
      lines{{"1", "2", "6", "7", "8"}, {"1", "3", "8", "9", "5"}};
  EXPECT_NEAR(rouge_lsum(line, lines).recall, 0.8, 1e-12);
  EXPECT_NEAR(rouge_lsum(line, lines).precision, 0.4, 1e-12);
  EXPECT_EQ(rouge_lsum({}, lines).f1, 0);
  const Tokens same(700, "a"), long_line(900, "a");  // in more than one block
  EXPECT_NEAR(rouge_lsum(std::vector<Tokens>{same}, std::vector<Tokens>{long_line}).recall, 1, 0);
  EXPECT_EQ(rouge_l({}, text).f1, 0);
}

TEST(TextScores, PerplexityOfGuessesIsHowManyThereAre) {
  Metric perplexity = metric("perplexity");
  perplexity.update(zeros({3, 8}), Tensor::from(std::vector<int64_t>{0, 5, 7}, {3}));
  EXPECT_NEAR(perplexity.value(), 8, 1e-9);
  EXPECT_NEAR(metrics::perplexity(std::log(2.0) * 5, 5), 2, 1e-12);
  Warnings warnings;
  EXPECT_TRUE(std::isinf(metrics::perplexity(1e4, 2, &warnings)));
  ASSERT_EQ(warnings.lines.size(), 1u);
  EXPECT_NE(warnings.lines[0].find("beyond the largest number"), std::string::npos);
  Metric copy = metric("perplexity");
  copy.set_state(perplexity.state());
  EXPECT_EQ(copy.value(), perplexity.value());
}

TEST(BeliefMetrics, AgreeWithTheirFunctions) {
  const Tensor logits = tensor({{1, -1, 0}, {0.5, 2, -3}, {0, 0, 4}, {-2, 1, 1}});
  const Tensor targets = Tensor::from(std::vector<int64_t>{0, 1, 0, 2}, {4});
  std::vector<double> beliefs;
  const auto values = logits.to_vector<double>();
  for (size_t i = 0; i < 4; ++i)
    append_softmax(std::span(values).subspan(i * 3, 3), beliefs);
  const auto truth = targets.to_vector<int64_t>();
  CalibrationBins bins;
  bins.add(truth, beliefs, 3);
  const std::pair<const char*, double> expected[] = {
      {"log_loss", log_loss(truth, beliefs, 3)},
      {"perplexity", std::exp(log_loss(truth, beliefs, 3))},
      {"brier_score_loss", brier_score_loss(truth, beliefs, 3)},
      {"ece", bins.expected_error()},
      {"mce", bins.maximum_error()}};
  for (const auto& [word, value] : expected) {
    Metric whole = metric(word), parts = metric(word), other = metric(word);
    EXPECT_TRUE(std::isnan(whole.value())) << word;
    whole.update(logits, targets);
    EXPECT_NEAR(whole.value(), value, 1e-6) << word;
    parts.update(logits[{Slice(0, 1)}], targets[{Slice(0, 1)}]);
    other.update(logits[{Slice(1, {})}], targets[{Slice(1, {})}]);
    parts.merge(other);
    EXPECT_NEAR(parts.value(), whole.value(), 1e-12) << word;
    EXPECT_TRUE(whole.is_better(0.1, 0.2)) << word;
  }
}

TEST(BeliefMetrics, SegmentationsByTheirWords) {
  // [1, 2, 2, 2] logits of two classes; truth 0 0 1 1, predicted 0 1 1 1.
  const Tensor logits = Tensor::from(std::vector<float>{1, 0, 0, 0, 0, 1, 1, 1}, {1, 2, 2, 2});
  const Tensor targets = Tensor::from(std::vector<int64_t>{0, 0, 1, 1}, {1, 2, 2});
  Metric iou = metric("mean_iou"), dice = metric("dice");
  iou.update(logits, targets);
  dice.update(logits, targets);
  EXPECT_NEAR(iou.value(), (0.5 + 2.0 / 3) / 2, 1e-12);
  EXPECT_NEAR(dice.value(), (2.0 / 3 + 0.8) / 2, 1e-12);
  EXPECT_EQ(iou.name, "mean_iou");
}

}  // namespace
}  // namespace hebb::metrics
