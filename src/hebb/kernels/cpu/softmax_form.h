// Which of four functions a softmax kernel computes.
#pragma once

namespace hebb::cpu {

struct SoftmaxForm {
  bool log = false, backward = false;
};

}  // namespace hebb::cpu
