// Tables: reading a large CSV file, and the way from a raw file to the last batch of an epoch.
// Prints the best and the median of five. Its peers: bench/peers/tables.py, and tables.sh, which
// runs them in turns.
//   build/release/bin/bench_tables read LARGE.csv
//   HEBB_DATA=FOLDER build/release/bin/bench_tables adult
// LARGE.csv: peers/tables.py write LARGE.csv 200 makes one of 200 MB.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <string>

#include "hebb/data/loader.h"
#include "hebb/data/open.h"
#include "hebb/formats/csv.h"

using namespace hebb;

namespace {

void print_times(const char* what, const std::function<void()>& f) {
  std::vector<double> ms;
  for (int i = 0; i < 5; ++i) {
    const auto start = std::chrono::steady_clock::now();
    f();
    ms.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
                     .count());
  }
  std::sort(ms.begin(), ms.end());
  fmt::print("{}: best {:.1f} ms, median {:.1f} ms\n", what, ms[0], ms[2]);
}

// The sum of all numbers: what was read is looked at.
double read(const std::string& path) {
  const CsvTable table = read_csv(path);
  double sum = 0;
  for (const CsvChunk& chunk : table.chunks)
    for (const CsvCell& cell : chunk.cells)
      sum += cell.number;
  return sum;
}

int64_t adult() {
  const data::Dataset train = data::open("adult/adult.data.gz", {.target = "15"});
  int64_t rows = 0;
  for (auto [x, y] : data::Loader(train, {.batch_size = 64, .shuffle = true, .seed = 1}))
    rows += x.size(0);
  return rows;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  if (what == "read" && argc == 3) {
    const double sum = read(argv[2]);
    print_times("read", [&] {
      if (read(argv[2]) != sum)
        std::abort();
    });
    fmt::print("sum of its numbers: {:.6g}\n", sum);
    return 0;
  }
  if (what == "adult") {
    if (adult() != 32561) {
      fmt::print("wrong: Adult has 32,561 rows\n");
      return 1;
    }
    print_times("adult, from the file to the last batch", [] { adult(); });
    return 0;
  }
  fmt::print("bench_tables read LARGE.csv | adult\n");
  return 2;
}
