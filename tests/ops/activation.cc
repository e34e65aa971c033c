// Samples: activations and their gradient kernels.
#include "ops/samples.h"

namespace hebb::test {

// Off every kink: -1, -0.5, 0, 0.5, 1, 3, 6, and never twice the same.
static Tensor smooth(Shape shape) {
  Tensor t = distinct(shape);
  for (int64_t i = 0; i < t.numel(); ++i) {
    float& v = t.data<float>()[i];
    v = 0.2f * v + 0.013f;
    for (double kink : {-6., -3., -1., -0.5, 0., 0.5, 1., 3., 6.})
      if (std::abs(double(v) - kink) < 0.02)
        v += 0.043f;
  }
  return t;
}

OPS_FAMILY(activation) {
  for (const char* name : {"relu",      "relu6",      "leaky_relu", "elu",        "celu",
                           "selu",      "sigmoid",    "tanh",       "silu",       "mish",
                           "softplus",  "softsign",   "logsigmoid", "hardtanh",   "hardsigmoid",
                           "hardswish", "tanhshrink", "hardshrink", "softshrink", "gelu"})
    samples(name, {{"plain", {smooth({4, 3})}},
                   {"long", {smooth({67})}},
                   {"strided", {transpose(smooth({5, 7}))}},
                   {"0-d", {smooth({})}},
                   {"empty", {zeros({0, 3})}}});
  for (const char* name : {"relu", "relu6", "hardtanh", "threshold"})
    samples(name, {{"integers", {integers(-9, 9, {7})}}});
  for (const char* name : {"sigmoid", "silu", "softsign", "tanhshrink"})
    samples(name, {{"complex", {randn({7}, c64)}}});
  refuses("hardtanh", {{"min_val is -1, which u8 does not hold", {zeros({2}, DType::u8)}}});
  samples("leaky_relu", {{"steep", {smooth({9})}, R"({"negative_slope": 0.3})"}});
  samples("elu", {{"alpha", {smooth({9})}, R"({"alpha": 1.5})"}});
  samples("celu", {{"alpha", {smooth({9})}, R"({"alpha": 1.5})"}});
  samples("softplus", {{"beta", {smooth({40})}, R"({"beta": 2, "threshold": 1.7})"}});
  samples("hardtanh", {{"limits", {smooth({40})}, R"({"min_val": -0.7, "max_val": 1.2})"}});
  samples("gelu", {{"tanh", {smooth({40})}, R"({"approximate": "tanh"})"}});
  samples("threshold", {{"plain", {smooth({40})}, R"({"threshold": 0.1, "value": 20})"},
                        {"empty", {zeros({0, 3})}}});
  samples("prelu", {{"one slope", {smooth({4, 3}), values({0.3}, {1})}},
                    {"per channel", {smooth({2, 3, 5}), values({0.1, 0.2, 0.3}, {3})}},
                    {"vector", {smooth({9}), values({0.3}, {1})}}});
  for (const char* name :
       {"relu_backward", "leaky_relu_backward", "hardtanh_backward", "hardswish_backward",
        "elu_backward", "silu_backward", "softplus_backward", "gelu_backward"})
    samples(name, {{"plain", {randn({4, 3}), smooth({4, 3})}},
                   {"long", {randn({67}), smooth({67})}},
                   {"empty", {zeros({0, 3}), zeros({0, 3})}}});
  samples("gelu_backward", {{"tanh", {randn({40}), smooth({40})}, R"({"approximate": "tanh"})"}});
  samples("elu_backward", {{"all",
                            {randn({40}), smooth({40})},
                            R"({"alpha": 1.5, "scale": 1.1, "input_scale": 0.7})"}});
  for (const char* name : {"sigmoid_backward", "tanh_backward"})
    samples(name, {{"plain", {randn({4, 3}), uniform(0.1, 0.9, {4, 3})}},
                   {"long", {randn({67}), uniform(0.1, 0.9, {67})}}});

  refuses("gelu", {{"should be 'none' or 'tanh'", {ones({3})}, R"({"approximate": "erf"})"}});
  refuses("celu", {{"alpha is 0", {ones({3})}, R"({"alpha": 0})"}});
  refuses("prelu", {{"weight has shape [2]", {ones({2, 3}), ones({2})}}});
  refuses("relu", {{"bool", {zeros({3}, boolean)}}});
  samples("tanh", {{"complex", {uniform(-1, 1, {7}, c64)}}});
  refuses("hardtanh", {{"min_val is 1, should not be above max_val",
                        {zeros({3})},
                        R"({"min_val": 1, "max_val": -1})"}});
  refuses("softshrink", {{"lambd is -1, should be at least 0", {zeros({3})}, R"({"lambd": -1})"}});
}

}  // namespace hebb::test
