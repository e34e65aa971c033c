// A model with two inputs: the price of a flat from its numbers (x) and from the number of its
// district (codes), which an embedding turns into four numbers. Batches hold both by name, and
// HEBB_INPUTS says in which order forward() takes them. Prints the error of the same model without
// the district beside that of the whole one.

#include <hebb/hebb.h>

#include <cstring>
#include <iostream>
using namespace hebb;

struct Prices : nn::Module {
  nn::Param districts{normal(0, 0.1, {5, 4})};  // [districts, 4]
  nn::Linear hidden{2 + 4, 16}, price{16, 1};
  bool look_at_district = true;
  HEBB_FIELDS(districts, hidden, price)
  HEBB_INPUTS(x, codes)

  Tensor forward(const Tensor& x, const Tensor& codes) {  // x [N, 2], codes [N] -> [N, 1]
    const Tensor where = embedding(codes, districts);
    const Tensor flat = cat({x, look_at_district ? where : zeros_like(where)}, 1);
    return price(relu(hidden(flat)));
  }
};

// Size and age in [0, 1), and what the district asks beside them.
data::Dataset flats(int64_t n, uint64_t seed) {
  manual_seed(seed);
  const Tensor x = rand({n, 2}), codes = randint(0, 5, {n});
  const Tensor asked = tensor({0.0, 2.0, -1.0, 0.5, 3.0}, {5, 1});
  const Tensor y = matmul(x, tensor({3.0, -1.0}, {2, 1})) + embedding(codes, asked);
  return data::from_tensors({{"x", x}, {"codes", codes}}, {{"y", y}}, {.name = "flats"});
}

double error_of(bool look_at_district, int64_t epochs) {
  manual_seed(1);
  Prices model;
  model.look_at_district = look_at_district;
  Trainer trainer(model, {.loss = mse_loss, .optimizer = optim::adam({.lr = 0.02})});
  trainer.fit(flats(600, 2), {.epochs = epochs, .batch_size = 32, .verbosity = Verbosity::silent});
  return trainer.evaluate(flats(200, 3)).loss;
}

int main(int argc, char** argv) {
  const bool quick = argc > 1 && std::strcmp(argv[1], "--quick") == 0;
  for (const data::Batch& batch : data::Loader(flats(600, 2), {.batch_size = 32})) {
    std::cout << "a batch holds " << batch.inputs.listed() << " and " << batch.targets.listed()
              << ": " << batch["codes"].size(0) << " samples\n";
    break;
  }
  const int64_t epochs = quick ? 10 : 50;
  const double without = error_of(false, epochs), with = error_of(true, epochs);
  std::cout << "mean squared error without the district " << without << ", with it " << with
            << '\n';
  return with < without / 10 ? 0 : 1;
}
