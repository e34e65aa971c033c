// Gradients beyond backward(): of chosen tensors, of gradients, with hooks, in less memory, and a
// drawing of the graph, graph.svg. docs/guide/autograd.md explains it.

#include <hebb/hebb.h>

#include <fstream>
#include <iostream>
using namespace hebb;

int failed = 0;
void expect(bool holds, const char* what) {
  if (!holds)
    std::cout << "wrong: " << what << '\n', failed = 1;
}

void chosen_tensors() {
  Tensor x = tensor({1.0, 2.0}).requires_grad_(), w = tensor({3.0, 4.0}).requires_grad_();
  const Tensor y = (x * x * w).sum();

  const std::vector<Tensor> g = autograd::grad({y}, {x}, {}, {.create_graph = true});
  const Tensor penalty = g[0].square().sum();  // of the slope, to train on
  penalty.backward();                          // into w.grad() and x.grad()

  expect(g[0].to_vector<double>() == std::vector<double>{6, 16}, "grad");
  expect(w.grad().to_vector<double>() == std::vector<double>{24, 128}, "of the gradient");
  x.set_grad({}), w.set_grad({});
}

void derivatives() {
  const auto f = [](const Tensor& x) { return x.pow(3).sum(); };
  const Tensor x = tensor({1.0, 2.0}), v = tensor({1.0, 10.0});
  const Tensor J = autograd::jacobian([](const Tensor& t) { return t * t; }, x);
  const Tensor H = autograd::hessian(f, x);
  const auto [y, Hv] = autograd::hvp(f, x, v);  // without making H

  expect(J.to_vector<double>() == std::vector<double>{2, 0, 0, 4}, "jacobian");
  expect(H.to_vector<double>() == std::vector<double>{6, 0, 0, 12}, "hessian");
  expect(Hv.to_vector<double>() == std::vector<double>{6, 120} && y.item() == 9, "hvp");
}

void hooks() {
  nn::Sequential net(nn::Linear(4, 8), nn::Tanh(), nn::Linear(8, 1));
  Tensor x = rand({2, 4}).requires_grad_();
  double norm = 0;
  RemovableHandle handle = net[0].module().register_forward_hook(
      [&](nn::Module&, const std::vector<Tensor>&, std::vector<Tensor>& outputs) {
        retain_grad(outputs[0]);  // a layer's output gets a grad() too
        register_hook(outputs[0], [&](const Tensor& grad) { norm = grad.norm().item(); });
      });
  net(x).sum().backward();
  handle.remove();
  expect(norm > 0, "hooks");

  // A step of SGD in the backward pass: no gradient outlives its parameter's step.
  for (const Tensor& parameter : net.parameters())
    register_post_accumulate_grad_hook(parameter, [](Tensor& p) {
      const NoGrad off;
      p -= p.grad() * 0.1;
      p.set_grad({});
    });
  net(x).sum().backward();
  expect(!net.parameters()[0].grad().defined(), "a step in the backward pass");
}

uint64_t kept_by(const Tensor& x, const std::function<Tensor(const Tensor&)>& f) {
  const uint64_t before = cpu_allocator().stats().in_use;
  const Tensor y = f(x);
  return cpu_allocator().stats().in_use - before;
}

void less_memory() {
  nn::Sequential block(nn::Linear(64, 256), nn::GELU(), nn::Linear(256, 64), nn::GELU());
  Tensor x = rand({512, 64}).requires_grad_();
  const auto plain = [&](const Tensor& t) { return block(t); };

  const auto checkpointed = [&](const Tensor& t) {
    return autograd::checkpoint([&](const Tensor& u) { return block(u); }, t);
  };
  const auto in_bf16 = [&](const Tensor& t) {
    const SavedTensorsHooks scope(
        [](const Tensor& kept) { return kept.to(bf16); },
        [](const std::any& packed) { return std::any_cast<Tensor>(packed).to(f32); });
    return block(t);
  };

  const Tensor want = autograd::grad({plain(x).sum()}, {x})[0];
  const Tensor same = autograd::grad({checkpointed(x).sum()}, {x})[0];
  const Tensor close = autograd::grad({in_bf16(x).sum()}, {x})[0];
  expect(same.to_vector<float>() == want.to_vector<float>(), "checkpoint");
  expect((close - want).abs().max().item() < 0.02 * want.abs().max().item(), "bf16");
  const uint64_t all = kept_by(x, plain), half = kept_by(x, in_bf16),
                 least = kept_by(x, checkpointed);
  std::cout << "kept for the backward pass: " << all / 1024 << " KiB, in bf16 " << half / 1024
            << " KiB, checkpointed " << least / 1024 << " KiB\n";
  expect(least < half && half < all, "memory");
}

void anomaly() {
  nn::Sequential net(nn::Linear(2, 2), nn::ReLU());
  try {
    const DetectAnomaly scope;
    const Tensor y = sqrt(net(zeros({1, 2})) * 0);
    (y * 0).sum().backward();  // 0 times the slope of a root at 0
    expect(false, "anomaly");
  } catch (const Error& error) {
    std::cout << error.what() << '\n';
  }
}

void drawing() {
  nn::Sequential net(nn::Linear(4, 8), nn::ReLU(), nn::Linear(8, 3));
  nn::name_modules(net);
  const DetectAnomaly scope;  // operators get the names of their modules
  const Tensor loss = cross_entropy(net(rand({5, 4})), tensor({0, 1, 2, 0, 1}));
  std::ofstream("graph.svg") << autograd::graph_svg({{"loss", loss}}, net.named_parameters());
}

int main() {
  manual_seed(1);
  chosen_tensors();
  derivatives();
  hooks();
  less_memory();
  anomaly();
  drawing();
  return failed;
}
