// How much of a gradient arrives k steps before the time that it comes from, by kind of layer: the
// length of the gradient of the last state by the input k steps back, beside that by the last
// input. It vanishes in a plain recurrent network, explodes in one with large weights, and lasts in
// an LSTM whose forget gate is open.

#include <hebb/hebb.h>

#include <cmath>
#include <iomanip>
#include <iostream>
using namespace hebb;

constexpr int64_t times = 100, features = 8, hidden = 32;
constexpr int64_t steps[] = {1, 10, 25, 50, 99};

// log10 of the gradient's length k steps back, less that at the last time.
template <class Layer>
std::vector<double> lengths(Layer& layer) {
  layer.to(f64);
  Tensor x = randn({times, 1, features}, f64);
  x.requires_grad_();
  select(layer(x).out, 0, -1).sum().backward();
  const std::vector<double> squares = square(x.grad()).sum({1, 2}).to_vector<double>();
  std::vector<double> out;
  for (int64_t k : steps)
    out.push_back(std::log10(squares[size_t(times - 1 - k)] / squares.back()) / 2);
  return out;
}

int main() {
  manual_seed(3);
  nn::RNN plain(features, hidden),
      large({.in = features, .hidden = hidden, .nonlinearity = nn::Nonlinearity::relu});
  nn::GRU gru(features, hidden);
  nn::LSTM lstm(features, hidden), open(features, hidden);
  {
    NoGrad off;
    for (auto& [name, weight] : large.named_parameters())
      if (name == "weight_hh_l0")
        weight.copy_(weight * 3);
    for (auto& [name, weight] : open.named_parameters())  // gates i, f, g, o: f is the second
      if (name == "bias_hh_l0")
        narrow(weight, 0, hidden, hidden).fill_(5);
  }
  const std::vector<std::pair<std::string, std::vector<double>>> rows = {
      {"RNN, tanh", lengths(plain)},
      {"RNN, relu, weights x 3", lengths(large)},
      {"GRU", lengths(gru)},
      {"LSTM", lengths(lstm)},
      {"LSTM, forget bias 5", lengths(open)}};
  std::cout << "log10 of the gradient, beside that of the last input\nsteps back            ";
  for (int64_t k : steps)
    std::cout << std::setw(8) << k;
  std::cout << '\n' << std::fixed << std::setprecision(1);
  for (const auto& [name, values] : rows) {
    std::cout << std::left << std::setw(22) << name << std::right;
    for (double value : values)
      std::cout << std::setw(8) << value;
    std::cout << '\n';
  }
  const auto last = [&](size_t row) { return rows[row].second.back(); };
  return last(0) < -10 && last(1) > 5 && last(4) > -5 && last(4) > last(3) ? 0 : 1;
}
