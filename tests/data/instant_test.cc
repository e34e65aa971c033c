// Times in tables: numbers, and dates in the ways that people write them.

#include "hebb/data/instant.h"

#include <gtest/gtest.h>

#include "support/message_of.h"

namespace hebb::data {
namespace {

std::vector<double> times_of(const std::vector<std::string>& cells) {
  return instants_of(cells, "column 'date'",
                     [](size_t i) { return "line " + std::to_string(i + 2); });
}
double one(const std::string& cell) {
  return times_of({cell, "2026-11-29"})[0];
}
std::string refused(const std::vector<std::string>& cells) {
  return hebb::message_of([&] { times_of(cells); });
}

TEST(Instant, NumbersAreThemselves) {
  EXPECT_EQ(times_of({"2019", "-3.5", "1e3"}), (std::vector<double>{2019, -3.5, 1000}));
  EXPECT_TRUE(times_of({}).empty());
}

TEST(Instant, DatesAreSecondsSince1970) {
  EXPECT_EQ(one("1970-01-01"), 0);
  EXPECT_EQ(one("1970-01-02"), 86400);
  EXPECT_EQ(one("1969-12-31"), -86400);
  EXPECT_EQ(one("2000-03-01"), 951868800);  // a leap year of a century
  EXPECT_EQ(one("2026/11/29"), one("2026-11-29"));
  EXPECT_EQ(one("2026.11.29"), one("2026-11-29"));
  EXPECT_EQ(one("2026-11"), one("2026-11-01"));
  EXPECT_EQ(one("2026-11-29T14:05"), one("2026-11-29") + 14 * 3600 + 5 * 60);
  EXPECT_EQ(one("2026-11-29 14:05:09.25"), one("2026-11-29 14:05") + 9.25);
  EXPECT_EQ(one("2026-11-29 14:05:09,5"), one("2026-11-29 14:05") + 9.5);
  EXPECT_EQ(one("2026-11-29 02:05 PM"), one("2026-11-29 14:05"));
  EXPECT_EQ(one("2026-11-29 12:05 am"), one("2026-11-29 00:05"));
  EXPECT_EQ(one("2026-11-29T14:05:00Z"), one("2026-11-29 14:05"));
  EXPECT_EQ(one("2026-11-29T14:05+01:00"), one("2026-11-29 13:05"));
  EXPECT_EQ(one("2026-11-29T14:05-0230"), one("2026-11-29 16:35"));
}

TEST(Instant, TheWholeColumnTellsDaysFromMonths) {
  const double day = times_of({"2026-02-01"})[0];
  EXPECT_EQ(times_of({"01.02.2026", "13.02.2026"})[0], day);
  EXPECT_EQ(times_of({"02/01/2026", "02/13/2026"})[0], day);
  EXPECT_EQ(times_of({"02/02/2026"})[0], day + 86400);  // either way the same
  EXPECT_NE(refused({"01/02/2026", "03/04/2026"}).find("whether the day or the month comes first"),
            std::string::npos);
  EXPECT_NE(refused({"2026-11-29", "05/05/2026", "01/02/2026"})
                .find("such as '01/02/2026' in line 4, of which"),
            std::string::npos);
  EXPECT_EQ(refused({"2026-11-29", "13/02/2026", "01/13/2026"}),
            "column 'date': holds dates whose day comes first ('13/02/2026' in line 3) and dates "
            "whose month does ('01/13/2026' in line 4); write them all as 2026-11-29");
}

TEST(Instant, MonthsHaveNames) {
  const double day = one("2024-01-03");
  for (const char* cell : {"03 Jan 2024", "3-Jan-24", "Jan 3, 2024", "January 3 2024",
                           "2024-JAN-03", "3 january 2024"})
    EXPECT_EQ(times_of({cell})[0], day) << cell;
  EXPECT_EQ(times_of({"3 Jan 2024 14:05", "29 Feb 2024 00:00"})[1], one("2024-02-29"));
  EXPECT_EQ(refused({"3 Jan 2024", "30 Feb 2024"}),
            "column 'date': line 3 is '30 Feb 2024', should be a date as in line 2, '3 Jan 2024'");
  EXPECT_NE(refused({"3 Jan 2024", ""}).find("line 3 is empty, should be a date"),
            std::string::npos);
}

// As the table reads them (date_form.h): all cells in one form.
TEST(Instant, FormsOfTheTable) {
  const double day = one("2023-01-13");
  EXPECT_EQ(times_of({"01/02/23", "01/13/23"}), (std::vector<double>{one("2023-01-02"), day}));
  EXPECT_EQ(times_of({"02/01/23", "13/01/23"})[0], one("2023-01-02"));
  EXPECT_EQ(times_of({"13.01.23 14:05", "01.02.23 00:00"}),
            (std::vector<double>{one("2023-01-13 14:05"), one("2023-02-01")}));
  EXPECT_EQ(times_of({"13.01.98"})[0], one("1998-01-13"));
  EXPECT_EQ(times_of({"23-01-13", "98-12-31"}), (std::vector<double>{day, one("1998-12-31")}));
  EXPECT_EQ(times_of({"01/13/23 12:00:00 AM", "01/13/23 01:00:00 PM"}),
            (std::vector<double>{day, one("2023-01-13 13:00")}));
  EXPECT_EQ(times_of({"14:30", "9:05"}), (std::vector<double>{52200, 32700}));
  EXPECT_EQ(times_of({"20230113T140500", "20230113T000000"})[1], day);
  EXPECT_EQ(times_of({"05/05/23", "06/06/23"})[0], one("2023-05-05"));  // either way the same
  EXPECT_EQ(refused({"05/05/23", "01/02/23"}),
            "column 'date': holds dates such as '01/02/23' in line 3, of which nobody can tell "
            "whether the day or the month comes first; write them as 2026-11-29");
  EXPECT_NE(refused({"23-01-13", "24-12-31"}).find("whether the day or the year comes first"),
            std::string::npos);
  EXPECT_EQ(refused({"01/02/23", "01/13/23", "13/01/23"}),
            "column 'date': line 4 is '13/01/23', should be a date as in line 2, '01/02/23'");
  EXPECT_EQ(refused({"14:30", "25:10"}),
            "column 'date': line 3 is '25:10', should be a time of day as in line 2, '14:30'");
  EXPECT_NE(refused({"", "01/13/23"}).find("line 2 is empty, should be a time"), std::string::npos);
}

TEST(Instant, NothingIsInvented) {
  for (const char* cell :
       {"", "yesterday", "2026-13-01", "2026-02-30", "2026-11-29 25:00", "2026-11-29 14:61",
        "2026-11-29 14:05:60", "2026-11-29 14", "2026-11-29T", "2026-11-29 14:05 ",
        "2026-11-29 13:05 PM", "29-11-26", "2026-11-29x", "2026-11-29 14:05+99:00", "nan"})
    EXPECT_NE(refused({"2026-11-29", cell}).find("line 3 is "), std::string::npos) << cell;
  EXPECT_EQ(refused({"3", "two"}),
            "column 'date': line 2 is '3', should be a time: a number, or a date such as "
            "2026-11-29 14:05");
}

}  // namespace
}  // namespace hebb::data
