// Configurations of small runs on the digits that hebb draws itself.
#pragma once

#include <string>

namespace hebb {

inline std::string tiny_mlp(const std::string& more = "") {
  return "[data]\ndataset = \"glyphs\"\nlimit = 600\nsplit = { train = 0.8, validation = 0.2 }\n"
         "[model]\nlayers = [\"flatten\", \"linear 16\", \"relu\", \"linear 10\"]\n"
         "[train]\nepochs = 3\nbatch_size = 32\noptimizer = \"adam lr=3e-3\"\nseed = 3\nthreads = "
         "1\n" +
         more;
}

inline std::string tiny_cnn(const std::string& more = "", int threads = 1) {
  return "[data]\ndataset = \"glyphs\"\nlimit = 1000\nsplit = { train = 0.8, validation = 0.2 "
         "}\nnormalize = \"auto\"\n"
         "augment = [\"random_crop 28 padding=2\", \"rotation 10\", \"noise 0.02\"]\n"
         "[model]\nlayers = [\"conv2d 4 kernel=3 padding=1\", \"batch_norm2d\", \"relu\", "
         "\"max_pool2d 2\", \"flatten\", \"dropout 0.2\", "
         "\"linear 10\"]\n"
         "[train]\nepochs = 4\nbatch_size = 32\noptimizer = \"sgd lr=0.05 momentum=0.9\"\nschedule "
         "= \"cosine warmup=10\"\nclip_norm = "
         "2\naccumulate = 2\n"
         "early_stopping = { patience = 3 }\nseed = 5\nthreads = " +
         std::to_string(threads) + "\n" + more;
}

// A generator and a discriminator: 10 steps an epoch.
inline std::string tiny_gan(const std::string& more = "") {
  return "[data]\ndataset = \"glyphs\"\nlimit = 200\nsplit = { train = 0.8, validation = 0.2 }\n"
         "[generator]\nnoise = 8\nlayers = [\"linear 16\", \"relu\", \"linear 784\", "
         "\"sigmoid\"]\n"
         "[discriminator]\nlayers = [\"flatten\", \"linear 16\", \"leaky_relu 0.2\", "
         "\"dropout 0.2\", \"linear 1\"]\n"
         "[train]\nepochs = 2\nbatch_size = 16\noptimizer = \"adam lr=2e-3\"\nseed = 3\nthreads = "
         "1\n" +
         more;
}

}  // namespace hebb
