// The report of a run: one page of HTML that needs nothing else. Drawn from what is given; sections
// without content are left out.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "hebb/page/chart.h"
#include "hebb/tasks/task.h"

namespace hebb {

struct Report {
  std::string title;     // "fashion"
  std::string subtitle;  // one sentence: what was trained on what

  struct Number {
    std::string name;  // "Test accuracy"
    double value = 0;
    std::string note{};  // "of 10,000 pictures"
  };
  std::vector<Number> headline{};  // two to five
  std::vector<std::pair<std::string, std::string>>
      facts{};                       // {"Data set", "Fashion-MNIST"}, {"Seed", "1"}, ...
  std::vector<std::string> notes{};  // what a reader must know: a stand-in data set, a warning

  std::vector<page::Curve> curves{};
  int64_t best_epoch = 0;  // marked in the curves; 0: none

  std::vector<ReportSection> sections{};  // of the task: what its evaluation has seen

  std::string config{};  // the configuration as text, at the end of the page
  std::string footer{};  // "hebb 0.1.0, 2026-01-31 12:00"
};

std::string report_html(const Report& report);

}  // namespace hebb
