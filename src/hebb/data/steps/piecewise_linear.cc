// piecewise_linear BINS: every number of a row becomes one a bin: 0 below it, 1 above it, between 0
// and 1 inside; the first goes on below its bin, the last above it. The bins' edges are quantiles
// of the training part without repeats. Source: Gorishniy, Rubachev and Babenko 2022, On Embeddings
// for Numerical Features in Tabular Deep Learning, equation 1.
#include <algorithm>

#include "hebb/data/steps/number_step.h"
#include "hebb/data/steps/quantiles.h"

namespace hebb::data {
namespace {

struct PiecewiseOptions {
  int64_t bins = 32;
  HEBB_FIELDS(bins)
  static constexpr Note notes[] = {{.field = "bins",
                                    .place = 1,
                                    .at_least = 1,
                                    .at_most = 10000,
                                    .what = "how many bins, fewer where values repeat"}};
};

struct Binned {
  std::vector<double> edges;  // rising, no two alike; empty: it stays
  HEBB_FIELDS(edges)
  static constexpr const char* should = "two edges or more, each above the one before it";

  static Binned fit(std::vector<double> values, const PiecewiseOptions& options, uint64_t) {
    std::vector<double> edges = quantiles_of(std::move(values), options.bins + 1);
    edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
    if (edges.size() == 1)
      edges.push_back(edges[0] + 1);
    return {std::move(edges)};
  }
  bool is_plain() const { return edges.empty(); }
  int64_t width() const { return int64_t(edges.size()) - 1; }
  void write(double x, double* to) const {
    const size_t bins = edges.size() - 1;
    for (size_t t = 0; t < bins; ++t) {
      double part = (x - edges[t]) / (edges[t + 1] - edges[t]);
      if (t > 0)
        part = std::max(part, 0.0);
      if (t + 1 < bins)
        part = std::min(part, 1.0);
      to[t] = part;
    }
  }
  bool good() const {
    return edges.size() >= 2 && are_rising(edges) &&
           std::adjacent_find(edges.begin(), edges.end()) == edges.end();
  }
};

}  // namespace

constinit const StepEntry step_word::piecewise_linear = {
    .name = "piecewise_linear",
    .what = "each number becomes one a bin, which rises from 0 to 1 inside of it",
    .options = &options_type<PiecewiseOptions>,
    .make = number_step_of<Binned, PiecewiseOptions, step_word::piecewise_linear>,
};

}  // namespace hebb::data
