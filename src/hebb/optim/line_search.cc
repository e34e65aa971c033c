#include "hebb/optim/line_search.h"

#include <algorithm>
#include <cmath>

namespace hebb::optim {
namespace {

// The minimum, within [low, high], of the cubic that has the losses and slopes of two points; the
// middle where it has none.
double cubic_minimum(const LinePoint& a, const LinePoint& b, double low, double high) {
  const LinePoint &left = a.length <= b.length ? a : b, &right = a.length <= b.length ? b : a;
  const double width = right.length - left.length,
               bend = left.slope + right.slope - 3 * (left.loss - right.loss) / -width,
               square = bend * bend - left.slope * right.slope;
  if (!(square >= 0))
    return (low + high) / 2;
  const double root = std::sqrt(square),
               minimum = right.length - width * ((right.slope + root - bend) /
                                                 (right.slope - left.slope + 2 * root));
  return std::min(std::max(minimum, low), high);
}

class Search {
 public:
  Search(const std::function<LinePoint(double)>& at, const LinePoint& start,
         const LineSearchOptions& options)
      : at_(at), start_(start), options_(options) {}

  LineSearchResult run() {
    if (!bracket())
      zoom();
    return {low_, evaluations_};
  }

 private:
  LinePoint evaluate(double length) {
    ++evaluations_;
    return at_(length);
  }
  bool too_high(const LinePoint& p) const {
    return p.loss > start_.loss + options_.decrease * p.length * start_.slope;
  }
  bool flat(const LinePoint& p) const {
    return std::abs(p.slope) <= -options_.curvature * start_.slope;
  }
  void set_bracket(const LinePoint& a, const LinePoint& b) {
    low_ = a.loss <= b.loss ? a : b;
    high_ = a.loss <= b.loss ? b : a;
  }

  // Goes on until a minimum lies between two points. True: the last point is good as it is.
  bool bracket() {
    LinePoint before = start_, now = evaluate(options_.first);
    for (; rounds_ < options_.max_evaluations; ++rounds_) {
      if (too_high(now) || (rounds_ > 1 && now.loss >= before.loss)) {
        set_bracket(before, now);
        return false;
      }
      if (flat(now)) {
        low_ = now;
        return true;
      }
      if (now.slope >= 0) {
        set_bracket(before, now);
        return false;
      }
      const double next = cubic_minimum(
          before, now, now.length + 0.01 * (now.length - before.length), now.length * 10);
      before = now;
      now = evaluate(next);
    }
    set_bracket(start_, now);
    return false;
  }

  // Makes the bracket smaller, always around a minimum.
  void zoom() {
    bool stuck = false;
    for (; rounds_ < options_.max_evaluations; ++rounds_) {
      const double left = std::min(low_.length, high_.length),
                   right = std::max(low_.length, high_.length);
      if ((right - left) * options_.largest_move < options_.tolerance_change)
        return;
      double length = cubic_minimum(low_, high_, left, right);
      // Close to an end for the second time, or on it: a tenth of the width away from it.
      const double margin = 0.1 * (right - left);
      if (std::min(right - length, length - left) >= margin) {
        stuck = false;
      } else if (!stuck && length > left && length < right) {
        stuck = true;
      } else {
        length = right - length < length - left ? right - margin : left + margin;
        stuck = false;
      }
      const LinePoint now = evaluate(length);
      if (too_high(now) || now.loss >= low_.loss) {
        high_ = now;
        set_bracket(LinePoint(low_), LinePoint(high_));
        continue;
      }
      const bool done = flat(now);
      if (!done && now.slope * (high_.length - low_.length) >= 0)
        high_ = low_;
      low_ = now;
      if (done)
        return;
    }
  }

  const std::function<LinePoint(double)>& at_;
  const LinePoint& start_;
  const LineSearchOptions& options_;
  LinePoint low_, high_;
  int64_t rounds_ = 0, evaluations_ = 0;
};

}  // namespace

LineSearchResult strong_wolfe(const std::function<LinePoint(double length)>& at,
                              const LinePoint& start, const LineSearchOptions& options) {
  return Search(at, start, options).run();
}

}  // namespace hebb::optim
