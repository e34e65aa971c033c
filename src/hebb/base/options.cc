#include "hebb/base/options.h"

#include <algorithm>
#include <cmath>

#include "hebb/base/check.h"
#include "hebb/base/describe_as_lines.h"
#include "hebb/base/nearest.h"

namespace hebb {
namespace {

thread_local bool as_lines = false;  // DescribeAsLines

std::string_view name_of(const OptionField& at) {
  return at.note.key.empty() ? at.name : at.note.key;
}

// "at least 1" for a whole number that is too small: the broken side says enough.
std::string side_text(const Note& note, double value) {
  if (value < note.at_least)
    return fmt::format("at least {}", note.at_least);
  if (value <= note.above)
    return fmt::format("above {}", note.above);
  if (value > note.at_most)
    return fmt::format("at most {:.0f}", note.at_most);
  return fmt::format("below {:.0f}", note.below);
}

bool is_named(const Note& note, int64_t number) {
  return std::any_of(note.words.begin(), note.words.end(),
                     [&](const NamedNumber& named) { return named.number == number; });
}

std::string whole_text(const Note& note, int64_t number) {
  if (!within_bounds(note, double(number)))
    for (const NamedNumber& named : note.words)
      if (named.number == number)
        return std::string(named.word);
  return std::to_string(number);
}

bool all_equal(const std::vector<int64_t>& numbers) {
  return std::adjacent_find(numbers.begin(), numbers.end(), std::not_equal_to()) == numbers.end();
}

// A field as text: as a line writes it, and as PyTorch shows it.
struct Row {
  std::string_view field, key;
  const Note* note;
  std::string text, python;
  OptionHelp::Kind kind;
  bool absent = false;  // an optional without a value
  std::vector<std::string> choices = {};
  int parts = 1;
};

class Writer : public OptionVisitor {
 public:
  void field(const OptionField& at, bool& v) override {
    add(at, OptionHelp::Kind::flag, v ? "true" : "false", v ? "True" : "False");
  }
  void field(const OptionField& at, int64_t& v) override {
    const std::string text = whole_text(at.note, v);
    add(at, OptionHelp::Kind::whole, text, python_number(text));
  }
  void field(const OptionField& at, double& v) override {
    add(at, OptionHelp::Kind::number, fmt::format("{}", v), fmt::format("{}", v));
  }
  void field(const OptionField& at, std::string& v) override {
    add(at, OptionHelp::Kind::text, v, fmt::format("'{}'", v));
    rows.back().choices = {at.note.one_of.begin(), at.note.one_of.end()};
  }
  void field(const OptionField& at, std::vector<int64_t>& v) override {
    std::vector<std::string> texts, python;
    for (int64_t number : v) {
      texts.push_back(whole_text(at.note, number));
      python.push_back(python_number(texts.back()));
    }
    const bool one = !v.empty() && all_equal(v);
    const std::string each = fmt::format("{}", fmt::join(texts, at.sides ? "x" : ","));
    const std::string tuple = v.size() == 1 ? fmt::format("({},)", python[0])
                                            : fmt::format("({})", fmt::join(python, ", "));
    add(at, OptionHelp::Kind::wholes, one && at.sides ? texts[0] : each,
        one && at.note.brief ? python[0] : tuple);
  }
  void field(const OptionField& at, Range& v) override {
    add(at, OptionHelp::Kind::range, fmt::format("{},{}", v.low, v.high),
        fmt::format("({}, {})", v.low, v.high));
  }
  void word(const OptionField& at, size_t& index,
            std::span<const std::string_view> words) override {
    add(at, OptionHelp::Kind::word, std::string(words[index]), fmt::format("'{}'", words[index]));
    rows.back().choices = {words.begin(), words.end()};
  }
  bool optional(const OptionField& at, bool has) override {
    if (!has)
      rows.push_back(
          {at.name, name_of(at), &at.note, "none", "None", OptionHelp::Kind::text, true});
    return has;
  }

  std::vector<Row> rows;

