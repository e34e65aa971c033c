// Losses and metrics in a screen: functions, losses of one's own, what counts, metrics batch by
// batch, and all measures at once. docs/guide/losses-and-metrics.md explains.

#include <hebb/hebb.h>
#include <hebb/metrics/measure.h>
#include <hebb/nn/losses.h>

#include <cmath>
#include <iostream>
using namespace hebb;

// A metric of one's own: the share of samples whose right class is among those above 0.
class AboveZero : public metrics::Meter {
 public:
  std::unique_ptr<Meter> clone() const override { return std::make_unique<AboveZero>(*this); }
  void reset() override { hits_ = samples_ = 0; }
  void update(const Tensor& outputs, const Tensor& targets) override {
    hits_ += (outputs.gather(1, targets.unsqueeze(1)) > 0).to(f64).sum().item();
    samples_ += double(targets.size(0));
  }
  double value(metrics::Warnings*) const override { return hits_ / samples_; }
  std::vector<double> state() const override { return {hits_, samples_}; }
  void merge(std::span<const double> other) override {
    hits_ += other[0];
    samples_ += other[1];
  }

 private:
  double hits_ = 0, samples_ = 0;
};

int main() {
  manual_seed(1);
  const Tensor logits = randn({6, 3}), labels = tensor({0, 2, 1, 1, 0, 2});

  const Tensor plain = cross_entropy(logits, labels);
  const Tensor smooth = cross_entropy(logits, labels, {.label_smoothing = 0.1});
  const Tensor each = cross_entropy(logits, labels, {.reduction = "none"});
  const Tensor weighted = cross_entropy(logits, labels, {}, tensor({1.0, 1.0, 5.0}));
  std::cout << plain.item() << ' ' << smooth.item() << ' ' << each.shape() << ' ' << weighted.item()
            << '\n';

  // Whatever takes an output and a target is a loss: here a weighted sum of two.
  const Loss both = [](const Tensor& output, const Tensor& target) {
    return cross_entropy(output, target) + 0.1 * output.square().mean();
  };
  // One that says what counts: batches are averaged by these weights, not as means of means.
  const Loss of_known = [](const Tensor& output, const Tensor& target) {
    const Tensor known = (target >= 0).to(f32);
    const Tensor losses = cross_entropy(output, target.clamp(0, 2), {.reduction = "none"});
    return LossValue::of_sum((losses * known).sum(), known.sum().item());
  };
  const Loss by_word = parse_loss("cross_entropy label_smoothing=0.1");
  std::cout << both(logits, labels).item() << ' ' << of_known.weight(labels) << '\n';

  // Batch by batch: no cut into batches changes a value.
  metrics::Metric accuracy = metrics::accuracy(), f1 = metrics::f1("macro");
  metrics::Metric own("above_zero", metrics::Better::higher, std::make_unique<AboveZero>());
  for (int64_t i = 0; i < 6; i += 2) {
    const Tensor some = logits[{Slice(i, i + 2)}], their = labels[{Slice(i, i + 2)}];
    for (metrics::Metric* metric : {&accuracy, &f1, &own})
      metric->update(some, their);
  }
  std::cout << accuracy.value() << ' ' << f1.value() << ' ' << own.value() << '\n';

  // All that there is to say of some predictions, as `hebb metrics` prints it.
  const auto truth = labels.to_vector<int64_t>(), predicted = logits.argmax(1).to_vector<int64_t>();
  const metrics::Measured all =
      metrics::measure_multiclass(truth, std::span<const int64_t>(predicted), {});
  for (const auto& [name, value] : all.values)
    std::cout << name << ' ' << value << '\n';

  nn::Linear net(3, 3);
  Trainer trainer(net, {.loss = both, .metrics = {metrics::accuracy(), own}});
  const double measured = trainer.evaluate(data::from_tensors(logits, labels)).values[1].second;

  const bool right = std::abs(each.mean().item() - plain.item()) < 1e-6 &&
                     std::abs(by_word(logits, labels).item() - smooth.item()) < 1e-6 &&
                     std::abs(accuracy.value() - all.values[0].second) < 1e-12 && measured >= 0;
  return right ? 0 : 1;
}
