// How tables are written is told by looking, and the chunks that are read side by side make one
// table.
#include "hebb/formats/csv_dialect.h"

#include <gtest/gtest.h>

#include <random>

#include "formats/csv_cells.h"
#include "hebb/base/parallel.h"
#include "hebb/formats/csv.h"
#include "hebb/formats/gzip.h"
#include "hebb/formats/jsonl.h"
#include "hebb/formats/xz.h"
#include "support/message_of.h"

namespace hebb {
namespace {

double number(const CsvTable& table, int64_t row, int64_t column) {
  const RowCell cell =
      table.chunk_of(row).row_cell(size_t(row) * table.columns.size() + size_t(column));
  EXPECT_NE(cell.form, NumberForm::none) << cell.text;
  return cell.number;
}

TEST(CsvDialect, SeparatorsAreTold) {
  const auto told = [](std::string_view text, std::string_view name = "t.csv") {
    return decode_csv(text, name).dialect.separator;
  };
  EXPECT_EQ(told("a,b\n1,2\n"), ',');
  EXPECT_EQ(told("a;b\n1;2\n"), ';');
  EXPECT_EQ(told("a\tb\n1\t2\n"), '\t');
  EXPECT_EQ(told("a|b\n1|2\n"), '|');
  EXPECT_EQ(told("1,5;2,3\n4,5;6,7\n"), ';');
  EXPECT_EQ(told("1,5;2\n"), ';');
  EXPECT_EQ(told("1,5;7;2,3;cat\n"), ';');
  EXPECT_EQ(told("1,2,3,a;b\n"), ',');
  EXPECT_EQ(told("name,text\nx,\"a;b;c\"\ny,\"d;e;f\"\n"), ',');
  EXPECT_EQ(told("town;note\nRome;big, old\nParis;big, grey, fine\n"), ';');
  EXPECT_EQ(told("a b\n1 2\n"), ',');  // one column
  EXPECT_EQ(told("a,b\tc\n1,2\t3\n", "t.tsv"), '\t');
  EXPECT_EQ(decode_csv("sep=;\na,b;c\n1,5;2\n", "t").columns, (Strings{"a,b", "c"}));
}

TEST(CsvDialect, LinesBeforeTheTableAreLeftOut) {
  const CsvTable table = decode_csv("|1x3 Cross validator\n1, 2, x\n3, 4, y\n", "t");
  EXPECT_EQ(cells(table), (Strings{"1", "2", "x", "3", "4", "y"}));
  EXPECT_EQ(table.line(0), 2);
  ASSERT_EQ(table.notes.size(), 1u);
  EXPECT_NE(table.notes[0].find("1 line before the table"), std::string::npos);
  EXPECT_EQ(decode_csv("Prices of 2020\n\na;b\n1;2\n3;4\n", "t").columns, (Strings{"a", "b"}));
}

TEST(CsvDialect, DecimalCommas) {
  const CsvTable table = decode_csv("a;b\n1,5;-2\n1.234,25;7e-1\n", "t");
  EXPECT_EQ(table.dialect.decimal, ',');
  EXPECT_EQ(number(table, 0, 0), 1.5);
  EXPECT_EQ(number(table, 1, 0), 1234.25);
  EXPECT_EQ(number(table, 1, 1), 0.7);
  EXPECT_EQ(number(decode_csv("\"1,234,567.5\",2\n", "t"), 0, 0), 1234567.5);
  EXPECT_EQ(number(decode_csv("a;b\n1,5;2\n", "t", {.decimal = ","}), 0, 0), 1.5);
  // The beginning does not show it, all of it does.
  std::string late = "a;b\n";
  for (int i = 0; i < 60000; ++i)
    late += "1;22\n";
  late += "1,5;3\n";
  const CsvTable all = decode_csv(late, "t");
  EXPECT_EQ(all.dialect.decimal, ',');
  EXPECT_EQ(number(all, 60000, 0), 1.5);
}

TEST(CsvDialect, Encodings) {
  const Strings wanted = {"caf\xC3\xA9", "1"};
  EXPECT_EQ(cells(decode_csv("a,b\ncaf\xC3\xA9,1\n", "t")), wanted);
  const CsvTable latin = decode_csv("a,b\ncaf\xE9,1\n", "t");
  EXPECT_EQ(cells(latin), wanted);
  EXPECT_EQ(latin.dialect.encoding, TextEncoding::windows_1252);
  ASSERT_EQ(latin.notes.size(), 1u);
  EXPECT_NE(latin.notes[0].find("windows-1252"), std::string::npos);
  const std::string_view plain = "a,b\ncaf";
  for (const bool big : {false, true})
    for (const bool mark : {false, true}) {
      std::string wide = !mark ? "" : big ? "\xFE\xFF" : "\xFF\xFE";
      const auto add = [&](char16_t c) {
        const char low = char(c & 0xFF), high = char(c >> 8);
        wide += big ? high : low;
        wide += big ? low : high;
      };
      for (const char c : plain)
        add(char16_t(c));
      for (const char16_t c : {u'\u00e9', u',', u'1', u'\n'})
        add(c);
      EXPECT_EQ(cells(decode_csv(wide, "t")), wanted) << big << mark;
    }
  EXPECT_EQ(to_utf8("\x80\x9F\xFF", TextEncoding::windows_1252, "t"),
            "\xE2\x82\xAC\xC5\xB8\xC3\xBF");
  EXPECT_EQ(to_utf8(std::string_view("\x3D\xD8\x00\xDE", 4), TextEncoding::utf16_le, "t"),
            "\xF0\x9F\x98\x80");
  EXPECT_NE(message_of([] {
              decode_csv("a,b\ncaf\xE9,1\n", "t", {.encoding = "utf-8"});
            }).find("line 2 holds the byte e9, which is no UTF-8"),
            std::string::npos);
  EXPECT_EQ(cells(decode_csv("a,b\ncaf\xC3\xA9,1\n", "t", {.encoding = "latin-1"}))[0],
            "caf\xC3\x83\xC2\xA9");
}

TEST(CsvDialect, WishesOverrule) {
  EXPECT_EQ(decode_csv("a,b;c\n1,2;3\n", "t", {.separator = ";"}).columns, (Strings{"a,b", "c"}));
  EXPECT_EQ(decode_csv("a b\n1 2\n", "t", {.separator = "blank"}).columns, (Strings{"a", "b"}));
  EXPECT_EQ(decode_csv("a,b\nc,d\n", "t", {.header = false}).columns, (Strings{"1", "2"}));
  EXPECT_EQ(decode_csv("1,2\n3,4\n", "t", {.header = true}).columns, (Strings{"1", "2"}));
  EXPECT_EQ(decode_csv("1,2\n3,4\n", "t", {.header = true}).rows(), 1);
  for (const auto& [wishes, words] :
       {std::pair<CsvWishes, const char*>{{.separator = ";;"}, "should be one character"},
        {{.separator = "\""}, "stands in cells, too"},
        {{.decimal = ";"}, "should be \".\" or \",\""},
        {{.separator = ",", .decimal = ","}, "as is the separator"},
        {{.encoding = "utf-9"}, "did you mean 'utf-8'"}})
    EXPECT_NE(message_of([&] { decode_csv("a,b\n1,2\n", "t", wishes); }).find(words),
              std::string::npos)
        << message_of([&] { decode_csv("a,b\n1,2\n", "t", wishes); });
}

TEST(CsvNumbers, AreTheNearestOnes) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 20000; ++i) {
    const int64_t digits = int64_t(random() % 1000000000000000000ull) >> (random() % 60);
    const int point = int(random() % 25), exponent = int(random() % 60) - 30;
    std::string text = std::to_string(digits);
    if (point < int(text.size()))
      text.insert(size_t(point), ".");
    if (random() % 2)
      text += "e" + std::to_string(exponent);
    if (random() % 3 == 0)
      text = "-" + text;
    const NumberRead read = read_number(text.data(), text.data() + text.size(), '.');
    EXPECT_EQ(read.end, text.data() + text.size()) << text;
    EXPECT_EQ(read.value, std::strtod(text.c_str(), nullptr)) << text;
  }
  const auto form = [](std::string_view text) {
    return read_number(text.data(), text.data() + text.size(), '.').form;
  };
  EXPECT_EQ(form("12"), NumberForm::integer);
  EXPECT_EQ(form("12.0"), NumberForm::whole);
  EXPECT_EQ(form("1e3"), NumberForm::whole);
  EXPECT_EQ(form("1.5"), NumberForm::real);
  for (const char* none : {"", "-", ".", "e5", "x"})
    EXPECT_EQ(form(none), NumberForm::none) << none;
  double value = 0;
  for (const char* bad : {"1,23", "1,2345", "12,34,567", "1x", "1e", "--1", "nan", "inf", "1 2"})
    EXPECT_FALSE(number_in_text(bad, '.', value)) << bad;
  EXPECT_TRUE(read_number("007", "007" + 3, '.').padded);
  const std::string_view code = "1234567890123456";
  EXPECT_TRUE(read_number(code.data(), code.data() + code.size(), '.').padded);
  const std::string_view half = "0.5";
  EXPECT_FALSE(read_number(half.data(), half.data() + half.size(), '.').padded);
}

