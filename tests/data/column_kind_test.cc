// What columns hold is told by all of their cells, with a reason; dates are read and never
// invented.
#include "hebb/data/column_kind.h"

#include <gtest/gtest.h>

#include <array>
#include <nlohmann/json.hpp>

#include "hebb/base/file.h"
#include "hebb/data/date_form.h"
#include "support/message_of.h"
#include "support/places.h"

namespace hebb::data {
namespace {

ColumnInfo told(const std::string& name, const std::vector<std::string>& cells,
                const KindWishes& wishes = {}) {
  std::string text = "other," + name + "\n";
  for (size_t i = 0; i < cells.size(); ++i)
    text += fmt::format("{}.5,{}\n", i % 7, cells[i]);
  return tell_columns(decode_csv(text, "t"), wishes, "t.csv")[1];
}

std::vector<std::string> repeated(const std::vector<std::string>& cells, int times) {
  std::vector<std::string> out;
  for (int i = 0; i < times; ++i)
    out.insert(out.end(), cells.begin(), cells.end());
  return out;
}

std::vector<std::string> counted(int n, const char* before = "") {
  std::vector<std::string> out;
  for (int i = 0; i < n; ++i)
    out.push_back(before + std::to_string(1000 + i * 7));
  return out;
}

TEST(ColumnKinds, AreTold) {
  using K = ColumnKind;
  EXPECT_EQ(told("a", {"1", "2.5", "", "NA"}).kind, K::number);
  EXPECT_EQ(told("a", {"1", "2.5", "", "NA"}).missing, 2);
  EXPECT_EQ(told("a", repeated({"red", "blue"}, 5)).kind, K::category);
  EXPECT_EQ(told("a", repeated({"Yes", "no"}, 5)).kind, K::boolean);
  EXPECT_EQ(told("a", {"x", "x", "x"}).kind, K::constant);
  EXPECT_EQ(told("a", {"4", "4", "4"}).kind, K::constant);
  EXPECT_EQ(told("a", {"", "NA", "?"}).kind, K::empty);
  EXPECT_EQ(told("a", counted(50, "k")).kind, K::identifier);
  EXPECT_EQ(told("PassengerId", counted(50)).kind, K::identifier);
  EXPECT_EQ(told("price", counted(50)).kind, K::number);
  std::vector<std::string> sentences;
  for (const std::string& number : counted(50))
    sentences.push_back("this is number " + number);
  EXPECT_EQ(told("a", sentences).kind, K::text);
  EXPECT_EQ(told("a", {"2020-01-31", "2021-12-01", ""}).kind, K::date);
  EXPECT_EQ(told("a", {"2020-01-31", "2021-12-01", ""}).date_form, "%Y-%m-%d");
}

TEST(ColumnKinds, CodesAreNoNumbers) {
  const ColumnInfo zip = told("zip", repeated({"01234", "10115", "80331"}, 5));
  EXPECT_EQ(zip.kind, ColumnKind::category);
  EXPECT_NE(zip.reason.find("leading zeros"), std::string::npos) << zip.reason;
  const ColumnInfo namibia = told("land", repeated({"\"NA\"", "FR", "DE"}, 5));
  EXPECT_EQ(namibia.missing, 0);
  EXPECT_EQ(namibia.different, 3);
  // Numbers but for one far down: seen, and said.
  std::vector<std::string> late = counted(500);
  late.push_back("10.5.1");
  const ColumnInfo versions = told("v", late);
  EXPECT_NE(versions.kind, ColumnKind::number);
  EXPECT_NE(versions.reason.find("1 of its cells is no number, the first is '10.5.1' in line 502"),
            std::string::npos)
      << versions.reason;
}

TEST(ColumnKinds, WhatMayBeMissingIsSaid) {
  std::vector<std::string> cells = counted(40);
  cells.insert(cells.end(), {"-", "k.A.", "-"});
  const ColumnInfo words = told("a", cells);
  EXPECT_EQ(words.perhaps_missing, (std::vector<std::string>{"-", "k.A."}));
  EXPECT_NE(words.reason.find("3 of its cells are no numbers, the first is '-' in line 42; if that "
                              "stands for what is missing: data.missing = [\"-\", \"k.A.\"]"),
            std::string::npos)
      << words.reason;
  const ColumnInfo nines = told("a", {"5", "-999", "0", "7.5", "-999.0"});
  EXPECT_EQ(nines.perhaps_missing, std::vector<std::string>{"-999"});
  EXPECT_EQ(nines.reason,
            "numbers from -999 to 7.5; 2 are -999 and no other is below 0; if that stands for what "
            "is missing: data.missing = [\"-999\"]");
  EXPECT_EQ(told("a", {"5", "-999", "0", "?!", "-999", "3"}).perhaps_missing,
            (std::vector<std::string>{"?!", "-999"}));
  // Once, among other numbers below 0, or of another kind: it says nothing.
  for (const std::vector<std::string>& plain : {std::vector<std::string>{"5", "-999", "3"},
                                                {"-999", "-999", "-1", "4"},
                                                {"-998", "-998", "4"},
                                                {"1", "2", "10.5.1"},
                                                {"a", "b", "3"}})
    EXPECT_TRUE(told("a", plain).perhaps_missing.empty()) << plain[0];
  cells.insert(cells.end(), {"x", "y"});  // too many to mean one thing
  EXPECT_TRUE(told("a", cells).perhaps_missing.empty());
}

TEST(ColumnKinds, NumbersOfOneUnit) {
  const ColumnInfo percent = told("a", {"12 %", "7%", "", "3.5 %"});
  EXPECT_EQ(percent.kind, ColumnKind::number);
  EXPECT_EQ(percent.reason, "numbers from 3.5 to 12, all with %");
  EXPECT_EQ(percent.sign, "%");
  EXPECT_EQ(field_of(percent).labels, std::vector<std::string>{"%"});
  const ColumnInfo mixed = told("a", repeated({"12 %", "0.07", "3 %"}, 3));
  EXPECT_EQ(mixed.kind, ColumnKind::category);
  EXPECT_NE(mixed.reason.find("6 of its 9 numbers have a sign such as %"), std::string::npos)
      << mixed.reason;
  EXPECT_EQ(told("a", repeated({"$1", "\xE2\x82\xAC 2"}, 3)).kind, ColumnKind::category);
  EXPECT_FALSE(told("a", {"$1", "2"}).all_numbers);
}

TEST(ColumnKinds, WhyDatesAreNone) {
  std::vector<std::string> cells = repeated({"2024-01-05", "2024-02-06"}, 20);
  cells.push_back("07.03.2024");
  EXPECT_NE(told("a", cells)
                .reason.find("it begins with the date '2024-01-05', and '07.03.2024' "
                             "in line 42 is written in another way"),
            std::string::npos)
      << told("a", cells).reason;
  cells.back() = "soon";
  EXPECT_NE(told("a", cells).reason.find("'soon' in line 42 is none"), std::string::npos)
      << told("a", cells).reason;
}

TEST(ColumnKinds, AWordOverrules) {
  const auto cells = repeated({"1", "2"}, 4);
  EXPECT_EQ(told("a", cells, {.categorical = {"a"}}).kind, ColumnKind::category);
  EXPECT_EQ(told("a", cells, {.kinds = {{"a", "text"}}}).kind, ColumnKind::text);
  EXPECT_NE(hebb::message_of([&] {
              told("a", cells, {.kinds = {{"b", "text"}}});
            }).find("unknown column"),
            std::string::npos);
  EXPECT_NE(hebb::message_of([&] {
              told("a", cells, {.kinds = {{"a", "txt"}}});
            }).find("did you mean 'text'"),
            std::string::npos);
  EXPECT_NE(hebb::message_of([&] {
              told("a", cells, {.kinds = {{"a", "date"}}});
            }).find("there is no form that all of its cells have"),
            std::string::npos);
}

std::string form_of(const std::vector<std::string_view>& texts) {
  const ToldForm told = tell_date_form(texts);
  std::string out = told.form;
  for (const std::string& other : told.others)
    out += " or " + other;
  return out;
}

TEST(Dates, FormsAreToldByAllCells) {
  EXPECT_EQ(form_of({"2026-11-29"}), "%Y-%m-%d");
  EXPECT_EQ(form_of({"29.11.2026", "01.02.2026"}), "%d.%m.%Y");
  EXPECT_EQ(form_of({"01/02/2026", "11/29/2026"}), "%m/%d/%Y");
  EXPECT_EQ(form_of({"01/02/2026", "03/04/2026"}), "%d/%m/%Y or %m/%d/%Y");
  EXPECT_EQ(form_of({"13/01/2026", "01/13/2026"}), "");
  EXPECT_EQ(form_of({"2026-11-29T14:30:00Z", "2026-11-29T14:30:00.25+01:00"}), "%Y-%m-%dT%H:%M:%S");
  EXPECT_EQ(form_of({"29-11-98 01:30:00 PM"}), "%d-%m-%y %I:%M:%S %p");
  EXPECT_EQ(form_of({"29-11-26"}), "%d-%m-%y or %y-%m-%d");
  EXPECT_EQ(form_of({"29/11/26"}), "%d/%m/%y");
  EXPECT_EQ(form_of({"98-11-29"}), "%y-%m-%d");
  const std::array<std::string_view, 3> odd = {"02/01/24", "01/13/24", "2024-01-14"};
  EXPECT_EQ(tell_date_form(odd).alike, 2u);  // the second is the first's form, too
  EXPECT_EQ(form_of({"2026-11"}), "%Y-%m");
  for (const char* none : {"hello", "10.5.1", "2026-02-30", "2026-13-01", "12345", "2026", ""})
    EXPECT_EQ(form_of({none}), "") << none;
}

// strftime writes the columns, strptime reads them (reference/dates.py).
TEST(Dates, MonthsByNameDigitsAloneAndTimesOfDay) {
  const auto columns = nlohmann::json::parse(read_file(reference_folder() / "dates.json"));
  ASSERT_GT(columns.size(), 80u);
  for (const auto& column : columns) {
    const auto texts = column["texts"].get<std::vector<std::string>>();
    const auto form = column["form"].get<std::string>();
    EXPECT_EQ(form_of({texts.begin(), texts.end()}), form) << texts[0];
    for (size_t i = 0; i < texts.size(); ++i)
      EXPECT_EQ(parse_date(texts[i], form), column["seconds"][i].get<double>())
          << texts[i] << " " << form;
  }
  // A number beside a month may be its day or a year; no month, day or hour is made up.
  for (const char* none :
       {"Jan 24",      "24 Jan",      "3 Jam 2024", "30 Feb 2024", "Janu 3, 2024",
        "Jan 3,2024",  "3Jan2024",    "Mayor 2024", "May",         "2024010",
        "20240230",    "20241301",    "202401031",  "24:00",       "12:60",
        "1:5",         "12:30:60",    "12:30:61",   "13:05 PM",    "14:05Z",
        "14:05+01:00", "12:30:15:10", "1:"})
    EXPECT_EQ(form_of({none}), "") << none;
  EXPECT_EQ(form_of({"14:05", "25:10"}), "");
  EXPECT_EQ(form_of({"3 Jan 2024", "3-Jan-2024"}), "");
}

std::vector<std::string> days(int first, int count) {
  std::vector<std::string> out;
  for (int i = 0; i < count; ++i)
    out.push_back(std::to_string(first + i));
  return out;
}

TEST(Dates, OfEightDigitsWhereNothingSpeaksAgainstIt) {
  const auto july = days(20240720, 12), august = days(20240801, 12);
  std::vector<std::string> both = july;
  both.insert(both.end(), august.begin(), august.end());
  const ColumnInfo many = told("sold", both);
  EXPECT_EQ(many.kind, ColumnKind::date);
  EXPECT_EQ(many.date_form, "%Y%m%d");
  EXPECT_EQ(many.reason, "all numbers are dates %Y%m%d");
  EXPECT_EQ(told("sale_date", {"20240103", "", "20231231"}).kind, ColumnKind::date);
  // Few, and the name says nothing: a number, and it says so.
  const ColumnInfo few = told("sold on", july);
  EXPECT_EQ(few.kind, ColumnKind::number);
  EXPECT_EQ(few.reason,
            "numbers from 20240720 to 20240731; all are dates %Y%m%d, too, but the name does "
            "not say so and there are 12 days in 1 month: kinds = { \"sold on\" = \"date\" } makes "
            "them dates");
  EXPECT_EQ(told("sold", july, {.kinds = {{"sold", "date"}}}).date_form, "%Y%m%d");
  // One that is no date, or lies in another century: all are numbers.
  both.push_back("20240931");
  EXPECT_EQ(told("sold", both).kind, ColumnKind::number);
  const ColumnInfo named = told("date", both);
  EXPECT_EQ(named.kind, ColumnKind::number);
  EXPECT_NE(named.reason.find("they are no dates, as '20240931' in line 26 is none"),
            std::string::npos)
      << named.reason;
  EXPECT_EQ(told("date", {"18991231", "20240101"}).kind, ColumnKind::number);
  EXPECT_EQ(told("date", {"20240101.5", "20240102"}).kind, ColumnKind::number);
  EXPECT_EQ(told("sale_id", both).kind, ColumnKind::identifier);
}

// As pandas writes them where a cell is missing, and JSON.
TEST(Dates, OfEightDigitsWrittenAsFloats) {
  std::vector<std::string> floats;
  for (const int first : {20240720, 20240801})
    for (const std::string& day : days(first, 12))
      floats.push_back(day + ".0");
  floats.push_back("");
  floats.push_back("2.024081e7");
  const ColumnInfo many = told("sold", floats);
  EXPECT_EQ(many.kind, ColumnKind::date);
  EXPECT_EQ(many.date_form, "%Y%m%d");
  EXPECT_EQ(told("saleDate", {"20240103.0", ""}).kind, ColumnKind::number);  // one value
  EXPECT_EQ(told("saleDate", {"20240103.0", "", "2.0231231E+07"}).date_form, "%Y%m%d");
  const ColumnInfo few = told("sold", {"20240103.0", "20240104.0"});
  EXPECT_EQ(few.kind, ColumnKind::number);
  EXPECT_NE(few.reason.find("numbers from 20240103 to 20240104; all are dates %Y%m%d, too"),
            std::string::npos)
      << few.reason;
  EXPECT_EQ(told("sold", {"20240103.0", "20240104.0"}, {.kinds = {{"sold", "date"}}}).date_form,
            "%Y%m%d");
  // A sign, groups or a fraction: a quantity.
  for (const char* quantity : {"20240103.5", "\"20,240,103\"", "$20240103", "20 240 103"})
    EXPECT_EQ(told("date", {quantity, quantity, "20240104"}).kind == ColumnKind::date, false)
        << quantity;
  EXPECT_NE(hebb::message_of([&] {
              told("date", {"\"20,240,103\"", "20240104"}, {.kinds = {{"date", "date"}}});
            }).find("there is no form that all of its cells have"),
            std::string::npos);
}

TEST(Dates, NamesOfDaysAreWholeWords) {
  const std::vector<std::string> days = {"20240103", "20240104", "20231231"};
  for (const char* name : {"date", "sale_date", "saleDate", "SALE DATE", "DateOfSale", "DTSold",
                           "sold_dt", "ymd", "Datum", "birthday", "date2", "day", "Day"})
    EXPECT_EQ(told(name, days).kind, ColumnKind::date) << name;
  for (const char* name : {"update_count", "candidate", "mandate", "validated", "consolidated",
                           "updates", "day_rate", "sales_per_day", "width", "dth"})
    EXPECT_EQ(told(name, days).kind, ColumnKind::number) << name;
}

TEST(Dates, TheReasonNamesWhatForbidsThem) {
  const auto reason = [](const char* name, const char* odd) {
    return told(name, {"20240103", "20240104", odd, "20240105"}).reason;
  };
  EXPECT_EQ(reason("date", "0"),
            "numbers from 0 to 20240105; they are no dates, as '0' in line 4 is none");
  EXPECT_EQ(reason("date", "99991231"),
            "numbers from 20240103 to 99991231; they are no dates, as '99991231' in line 4 is none "
            "from 1900 to 2100");
  EXPECT_NE(reason("date", "18991231.0").find("'18991231.0' in line 4 is none from 1900 to 2100"),
            std::string::npos);
  EXPECT_EQ(reason("amount", "0"), "numbers from 0 to 20240105");
  EXPECT_EQ(told("date", {"20240103", "0", "1", "20240104"}).reason, "numbers from 0 to 20240104");
}

TEST(Dates, FormsThatCanBeRead) {
  for (const char* good : {"%Y-%m-%d", "%Y%m%d", "%b %d, %Y", "%H:%M", "%d.%m.%y %I:%M:%S %p"})
    EXPECT_TRUE(is_date_form(good)) << good;
  for (const std::string& bad : {std::string(), std::string("x"), std::string("%Q"),
                                 std::string("%Y-%"), std::string("%Y-%Y"), std::string("%M:%S"),
                                 std::string("%Y\n"), "%Y-%m-%d" + std::string(40, ' ')})
    EXPECT_FALSE(is_date_form(bad)) << bad;
}

TEST(Dates, TimesOfDayAreTold) {
  const ColumnInfo times = told("at", {"14:05", "9:30", "", "00:00"});
  EXPECT_EQ(times.kind, ColumnKind::date);
  EXPECT_EQ(times.reason,
            "all cells are times of day %H:%M; if they are durations or ratios: kinds = { at = "
            "\"category\" }");
  std::vector<std::string> durations = repeated({"14:05", "9:30"}, 20);
  durations.push_back("25:10");
  const ColumnInfo longer = told("took", durations);
  EXPECT_EQ(longer.kind, ColumnKind::category);
  EXPECT_NE(
      longer.reason.find("it begins with the time of day '14:05', and '25:10' in line 42 is none"),
      std::string::npos)
      << longer.reason;
}

TEST(Dates, AreReadAsTheyStand) {
  EXPECT_EQ(parse_date("1970-01-02", "%Y-%m-%d"), 86400);
  EXPECT_EQ(parse_date("1970-01-01T01:00:00+01:00", "%Y-%m-%dT%H:%M:%S"), 0);
  EXPECT_EQ(parse_date("1970-01-01 12:00:00 AM", "%Y-%m-%d %I:%M:%S %p"), 0);
  EXPECT_EQ(parse_date("1.1.70", "%d.%m.%y"), 0);
  EXPECT_EQ(parse_date("1970-01-01 00:00:00.5", "%Y-%m-%d %H:%M:%S"), 0.5);
  for (const char* bad : {"1970-02-30", "1970-1-", "70-01-01", "1970-01-01x", "", "1970-00-01"})
    EXPECT_EQ(parse_date(bad, "%Y-%m-%d"), std::nullopt) << bad;
  EXPECT_EQ(parse_date("1970-01-01 24:00", "%Y-%m-%d %H:%M"), std::nullopt);
  EXPECT_EQ(parse_date("1970-01-01 13:00 PM", "%Y-%m-%d %I:%M %p"), std::nullopt);
  EXPECT_EQ(parse_date("1970-01-01 23:59:59", "%Y-%m-%d %H:%M:%S"), 86399);
  EXPECT_EQ(parse_date("1970-01-01 23:59:60", "%Y-%m-%d %H:%M:%S"), std::nullopt);
}

}  // namespace
}  // namespace hebb::data
