#include "hebb/nn/activation.h"

#include "hebb/base/check.h"

namespace hebb::nn {

std::string LeakyReLU::describe() const {
  return fmt::format("LeakyReLU(negative_slope={})", negative_slope);
}
std::string ELU::describe() const {
  return fmt::format("ELU(alpha={})", alpha);
}
std::string GELU::describe() const {
  return fmt::format("GELU(approximate='{}')", tanh_approximation ? "tanh" : "none");
}
std::string Softplus::describe() const {
  return fmt::format("Softplus(beta={}, threshold={})", beta, threshold);
}
std::string Hardtanh::describe() const {
  return fmt::format("Hardtanh(min_val={}, max_val={})", min_val, max_val);
}
std::string Softmax::describe() const {
  return fmt::format("Softmax(dim={})", dim);
}
std::string LogSoftmax::describe() const {
  return fmt::format("LogSoftmax(dim={})", dim);
}

}  // namespace hebb::nn