// What a plain reader makes of rows that were written here is what comes back, wherever the pieces
// that are read side by side begin: inside of quotes, of line ends, behind a quote that is none.
TEST(CsvChunks, MakeOneTable) {
  std::mt19937 random(5);
  for (const bool odd_quotes : {false, true}) {
    Strings wanted;
    std::vector<int64_t> lines;
    std::string text = "a,b,c\n";
    int64_t line = 2;
    while (text.size() < (size_t(7) << 20)) {
      lines.push_back(line);
      for (int c = 0; c < 3; ++c) {
        std::string cell;
        switch (random() % 5) {
          case 0:
            cell = std::to_string(random() % 100000);
            break;
          case 1:
            cell = "word" + std::to_string(random() % 10);
            break;
          case 2:
            cell = "";
            break;
          case 3:
            cell = odd_quotes ? "5\" pipe" : "plain";
            break;
          default:
            cell = "a \"quote\",\nand lines\r\n" + std::string(random() % 200, 'x') + "\n";
        }
        const bool quoted = cell.find('\n') != cell.npos;
        wanted.push_back(cell);
        text += c ? "," : "";
        if (quoted) {
          text += '"';
          for (const char ch : cell)
            text += ch == '"' ? "\"\"" : std::string(1, ch);
          text += '"';
          line += 3;
        } else {
          text += cell;
        }
      }
      const bool crlf = random() % 2;
      text += crlf ? "\r\n" : "\n";
      ++line;
    }
    const CsvTable table = decode_csv(text, "t", {.separator = ",", .header = true});
    EXPECT_GT(table.chunks.size(), 3u);
    EXPECT_EQ(cells(table) == wanted, true);
    for (int64_t r = 0; r < table.rows(); r += 97)
      EXPECT_EQ(table.line(r), lines[size_t(r)]);
  }
}