 private:
  static std::string python_number(const std::string& text) {
    return text == "none" ? "None" : text;
  }
  void add(const OptionField& at, OptionHelp::Kind kind, std::string text, std::string python) {
    rows.push_back({at.name, name_of(at), &at.note, std::move(text), std::move(python), kind});
  }
};

std::vector<Row> rows_of(const OptionsType& type, const void* options) {
  Writer writer;
  type.visit(const_cast<void*>(options), type.notes, writer);  // a writer changes nothing
  return std::move(writer.rows);
}

// The arguments that a line may give. Neighbouring fields with the same key are one argument, with
// their texts joined.
std::vector<Row> line_rows(const OptionsType& type, const void* options) {
  std::vector<Row> out;
  for (Row& row : rows_of(type, options)) {
    if (row.note->inferred)
      continue;
    if (!out.empty() && out.back().key == row.key) {
      out.back().text += "," + row.text;
      ++out.back().parts;
    } else {
      out.push_back(std::move(row));
    }
  }
  std::stable_sort(out.begin(), out.end(), [](const Row& a, const Row& b) {
    const auto place = [](const Row& row) { return row.note->place ? row.note->place : 1000; };
    return place(a) < place(b);
  });
  return out;
}

// What a list of `sides` numbers should be, for which one number may stand.
std::string_view should_have(int sides) {
  if (sides == 1)
    return "should be one number";
  return sides == 2 ? "should be one number or height x width" : "should be one number or 3";
}

class LineReader : public OptionVisitor {
 public:
  LineReader(SpecReader& read, const std::vector<Row>& fields) : read_(read), fields_(fields) {}

  void field(const OptionField& at, bool& v) override {
    if (given(at))
      v = read_.flag(name_of(at));
  }
  void field(const OptionField& at, int64_t& v) override {
    if (given(at))
      check_whole(at, v = read_.integer(name_of(at)));
  }
  void field(const OptionField& at, double& v) override {
    if (!given(at))
      return;
    const auto parts = std::count_if(fields_.begin(), fields_.end(),
                                     [&](const Row& row) { return row.key == name_of(at); });
    v = parts == 1 ? read_.number(name_of(at)) : part(at, size_t(parts));
    if (!within_bounds(at.note, v))
      refuse(at, bounds_text(at.note));
  }
  void field(const OptionField& at, std::string& v) override {
    if (!given(at))
      return;
    const auto& known = at.note.one_of;
    v = known.empty() ? read_.text(name_of(at))
                      : read_.word(name_of(at), {known.begin(), known.end()});
  }
  void field(const OptionField& at, std::vector<int64_t>& v) override {
    if (!given(at))
      return;
    v = numbers(at);
    if (at.sides && v.size() != 1 && v.size() != size_t(at.sides))
      read_.reject(name_of(at), should_have(at.sides));
    for (int64_t number : v)
      if (!is_named(at.note, number))
        check_whole(at, number);
  }
  void field(const OptionField& at, Range& v) override {
    if (!given(at))
      return;
    const std::vector<double> ends = read_.numbers(name_of(at));
    if (ends.size() != 2 || !(ends[0] <= ends[1]) || !within_bounds(at.note, ends[0]) ||
        !within_bounds(at.note, ends[1]))
      read_.reject(name_of(at), "should be two numbers LOW,HIGH " + bounds_text(at.note));
    v = {ends[0], ends[1]};
  }
  void word(const OptionField& at, size_t& index,
            std::span<const std::string_view> words) override {
    if (!given(at))
      return;
    const std::string given = read_.word(name_of(at), {words.begin(), words.end()});
    index = size_t(std::find(words.begin(), words.end(), given) - words.begin());
  }
  bool optional(const OptionField& at, bool has) override {
    return given(at) ? read_.text(name_of(at)) != "none" : has;
  }

 private:
  bool given(const OptionField& at) {
    if (at.note.inferred)
      return false;
    if (at.note.needed)
      read_.text(name_of(at));  // throws when it is missing
    return read_.has(name_of(at));
  }

  [[noreturn]] void refuse(const OptionField& at, const std::string& should) {
    read_.reject(name_of(at), "should be " + should +
                                  (at.note.hint.empty() ? "" : fmt::format("; {}", at.note.hint)));
  }

  void check_whole(const OptionField& at, int64_t v) {
    if (!within_bounds(at.note, double(v)))
      refuse(at, side_text(at.note, double(v)));
  }

