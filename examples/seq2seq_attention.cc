// Translation with attention: dates in words, "3 march 1998", become dates in digits, 1998-03-03.
// An encoder reads the letters, a decoder writes one after another and looks back at them. Prints
// some dates that it was never trained on, and draws where the decoder looked at each step into
// seq2seq_attention.svg.

#include <hebb/hebb.h>

#include <iostream>
#include <string>
#include <vector>

#include "support/heat_map.h"
using namespace hebb;

const std::vector<std::string> months = {"january",   "february", "march",    "april",
                                         "may",       "june",     "july",     "august",
                                         "september", "october",  "november", "december"};
// '^' begins, '_' fills up: a source has 17 letters, a target 10.
const std::string letters = "_^-0123456789abcdefghijklmnopqrstuvwxyz ";
constexpr int64_t source_length = 17, target_length = 10, width = 64;

struct Date {
  std::string words, digits;
};
Date date(int64_t year, int64_t month, int64_t day) {
  const auto two = [](int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  std::string words =
      std::to_string(day) + " " + months[size_t(month - 1)] + " " + std::to_string(year);
  words.resize(size_t(source_length), '_');
  return {words, std::to_string(year) + "-" + two(month) + "-" + two(day)};
}
// Every tenth date is held out.
std::vector<Date> random_dates(size_t n, bool held_out) {
  std::vector<Date> dates;
  while (dates.size() < n) {
    const int64_t year = randint(1900, 2000, {}).item<int64_t>(),
                  month = randint(1, 13, {}).item<int64_t>(),
                  day = randint(1, 29, {}).item<int64_t>();
    if (((year + month + day) % 10 == 0) == held_out)
      dates.push_back(date(year, month, day));
  }
  return dates;
}
Tensor ids_of(const std::vector<Date>& dates, std::string Date::*which, const char* before = "") {
  std::vector<int64_t> ids;
  for (const Date& one : dates)
    for (char c : before + one.*which)
      ids.push_back(int64_t(letters.find(c)));
  const auto n = int64_t(dates.size());
  return tensor(ids, {n, int64_t(ids.size()) / n});
}

struct Translator : nn::Module {
  nn::Embedding tokens{int64_t(letters.size()), width};
  nn::SinusoidalPositions positions;
  nn::TransformerEncoder encoder{
      {.d_model = width, .nhead = 4, .dim_feedforward = 128, .dropout = 0, .batch_first = true}, 1};
  nn::MultiheadAttention self{{.embed_dim = width, .num_heads = 4, .batch_first = true}};
  nn::MultiheadAttention look{{.embed_dim = width, .num_heads = 1, .batch_first = true}};
  nn::LayerNorm norm1{width}, norm2{width}, norm3{width};
  nn::Linear wide{width, 128}, narrow{128, width}, head{width, int64_t(letters.size())};
  HEBB_FIELDS(tokens, positions, encoder, self, look, norm1, norm2, norm3, wide, narrow, head)

  Tensor read(const Tensor& source) { return encoder(positions(tokens(source))); }
  // written [N, n] -> the scores of the letter behind each, and the weights [N, n, source_length].
  std::pair<Tensor, Tensor> write(const Tensor& memory, const Tensor& written) {
    Tensor x = positions(tokens(written));
    x = norm1(x + self(x, x, x, nn::AttentionArgs{.is_causal = true}));
    const auto [seen, weights] = look.with_weights(x, memory, memory);
    x = norm2(x + seen);
    x = norm3(x + narrow(relu(wide(x))));
    return {head(x), weights};
  }
};

int main(int argc, char** argv) {
  const bool quick = argc > 1 && std::string(argv[1]) == "--quick";
  const int steps = quick ? 60 : 1200;
  manual_seed(4);
  Translator model;
  optim::Adam adam(model.parameters(), {.lr = 1e-3});
  double loss_before = 0, loss_now = 0;
  for (int step = 1; step <= steps; ++step) {
    const std::vector<Date> dates = random_dates(64, false);
    const Tensor target = ids_of(dates, &Date::digits, "^");
    const Tensor scores =
        model.write(model.read(ids_of(dates, &Date::words)), target[{Slice(), Slice(0, -1)}]).first;
    const Tensor loss = cross_entropy(scores.reshape({-1, int64_t(letters.size())}),
                                      target[{Slice(), Slice(1, {})}].reshape({-1}));
    adam.zero_grad();
    loss.backward();
    adam.step();
    loss_now = loss.item();
    loss_before = step == 1 ? loss_now : loss_before;
    if (step % (steps / 4) == 0)
      std::cout << "step " << step << ": loss " << loss_now << '\n';
  }

  NoGrad off;
  const std::vector<Date> dates = random_dates(200, true);
  const Tensor memory = model.read(ids_of(dates, &Date::words));
  Tensor written = full({200, 1}, int64_t(letters.find('^'))), weights;
  for (int64_t i = 0; i < target_length; ++i) {
    const auto [scores, looked] = model.write(memory, written);
    written = cat({written, scores.select(1, -1).argmax(-1, true)}, 1);
    weights = looked;
  }
  int right = 0;
  for (size_t i = 0; i < dates.size(); ++i) {
    std::string answer;
    for (int64_t id : written[int64_t(i)].to_vector<int64_t>())
      answer += letters[size_t(id)];
    answer = answer.substr(1);
    right += answer == dates[i].digits;
    if (i < 3)
      std::cout << dates[i].words << " -> " << answer << '\n';
  }
  std::cout << right << " of 200 dates translated\n";

  std::vector<std::string> rows, columns;
  for (int64_t id : written[0].to_vector<int64_t>())
    rows.emplace_back(1, letters[size_t(id)]);
  rows.erase(rows.begin());
  for (char c : dates[0].words)
    columns.emplace_back(1, c);
  draw_heat_map("seq2seq_attention.svg", "Where it looked while it wrote", rows, columns,
                weights[0].to_vector<double>());
  std::cout << "the map is in seq2seq_attention.svg\n";
  return (quick ? loss_now < loss_before : right >= 190) ? 0 : 1;
}