TEST(CsvChunks, LargeCellsAndManyColumns) {
  const std::string large(size_t(10) << 20, 'x');
  const CsvTable table = decode_csv("a,b\n1,\"" + large + "\"\n2," + large + "\n3,y\n", "t");
  ASSERT_EQ(table.rows(), 3);
  EXPECT_EQ(table.at(0, 1).size(), large.size());
  EXPECT_EQ(table.at(1, 1), large);
  EXPECT_EQ(table.at(2, 1), "y");
  std::string wide;
  for (int row = 0; row < 3; ++row)
    for (int c = 0; c < 300000; ++c)
      wide += (row == 0 ? "c" : "") + std::to_string(c) + (c + 1 < 300000 ? "," : "\n");
  const CsvTable columns = decode_csv(wide, "t");
  EXPECT_EQ(columns.columns.size(), 300000u);
  EXPECT_EQ(columns.rows(), 2);
  EXPECT_EQ(number(columns, 1, 299999), 299999);
}

TEST(Xz, IsUnpacked) {
  const std::string_view packed(
      "\xfd\x37\x7a\x58\x5a\x00\x00\x01\x69\x22\xde\x36\x02\x00\x21\x01\x16\x00\x00\x00\x74\x2f\xe5"
      "\xa3\x01\x00\x07\x61\x2c\x62\x0a\x31\x2c\x32\x0a\x00\x7b\x07\x97\x0a\x00\x01\x1c\x08\x44\x60"
      "\x2a\xc8\x90\x42\x99\x0d\x01\x00\x00\x00\x00\x01\x59\x5a",
      60);
  EXPECT_TRUE(is_xz(packed));
  EXPECT_EQ(unxz(packed, "t"), "a,b\n1,2\n");
  EXPECT_EQ(unxz(std::string(packed) + std::string(packed), "t"), "a,b\n1,2\na,b\n1,2\n");
  for (size_t cut = 6; cut < packed.size(); ++cut)
    EXPECT_NE(message_of([&] { unxz(packed.substr(0, cut), "t"); }).find("truncated"),
              std::string::npos)
        << cut;
  for (size_t at = 6; at < packed.size(); ++at) {
    std::string damaged(packed);
    damaged[at] = char(damaged[at] ^ 0x55);
    EXPECT_NE(message_of([&] { unxz(damaged, "t"); }), "no error") << at;
  }
  EXPECT_NE(message_of([&] { unxz(packed, "t", 3); }).find("unpacks to more than the 3 bytes"),
            std::string::npos);
  EXPECT_NE(message_of([&] { unxz("a,b", "t"); }).find("is not an xz file"), std::string::npos);
}

