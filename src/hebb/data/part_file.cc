#include "hebb/data/part_file.h"

#include <map>

#include "hebb/base/check.h"
#include "hebb/base/fields_json.h"
#include "hebb/base/file.h"
#include "hebb/formats/npz.h"
#include "hebb/ops/copy.h"

namespace hebb::data {
namespace {

enum class Form { json, npz };

Form form_of(const fs::path& path) {
  const std::string ending = path.extension().string();
  check_in(ending == ".json" || ending == ".npz", ErrorKind::usage, path.string(),
           "should end with .npz or .json");
  return ending == ".json" ? Form::json : Form::npz;
}

NamedParts from_json(std::string_view text, const std::string& where) {
  NamedParts out;
  try {
    fields::from_json(parse_json(text), out);
  } catch (const Json::exception& error) {
    fail(ErrorKind::data, where,
         "should be an object of lists of sample numbers, {{\"train\": [0, 2], \"test\": [1]}}: {}",
         plain_text(error));
  }
  return out;
}

NamedParts from_npz(const fs::path& path) {
  NamedParts out;
  for (const auto& [name, numbers] : read_npz(path)) {
    check_in(numbers.dim() == 1 && is_integral(numbers.dtype()), ErrorKind::data, path.string(),
             "{} is {}, should be a list of sample numbers, i64 [N]", name, describe(numbers));
    out.emplace_back(name, cast_values(numbers, i64).to_vector<int64_t>());
  }
  return out;
}

// Returns the parts. Error: a sample is in two of them.
NamedParts disjoint(NamedParts parts, const std::string& where) {
  check_in(!parts.empty(), ErrorKind::data, where, "holds no parts");
  std::map<int64_t, size_t> part_of;
  for (size_t p = 0; p < parts.size(); ++p)
    for (int64_t sample : parts[p].second) {
      check_in(sample >= 0, ErrorKind::data, where, "{} holds {}; samples are counted from 0",
               parts[p].first, sample);
      const auto [at, fresh] = part_of.emplace(sample, p);
      check_in(fresh, ErrorKind::data, where, "sample {} is {}", sample,
               at->second == p
                   ? "twice in " + parts[p].first
                   : fmt::format("in {} and in {}", parts[at->second].first, parts[p].first));
    }
  return parts;
}

}  // namespace

void write_parts(const fs::path& path, const NamedParts& parts) {
  if (form_of(path) == Form::json)
    return write_file_atomic(path, to_text(fields::to_json(parts)) + "\n");
  NamedTensors out;
  for (const auto& [name, samples] : parts)
    out[name] = Tensor::from(samples, {int64_t(samples.size())});
  write_npz(path, out);
}

NamedParts read_parts(const fs::path& path) {
  const Form form = form_of(path);
  check_in(path_exists(path), ErrorKind::usage, path.string(), "there is no such file");
  if (form == Form::npz)
    return disjoint(from_npz(path), path.string());
  return parse_parts(read_file(path, uint64_t(1) << 31), path.string());
}

NamedParts parse_parts(std::string_view json, const std::string& where) {
  return disjoint(from_json(json, where), where);
}

}  // namespace hebb::data
