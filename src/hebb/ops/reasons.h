// Reasons that many entries give.
#pragma once

#include <string_view>

namespace hebb::because {

inline constexpr std::string_view onnx_lacks_it = "ONNX has no such operator",
                                  no_complex_numbers = "ONNX has no complex numbers",
                                  dft_of_pairs =
                                      "ONNX has no complex numbers; its DFT works on pairs of "
                                      "real ones",
                                  parts_have_forms =
                                      "ONNX has no such operator; the parts that it consists of "
                                      "have forms of their own",
                                  integers_come_out = "whole numbers come out",
                                  truth_values_come_out = "truth values come out",
                                  random_numbers_come_out =
                                      "random numbers come out, which depend on no operand that "
                                      "has a gradient",
                                  keys_are_ours =
                                      "ONNX draws from a state of its own, not from a key";

}  // namespace hebb::because
