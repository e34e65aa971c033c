#include "hebb/metrics/chrf.h"

#include <string>

#include "hebb/base/check.h"
#include "hebb/metrics/nan.h"
#include "hebb/metrics/sequence_counts.h"
#include "hebb/metrics/text_tokens.h"

namespace hebb::metrics {
namespace {

Tokens characters_without_blanks(std::string_view text) {
  std::string joined;
  for (const std::string& word : words_in(text))
    joined += word;
  return characters_in(joined);
}

}  // namespace

void ChrfSums::add(std::span<const std::string_view> references, std::string_view text) {
  check(!references.empty(), "a text has no references");
  const Tokens own = characters_without_blanks(text);
  Orders best{};
  double best_score = -1;
  for (std::string_view reference : references) {
    const Tokens wanted = characters_without_blanks(reference);
    Orders orders{};
    for (size_t n = 1; n <= max_order; ++n) {
      const SequenceCounts of_text = sequences(own, n), of_reference = sequences(wanted, n);
      // Sequences that no reference is long enough for do not count.
      orders[n - 1] = {of_reference.empty() ? 0 : total(of_text), total(of_reference),
                       shared(of_text, of_reference)};
    }
    if (const double found = score(orders); found > best_score) {
      best_score = found;
      best = orders;
    }
  }
  for (size_t n = 0; n < max_order; ++n) {
    orders_[n].text += best[n].text;
    orders_[n].reference += best[n].reference;
    orders_[n].shared += best[n].shared;
  }
  ++texts_;
}

void ChrfSums::merge(const ChrfSums& other) {
  for (size_t n = 0; n < max_order; ++n) {
    orders_[n].text += other.orders_[n].text;
    orders_[n].reference += other.orders_[n].reference;
    orders_[n].shared += other.orders_[n].shared;
  }
  texts_ += other.texts_;
}

double ChrfSums::score(const Orders& orders) {
  constexpr double weight = 4;  // beta², beta = 2
  double precision = 0, recall = 0, counted = 0;
  for (const Order& order : orders)
    if (order.text > 0 && order.reference > 0) {
      precision += double(order.shared) / double(order.text);
      recall += double(order.shared) / double(order.reference);
      counted += 1;
    }
  if (precision + recall == 0)
    return 0;
  precision /= counted;
  recall /= counted;
  return (1 + weight) * precision * recall / (weight * precision + recall);
}

double ChrfSums::value(Warnings* warnings) const {
  if (texts_ > 0)
    return score(orders_);
  warn(warnings, "chrf is undefined: there are no texts");
  return nan;
}

}  // namespace hebb::metrics
