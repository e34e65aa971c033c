// Categories of a table as vectors that are learned: the last columns of a row hold whole numbers,
// the codes of words, each of which becomes a row of its column's own table; the other numbers
// stay. x [N, numbers + columns] -> [N, numbers + widths]
#pragma once

#include <cstdint>
#include <vector>

#include "hebb/base/note.h"
#include "hebb/nn/embedding.h"

namespace hebb::nn {

// How long a vector for one of so many words is: 1.6 words^0.56, at most 50. It grows more slowly
// than their number, as there are fewer rows to learn each word from. Source of the power:
// fastai's rule.
int64_t embedded_width(int64_t words);

struct EmbedColumnsOptions {
  Dims words = {};  // of each of the last columns
  HEBB_FIELDS(words)
  static constexpr Note notes[] = {
      {.field = "words",
       .place = 1,
       .bare = true,
       .at_least = 1,
       .what = "how many words each of the last columns has codes for, 9,16,7; left out, the table "
               "says it"}};
};
// Code 0 is that of words never seen: its vectors begin at 0, the others normal, with variance 1.
struct EmbedColumns : Module {
  std::vector<Embedding> columns;  // weights [words, width]
  explicit EmbedColumns(const EmbedColumnsOptions& options);
  Tensor forward(const Tensor& x);
  std::string describe() const override;
  HEBB_FIELDS(columns)

 private:
  EmbedColumnsOptions options_;
};

}  // namespace hebb::nn
