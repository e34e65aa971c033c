// The drawn graph has every leaf, call and result once, and edges between them.

#include "hebb/autograd/drawing.h"

#include <gtest/gtest.h>

#include "hebb/autograd/anomaly.h"
#include "hebb/nn/nn.h"
#include "hebb/ops/ops.h"
#include "support/message_of.h"

namespace hebb {
namespace {

size_t count_of(const std::string& text, std::string_view part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++count;
  return count;
}

TEST(Drawing, IsWhatBackwardRunsThrough) {
  Tensor x = ones({2}).requires_grad_(), w = ones({2}).requires_grad_();
  const Tensor a = x * w, y = (a + exp(a)).sum();
  EXPECT_EQ(autograd::graph_dot({{"y", y}}, {{"x", x}, {"w", w}}), R"(digraph autograd {
  node [fontname="sans-serif"]
  n0 [label="w f32[2]", shape=box]
  n1 [label="x f32[2]", shape=box]
  n2 [label="mul", shape=ellipse]
  n1 -> n2
  n0 -> n2
  n3 [label="exp", shape=ellipse]
  n2 -> n3
  n4 [label="add", shape=ellipse]
  n2 -> n4
  n3 -> n4
  n5 [label="sum", shape=ellipse]
  n4 -> n5
  n6 [label="y f32[]", shape=box]
  n5 -> n6
}
)");
  const std::string svg = autograd::graph_svg({{"y", y}}, {{"x", x}, {"w", w}});
  EXPECT_TRUE(svg.starts_with("<svg xmlns"));
  EXPECT_EQ(count_of(svg, "<text"), 7u);
  EXPECT_EQ(count_of(svg, "class=\"leaf\""), 2u);
  EXPECT_EQ(count_of(svg, "class=\"call\""), 4u);
  EXPECT_EQ(count_of(svg, "class=\"output\""), 1u);
  EXPECT_EQ(count_of(svg, "<path"), 8u);  // one edge passes a line, where it bends
}

TEST(Drawing, NamesParametersAndModules) {
  nn::Sequential net(nn::Linear(2, 3), nn::Tanh());
  nn::name_modules(net);
  const DetectAnomaly scope;
  const Tensor y = net(ones({1, 2}));
  const std::string dot = autograd::graph_dot({{"a \"name\"", y}}, net.named_parameters());
  EXPECT_NE(dot.find("label=\"0.weight f32[3, 2]\""), std::string::npos) << dot;
  EXPECT_NE(dot.find("label=\"linear\\nSequential > 0\""), std::string::npos) << dot;
  EXPECT_NE(dot.find("label=\"a \\\"name\\\" f32[1, 3]\""), std::string::npos) << dot;
  const std::string svg = autograd::graph_svg({{"<y>", y}}, net.named_parameters());
  EXPECT_NE(svg.find("&lt;y&gt; f32[1, 3]"), std::string::npos);
  EXPECT_NE(svg.find("Sequential &gt; 0"), std::string::npos);
}

TEST(Drawing, OfALongChainNeedsNoDeepStack) {
  Tensor x = ones({1}).requires_grad_();
  Tensor y = x;
  for (int i = 0; i < 100000; ++i)
    y = y + 1;
  EXPECT_EQ(count_of(autograd::graph_dot({{"y", y}}), "label=\"add\""), 100000u);
  EXPECT_NE(message_of([&] {
              autograd::graph_svg({{"y", y}});
            }).find("graph_dot()"),
            std::string::npos);
  EXPECT_NE(message_of([] {
              autograd::graph_dot({{"y", ones({1})}});
            }).find("does not depend"),
            std::string::npos);
}

}  // namespace
}  // namespace hebb
