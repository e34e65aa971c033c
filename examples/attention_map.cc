// What "brilliant" looks at. In "The solution that the engineer suggested was brilliant" the last
// word belongs to the solution, not to the engineer. One layer of self-attention learns to fill
// the last word in from sentences of this form, where each thing has a word of its own. Draws its
// weights for this sentence, a token by token map, into attention_map.svg, and prints the row of
// the word to be found.

#include <hebb/hebb.h>

#include <iostream>

#include "support/heat_map.h"
using namespace hebb;

const std::vector<std::string> words = {
    "The",       "that",  "the",    "was",    "?",          // the last one is what to find
    "solution",  "soup",  "road",   "song",   "garden",     // things
    "brilliant", "salty", "long",   "loud",   "green",      // and their words
    "engineer",  "cook",  "driver", "singer", "neighbour",  // who may
    "suggested", "made",  "found",  "liked",  "showed"};    // do what they like
constexpr int64_t things = 5, their_words = 10, people = 15, deeds = 20, of_each = 5;

// [N, 8]: the thing, the person and the deed are drawn; the last word is hidden.
Tensor sentences(const Tensor& thing) {
  const int64_t n = thing.size(0);
  const auto word = [&](int64_t id) { return full({n}, id); };
  return stack({word(0), thing + things, word(1), word(2), randint(0, of_each, {n}) + people,
                randint(0, of_each, {n}) + deeds, word(3), word(4)},
               1);
}

struct Reader : nn::Module {
  nn::Embedding tokens{int64_t(words.size()), 24};
  nn::SinusoidalPositions positions;
  nn::MultiheadAttention attention{{.embed_dim = 24, .num_heads = 1, .batch_first = true}};
  nn::Linear head{24, of_each};
  HEBB_FIELDS(tokens, positions, attention, head)

  // The scores [N, of_each] of the last word, and the weights [N, 8, 8].
  std::pair<Tensor, Tensor> forward(const Tensor& ids) {
    const Tensor x = positions(tokens(ids));
    const auto [y, weights] = attention.with_weights(x, x, x);
    return {head(y.select(1, -1)), weights};
  }
};

int main(int argc, char** argv) {
  const bool quick = argc > 1 && std::string(argv[1]) == "--quick";
  manual_seed(12);
  Reader reader;
  optim::Adam adam(reader.parameters(), {.lr = 1e-2});
  for (int step = 0; step < (quick ? 150 : 400); ++step) {
    const Tensor thing = randint(0, of_each, {64});
    const Tensor loss = cross_entropy(reader(sentences(thing)).first, thing);
    adam.zero_grad();
    loss.backward();
    adam.step();
  }

  NoGrad off;
  // The solution that the engineer suggested was ?
  const Tensor ids = tensor({{0L, 5L, 1L, 2L, 15L, 20L, 3L, 4L}});
  const auto [scores, weights] = reader(ids);
  std::vector<std::string> sentence;
  for (int64_t id : ids.to_vector<int64_t>())
    sentence.push_back(words[size_t(id)]);
  const std::string found = words[size_t(their_words + scores.argmax().item<int64_t>())];
  sentence.back() = found;
  const std::vector<double> map = weights.to_vector<double>();
  draw_heat_map("attention_map.svg", "What each word looks at", sentence, sentence, map, 0.05, 0.5);
  const size_t last = sentence.size() - 1;
  std::cout << "\"" << found << "\" looks at\n";
  for (size_t j = 0; j <= last; ++j)
    std::cout << "  " << sentence[j] << ": " << map[last * sentence.size() + j] << '\n';
  std::cout << "the map is in attention_map.svg\n";
  const double of_thing = map[last * sentence.size() + 1],
               of_person = map[last * sentence.size() + 4];
  return found == "brilliant" && of_thing > of_person ? 0 : 1;
}
