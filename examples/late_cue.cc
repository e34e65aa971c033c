// "The service was okay, but the food was absolutely terrible": the word that decides comes last.
// An LSTM that reads onwards and one that reads both ways say after each word whether the sentence
// is a complaint. Onwards nothing can be known before that word; both ways it is known from the
// first one on. The sentences to learn from are made here.

#include <hebb/hebb.h>

#include <iomanip>
#include <iostream>
#include <random>
using namespace hebb;

const std::vector<std::string> words = {
    "the", "service", "food",       "room",   "music", "was", "okay", "fine",  "good", "great",
    "but", "and",     "absolutely", "really", "quite", ",",   "bad",  "awful", "slow", "terrible"};
constexpr int64_t first_praise = 6, first_complaint = 16, length = 12;

struct Sentences {
  Tensor ids,
      complaint;  // [n, length] each: the words, and at each of them what holds of the whole
};

Sentences make(int64_t n, std::mt19937& random) {
  const auto any = [&](int64_t first, int64_t count) { return first + int64_t(random() % count); };
  std::vector<int64_t> ids, labels;
  for (int64_t i = 0; i < n; ++i) {
    const bool complaint = random() % 2, praise_first = random() % 2;
    const auto adjective = [&](bool bad) {
      return bad ? any(first_complaint, 4) : any(first_praise, 4);
    };
    for (int64_t id :
         {int64_t(0), any(1, 4), int64_t(5), adjective(!praise_first), int64_t(15), any(10, 2),
          int64_t(0), any(1, 4), int64_t(5), any(12, 3), adjective(complaint), int64_t(15)})
      ids.push_back(id);
    labels.insert(labels.end(), length, complaint);
  }
  return {tensor(ids, {n, length}), tensor(labels, {n, length})};
}

struct Reader : nn::Module {
  nn::Embedding embedding{int64_t(words.size()), 16};
  nn::LSTM lstm;
  nn::Linear head;
  HEBB_FIELDS(embedding, lstm, head)

  explicit Reader(bool both_ways)
      : lstm({.in = 16, .hidden = 24, .batch_first = true, .bidirectional = both_ways}),
        head(both_ways ? 48 : 24, 2) {}
  Tensor forward(const Tensor& ids) { return head(lstm(embedding(ids)).out); }  // [n, length, 2]
};

// The share of sentences that are told right, after each word.
std::vector<double> trained(Reader& reader, int steps, std::mt19937& random) {
  optim::Adam adam(reader.parameters(), {.lr = 1e-2});
  for (int step = 0; step < steps; ++step) {
    const Sentences batch = make(64, random);
    adam.zero_grad();
    cross_entropy(flatten(reader(batch.ids), 0, 1), flatten(batch.complaint)).backward();
    adam.step();
  }
  const Sentences fresh = make(500, random);
  NoGrad off;
  const Tensor right = argmax(reader(fresh.ids), 2) == fresh.complaint;
  return mean(cast(right, f32), {0}).to_vector<double>();
}

int main(int argc, char** argv) {
  const bool quick = argc > 1 && std::string(argv[1]) == "--quick";
  manual_seed(1);
  std::mt19937 random(1);
  Reader onwards(false), both(true);
  const std::vector<double> one = trained(onwards, quick ? 60 : 300, random),
                            two = trained(both, quick ? 60 : 300, random);
  const Tensor sentence =
      tensor(std::vector<int64_t>{0, 1, 5, 6, 15, 10, 0, 2, 5, 12, 19, 15}, {1, length});
  NoGrad off;
  const auto complaint = [&](Reader& reader) {
    return select(softmax(reader(sentence), 2), 2, 1).to_vector<double>();
  };
  const std::vector<double> p1 = complaint(onwards), p2 = complaint(both);
  std::cout << "                 right, of 500      a complaint?\n"
               "word            onwards  both    onwards  both\n"
            << std::fixed << std::setprecision(2);
  for (size_t t = 0; t < size_t(length); ++t)
    std::cout << std::left << std::setw(15)
              << words[size_t(sentence[{0, int64_t(t)}].item<int64_t>())] << std::right
              << std::setw(8) << one[t] << std::setw(6) << two[t] << std::setw(11) << p1[t]
              << std::setw(6) << p2[t] << '\n';
  return one[0] < 0.7 && one.back() > 0.95 && two[0] > 0.95 ? 0 : 1;
}