  // One of the numbers that are written together: betas=0.9,0.999.
  double part(const OptionField& at, size_t parts) {
    const std::vector<double> all = read_.numbers(name_of(at));
    if (all.size() != parts)
      read_.reject(name_of(at), parts == 2 ? "should be two numbers, like 0.9,0.999"
                                           : fmt::format("should be {} numbers", parts));
    size_t index = 0;
    for (const Row& row : fields_) {
      if (row.field == at.name)
        break;
      index += row.key == name_of(at);
    }
    return all[index];
  }

  std::vector<int64_t> numbers(const OptionField& at) {
    if (at.note.words.empty())
      return read_.integers(name_of(at));
    const std::string text = read_.text(name_of(at));
    for (const NamedNumber& named : at.note.words)
      if (text == named.word)
        return {named.number};
    const NamedNumber& first = at.note.words[0];
    if (text.find(first.word) != std::string::npos)
      return read_.integers_or_none(name_of(at), SpecReader::any, first.number);
    return read_.integers(name_of(at));
  }

  SpecReader& read_;
  const std::vector<Row>& fields_;
};

class BoundsChecker : public OptionVisitor {
 public:
  explicit BoundsChecker(std::string_view where) : where_(where) {}
  void field(const OptionField&, bool&) override {}
  void field(const OptionField& at, int64_t& v) override { check_number(at, double(v), v); }
  void field(const OptionField& at, double& v) override { check_number(at, v, v); }
  void field(const OptionField& at, std::string& v) override {
    const auto& known = at.note.one_of;
    if (!known.empty() && std::find(known.begin(), known.end(), v) == known.end())
      fail(ErrorKind::usage, where_, "{}", unknown_word(at.name, v, {known.begin(), known.end()}));
  }
  void field(const OptionField& at, std::vector<int64_t>& v) override {
    for (int64_t number : v)
      if (!is_named(at.note, number))
        check_number(at, double(number), number);
  }
  void field(const OptionField& at, Range& v) override {
    check_number(at, v.low, v.low);
    check_number(at, v.high, v.high);
  }
  void word(const OptionField&, size_t&, std::span<const std::string_view>) override {}
  bool optional(const OptionField&, bool has) override { return has; }

