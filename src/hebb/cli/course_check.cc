// hebb course-check: the worked numbers of a course in deep learning, computed and compared.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "hebb/base/check.h"
#include "hebb/cli/commands.h"
#include "hebb/course/worked_number.h"

namespace hebb::cli {
namespace {

using course::Checks, course::WorkedNumber;

Json to_json(const course::Shown& value) {
  return std::visit([](const auto& held) { return Json(held); }, value);
}

Json to_json(const WorkedNumber& number, const Checks& checks) {
  Json all = Json::array();
  for (const course::Check& check : checks.all())
    all.push_back({{"what", check.what},
                   {"expected", to_json(check.expected)},
                   {"computed", to_json(check.computed)},
                   {"ok", check.ok}});
  return {{"id", number.id}, {"what", number.what}, {"ok", checks.ok()}, {"checks", all}};
}

void print(const WorkedNumber& number, const Checks& checks) {
  size_t what = 0, expected = 0;
  for (const course::Check& check : checks.all()) {
    what = std::max(what, check.what.size());
    expected = std::max(expected, course::to_string(check.expected).size());
  }
  print_line(fmt::format("{}  {}", number.id, number.what));
  for (const course::Check& check : checks.all())
    print_line(fmt::format("  {:<5}  {:<{}}  {:<{}}  {}", check.ok ? "ok" : "WRONG", check.what,
                           what, course::to_string(check.expected), expected,
                           course::to_string(check.computed)));
}

void run(const std::vector<std::string>& ids, const Global& global) {
  std::vector<const WorkedNumber*> chosen;
  for (const std::string& id : ids)
    chosen.push_back(&course::worked_number(id));
  if (ids.empty())
    chosen.assign(course::worked_numbers().begin(), course::worked_numbers().end());
  Json json = Json::array();
  std::vector<std::string> wrong;
  for (const WorkedNumber* number : chosen) {
    const Checks checks = course::computed(*number);
    if (!checks.ok())
      wrong.emplace_back(number->id);
    if (global.json)
      json.push_back(to_json(*number, checks));
    else if (!global.quiet || !checks.ok())
      print(*number, checks);
  }
  if (global.json)
    print_json(json);
  else
    print_line(
        fmt::format("{} of {} worked numbers hold", chosen.size() - wrong.size(), chosen.size()));
  if (!wrong.empty())
    throw Error(
        ErrorKind::gate, "course-check",
        fmt::format("{} {} not hold", fmt::join(wrong, ", "), wrong.size() == 1 ? "does" : "do"));
}

}  // namespace

void add_course_check_command(Command& hebb, const Global& global) {
  const auto ids = std::make_shared<std::vector<std::string>>();
  Command command = hebb.add(
      "course-check", "the worked numbers of a course in deep learning, computed and compared");
  command.option("id", *ids, "which of them: A07; left out, all").type_name("ID...");
  command.example("hebb course-check A07 A25");
  command.run([ids, &global] { run(*ids, global); });
}

}  // namespace hebb::cli
