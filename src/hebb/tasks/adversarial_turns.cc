#include "hebb/base/check.h"
#include "hebb/data/schema.h"
#include "hebb/nn/loss_functions.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/random.h"
#include "hebb/tasks/adversarial.h"

namespace hebb {
namespace {

// The discriminator's logits.
Tensor judged(const nn::Model& discriminator, const Tensor& x) {
  const Tensor logits = discriminator({{std::string(data::input_field), x}}).only("outputs");
  check(logits.numel() == x.size(0),
        "the discriminator gives {} for {} samples, should give one number for each",
        to_string(logits.shape()), x.size(0));
  return logits;
}

}  // namespace

Tensor generated_samples(const nn::Model& generator, const Dims& noise, int64_t n) {
  Dims shape = noise;
  shape.insert(0, n);
  const Tensor z = randn(shape, DType::f32, {}, generator.module().device());
  return generator({{"noise", z}}).only("outputs");
}

std::vector<Turn> adversarial_turns(const nn::Model& generator, const nn::Model& discriminator,
                                    const AdversarialOptions& options) {
  // In the shape of x, whatever shape the generator's last layer gives.
  const auto make = [generator, noise = options.noise](const Tensor& x) {
    const Tensor made = generated_samples(generator, noise, x.size(0));
    check(made.numel() == x.numel(), "the generator makes {}, the samples are {}",
          to_string(made.shape()), to_string(x.shape()));
    return made.shape() == x.shape() ? made : made.reshape(x.shape());
  };
  const auto tell_apart = [make, discriminator](const TensorDict& inputs, const TensorDict&) {
    const Tensor& x = inputs[data::input_field];
    const Tensor made = make(x).detach();
    // One after the other: dropout draws.
    const Tensor real = judged(discriminator, x), taken = judged(discriminator, made);
    return LossValue{discriminator_loss(real, taken) / 2, double(x.size(0))};
  };
  const auto take_in = [make, discriminator](const TensorDict& inputs, const TensorDict&) {
    const Tensor& x = inputs[data::input_field];
    return LossValue{generator_loss(judged(discriminator, make(x))), double(x.size(0))};
  };
  return {
      {.part = "discriminator", .loss = tell_apart, .optimizer = options.discriminator_optimizer},
      {.part = "generator", .loss = take_in, .optimizer = options.generator_optimizer}};
}

}  // namespace hebb