 private:
  template <class T>
  void check_number(const OptionField& at, double number, T shown) {
    check_in(within_bounds(at.note, number), ErrorKind::usage, where_, "{} is {}, should be {}",
             at.name, shown, bounds_text(at.note));
  }
  std::string_view where_;
};

std::vector<std::string> aliases_of(const Row& row) {
  std::vector<std::string> out(row.note->aliases.begin(), row.note->aliases.end());
  if (row.field != row.key && row.parts == 1)
    out.emplace_back(row.field);
  return out;
}

bool places_only(const std::vector<Row>& rows, size_t count) {
  for (size_t i = 0; i < count; ++i)
    if (!rows[i].note->needed && !rows[i].note->bare)
      return false;
  return true;
}

// "zeros|reflect": the default first.
std::string choices(const Row& row) {
  std::string out = row.text;
  for (const std::string& choice : row.choices)
    if (choice != row.text)
      out += "|" + choice;
  return out;
}

std::string capitals(std::string_view word) {
  std::string out(word);
  for (char& c : out)
    c = c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c;
  return out;
}

}  // namespace

bool within_bounds(const Note& note, double value) {
  return value >= note.at_least && value > note.above && value <= note.at_most &&
         value < note.below;
}

std::string bounds_text(const Note& note) {
  if (!note.should.empty())
    return std::string(note.should);
  const auto number = [](double v) {
    return v == std::floor(v) && std::abs(v) < 1e15 ? fmt::format("{:.0f}", v)
                                                    : fmt::format("{}", v);
  };
  if (note.at_least > -Note::inf && note.at_most < Note::inf)
    return fmt::format("from {} to {}", number(note.at_least), number(note.at_most));
  std::vector<std::string> parts;
  if (note.at_least > -Note::inf)
    parts.push_back("at least " + number(note.at_least));
  if (note.above > -Note::inf)
    parts.push_back("above " + number(note.above));
  if (note.at_most < Note::inf)
    parts.push_back("at most " + number(note.at_most));
  if (note.below < Note::inf)
    parts.push_back("below " + number(note.below));
  return parts.empty() ? "finite" : fmt::format("{}", fmt::join(parts, " and "));
}

std::shared_ptr<void> read_options(const SpecLine& line, const OptionsType& type) {
  std::shared_ptr<void> options = type.start();
  const std::vector<Row> rows = line_rows(type, options.get()),
                         fields = rows_of(type, options.get());
  std::vector<SpecKey> keys;
  bool infers = false;
  for (const Row& row : fields)
    infers |= row.note->inferred;
  size_t places = 0;
  for (const Row& row : rows) {
    keys.push_back({std::string(row.key), aliases_of(row), row.note->place > 0});
    places += row.note->place > 0;
  }
  // PyTorch's lines begin with the size of the input: conv2d 3 64 3, batch_norm2d 64, linear
  // 784 10.
  check_in(!infers || line.positional.size() <= places, ErrorKind::usage, line.name,
           "{} number{} without a name, should be {}: sizes of the input are inferred and left "
           "out; write {}",
           line.positional.size(), line.positional.size() == 1 ? "" : "s",
           places == 0 ? "none" : std::to_string(places), options_usage(line.name, type));
  SpecReader read(line, keys);
  LineReader reader(read, fields);
  type.visit(options.get(), type.notes, reader);
  read.done();
  return options;
}

std::string options_line(std::string_view name, const OptionsType& type, const void* options) {
  const std::vector<Row> rows = line_rows(type, options),
                         defaults = line_rows(type, type.start().get());
  std::string out(name);
  bool named = false;  // after a named argument all others are named
  for (size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    const bool open = !row.note->needed && !row.note->always;
    if (row.absent ? defaults[i].absent : open && row.text == defaults[i].text) {
      named = true;
      continue;
    }
    named |= row.note->place != int(i) + 1 || !places_only(rows, i + 1) ||
             row.text.find('=') != std::string::npos;
    out += named ? fmt::format(" {}={}", row.key, row.text) : " " + row.text;
  }
  return out;
}

std::vector<OptionHelp> options_help(const OptionsType& type) {
  std::vector<OptionHelp> out;
  for (const Row& row : line_rows(type, type.start().get()))
    out.push_back({.kind = row.kind,
                   .key = std::string(row.key),
                   .value = row.text,
                   .aliases = aliases_of(row),
                   .choices = row.choices,
                   .parts = row.parts,
                   .note = row.note});
  return out;
}

std::string options_usage(std::string_view name, const OptionsType& type) {
  std::vector<std::string> needed{std::string(name)}, open;
  for (const Row& row : line_rows(type, type.start().get())) {
    const std::string_view shown = row.field == row.key || row.note->place ? row.field : row.key;
    if (row.note->needed) {
      needed.push_back(row.note->place ? capitals(shown) : fmt::format("{}=...", row.key));
      continue;
    }
    const std::string key =
        row.note->place && row.note->bare ? capitals(shown) : std::string(row.key);
    if (row.absent && row.note->otherwise.empty())
      open.push_back(row.note->place && row.note->bare ? key : key + "=none");
    else
      open.push_back(
          fmt::format("{}={}", key, row.absent ? capitals(row.note->otherwise) : choices(row)));
  }
  std::string out = fmt::format("{}", fmt::join(needed, " "));
  return open.empty() ? out : out + fmt::format(" [{}]", fmt::join(open, " "));
}

DescribeAsLines::DescribeAsLines() : before_(as_lines) {
  as_lines = true;
}
DescribeAsLines::~DescribeAsLines() {
  as_lines = before_;
}
bool describing_as_lines() {
  return as_lines;
}

std::string options_repr(std::string_view name, const OptionsType& type, const void* options) {
  if (as_lines)
    return options_line(name, type, options);
  const std::vector<Row> rows = rows_of(type, options),
                         defaults = type.start ? rows_of(type, type.start().get()) : rows;
  std::vector<std::string> shown;
  for (size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    if (row.note->shown == Shown::no ||
        (row.note->shown == Shown::if_changed && row.text == defaults[i].text))
      continue;
    std::string value = row.python;
    if (row.absent)
      for (const Row& other : rows)
        if (other.field == row.note->otherwise)
          value = other.python;
    shown.push_back(row.note->shown == Shown::plain ? value : fmt::format("{}={}", row.key, value));
  }
  return fmt::format("{}({})", name, fmt::join(shown, ", "));
}

void check_options(std::string_view where, const OptionsType& type, const void* options) {
  BoundsChecker checker(where);
  type.visit(const_cast<void*>(options), type.notes, checker);  // a checker changes nothing
}

}  // namespace hebb
