#include "hebb/nn/generate.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <tuple>

#include "hebb/autograd/no_grad.h"
#include "hebb/base/check.h"
#include "hebb/base/options.h"
#include "hebb/base/philox.h"
#include "hebb/ops/create.h"
#include "hebb/ops/random_key.h"

namespace hebb::nn {
namespace {

using Tokens = std::vector<int64_t>;
using Scores = std::vector<double>;

void check_generate(const Tensor& prompt, const GenerateOptions& o) {
  check_options("generate", o);
  check_in(o.num_beams == 1 || !o.do_sample, ErrorKind::usage, "generate",
           "num_beams is {} with do_sample; beams take no samples", o.num_beams);
  check(prompt.dim() == 2 && prompt.size(1) >= 1 && is_integral(prompt.dtype()),
        "generate: the prompt {} should be integers [N, length], of at least one token",
        describe(prompt));
}

// Scores [rows, vocabulary] as rows of numbers.
std::vector<Scores> checked_scores(const Tensor& scores, int64_t rows) {
  check(scores.dim() == 2 && scores.size(0) == rows && scores.size(1) >= 1,
        "generate: the model gave {}, should be scores [{}, vocabulary] of the next token",
        scores.shape(), rows);
  const std::vector<double> all = scores.to_vector<double>();
  const auto vocabulary = size_t(scores.size(1));
  std::vector<Scores> out;
  for (int64_t row = 0; row < rows; ++row) {
    const auto begin = all.begin() + ptrdiff_t(size_t(row) * vocabulary);
    out.emplace_back(begin, begin + ptrdiff_t(vocabulary));
    for (const double score : out.back())
      check(!std::isnan(score), "generate: the model gave scores that are NaN");
    check(std::ranges::max(out.back()) > -INFINITY && std::ranges::max(out.back()) < INFINITY,
          "generate: the model's largest score is {}, should be a finite number",
          std::ranges::max(out.back()));
  }
  return out;
}

bool stops(const GenerateOptions& o, int64_t token) {
  return std::ranges::find(o.stop_tokens, token) != o.stop_tokens.end();
}

int64_t likeliest(const Scores& scores) {
  return std::ranges::max_element(scores) - scores.begin();
}

int64_t drawn(const Scores& scores, const GenerateOptions& o, double at) {
  const std::vector<double> chances = sampling_probabilities(scores, o);
  double sum = 0;
  int64_t last = 0;
  for (size_t i = 0; i < chances.size(); ++i) {
    if (chances[i] == 0)
      continue;
    sum += chances[i];
    last = int64_t(i);
    if (at < sum)
      break;
  }
  return last;  // the last possible one where rounding leaves the sum below `at`
}

// One sequence per row of the prompt.
std::vector<Tokens> one_by_one(const NextScores& next, const Tensor& prompt,
                               const GenerateOptions& o) {
  const int64_t rows = prompt.size(0);
  const uint64_t key = !o.do_sample ? 0 : o.seed ? uint64_t(*o.seed) : draw_key().item<uint64_t>();
  std::vector<Tokens> out{size_t(rows)};
  std::vector<bool> done(size_t(rows), false);
  DecodingCache cache;
  Tensor tokens = prompt;
  for (int64_t step = 0; step < o.max_new_tokens; ++step) {
    const std::vector<Scores> scores = checked_scores(next(tokens, cache), rows);
    Tokens chosen;
    for (size_t row = 0; row < size_t(rows); ++row) {
      const PhiloxBlock random = philox(key, uint64_t(row) << 32 | uint64_t(step));
      const int64_t token = o.do_sample ? drawn(scores[row], o, unit_double(random[0], random[1]))
                                        : likeliest(scores[row]);
      chosen.push_back(token);  // also of a row that is done: the model takes them all
      if (done[row])
        continue;
      out[row].push_back(token);
      done[row] = stops(o, token);
    }
    if (std::ranges::find(done, false) == done.end())
      break;
    tokens = Tensor::from(chosen, {rows, 1});
  }
  return out;
}

// ---- beams ----

struct Beam {
  Tokens tokens;
  double log_probability = 0;
};

double rated(const Beam& beam, const GenerateOptions& o) {
  return beam.log_probability / std::pow(double(beam.tokens.size()), o.length_penalty);
}

// The beams of one row of the prompt.
struct Search {
  std::vector<Beam> alive{1}, ended{};
  bool done = false;
};

Scores log_probabilities(const Scores& scores) {
  const double top = std::ranges::max(scores);
  double sum = 0;
  for (const double s : scores)
    sum += std::exp(s - top);
  Scores out = scores;
  for (double& s : out)
    s -= top + std::log(sum);
  return out;
}

struct Candidate {
  double log_probability;
  size_t beam;
  int64_t token;
};

// The best ways to go on, the best first. Twice as many as beams: those that end still leave
// enough.
std::vector<Candidate> best_candidates(const Search& search, std::span<const Scores> scores,
                                       size_t beams) {
  std::vector<Candidate> all;
  for (size_t b = 0; b < search.alive.size(); ++b) {
    const Scores logs = log_probabilities(scores[b]);
    for (size_t token = 0; token < logs.size(); ++token)
      if (logs[token] > -INFINITY)
        all.push_back({search.alive[b].log_probability + logs[token], b, int64_t(token)});
  }
  const size_t count = std::min(all.size(), 2 * beams);
  std::partial_sort(all.begin(), all.begin() + ptrdiff_t(count), all.end(),
                    [](const Candidate& a, const Candidate& b) {
                      return std::tuple(-a.log_probability, a.beam, a.token) <
                             std::tuple(-b.log_probability, b.beam, b.token);
                    });
  all.resize(count);
  return all;
}

// Goes on with one token; `from` gets the beam that each new one comes from.
void go_on(Search& search, std::span<const Scores> scores, const GenerateOptions& o,
           std::vector<size_t>& from) {
  const auto beams = size_t(o.num_beams);
  std::vector<Beam> alive;
  from.clear();
  for (const Candidate& c : best_candidates(search, scores, beams)) {
    Beam beam = search.alive[c.beam];
    beam.tokens.push_back(c.token);
    beam.log_probability = c.log_probability;
    if (stops(o, c.token)) {
      search.ended.push_back(std::move(beam));
    } else if (alive.size() < beams) {
      alive.push_back(std::move(beam));
      from.push_back(c.beam);
    }
  }
  search.alive = std::move(alive);
  std::ranges::stable_sort(search.ended, std::greater{},
                           [&](const Beam& beam) { return rated(beam, o); });
  if (search.ended.size() > beams)
    search.ended.resize(beams);
  // A beam's log probability only falls, but a length penalty above 0 may raise its rating: it is
  // taken at the most favourable of the lengths that are left.
  const auto best_to_come = [&] {
    double best = -INFINITY;
    for (const Beam& beam : search.alive)
      for (const double length : {double(beam.tokens.size()), double(o.max_new_tokens)})
        best = std::max(best, beam.log_probability / std::pow(length, o.length_penalty));
    return best;
  };
  search.done = search.alive.empty() ||
                (search.ended.size() == beams && best_to_come() <= rated(search.ended.back(), o));
}

std::vector<Tokens> by_beams(const NextScores& next, const Tensor& prompt,
                             const GenerateOptions& o) {
  std::vector<Search> searches(size_t(prompt.size(0)));
  std::vector<size_t> open(searches.size());  // the searches whose beams are in the cache
  std::iota(open.begin(), open.end(), size_t(0));
  DecodingCache cache;
  Tensor tokens = prompt;
  for (int64_t step = 0; step < o.max_new_tokens && !open.empty(); ++step) {
    const std::vector<Scores> scores = checked_scores(next(tokens, cache), tokens.size(0));
    std::vector<size_t> still_open, from;
    Tokens rows, last;
    size_t first = 0;  // the row of a search's first beam
    for (const size_t s : open) {
      Search& search = searches[s];
      const size_t count = search.alive.size();
      go_on(search, std::span(scores).subspan(first, count), o, from);
      if (!search.done) {
        still_open.push_back(s);
        for (size_t b = 0; b < from.size(); ++b) {
          rows.push_back(int64_t(first + from[b]));
          last.push_back(search.alive[b].tokens.back());
        }
      }
      first += count;
    }
    open = std::move(still_open);
    if (open.empty())
      break;
    cache.reorder(tensor(rows));
    tokens = Tensor::from(last, {int64_t(last.size()), 1});
  }
  std::vector<Tokens> out;
  for (Search& search : searches) {
    const Beam* best = nullptr;
    for (const std::vector<Beam>* beams : {&search.ended, &search.alive})
      for (const Beam& beam : *beams)
        if (!best || rated(beam, o) > rated(*best, o))
          best = &beam;
    out.push_back(best ? best->tokens : Tokens());
  }
  return out;
}

}  // namespace

std::vector<double> sampling_probabilities(const std::vector<double>& scores,
                                           const GenerateOptions& o) {
  std::vector<size_t> order(scores.size());
  std::iota(order.begin(), order.end(), size_t(0));
  std::ranges::stable_sort(order, std::greater{}, [&](size_t i) { return scores[i]; });
  if (o.top_k > 0 && size_t(o.top_k) < order.size())
    order.resize(size_t(o.top_k));
  std::vector<double> chances(scores.size(), 0);
  double sum = 0;
  for (const size_t i : order)
    sum += chances[i] = std::exp((scores[i] - scores[order[0]]) / o.temperature);
  double kept = 0;
  for (const size_t i : order) {
    if (kept >= o.top_p * sum)
      chances[i] = 0;  // those before it are enough
    kept += chances[i];
  }
  for (double& chance : chances)
    chance /= kept;
  return chances;
}

std::vector<std::vector<int64_t>> generate(const NextScores& next, const Tensor& prompt,
                                           const GenerateOptions& options) {
  check_generate(prompt, options);
  NoGrad off;
  return options.num_beams > 1 ? by_beams(next, prompt, options)
                               : one_by_one(next, prompt, options);
}

}  // namespace hebb::nn
