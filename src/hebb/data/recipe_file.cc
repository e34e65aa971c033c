// Recipes as text: recipe.json of a run folder.
#include "hebb/data/recipe_file.h"

#include <map>
#include <optional>

#include "hebb/base/fields_json.h"
#include "hebb/base/file.h"
#include "hebb/base/sha256.h"
#include "hebb/data/date_form.h"
#include "hebb/data/missing_words.h"
#include "hebb/data/step_entry.h"

namespace hebb::data {
namespace {

constexpr int64_t recipe_format = 1;
constexpr uint64_t most_recipe_bytes = 64 << 20;
constexpr size_t most_steps = 1000;
constexpr const char* checksum = "sha256";

Json field_json(const Field& field) {
  Json out = {{"name", field.name},
              {"kind", std::string(words_of(field.kind)[size_t(field.kind)])},
              {"dtype", std::string(name(field.dtype))},
              {"shape", fields::to_json(field.shape)}};
  if (!field.labels.empty())
    out["labels"] = field.labels;
  return out;
}

// f(), whose errors are those of the document, too.
template <class F>
decltype(auto) as_trouble(F&& f) {
  try {
    return f();
  } catch (const Error& error) {
    throw JsonTrouble("", error.where().empty()
                              ? error.message()
                              : fmt::format("{}: {}", error.where(), error.message()));
  }
}

const Json& needed(const Json& object, const char* key, std::string_view what) {
  const auto found = object.find(key);
  if (found == object.end())
    throw JsonTrouble(key, fmt::format("is missing, should be {}", what));
  return *found;
}

// The place of a word among those that are known.
template <class Name>
int word_from(const Json& json, std::string_view thing, int count, const Name& name) {
  std::string word;
  fields::from_json(json, word);
  std::vector<std::string> known;
  for (int i = 0; i < count; ++i) {
    if (name(i) == word)
      return i;
    known.emplace_back(name(i));
  }
  throw JsonTrouble("", fmt::format("there is no {} '{}'; there are {}", thing, word.substr(0, 40),
                                    fmt::join(known, ", ")));
}

Field field_from(const Json& json) {
  fields::need_object(json);
  fields::need_known(json, {"name", "kind", "dtype", "shape", "labels"});
  const auto kinds = words_of(FieldKind{});
  Field out;
  const auto part = [&](const char* key, std::string_view what, const auto& read) {
    const Json& value = needed(json, key, what);
    at_json(key, [&] { read(value); });
  };
  part("name", "a column's name", [&](const Json& v) { fields::from_json(v, out.name); });
  part("kind", "such as \"number\"", [&](const Json& v) {
    out.kind = FieldKind(
        word_from(v, "kind of field", int(kinds.size()), [&](int i) { return kinds[size_t(i)]; }));
  });
  part("dtype", "such as \"f64\"", [&](const Json& v) {
    out.dtype = DType(word_from(v, "dtype", num_dtypes, [](int i) { return name(DType(i)); }));
  });
  part("shape", "a list of sizes", [&](const Json& v) { fields::from_json(v, out.shape); });
  const auto labels = json.find("labels");
  if (labels != json.end())
    at_json("labels", [&] { fields::from_json(*labels, out.labels); });
  if (out.kind == FieldKind::time && (out.labels.size() != 1 || !is_date_form(out.labels[0])))
    throw JsonTrouble(
        "labels",
        fmt::format("{}, should be one form of dates, such as [\"%Y-%m-%d\"]",
                    labels == json.end()     ? std::string("is missing")
                    : out.labels.size() == 1 ? "is " + shown_json((*labels)[0])
                                             : fmt::format("has {} texts", out.labels.size())));
  return out;
}

Schema schema_from(const Json& json) {
  fields::need_list(json);
  Schema out;
  std::map<std::string, size_t> names;
  for (size_t i = 0; i < json.size(); ++i)
    at_json(i, [&] {
      out.push_back(field_from(json[i]));
      const auto [first, fresh] = names.emplace(out.back().name, i);
      if (!fresh)
        throw JsonTrouble("name", fmt::format("two fields are named '{}', this one and [{}]",
                                              first->first.substr(0, 40), first->second));
    });
  as_trouble([&] { Recipe(out, {}); });  // sizes that cannot be
  return out;
}

// Of the text without the checksum itself.
std::string checksum_of(Json recipe) {
  recipe.erase(checksum);
  return sha256_hex(to_text(recipe, 1));
}

std::shared_ptr<const Step> one_step_from(const Json& json) {
  fields::need_object(json);
  fields::need_known(json, {"step", "state"});
  std::string line;
  const Json& given = needed(json, "step", "a line such as \"standard\"");
  at_json("step", [&] { fields::from_json(given, line); });
  static const Json none;
  const auto state = json.find("state");
  auto out = as_trouble([&] { return step_from(line, state == json.end() ? none : *state); });
  if (out->needs_fit())
    throw JsonTrouble("state", fmt::format("is missing, and {} is fitted on data", line));
  return out;
}

Recipe::Steps steps_from(const Json& listed) {
  fields::need_list(listed);
  if (listed.size() > most_steps)
    throw JsonTrouble(
        "", fmt::format("has {} steps, should have at most {}", listed.size(), most_steps));
  Recipe::Steps steps;
  for (size_t i = 0; i < listed.size(); ++i)
    steps.push_back(at_json(i, [&] { return one_step_from(listed[i]); }));
  return steps;
}

TargetSteps target_from(const Json& json) {
  fields::need_object(json);
  fields::need_known(json, {"field", "steps"});
  TargetSteps out;
  const Json &field = needed(json, "field", "the target's field"),
             &steps = needed(json, "steps", "a list of steps");
  out.field = at_json("field", [&] { return field_from(field); });
  out.steps = at_json("steps", [&] { return steps_from(steps); });
  as_trouble([&] { Recipe({}, {}, out); });
  return out;
}

// Each takes what those before it give.
void check_chain(Schema schema, const Recipe::Steps& steps) {
  for (size_t i = 0; i < steps.size(); ++i)
    at_json(i, [&] { as_trouble([&] { schema = steps[i]->map(schema); }); });
}

Json steps_json(const Recipe::Steps& steps) {
  Json out = Json::array();
  for (const auto& step : steps) {
    out.push_back({{"step", step->line()}});
    if (const std::string state = step->state(); !state.empty())
      out.back()["state"] = parse_json(state);
  }
  return out;
}

Recipe recipe_from(const Json& json) {
  fields::need_object(json);
  const Json& format = needed(json, "format", "1");
  if (whole_number(format).value_or(0) != recipe_format)
    throw JsonTrouble("format",
                      fmt::format("is {}, should be {}", shown_json(format), recipe_format));
  if (const auto sum = json.find(checksum); sum != json.end())
    at_json(checksum, [&] {
      std::string given;
      fields::from_json(*sum, given);
      check_in(given == checksum_of(json), ErrorKind::data, "",
               "is damaged: its checksum is not the one that it holds; if it was changed on "
               "purpose, take \"sha256\" out");
    });
  fields::need_known(json, {"format", "input", "missing", "steps", "target", checksum});
  const Json &input = needed(json, "input", "a list of fields"),
             &steps = needed(json, "steps", "a list of steps");
  const Schema schema = at_json("input", [&] { return schema_from(input); });
  const Recipe::Steps listed = at_json("steps", [&] {
    Recipe::Steps out = steps_from(steps);
    check_chain(schema, out);
    return out;
  });
  std::optional<TargetSteps> target;
  if (const auto given = json.find("target"); given != json.end())
    target = at_json("target", [&] { return target_from(*given); });
  std::vector<std::string> missing;
  if (const auto given = json.find("missing"); given != json.end())
    at_json("missing", [&] {
      fields::from_json(*given, missing);
      as_trouble([&] { MissingWords{missing}; });
    });
  Recipe out(schema, listed, std::move(target));
  if (!find_field(out.output(), input_field))
    throw JsonTrouble("steps", "give no field 'x', which the model takes");
  return out.with_missing(missing);
}

}  // namespace

std::string Recipe::to_json() const {
  Json input = Json::array();
  for (const Field& field : input_)
    input.push_back(field_json(field));
  Json out = {{"format", recipe_format}, {"input", input}};
  if (!missing_.empty())
    out["missing"] = missing_;
  out["steps"] = steps_json(steps_);
  if (target_)
    out["target"] = {{"field", field_json(target_->field)}, {"steps", steps_json(target_->steps)}};
  out[checksum] = checksum_of(out);
  return to_text(out, 1) + "\n";
}

Recipe parse_recipe(std::string_view text, const std::string& where) {
  try {
    return recipe_from(parse_json(text));
  } catch (const Json::exception& error) {
    fail(ErrorKind::data, where, "is no recipe: {}", plain_text(error));
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::data)
      throw error.with_where(where);
    fail(ErrorKind::data, where, "is no recipe that can be run: {}{}{}", error.where(),
         error.where().empty() ? "" : ": ", error.message());
  }
}

Recipe read_recipe(const std::filesystem::path& path) {
  return parse_recipe(read_file(path, most_recipe_bytes), path.string());
}

}  // namespace hebb::data
