// Recipes as text: recipe.json of a run folder.
#include "hebb/data/recipe_file.h"

#include <optional>
#include <set>

#include "hebb/base/fields_json.h"
#include "hebb/base/file.h"
#include "hebb/base/sha256.h"

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

Json::exception wrong(std::string_view what, std::string_view word) {
  return Json::type_error::create(302, fmt::format("there is no {} '{}'", what, word.substr(0, 40)),
                                  nullptr);
}

FieldKind kind_from(const std::string& word) {
  const auto words = words_of(FieldKind{});
  for (size_t i = 0; i < words.size(); ++i)
    if (words[i] == word)
      return FieldKind(i);
  throw wrong("kind of field", word);
}

DType dtype_from(const std::string& word) {
  for (int i = 0; i < num_dtypes; ++i)
    if (name(DType(i)) == word)
      return DType(i);
  throw wrong("dtype", word);
}

Field field_from(const Json& json) {
  Field out{.name = json.at("name").get<std::string>(),
            .kind = kind_from(json.at("kind").get<std::string>()),
            .dtype = dtype_from(json.at("dtype").get<std::string>())};
  fields::from_json(json.at("shape"), out.shape);
  if (const auto labels = json.find("labels"); labels != json.end())
    fields::from_json(*labels, out.labels);
  return out;
}

Schema schema_from(const Json& json) {
  fields::need_list(json);
  Schema out;
  std::set<std::string> names;
  for (const Json& item : json) {
    out.push_back(field_from(item));
    if (!names.insert(out.back().name).second)
      throw Json::type_error::create(302, "two fields are named '" + out.back().name + "'",
                                     nullptr);
  }
  return out;
}

// Of the text without the checksum itself.
std::string checksum_of(Json recipe) {
  recipe.erase(checksum);
  return sha256_hex(to_text(recipe, 1));
}

Recipe::Steps steps_from(const Json& listed, const std::string& where) {
  fields::need_list(listed);
  check_in(listed.size() <= most_steps, ErrorKind::data, where,
           "is no recipe: it has {} steps, should have at most {}", listed.size(), most_steps);
  Recipe::Steps steps;
  for (const Json& item : listed) {
    const auto state = item.find("state");
    steps.push_back(make_step(item.at("step").get<std::string>(),
                              state == item.end() ? std::string() : to_text(*state)));
  }
  return steps;
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

Recipe recipe_from(const Json& json, const std::string& where) {
  const int64_t format = whole_number(json.at("format")).value_or(0);
  check_in(format == recipe_format, ErrorKind::data, where,
           "is no recipe: its format is {}, should be {}", to_readable_text(json.at("format")),
           recipe_format);
  if (const auto sum = json.find(checksum); sum != json.end())
    check_in(sum->get<std::string>() == checksum_of(json), ErrorKind::data, where,
             "is damaged: its checksum is not the one that it holds; if it was changed on purpose, "
             "take \"sha256\" out");
  std::optional<TargetSteps> target;
  if (const auto given = json.find("target"); given != json.end())
    target = TargetSteps{.field = field_from(given->at("field")),
                         .steps = steps_from(given->at("steps"), where)};
  Recipe out(schema_from(json.at("input")), steps_from(json.at("steps"), where), std::move(target));
  check_in(!out.needs_fit(), ErrorKind::data, where,
           "is no recipe: a step that is fitted on data has no \"state\"");
  check_in(find_field(out.output(), input_field), ErrorKind::data, where,
           "is no recipe: its steps give no field 'x', which the model takes");
  return out;
}

}  // namespace

std::string Recipe::to_json() const {
  Json input = Json::array();
  for (const Field& field : input_)
    input.push_back(field_json(field));
  Json out = {{"format", recipe_format}, {"input", input}, {"steps", steps_json(steps_)}};
  if (target_)
    out["target"] = {{"field", field_json(target_->field)}, {"steps", steps_json(target_->steps)}};
  out[checksum] = checksum_of(out);
  return to_text(out, 1) + "\n";
}

Recipe parse_recipe(std::string_view text, const std::string& where) {
  try {
    return recipe_from(parse_json(text), where);
  } catch (const Json::exception& error) {
    fail(ErrorKind::data, where, "is no recipe: {}", plain_text(error));
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::data)
      throw;
    fail(ErrorKind::data, where, "is no recipe that can be run: {}{}{}", error.where(),
         error.where().empty() ? "" : ": ", error.message());
  }
}

Recipe read_recipe(const std::filesystem::path& path) {
  return parse_recipe(read_file(path, most_recipe_bytes), path.string());
}

}  // namespace hebb::data
