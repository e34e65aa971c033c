// Trains a small classifier of points in the plane, saves it as a run, and opens it again: the same
// answers. The folder is like those of `hebb train`, so the program takes it as its own:
//   hebb eval points-run      hebb predict points-run new.csv      hebb runs show points-run

#include <hebb/data/dataset_stats.h>
#include <hebb/hebb.h>
#include <hebb/run/saved_run.h>

#include <cstring>
#include <fstream>
#include <iostream>
using namespace hebb;

// A table of points, inside and outside of a circle.
void write_points(const std::string& file, int rows) {
  const Tensor points = randn({rows, 2});
  std::ofstream table(file);
  table << "x,y,where\n";
  for (int i = 0; i < rows; ++i) {
    const float x = points.data<float>()[2 * i], y = points.data<float>()[2 * i + 1];
    table << x << ',' << y << ',' << (x * x + y * y < 1.4f ? "inside" : "outside") << '\n';
  }
}

int main() {
  manual_seed(7);
  write_points("points.csv", 600);
  write_points("new.csv", 200);
  const data::OpenOptions by{.target = "where"};
  const data::Dataset all = data::open("points.csv", by), fresh = data::open("new.csv", by);
  const std::vector<data::Dataset> parts = data::split(all, {0.8, 0.2});

  const data::DatasetStats stats = data::statistics(parts[0]);
  const data::Dataset train = data::normalize_like(parts[0], stats);
  const data::Dataset validation = data::normalize_like(parts[1], stats);

  nn::Sequential net(nn::Linear(2, 16), nn::Tanh(), nn::Linear(16, 2));
  Trainer trainer(net, {.loss = cross_entropy,
                        .optimizer = optim::adam({.lr = 1e-2}),
                        .metrics = {metrics::accuracy()}});
  const std::vector<EpochLog> history =
      trainer.fit(train, {.epochs = 30, .batch_size = 32, .validation_data = validation});
  save_run("points-run", net,
           {.train = train, .validation = validation, .test = fresh, .history = history});

  SavedRun run = open_run("points-run");
  std::cout << run.name << ": " << run.task << " of " << run.labels[0] << " and " << run.labels[1]
            << ", accuracy on the test part " << *find_value(run.metrics, "test_accuracy") << '\n';
  Trainer again(run.net, {.loss = cross_entropy});
  const Tensor answers = again.predict(fresh.with_recipe(run.recipe));

  const Tensor before = trainer.predict(fresh.with_recipe(train.recipe()));
  const bool same =
      std::memcmp(answers.raw_data(), before.raw_data(), size_t(before.nbytes())) == 0;
  std::cout << (same ? "the run that was opened gives the same answers\n" : "answers differ\n");
  return same ? 0 : 1;
}
