#include "hebb/autograd/drawing.h"

#include <algorithm>
#include <map>

#include "hebb/autograd/history.h"
#include "hebb/base/check.h"

namespace hebb::autograd {
namespace {

struct Box {
  enum class Kind { leaf, call, output } kind;
  std::string text, note;  // "linear", "Net > 0"
  std::vector<size_t> from;
  // For the picture.
  int line = 0;
  double x = 0, width = 0;
  bool is_bend = false;  // where an edge passes a line
};

class Boxes {
 public:
  Boxes(const NamedTensorList& outputs, const NamedTensorList& leaves) {
    for (const auto& [name, tensor] : leaves)
      if (needs_grad(tensor))
        names_[tensor.body()->history.get()] = name;
    for (const auto& [name, tensor] : outputs) {
      check_in(needs_grad(tensor), ErrorKind::invalid, "graph",
               "'{}' ({}) does not depend on anything that requires a gradient", name,
               describe(tensor));
      const size_t from = add(tensor.body()->history);
      all.push_back({.kind = Box::Kind::output,
                     .text = name + " " + describe(tensor),
                     .note = "",
                     .from = {from}});
    }
  }

  std::vector<Box> all;  // what a box comes from stands before it

 private:
  // In a loop, because chains of calls are long.
  size_t add(const std::shared_ptr<History>& root) {
    std::vector<const History*> stack{root.get()};
    while (!stack.empty()) {
      const History* history = stack.back();
      const void* key = key_of(*history);
      if (at_.contains(key)) {
        stack.pop_back();
        continue;
      }
      bool ready = true;
      if (history->node)
        for (const auto& input : history->node->inputs)
          if (input && !at_.contains(key_of(*input))) {
            stack.push_back(input.get());
            ready = false;
          }
      if (!ready)
        continue;
      stack.pop_back();
      at_[key] = all.size();
      all.push_back(box_of(*history));
    }
    return at_.at(key_of(*root));
  }

  static const void* key_of(const History& history) {
    return history.node ? static_cast<const void*>(history.node.get()) : &history;
  }

  Box box_of(const History& history) const {
    if (!history.node) {
      const auto name = names_.find(&history);
      return {.kind = Box::Kind::leaf,
              .text = fmt::format("{}{}{}", name == names_.end() ? "" : name->second + " ",
                                  hebb::name(history.spec.dtype), to_string(history.spec.shape)),
              .note = "",
              .from = {}};
    }
    const Node& node = *history.node;
    Box box{.kind = Box::Kind::call,
            .text = std::string(node.name()),
            .note = node.extras ? node.extras->scope : "",
            .from = {}};
    for (const auto& input : node.inputs)
      if (input)
        box.from.push_back(at_.at(key_of(*input)));
    return box;
  }

