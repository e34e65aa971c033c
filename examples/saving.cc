// Weights in files: saved, loaded, loaded in part, renamed; and a loop that goes on where it
// stopped. docs/guide/saving.md explains.

#include <hebb/formats/npz.h>
#include <hebb/formats/safetensors.h>
#include <hebb/hebb.h>

#include <cstring>
#include <iostream>
using namespace hebb;

nn::Sequential make_net(int64_t classes) {
  return nn::Sequential(nn::Linear(8, 32), nn::ReLU(), nn::Linear(32, classes));
}

bool same(nn::Module& a, nn::Module& b) {
  const nn::StateDict mine = a.state_dict(), other = b.state_dict();
  for (size_t i = 0; i < mine.size(); ++i)
    if (std::memcmp(mine[i].second.raw_data(), other[i].second.raw_data(),
                    size_t(mine[i].second.nbytes())) != 0)
      return false;
  return mine.size() == other.size();
}

// So many steps of a loop, each on a batch that follows from its number.
void train(nn::Sequential& net, optim::Adam& adam, int64_t from, int64_t to) {
  for (int64_t step = from; step < to; ++step) {
    const Tensor x = arange(double(4 * 8)).reshape({4, 8}).to(f32) * (0.01 * double(step + 1));
    adam.zero_grad();
    cross_entropy(net(x), tensor({0, 1, 2, 0})).backward();
    adam.step();
  }
}

int main() {
  manual_seed(1);
  nn::Sequential net = make_net(3);

  save(net, "net.safetensors");
  nn::Sequential again = make_net(3);
  load(again, "net.safetensors");
  bool right = same(net, again);

  // What a file holds, name by name.
  const SafetensorsFile file("net.safetensors");
  for (const SafetensorsEntry& entry : file.entries())
    std::cout << entry.name << ' ' << entry.dtype << ' ' << entry.shape << '\n';

  // Another number of classes: all but the last layer, whose shapes differ.
  nn::Sequential ten = make_net(10);
  nn::StateDict base;
  for (const auto& [name, tensor] : net.state_dict())
    if (!name.starts_with("2."))
      base.emplace_back(name, tensor);
  const nn::LoadReport report = ten.load_state_dict(base, false);
  std::cout << report.to_string() << '\n';  // missing keys: 2.weight, 2.bias
  right = right && report.missing.size() == 2 && report.unexpected.empty();

  // Names of another program: renamed on the way.
  NamedTensors theirs;
  for (const auto& [name, tensor] : net.state_dict())
    theirs.emplace("encoder." + name, tensor);
  write_npz("theirs.npz", theirs);
  nn::StateDict ours;
  for (const auto& [name, tensor] : read_npz("theirs.npz"))
    ours.emplace_back(name.substr(std::string("encoder.").size()), tensor);
  again.load_state_dict(ours);
  right = right && same(net, again);

  // A checkpoint of a loop: weights and what the optimiser remembers. Going on ends in the same
  // bits as never having stopped.
  optim::Adam adam(net.parameters(), {.lr = 1e-2});
  train(net, adam, 0, 5);
  NamedTensors checkpoint;
  for (const auto& [name, tensor] : net.state_dict())
    checkpoint.emplace("model." + name, tensor);
  for (const auto& [name, tensor] : adam.state())
    checkpoint.emplace("optimizer." + name, tensor);
  write_safetensors("step-5.safetensors", checkpoint);
  train(net, adam, 5, 9);

  nn::Sequential resumed = make_net(3);
  nn::StateDict weights, memory;
  for (const auto& [name, tensor] : read_safetensors("step-5.safetensors")) {
    const bool of_model = name.starts_with("model.");
    (of_model ? weights : memory).emplace_back(name.substr(name.find('.') + 1), tensor);
  }
  resumed.load_state_dict(weights);
  optim::Adam resumed_adam(resumed.parameters(), {.lr = 1e-2});
  resumed_adam.load_state(memory);
  train(resumed, resumed_adam, 5, 9);
  right = right && same(net, resumed);
  std::cout << (right ? "the same bits\n" : "something differs\n");
  return right ? 0 : 1;
}
