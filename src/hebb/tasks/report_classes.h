// What a report shows of a classification: confusion matrix, the pairs confused most, a table of
// classes, the worst mistakes. Each is a piece of HTML. classes: names, in the order of the matrix;
// where one is missing its number stands in.
#pragma once

#include <string>
#include <vector>

#include "hebb/metrics/confusion_matrix.h"
#include "hebb/tasks/task.h"

namespace hebb {

struct Mistake {
  std::string png;                // the encoded picture; empty when samples are no pictures
  std::string name;               // "photos/cat/7.png", "t.csv, line 7 (code K012)"
  std::string actual, predicted;  // class names
  double confidence = 0;          // in the predicted class, 0 .. 1
};

std::string confusion_table(const metrics::ConfusionMatrix& matrix,
                            const std::vector<std::string>& classes);
std::string confused_pairs(const metrics::ConfusionMatrix& matrix,
                           const std::vector<std::string>& classes);
std::string class_table(const metrics::ConfusionMatrix& matrix,
                        const std::vector<std::string>& classes);
std::string mistake_pictures(const std::vector<Mistake>& mistakes);

// All of them, each where there is something to show. mistakes: the worst first.
std::vector<ReportSection> class_sections(const metrics::ConfusionMatrix& matrix,
                                          const std::vector<std::string>& classes,
                                          const std::vector<Mistake>& mistakes);

}  // namespace hebb
