#include "hebb/formats/jsonl.h"

#include <algorithm>
#include <map>

#include "hebb/base/check.h"
#include "hebb/base/json.h"
#include "hebb/formats/text_encoding.h"

namespace hebb {
namespace {

void append_quoted(std::string_view text, std::string& out) {
  out += '"';
  for (const char c : text) {
    if (c == '"')
      out += '"';
    out += c;
  }
  out += '"';
}

void append_cell(const Json& value, std::string& out) {
  if (value.is_null())
    return;
  if (value.is_string())
    append_quoted(value.get_ref<const std::string&>(), out);
  else if (value.is_number() || value.is_boolean())
    out += to_text(value);
  else
    append_quoted(to_text(value), out);
}

struct Rows {
  std::vector<std::string> names;
  std::map<std::string, size_t, std::less<>> column;
  std::vector<Json> objects;
  std::vector<uint32_t> lines;
};

// Why a line is no row; "" and the object otherwise.
std::string read_object(std::string_view text, Json& object) {
  try {
    object = parse_json(text);
  } catch (const Json::exception& trouble) {
    return fmt::format("is no JSON: {}", plain_text(trouble));
  }
  return object.is_object() ? "" : "holds no object; should be {\"NAME\": value, ...}";
}

Rows rows_of(std::string_view bytes, std::string_view where, std::vector<BadLine>* bad) {
  Rows out;
  int64_t line = 0;
  for (size_t begin = 0; begin < bytes.size();) {
    const size_t end = std::min(bytes.find('\n', begin), bytes.size());
    std::string_view text = bytes.substr(begin, end - begin);
    begin = end + 1;
    ++line;
    while (!text.empty() && (text.back() == '\r' || text.back() == ' '))
      text.remove_suffix(1);
    if (text.empty())
      continue;
    Json object;
    if (std::string why = read_object(text, object); !why.empty()) {
      check_in(bad != nullptr, ErrorKind::data, where, "line {} {}", line, why);
      bad->push_back({line, std::move(why)});
      continue;
    }
    for (const auto& [name, value] : object.items())
      if (out.column.emplace(name, out.names.size()).second)
        out.names.push_back(name);
    out.objects.push_back(std::move(object));
    out.lines.push_back(uint32_t(line));
  }
  check_in(!out.objects.empty() && !out.names.empty(), ErrorKind::data, where, "holds no rows");
  return out;
}

}  // namespace

CsvTable read_jsonl(const std::filesystem::path& path, std::vector<BadLine>* bad) {
  return decode_jsonl(read_unpacked(path, most_table_bytes()), path.string(), bad);
}

// By way of a table of commas, which knows what a cell is.
CsvTable decode_jsonl(std::string_view bytes, std::string_view where, std::vector<BadLine>* bad) {
  const TextEncoding encoding = encoding_of(bytes);
  const bool wide = encoding == TextEncoding::utf16_le || encoding == TextEncoding::utf16_be;
  const std::string narrow = wide ? to_utf8(bytes, encoding, where) : std::string();
  const Rows rows = rows_of(wide ? narrow : bytes, where, bad);
  std::string text;
  const auto end_row = [&] { text.back() = '\n'; };
  for (const std::string& name : rows.names) {
    append_quoted(name, text);
    text += ',';
  }
  end_row();
  std::vector<const Json*> cells(rows.names.size());
  for (const Json& object : rows.objects) {
    std::fill(cells.begin(), cells.end(), nullptr);
    for (const auto& [name, value] : object.items())
      cells[rows.column.find(name)->second] = &value;
    for (const Json* cell : cells) {
      if (cell)
        append_cell(*cell, text);
      else if (cells.size() == 1)
        text += "\"\"";  // a blank line would be no row
      text += ',';
    }
    end_row();
  }
  CsvTable out = decode_csv(
      text, where, {.separator = ",", .decimal = ".", .encoding = "utf-8", .header = true});
  out.notes.clear();
  out.dialect.json = true;
  if (wide)
    out.dialect.encoding = encoding;
  size_t row = 0;
  for (CsvChunk& chunk : out.chunks) {
    chunk.first_line = 0;
    for (uint32_t& line : chunk.lines)
      line = rows.lines[row++];
  }
  return out;
}

}  // namespace hebb
