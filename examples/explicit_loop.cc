// The training loop written out: batches, gradients, a schedule, clipping, a penalty, batches that
// are accumulated, validation, the best weights. docs/guide/loop.md explains.

#include <hebb/hebb.h>

#include <cstring>
#include <iostream>
using namespace hebb;

// Two spirals in the plane.
data::Dataset spirals(int64_t n) {
  const Tensor t = rand({n}) * 9, labels = randint(0, 2, {n});
  const Tensor turned = t + labels.to(f32) * 3.14159;
  const Tensor x = stack({t * turned.cos(), t * turned.sin()}, 1) / 9 + randn({n, 2}) * 0.01;
  return data::from_tensors(x, labels);
}

nn::Sequential make_net() {
  return nn::Sequential(nn::Linear(2, 64), nn::Tanh(), nn::Linear(64, 64), nn::Tanh(),
                        nn::Dropout(0.05), nn::Linear(64, 2));
}

double accuracy_on(nn::Sequential& net, const data::Dataset& data) {
  NoGrad off;
  const nn::EvalScope evaluation(net);
  metrics::Metric accuracy = metrics::accuracy();
  for (auto [x, y] : data::Loader(data, {.batch_size = 256}))
    accuracy.update(net(x), y);
  return accuracy.value();
}

int main(int argc, char** argv) {
  const bool quick = argc > 1 && std::string(argv[1]) == "--quick";
  const int epochs = quick ? 3 : 60;
  manual_seed(1);
  const auto parts = data::split(spirals(4000), {0.8, 0.2});
  const data::Dataset &train = parts[0], &validation = parts[1];

  nn::Sequential net = make_net();
  optim::AdamW adam(net.parameters(), {.lr = 5e-3, .weight_decay = 1e-4});
  data::Loader loader(train, {.batch_size = 64, .shuffle = true, .seed = 1});
  optim::LrScheduler scheduler(adam, optim::cosine({.per = optim::Schedule::Per::step}),
                               {.total = epochs * loader.size()});

  double best = 0;
  nn::Sequential best_net = net;  // a copy has weights of its own
  for (int epoch = 0; epoch < epochs; ++epoch) {
    LossSum losses;
    for (auto [x, y] : loader) {
      const Tensor loss = cross_entropy(net(x), y);
      adam.zero_grad();
      (loss + optim::penalty(net.parameters(), {.l1 = 1e-6})).backward();
      optim::clip_grad_norm_(net.parameters(), 1.0);
      adam.step();
      scheduler.step();
      losses.add(loss.item(), double(y.size(0)));
    }
    const double accuracy = accuracy_on(net, validation);
    if (accuracy > best)
      best = accuracy, best_net = net;
    if (epoch % 10 == 0)
      std::cout << "epoch " << epoch << ", loss " << losses.mean() << ", validation accuracy "
                << accuracy << '\n';
  }
  std::cout << "best: " << best << '\n';

  // A step of 256 samples in pieces of 64: gradients add up until zero_grad().
  net.train();
  adam.zero_grad();
  int64_t pieces = 0;
  for (auto [x, y] : data::Loader(train, {.batch_size = 64, .shuffle = true, .seed = 2})) {
    (cross_entropy(net(x), y) / 4).backward();
    if (++pieces == 4)
      break;
  }
  adam.step();

  const bool right = best == accuracy_on(best_net, validation) && best > (quick ? 0.5 : 0.95);
  return right ? 0 : 1;
}
