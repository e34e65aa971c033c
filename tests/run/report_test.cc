// The report page: whole, and safe against its input.

#include "hebb/run/report.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "hebb/tasks/report_classes.h"
#include "hebb/tasks/report_quantities.h"
#include "support/unbalanced.h"

namespace hebb {
namespace {

bool shows(const std::string& page, std::string_view part) {
  return page.find(part) != page.npos;
}

Report full_report() {
  const double nan = std::nan("");
  Report r;
  r.title = "fashion";
  r.headline = {{"Test accuracy", 0.92341, "of 10,000 pictures"}, {"Loss", nan}};
  r.facts = {{"Seed", "1"}};
  r.curves = {{"Loss", {0.9, nan, 0.5}, {0.8, 0.7, 0.75}}, {"Accuracy", {0.5, 0.6, 0.7}, {}}};
  r.best_epoch = 2;
  metrics::ConfusionMatrix confusion(3);
  confusion.add(std::vector<int64_t>{0, 0, 0, 1, 1, 2, 2},
                std::vector<int64_t>{0, 0, 1, 1, 0, 2, 1});
  r.sections = class_sections(confusion, {"cat", "dog", "owl"},
                              {{"png bytes", "image 7", "cat", "dog", 0.987}});
  const std::vector<double> actual = {1, 2, nan, 4},
                            predicted = {1.5, 2, 3, std::numeric_limits<double>::infinity()};
  for (ReportSection& part : quantity_sections(actual, predicted, "", 4))
    r.sections.push_back(std::move(part));
  return r;
}

TEST(Report, HasEverySectionThatItHasContentFor) {
  const std::string page = report_html(full_report());
  EXPECT_EQ(unbalanced(page), "");
  for (const char* part :
       {"<h1>fashion</h1>", "0.9234", "Learning", "best: epoch 2", "Confusion matrix",
        "cat as dog: 1 of 3, 33.3 %", "Macro average", "data:image/png;base64,cG5nIGJ5dGVz",
        "98.7 %", "Predicted against actual", "Seed"})
    EXPECT_TRUE(shows(page, part)) << part;
  EXPECT_FALSE(shows(page, "nan"));
  EXPECT_FALSE(shows(page, "inf"));
  EXPECT_FALSE(shows(page, "http"));  // nothing is fetched from anywhere
}

TEST(Report, TablesScrollOnANarrowScreen) {
  const std::string page = report_html(full_report());
  size_t tables = 0;
  for (size_t at = 0; (at = page.find("<table", at)) != std::string::npos; ++at, ++tables)
    EXPECT_EQ(page.substr(at - 20, 20), "<div class=\"scroll\">");
  EXPECT_EQ(tables, 2u);
  for (const char* rule :
       {".scroll { overflow-x: auto;", ".scroll th[scope=row] { position: sticky;"})
    EXPECT_TRUE(shows(page, rule)) << rule;
}

TEST(Report, LeavesOutWhatIsMissing) {
  Report r;
  r.title = "empty";
  const std::string page = report_html(r);
  EXPECT_EQ(unbalanced(page), "");
  for (const char* part : {"Learning", "Confusion", "mistakes</h2>", "Predictions", "<svg"})
    EXPECT_FALSE(shows(page, part)) << part;
}

TEST(Report, TextIsOnlyText) {
  const std::string bad = "</style><script>alert(\"1\")</script>'&";
  Report r = full_report();
  r.title = r.subtitle = r.config = r.footer = bad;
  r.notes = {bad};
  r.facts = {{bad, bad}};
  r.headline = {{bad, 1, bad}};
  r.curves = {{bad, {1, 2}, {}}};
  metrics::ConfusionMatrix confusion(3);
  confusion.add(std::vector<int64_t>{0, 1, 2}, std::vector<int64_t>{1, 1, 2});
  r.sections = class_sections(confusion, {bad, bad, bad}, {{"x", bad, bad, bad, 1}});
  const std::vector<double> one = {1};
  for (ReportSection& part : quantity_sections(one, one, bad, 1))
    r.sections.push_back(std::move(part));
  r.sections.push_back({bad, bad, ""});
  const std::string page = report_html(r);
  EXPECT_EQ(unbalanced(page), "");
  EXPECT_FALSE(shows(page, "<script"));
  EXPECT_FALSE(shows(page, "alert(\""));
}

TEST(Report, OddCurves) {
  const double nan = std::nan(""), big = std::numeric_limits<double>::max();
  for (const std::vector<double>& values :
       std::vector<std::vector<double>>{{},
                                        {nan},
                                        {1},
                                        {0, 0, 0},
                                        {-1, 1},
                                        {big, -big},
                                        {1e-300, 1e300},
                                        {5e-324, 0},
                                        {1, 1 + 1e-15},
                                        {nan, 3, nan},
                                        std::vector<double>(5000, 2)}) {
    Report r;
    r.curves = {{"Loss", values, {}}, {"Other", {}, values}};
    r.best_epoch = 1;
    r.sections = quantity_sections(values, values, "", int64_t(values.size()));
    const std::string page = report_html(r);
    EXPECT_EQ(unbalanced(page), "");
    for (const char* part : {"nan", "\"inf", "\"-inf", "Linf", "L-inf"})
      EXPECT_FALSE(shows(page, part)) << part;
    EXPECT_LT(page.size(), 1'000'000u);
  }
}

TEST(Report, ManyClassesStaySmall) {
  Report r;
  metrics::ConfusionMatrix confusion(1000);
  std::vector<int64_t> labels(1000);
  for (int64_t i = 0; i < 1000; ++i)
    labels[size_t(i)] = i;
  confusion.add(labels, labels);
  r.sections = class_sections(confusion, {}, {});
  EXPECT_LT(report_html(r).size(), 1'000'000u);
}

}  // namespace
}  // namespace hebb
