// Areas in bounded memory: exact up to a number of scores, beyond it within the bound that is told.
#include "hebb/metrics/score_ranks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "hebb/base/error.h"
#include "hebb/base/philox.h"
#include "hebb/metrics/error_median.h"
#include "hebb/metrics/measure.h"
#include "hebb/metrics/probability.h"
#include "hebb/metrics/regression.h"

namespace hebb::metrics {
namespace {

struct Scored {
  std::vector<int64_t> y_true;
  std::vector<double> y_score;  // [samples, classes] in rows that sum to 1, or [samples] of two
};

double unit(uint64_t key, int64_t i) {
  const PhiloxBlock block = philox(key, uint64_t(i));
  return unit_double(block[0], block[1]);
}

// spread: of the logits; 20 gives many that are nearly 0 or 1.
Scored scored(int64_t samples, int64_t classes, double spread) {
  Scored out;
  for (int64_t i = 0; i < samples; ++i) {
    const auto label = int64_t(unit(1, i) * double(classes));
    out.y_true.push_back(label);
    std::vector<double> logits;
    for (int64_t k = 0; k < classes; ++k)
      logits.push_back(spread * (unit(2, i * classes + k) + (k == label ? 0.3 : 0)));
    std::vector<double> row;
    append_softmax(logits, row);
    if (classes == 2)
      out.y_score.push_back(row[1]);
    else
      out.y_score.insert(out.y_score.end(), row.begin(), row.end());
  }
  return out;
}

ScoreRanks ranks_of(const Scored& s, int64_t columns, int64_t keep) {
  ScoreRanks out(columns, ScoreScale::probability, keep);
  const auto n = s.y_true.size(), wide = size_t(columns);
  for (size_t begin = 0; begin < n; begin += 77) {
    const size_t count = std::min<size_t>(77, n - begin);
    out.add(std::span(s.y_true).subspan(begin, count),
            std::span(s.y_score).subspan(begin * wide, count * wide));
  }
  return out;
}

void expect_within(const Area& area, const Area& exact) {
  EXPECT_EQ(exact.bound, 0);
  EXPECT_GT(area.bound, 0);
  EXPECT_LT(area.bound, 0.01);
  EXPECT_LE(std::abs(area.value - exact.value), area.bound + 1e-12);
}

TEST(ScoreRanks, BinsAreWithinTheBoundThatTheyTell) {
  for (const int64_t classes : {2, 5})
    for (const double spread : {2.0, 20.0}) {
      SCOPED_TRACE(spread);
      const Scored s = scored(20'000, classes, spread);
      const int64_t columns = classes == 2 ? 1 : classes;
      const ScoreRanks binned = ranks_of(s, columns, 1000),
                       exact = ranks_of(s, columns, ScoreRanks::most_exact);
      ASSERT_FALSE(binned.exact());
      ASSERT_TRUE(exact.exact());
      EXPECT_EQ(binned.samples(), 20'000);
      for (Average average : {Average::macro, Average::micro, Average::weighted}) {
        expect_within(binned.roc_auc(average), exact.roc_auc(average));
        expect_within(binned.average_precision(average), exact.average_precision(average));
      }
    }
}

TEST(ScoreRanks, ABoundIsReachedWhereAllScoresShareABin) {
  ScoreRanks ranks(1, ScoreScale::probability, 0);
  const std::vector<int64_t> labels = {0, 1};
  ranks.add(labels, std::vector<double>{0.5, 0.5 + 1e-9});
  const Area area = ranks.roc_auc(), precision = ranks.average_precision();
  EXPECT_EQ(area.value, 0.5);  // the exact area is 1
  EXPECT_EQ(area.bound, 0.5);
  EXPECT_EQ(precision.value, 0.5);
  EXPECT_EQ(precision.bound, 0.5);
}

TEST(ScoreRanks, PartsAddUpToTheWhole) {
  const Scored s = scored(3000, 4, 5);
  const auto part = [&](size_t begin, size_t end, int64_t keep) {
    return ranks_of(
        {{s.y_true.begin() + int64_t(begin), s.y_true.begin() + int64_t(end)},
         {s.y_score.begin() + int64_t(4 * begin), s.y_score.begin() + int64_t(4 * end)}},
        4, keep);
  };
  const ScoreRanks whole = part(0, 3000, 100);
  for (const auto& [first, second] :
       {std::pair<int64_t, int64_t>{100, 100}, {100, 100'000}, {100'000, 100}}) {
    ScoreRanks sum = part(0, 1000, first);
    sum.merge(part(1000, 3000, second));
    EXPECT_EQ(sum.state(), whole.state());
  }
  for (const ScoreRanks& each : {whole, part(0, 50, 1000)}) {
    const ScoreRanks again = ScoreRanks::from_state(each.state(), ScoreScale::probability, 1000);
    EXPECT_EQ(again.state(), each.state());
    EXPECT_EQ(again.roc_auc().value, each.roc_auc().value);
  }
}

TEST(ScoreRanks, StatesOfOthersAreRefused) {
  const std::vector<double> state = ranks_of(scored(300, 3, 5), 3, 10).state();
  EXPECT_NO_THROW(ScoreRanks::from_state(state, ScoreScale::probability, 10));
  for (const size_t place : {0, 1, 2, 3, 6, 7, 8}) {
    std::vector<double> broken = state;
    broken[place] = -1;
    EXPECT_THROW(ScoreRanks::from_state(broken, ScoreScale::probability, 10), Error) << place;
  }
  EXPECT_THROW(ScoreRanks::from_state(std::span(state).first(7), ScoreScale::probability, 10),
               Error);
}

TEST(ScoreRanks, ClassesThatNeverOccurAreNamed) {
  Scored s = scored(500, 3, 5);
  for (int64_t& label : s.y_true)
    label = label == 2 ? 1 : label;
  const ScoreRanks binned = ranks_of(s, 3, 10), exact = ranks_of(s, 3, 100'000);
  Warnings of_bins, of_scores;
  EXPECT_TRUE(std::isnan(binned.roc_auc(Average::macro, &of_bins).value));
  EXPECT_TRUE(std::isnan(exact.roc_auc(Average::macro, &of_scores).value));
  binned.average_precision(Average::macro, &of_bins);
  exact.average_precision(Average::macro, &of_scores);
  EXPECT_EQ(of_bins.lines, of_scores.lines);
}

TEST(ClassMeasures, AreThoseOfAllSamplesAtOnce) {
  for (const int64_t classes : {3, 12}) {
    const Scored s = scored(2000, classes, 5);
    const std::vector<int64_t> predicted = predicted_labels(s.y_score, classes);
    const Measured whole = measure_multiclass(s.y_true, predicted, s.y_score, classes);
    ClassMeasures parts(classes, {});
    const auto wide = size_t(classes);
    for (size_t begin = 0; begin < 2000; begin += 300) {
      const size_t count = std::min<size_t>(300, 2000 - begin);
      parts.add(std::span(s.y_true).subspan(begin, count),
                std::span(predicted).subspan(begin, count),
                std::span(s.y_score).subspan(begin * wide, count * wide));
    }
    EXPECT_EQ(parts.measured().values, whole.values);
    EXPECT_EQ(parts.measured().confusion, whole.confusion);
    ClassMeasures few(classes, {.keep = 100});
    few.add(s.y_true, predicted, s.y_score);
    const Measured binned = few.measured();
    EXPECT_EQ(std::count_if(binned.warnings.begin(), binned.warnings.end(),
                            [](const std::string& line) {
                              return line.starts_with(
                                  "roc_auc and average_precision are from 65536 bins a class");
                            }),
              1);
    for (const auto& [name, value] : binned.values)
      EXPECT_FALSE(name.starts_with("roc_auc_ovo")) << "needs all scores at once";
  }
}

TEST(ErrorMedian, BinsAreWithinTheirBound) {
  for (const int64_t count : {1001, 1000, 2}) {
    ErrorMedian exact, binned(10);
    std::vector<double> errors, zeros(size_t(count), 0);
    ErrorMedian none(0);
    for (int64_t i = 0; i < count; ++i) {
      const double error = std::exp(10 * unit(3, i) - 5);
      errors.push_back(error);
      exact.add(error);
      binned.add(error);
      none.add(error);
    }
    EXPECT_EQ(exact.median().value, median_absolute_error(errors, zeros));
    EXPECT_FALSE(none.exact());
    for (const ErrorMedian* each : {&binned, &none}) {
      if (each->exact())
        continue;
      EXPECT_LE(std::abs(each->median().value - exact.median().value), each->median().bound);
      EXPECT_GT(each->median().bound, 0);
      EXPECT_LT(each->median().bound, count > 2 ? 0.01 * exact.median().value : 1000);
    }
  }
  EXPECT_TRUE(std::isnan(ErrorMedian().median().value));
}

}  // namespace
}  // namespace hebb::metrics