  std::map<const History*, std::string> names_;
  std::map<const void*, size_t> at_;
};

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (char c : text)
    out += c == '"' ? "\\\"" : c == '\\' ? "\\\\" : c == '\n' ? "\\n" : std::string(1, c);
  return out + "\"";
}

std::string for_xml(std::string_view text) {
  std::string out;
  for (char c : text)
    out += c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : std::string(1, c);
  return out;
}

// ---- the picture ----

constexpr double letter = 7.2, height = 28, gap = 18, line_height = 62, margin = 16;

// Every box one line below the lowest of those that it comes from; leaves right above their first
// use.
void put_into_lines(std::vector<Box>& boxes) {
  for (Box& box : boxes)
    for (size_t from : box.from)
      box.line = std::max(box.line, boxes[from].line + 1);
  std::vector<int> first_use(boxes.size(), -1);
  for (const Box& box : boxes)
    for (size_t from : box.from)
      if (first_use[from] < 0 || box.line < first_use[from])
        first_use[from] = box.line;
  for (size_t i = 0; i < boxes.size(); ++i)
    if (boxes[i].kind == Box::Kind::leaf && first_use[i] > 0)
      boxes[i].line = first_use[i] - 1;
}

// An edge over several lines bends in each of them, so that it passes no box.
void add_bends(std::vector<Box>& boxes) {
  const size_t count = boxes.size();
  for (size_t i = 0; i < count; ++i)
    for (size_t k = 0; k < boxes[i].from.size(); ++k) {
      size_t at = boxes[i].from[k];
      for (int line = boxes[at].line + 1; line < boxes[i].line; ++line) {
        Box bend{.kind = Box::Kind::call, .text = "", .note = "", .from = {at}};
        bend.line = line;
        bend.is_bend = true;
        at = boxes.size();
        boxes.push_back(std::move(bend));
      }
      boxes[i].from[k] = at;
    }
}

double width_of(const Box& box) {
  if (box.is_bend)
    return 4;
  const size_t letters = std::max(box.text.size(), box.note.size() * 3 / 4);
  return double(letters) * letter + 20;
}

// Boxes of a line stand in the order of the middles of what they are connected to: a few sweeps
// down and up leave few crossings.
void order_lines(std::vector<Box>& boxes, std::vector<std::vector<size_t>>& lines) {
  std::vector<std::vector<size_t>> uses(boxes.size());
  for (size_t i = 0; i < boxes.size(); ++i)
    for (size_t from : boxes[i].from)
      uses[from].push_back(i);
  const auto spread = [&](std::vector<size_t>& line) {
    double x = 0;
    for (size_t i : line) {
      boxes[i].x = x + boxes[i].width / 2;
      x += boxes[i].width + gap;
    }
    for (size_t i : line)
      boxes[i].x -= (x - gap) / 2;  // around 0
  };
  for (auto& line : lines)
    spread(line);
  const auto sort_by = [&](std::vector<size_t>& line, bool by_uses) {
    std::map<size_t, double> middle;
    for (size_t i : line) {
      const auto& others = by_uses ? uses[i] : boxes[i].from;
      double sum = 0;
      for (size_t other : others)
        sum += boxes[other].x;
      middle[i] = others.empty() ? boxes[i].x : sum / double(others.size());
    }
    std::stable_sort(line.begin(), line.end(),
                     [&](size_t a, size_t b) { return middle[a] < middle[b]; });
    spread(line);
  };
  for (int sweep = 0; sweep < 4; ++sweep) {
    for (size_t k = 1; k < lines.size(); ++k)
      sort_by(lines[k], false);
    for (size_t k = lines.size(); k-- > 0;)
      sort_by(lines[k], true);
  }
}

std::string svg_of(const std::vector<Box>& boxes, size_t line_count) {
  double left = 0, right = 0;
  for (const Box& box : boxes) {
    left = std::min(left, box.x - box.width / 2);
    right = std::max(right, box.x + box.width / 2);
  }
  const double width = right - left + 2 * margin,
               tall = double(line_count) * line_height - (line_height - height) + 2 * margin;
  const auto x_of = [&](const Box& box) { return box.x - left + margin; };
  const auto top_of = [&](const Box& box) { return double(box.line) * line_height + margin; };
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.0f} {:.0f}\" width=\"{:.0f}\" "
      "height=\"{:.0f}\" font-family=\"sans-serif\" font-size=\"13\" text-anchor=\"middle\">\n"
      "<style>.leaf{{fill:#dbe9f6}}.call{{fill:#f3f3f3}}.output{{fill:#fde7c8}}"
      "rect{{stroke:#777}}path{{fill:none;stroke:#777}}.note{{font-size:10px;fill:#555}}</style>\n"
      "<rect width=\"100%\" height=\"100%\" fill=\"#fff\" style=\"stroke:none\"/>\n",
      width, tall, width, tall);
  for (const Box& box : boxes)
    for (size_t from : box.from) {
      const Box& start = boxes[from];
      const double x0 = x_of(start), y0 = top_of(start) + height, x1 = x_of(box),
                   y1 = top_of(box) + (box.is_bend ? height : 0), half = (y0 + y1) / 2;
      svg += fmt::format("<path d=\"M{:.1f} {:.1f}C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}\"/>\n",
                         x0, y0, x0, half, x1, half, x1, y1);
    }
  for (const Box& box : boxes) {
    if (box.is_bend)
      continue;
    constexpr std::string_view classes[] = {"leaf", "call", "output"};
    svg += fmt::format(
        "<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.0f}\" "
        "rx=\"{}\"/>\n",
        classes[size_t(box.kind)], x_of(box) - box.width / 2, top_of(box), box.width, height,
        box.kind == Box::Kind::call ? 12 : 3);
    svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n", x_of(box),
                       top_of(box) + (box.note.empty() ? 18 : 13), for_xml(box.text));
    if (!box.note.empty())
      svg += fmt::format("<text class=\"note\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n", x_of(box),
                         top_of(box) + 24, for_xml(box.note));
  }
  return svg + "</svg>\n";
}

}  // namespace

std::string graph_dot(const NamedTensorList& outputs, const NamedTensorList& leaves) {
  const Boxes boxes(outputs, leaves);
  std::string dot = "digraph autograd {\n  node [fontname=\"sans-serif\"]\n";
  for (size_t i = 0; i < boxes.all.size(); ++i) {
    const Box& box = boxes.all[i];
    std::string label = box.text;
    if (!box.note.empty())
      label += "\n" + box.note;
    dot += fmt::format("  n{} [label={}, shape={}]\n", i, in_quotes(label),
                       box.kind == Box::Kind::call ? "ellipse" : "box");
    for (size_t from : box.from)
      dot += fmt::format("  n{} -> n{}\n", from, i);
  }
  return dot + "}\n";
}

std::string graph_svg(const NamedTensorList& outputs, const NamedTensorList& leaves) {
  std::vector<Box> boxes = Boxes(outputs, leaves).all;
  check_in(boxes.size() <= 2000, ErrorKind::invalid, "graph",
           "{} nodes are more than a picture can show (2000); graph_dot() writes them as text",
           boxes.size());
  put_into_lines(boxes);
  add_bends(boxes);
  std::vector<std::vector<size_t>> lines;
  for (size_t i = 0; i < boxes.size(); ++i) {
    boxes[i].width = width_of(boxes[i]);
    lines.resize(std::max(lines.size(), size_t(boxes[i].line) + 1));
    lines[size_t(boxes[i].line)].push_back(i);
  }
  order_lines(boxes, lines);
  return svg_of(boxes, lines.size());
}

}  // namespace hebb::autograd