TEST(Jsonl, IsATable) {
  const CsvTable table = decode_jsonl(
      "{\"a\": 1, \"b\": \"x, \\\"y\\\"\"}\n\n{\"b\": \"NA\", \"c\": true, \"a\": 2.5}\n{\"a\": "
      "null, \"c\": [1, 2]}\n",
      "t");
  EXPECT_EQ(table.columns, (Strings{"a", "b", "c"}));
  EXPECT_EQ(cells(table), (Strings{"1", "x, \"y\"", "", "2.5", "NA", "true", "", "", "[1,2]"}));
  EXPECT_TRUE(table.cell(1, 1).is(CsvCell::quoted));
  EXPECT_EQ(table.line(1), 3);
  const auto said = [](std::string_view text) {
    return message_of([&] { decode_jsonl(text, "t.jsonl"); });
  };
  EXPECT_NE(said("{\"a\": 1}\n{\"a\": \n").find("t.jsonl: line 2 is no JSON"), std::string::npos);
  EXPECT_NE(said("[1]\n").find("line 1 holds no object"), std::string::npos);
  EXPECT_NE(said("\n").find("holds no rows"), std::string::npos);
  EXPECT_EQ(describe(table.dialect), "an object of JSON a line, utf-8");
}

TEST(Jsonl, MayBeUtf16) {
  std::string wide = "\xFF\xFE";
  for (const char c : std::string_view("{\"a\": 1}\n{\"a\": 2}\n"))
    wide += {c, '\0'};
  const CsvTable table = decode_jsonl(wide, "t");
  EXPECT_EQ(cells(table), (Strings{"1", "2"}));
  EXPECT_EQ(describe(table.dialect), "an object of JSON a line, utf-16le");
}

TEST(Jsonl, LinesThatAreNoObjectsMayBeLeft) {
  std::vector<BadLine> bad;
  const CsvTable table = decode_jsonl("{\"a\": 1}\noh\n{\"a\": 2}\n3\n", "t", &bad);
  EXPECT_EQ(cells(table), (Strings{"1", "2"}));
  EXPECT_EQ(table.line(1), 3);
  ASSERT_EQ(bad.size(), 2u);
  EXPECT_EQ(bad[0].line, 2);
  EXPECT_TRUE(bad[0].why.starts_with("is no JSON: ")) << bad[0].why;
  EXPECT_EQ(bad[1].line, 4);
  EXPECT_TRUE(bad[1].why.starts_with("holds no object")) << bad[1].why;
}

}  // namespace
}  // namespace hebb
