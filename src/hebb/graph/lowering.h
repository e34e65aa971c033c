// Turns a graph into a plan's steps: prepares a kernel for each node, carries layouts from kernel
// to kernel, and lists the buffers with their lifetimes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hebb/graph/flat_graph.h"
#include "hebb/graph/plan.h"
#include "hebb/graph/plan_step.h"

namespace hebb {

class Lowering {
 public:
  Lowering(const FlatGraph& graph, Plan& plan);
  void lower();

 private:
  // One form of a value in memory: its own layout, or a converted one.
  struct Form {
    PlanPlace place;
    Operand layout;
  };

  void lower(const FlatNode& node);
  bool lower_view(const FlatNode& node, const Call& call);
  void lower_kernel(const FlatNode& node, Call& call);
  void deliver_outputs();
  void settle_lives();
  void place_buffers();

  Call call_of(const FlatNode& node);
  PreparedKernel prepare(const FlatNode& node, const Call& call, Signature& signature,
                         std::vector<int>& operands);
  Operand other_operand(int value, DType dtype);
  const Form& form(int value);  // the form in which it was made
  Form form_as(int value, const Layout* wanted, const Operand& seen);
  Form converted(const Form& from, const Operand& to);
  Form constant_as(int value, const Operand& to);
  std::optional<PlanPlace> packed(int value, const Packing& packing, const Operand& seen);
  int add_buffer(PlanBuffer buffer);
  int constant_buffer(const Tensor& tensor);
  PlanPlace output_place(const Kernel& kernel, const PlanStep& step, size_t i, size_t bytes);
  void add_step(PlanStep step);
  bool dies_here(int buffer, const PlanStep& step, size_t except) const;

  const FlatGraph& graph_;
  Plan& plan_;
  std::vector<std::vector<Form>> forms_;     // for each value
  std::vector<int> reads_left_;              // for each value, by nodes and outputs
  std::vector<std::vector<int>> values_in_;  // for each buffer: the values that lie in it
};

}  // namespace hebb
