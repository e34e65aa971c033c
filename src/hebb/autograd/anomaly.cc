#include "hebb/autograd/anomaly.h"

#include <algorithm>

#include "hebb/autograd/anomaly_checks.h"
#include "hebb/base/check.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/grad_mode.h"
#include "hebb/ops/recorder.h"
#include "hebb/ops/slot_names.h"
#include "hebb/ops/statistics.h"

namespace hebb {
namespace {

constexpr std::string_view where = "detect_anomaly";

struct Watch {
  int depth = 0;  // of DetectAnomaly
  // Calls are not looked at: those that look themselves, and those of a gradient rule, whose
  // gradients are.
  bool quiet = false;
  std::vector<std::string> scopes;
};
Watch& watch() {
  thread_local Watch mine;
  return mine;
}

class Quiet {
 public:
  Quiet() : before_(watch().quiet) { watch().quiet = true; }
  ~Quiet() { watch().quiet = before_; }
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;

 private:
  bool before_;
};

bool holds_nan(const Tensor& tensor) {
  if (!tensor.defined() || !tensor.body()->storage || tensor.is_meta() || shapes_only() ||
      !is_differentiable(tensor.dtype()))
    return false;
  const Quiet quiet;
  const NoGrad off;
  const Unseen unseen;
  const Tensor values = tensor.detach();
  return any(ne(values, values)).item<bool>();  // NaN alone differs from itself
}

// "'weight'", or "'tensors' 2" of a list.
std::string operand_name(const Call& call, size_t flat) {
  const Op& op = call.op();
  for (int slot = op.inputs.size() - 1; slot >= 0; --slot) {
    const int first = call.first(slot);
    if (int(flat) < first)
      continue;
    return is_list(op.inputs[slot])
               ? fmt::format("'{}' {}", plain(op.inputs[slot]), int(flat) - first)
               : fmt::format("'{}'", plain(op.inputs[slot]));
  }
  return fmt::format("input {}", flat);
}

[[noreturn]] void fail_with(const std::string& message, const std::string& given,
                            const std::string& scope) {
  std::string details = given.empty() ? "" : "given " + given;
  if (!scope.empty())
    details += (details.empty() ? "called in " : "\ncalled in ") + scope;
  throw Error(ErrorKind::invalid, std::string(where), message, details);
}

}  // namespace

DetectAnomaly::DetectAnomaly() {
  ++watch().depth;
  count_special_recording(1);
}
DetectAnomaly::~DetectAnomaly() {
  if (--watch().depth == 0)
    watch().scopes.clear();
  count_special_recording(-1);
}

bool anomaly_enabled() {
  return watch().depth > 0;
}

void enter_anomaly_scope(std::string_view scope) {
  if (anomaly_enabled())
    watch().scopes.emplace_back(scope);
}
void leave_anomaly_scope() {
  if (!watch().scopes.empty())
    watch().scopes.pop_back();
}
std::string anomaly_scope() {
  return fmt::format("{}", fmt::join(watch().scopes, " > "));
}

void check_for_nan(const Call& call) {
  if (watch().quiet || std::none_of(call.outputs().begin(), call.outputs().end(), holds_nan))
    return;
  for (size_t i = 0; i < call.inputs().size(); ++i)
    if (holds_nan(call.inputs()[i]))
      fail_with(fmt::format("'{}' gives NaN: its operand {} holds NaN already", call.op().name,
                            operand_name(call, i)),
                call.operands_text(), anomaly_scope());
  fail_with(fmt::format("'{}' gives NaN, and no operand holds one", call.op().name),
            call.operands_text(), anomaly_scope());
}

Grads checked_answer(const Node& node, const Grads& given, FunctionRef<Grads()> answer) {
  const Grads gradients = [&] {
    const Quiet quiet;
    return answer();
  }();
  for (size_t i = 0; i < gradients.size() && i < node.inputs.size(); ++i) {
    if (!node.inputs[i] || !holds_nan(gradients[i]))
      continue;
    const bool came = std::any_of(given.begin(), given.end(), holds_nan);
    fail_with(fmt::format("the gradient of {} of '{}' is NaN{}", operand_name(node.call, i),
                          node.name(), came ? ": the one that came in held NaN already" : ""),
              node.call.operands_text(), node.extras ? node.extras->scope : "");
  }
  return gradients;
}

}  // namespace hebb
