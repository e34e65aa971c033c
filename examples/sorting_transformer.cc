// A Transformer that sorts: it reads six digits and writes the same digits in order, one after
// another. A causal encoder is a language model; generate() decodes with a cache of keys and
// values. Prints how many of 500 new rows it sorts without a mistake, and a few of them.

#include <hebb/hebb.h>

#include <algorithm>
#include <iostream>
using namespace hebb;

constexpr int64_t digits = 6, kinds = 10;

struct Sorter : nn::Module {
  nn::Embedding tokens{kinds, 48};
  nn::Positions places{2 * digits, 48};
  nn::TransformerEncoder blocks{{.d_model = 48,
                                 .nhead = 4,
                                 .dim_feedforward = 96,
                                 .dropout = 0,
                                 .activation = "gelu",
                                 .batch_first = true,
                                 .norm_first = true},
                                2,
                                true};
  nn::Linear head{48, kinds};
  HEBB_FIELDS(tokens, places, blocks, head)

  // ids [N, length] -> the scores [N, length, kinds] of the token behind each.
  Tensor forward(const Tensor& ids, nn::DecodingCache* cache = nullptr) {
    const Tensor x = places(tokens(ids), cache ? cache->length() : 0);
    return head(blocks(x, nn::TransformerEncoderArgs{.is_causal = true, .cache = cache}));
  }
};

int main(int argc, char** argv) {
  const bool quick = argc > 1 && std::string(argv[1]) == "--quick";
  const int steps = quick ? 300 : 1500;
  manual_seed(1);
  Sorter model;
  optim::Adam adam(model.parameters(), {.lr = 3e-3});
  for (int step = 1; step <= steps; ++step) {
    const Tensor row = randint(0, kinds, {64, digits}), sorted = sort(row).first;
    const Tensor all = cat({row, sorted}, 1);
    const Tensor scores = model(all[{Slice(), Slice(0, -1)}]);
    // Only what it writes counts: the row itself is random.
    const Tensor loss = cross_entropy(scores[{Slice(), Slice(digits - 1, {})}].reshape({-1, kinds}),
                                      sorted.reshape({-1}));
    adam.zero_grad();
    loss.backward();
    adam.step();
    if (step % (steps / 5) == 0)
      std::cout << "step " << step << ": loss " << loss.item() << '\n';
  }

  model.eval();
  const auto next = [&](const Tensor& ids, nn::DecodingCache& cache) {
    return model(ids, &cache).select(1, -1);
  };
  const Tensor rows = randint(0, kinds, {500, digits});
  const auto answers = nn::generate(next, rows, {.max_new_tokens = digits});
  int right = 0;
  for (int64_t i = 0; i < 500; ++i) {
    std::vector<int64_t> given = rows[i].to_vector<int64_t>(), answer = answers[size_t(i)];
    if (i < 3) {
      for (int64_t digit : given)
        std::cout << digit << ' ';
      std::cout << "-> ";
      for (int64_t digit : answer)
        std::cout << digit << ' ';
      std::cout << '\n';
    }
    std::ranges::sort(given);
    right += given == answer;
  }
  std::cout << right << " of 500 rows sorted\n";
  return right > (quick ? 50 : 450) ? 0 : 1;
}
