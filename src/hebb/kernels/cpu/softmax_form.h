// Which of the four a kernel of softmax computes.
#pragma once

namespace hebb::cpu {

struct SoftmaxForm {
  bool log = false, backward = false;
};

}  // namespace hebb::cpu
