// Runs of several models, and of models whose target is their input.

#include <gtest/gtest.h>

#include <cmath>

#include "hebb/base/file.h"
#include "hebb/formats/safetensors.h"
#include "hebb/run/model_setup.h"
#include "hebb/run/predictor.h"
#include "hebb/run/session.h"
#include "support/message_of.h"
#include "support/temp_folder.h"
#include "support/tiny_run.h"

namespace hebb {
namespace {

class SeveralRun : public TempFolder {
 protected:
  SessionResult train(const std::string& name, const std::string& config,
                      const std::vector<std::string>& settings = {}) {
    SessionOptions options{.out = folder_ / name};
    options.verbosity = Verbosity::silent;
    return train_run(parse_config(config, "c.toml", settings), options);
  }
  std::string refused(const std::string& config, const std::vector<std::string>& settings = {}) {
    return message_of([&] {
      SessionOptions options;
      check_run(parse_config(config, "c.toml", settings), options);
    });
  }
};

TEST_F(SeveralRun, AGeneratorAndADiscriminator) {
  const SessionResult result = train("r", tiny_gan());
  EXPECT_EQ(result.result.epochs, 2);
  EXPECT_EQ(result.result.steps, 2 * 10);
  for (const char* name : {"loss", "generator_loss", "discriminator_loss", "val_generator_loss",
                           "test_generator_loss"})
    EXPECT_TRUE(find_value(result.result.metrics, name)) << name;
  const NamedTensors weights = read_safetensors(result.run.weights());
  EXPECT_TRUE(weights.contains("generator.0.weight"));
  EXPECT_TRUE(weights.contains("discriminator.1.bias"));

  // Everything that was left open stands in the folder, and is read back.
  const Config config = read_run_config(result.run);
  ASSERT_TRUE(config.generator && config.discriminator);
  EXPECT_EQ(config.generator->noise, 8);
  EXPECT_EQ(config.generator->input, (Dims{8}));
  EXPECT_EQ(config.discriminator->input, (Dims{1, 28, 28}));
  EXPECT_EQ(config.model.input, (Dims{1, 28, 28}));
  EXPECT_EQ(to_toml(parse_config(to_toml(config), "c.toml")), to_toml(config));
  EXPECT_EQ(read_model_info(result.run.model()).task, "adversarial");

  TrainedModel model = load_trained(result.run.path);
  ASSERT_TRUE(model.parts);
  const SeveralModels& several = *task_of_parts(model.config).several;
  const auto samples = [&](uint64_t seed) {
    return made_samples(*model.parts, model.config, several, 5, seed);
  };
  EXPECT_EQ(samples(1).shape(), (Dims{5, 1, 28, 28}));
  EXPECT_EQ(samples(1).to_vector<double>(), samples(1).to_vector<double>());
  EXPECT_NE(samples(1).to_vector<double>(), samples(2).to_vector<double>());
  // The test's losses are those that training found.
  const Config& run_config = model.config;
  const data::Dataset tested = open_test_data(run_config, model.known(), {});
  const TestResult again = test_parts(*model.parts, run_config, task_of_parts(run_config), tested);
  EXPECT_EQ(find_value(again.metrics, "generator_loss"),
            find_value(result.result.metrics, "test_generator_loss"));

  const std::string page = read_file(result.run.report());
  EXPECT_NE(page.find("samples of the data"), std::string::npos);
  EXPECT_NE(message_of([&] {
              Predictor predictor(result.run.path);
            }).find("this run's models make samples of noise"),
            std::string::npos);
}

TEST_F(SeveralRun, GradientsAreClippedInEveryWay) {
  const std::string plain = read_file(train("plain", tiny_gan()).run.weights());
  for (const char* way : {"clip_norm", "clip_value", "clip_adaptive"})
    EXPECT_NE(
        read_file(train(way, tiny_gan(), {std::string("train.") + way + "=1e-4"}).run.weights()),
        plain)
        << way;
}

TEST_F(SeveralRun, EachHasItsOwnOptimizer) {
  const auto weights = [&](const std::string& name, const std::vector<std::string>& settings) {
    const NamedTensors all = read_safetensors(train(name, tiny_gan(), settings).run.weights());
    return std::pair(all.at("generator.0.weight").to_vector<double>(),
                     all.at("discriminator.1.weight").to_vector<double>());
  };
  const std::vector<std::string> one_step = {"train.max_steps=1"};
  std::vector<std::string> other = one_step, named = one_step;
  other.emplace_back("generator.optimizer=adam lr=0.05");
  named.emplace_back("discriminator.optimizer=adam lr=2e-3");  // what [train] says
  const auto [g, d] = weights("usual", one_step);
  const auto [g_other, d_other] = weights("other", other);
  const auto [g_named, d_named] = weights("named", named);
  EXPECT_NE(g, g_other);
  EXPECT_EQ(d, d_other);  // it steps first
  EXPECT_EQ(g, g_named);
  EXPECT_EQ(d, d_named);
}

TEST_F(SeveralRun, Refusals) {
  const auto expect = [&](const std::vector<std::string>& settings, const std::string& words) {
    const std::string said = refused(tiny_gan(), settings);
    EXPECT_NE(said.find(words), std::string::npos) << said;
  };
  EXPECT_EQ(refused(tiny_gan()), "no error");
  expect({"train.loss=mse"}, "train.loss: is for one model");
  expect({"train.metrics=[\"accuracy\"]"}, "train.metrics: are for one model");
  expect({"train.accumulate=2"}, "train.accumulate: is 2");
  expect({"train.task=regression"}, "train.task: regression does not suit the models generator");
  expect({"discriminator.noise=3"}, "discriminator.noise: is 3, but this model takes samples");
  expect({"generator.layers=[\"linear 783\"]"},
         "generator.layers: the last layer gives [783] for a sample, but those of the data are [1, "
         "28, 28]");
  expect({"discriminator.layers=[\"flatten\", \"linear 2\"]"},
         "discriminator.layers: the last layer gives [2] for a sample, should give one number");
  expect({"generator.layers=[\"linar 784\"]"}, "did you mean 'linear'");
  expect({"generator.input=[1,2]"}, "generator.input: is [1, 2], but this model takes noise, [8]");
  expect({"discriminator=none"}, "train.task: no task suits the models generator");
  expect({"generator.optimizer=adm"}, "generator.optimizer: unknown optimizer 'adm'");
  expect({"model.layers=[\"linear 1\"]"}, "there is [generator] beside [model]");
  expect({"train.early_stopping={ monitor = \"val_generatr_loss\" }"},
         "did you mean 'val_generator_loss'");
  EXPECT_NE(refused(tiny_mlp(), {"train.task=adversarial"})
                .find("train.task: adversarial trains the models generator and discriminator, but "
                      "there is one model"),
            std::string::npos)
      << refused(tiny_mlp(), {"train.task=adversarial"});
  EXPECT_NE(refused(tiny_mlp(), {"model.noise=3"}).find("'model.noise' is for one of several"),
            std::string::npos);
  EXPECT_EQ(refused(tiny_gan(), {"train.early_stopping={ monitor = \"val_generator_loss\" }"}),
            "no error");
}

// ---- the target is the input ----

std::string tiny_autoencoder(const std::string& more = "") {
  return "[data]\ndataset = \"glyphs\"\nlimit = 400\nsplit = { train = 0.8, validation = 0.2 }\n"
         "[model]\nlayers = [\"flatten\", \"linear 32\", \"relu\", \"linear 784\", \"sigmoid\"]\n"
         "[train]\ntask = \"reconstruction\"\nepochs = 4\nbatch_size = 16\noptimizer = \"adam "
         "lr=3e-3\"\nthreads = 1\n" +
         more;
}

TEST_F(SeveralRun, AnAutoencoder) {
  const SessionResult result = train("r", tiny_autoencoder());
  const Config config = read_run_config(result.run);
  EXPECT_EQ(config.train.loss, "mse");
  const ModelInfo info = read_model_info(result.run.model());
  EXPECT_EQ(info.task, "reconstruction");
  EXPECT_TRUE(info.labels.empty());
  const double loss = find_value(result.result.metrics, "test_loss").value();
  EXPECT_LT(loss, 0.08);
  EXPECT_NEAR(find_value(result.result.metrics, "test_root_mean_squared_error").value(),
              std::sqrt(loss), 1e-4);
  const std::string page = read_file(result.run.report());
  EXPECT_NE(page.find("Reconstructions"), std::string::npos);
  EXPECT_NE(page.find("given back"), std::string::npos);

  TrainedModel model = load_trained(result.run.path);
  const data::Dataset tested = open_test_data(model.config, model.known(), {});
  EXPECT_TRUE(tested.input_is_target());
  EXPECT_EQ(test_model(model.net, model.loss, tested, {.task = "reconstruction"}).metrics[0].second,
            loss);
  EXPECT_EQ(open_data_for("glyphs:test", model.config, model.known(), {}).target_shape(),
            (Dims{1, 28, 28}));
}

TEST_F(SeveralRun, AnAutoencoderOfATable) {
  std::string table = "a,b,c,y\n";
  for (int i = 0; i < 120; ++i)
    table += std::to_string(i % 7) + "," + std::to_string(i % 7 * 2) + "," + std::to_string(i % 5) +
             ",same\n";  // one class: nobody looks
  write_file_atomic(folder_ / "t.csv", table);
  const SessionResult result = train(
      "r", "[data]\ndataset = \"" + (folder_ / "t.csv").string() +
               "\"\nnormalize = \"auto\"\n[model]\nlayers = [\"linear 2\", \"linear 3\"]\n[train]\n"
               "task = \"reconstruction\"\nepochs = 60\nbatch_size = 8\nthreads = 1\noptimizer = "
               "\"adam lr=0.02\"\n");
  EXPECT_GT(find_value(result.result.metrics, "test_r2").value(), 0.9);
}

TEST_F(SeveralRun, WhatDoesNotGiveBackASampleIsRefused) {
  const std::string said =
      refused(tiny_autoencoder(), {"model.layers=[\"flatten\", \"linear 10\"]"});
  EXPECT_NE(said.find("model.layers: the last layer gives [10] for a sample, but the model should "
                      "give back a sample, [1, 28, 28]"),
            std::string::npos)
      << said;
}

}  // namespace
}  // namespace hebb
