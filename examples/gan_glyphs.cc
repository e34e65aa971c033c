// A generator learns to draw digits, and a discriminator to tell them from drawn ones: two models
// that take turns, each with its optimiser. Prints the losses of every epoch, and writes a sheet of
// what the generator makes, gan_glyphs.png. examples/gan_glyphs.toml is the same as a
// configuration.

#include <hebb/formats/image.h>
#include <hebb/hebb.h>
#include <hebb/tasks/adversarial.h>
#include <hebb/tasks/sample_sheet.h>

#include <cstring>
#include <iostream>
using namespace hebb;

struct Gan : nn::Module {
  nn::Sequential generator{
      nn::Linear(64, 128),  nn::BatchNorm1d(128), nn::LeakyReLU(0.2),   nn::Linear(128, 512),
      nn::BatchNorm1d(512), nn::LeakyReLU(0.2),   nn::Linear(512, 784), nn::Tanh()},
      discriminator{nn::Flatten(),     nn::Linear(784, 256), nn::LeakyReLU(0.2),
                    nn::Dropout(0.3),  nn::Linear(256, 128), nn::LeakyReLU(0.2),
                    nn::Linear(128, 1)};
  HEBB_FIELDS(generator, discriminator)  // also their names in a checkpoint: generator.0.weight
};

int main(int argc, char** argv) {
  const bool quick = argc > 1 && std::strcmp(argv[1], "--quick") == 0;
  const auto digits = data::glyphs({.train = quick ? 600 : 20000, .test = 64})
                          .train.with_normalize({0.5}, {0.5});  // from -1 to 1, as tanh

  manual_seed(1);
  Gan gan;
  const auto adam = optim::adam({.lr = 2e-4, .beta1 = 0.5});
  const AdversarialOptions options{
      .noise = {64}, .generator_optimizer = adam, .discriminator_optimizer = adam};
  Trainer trainer(gan, {.turns = adversarial_turns(gan.generator, gan.discriminator, options)});
  const std::vector<EpochLog> history =
      trainer.fit(digits, {.epochs = quick ? 2 : 20, .verbosity = Verbosity::silent});
  for (const EpochLog& log : history)
    std::cout << "epoch " << log.epoch << ": discriminator "
              << *find_value(log.values, "discriminator_loss") << ", generator "
              << *find_value(log.values, "generator_loss") << '\n';

  NoGrad off;
  gan.eval();
  const Tensor made = generated_samples(gan.generator, {64}, 64);
  write_png("gan_glyphs.png", *sample_sheet(made, digits.recipe()));
  std::cout << "64 samples in gan_glyphs.png\n";
}
