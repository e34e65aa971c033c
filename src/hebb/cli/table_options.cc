#include "hebb/cli/table_options.h"

#include "hebb/base/check.h"

namespace hebb::cli {

void add_table_options(Command& command, TableWishes& wishes) {
  command.option("--separator", wishes.written.separator,
                 "between a table's cells (default: by looking)");
  command.option("--decimal", wishes.written.decimal, ". or , (default: by looking)");
  command.option("--encoding", wishes.written.encoding,
                 "utf-8, utf-16, windows-1252 (default: by looking)");
  command.option("--header", wishes.header,
                 "true or false: the first line holds names (default: by looking)");
  command.option("--categorical", wishes.categorical, "columns that are categories")
      .comma_separated();
  command.option("--kinds", wishes.kinds, "what columns hold: zip=category,id=identifier")
      .comma_separated();
  command.option("--missing", wishes.missing, "further words for what is missing: unknown,-999")
      .comma_separated();
}

data::TableReading reading_of(const TableWishes& wishes) {
  data::TableReading out{
      .written = wishes.written, .categorical = wishes.categorical, .missing = wishes.missing};
  if (!wishes.header.empty()) {
    check_in(wishes.header == "true" || wishes.header == "false", ErrorKind::usage, "",
             "--header is {}, should be true or false", wishes.header);
    out.written.header = wishes.header == "true";
  }
  for (const std::string& kind : wishes.kinds) {
    const size_t equals = kind.find('=');
    check_in(equals != kind.npos, ErrorKind::usage, "",
             "--kinds holds '{}', should be COLUMN=KIND, like zip=category", kind);
    out.kinds.emplace_back(kind.substr(0, equals), kind.substr(equals + 1));
  }
  return out;
}

}  // namespace hebb::cli
