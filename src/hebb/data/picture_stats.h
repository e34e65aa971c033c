// What pictures look like on the whole, to notice one that a model was never trained for, such as a
// dark shoe on white for a model trained on black backgrounds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hebb/base/fields.h"
#include "hebb/data/image_buffer.h"
#include "hebb/data/running_moments.h"

namespace hebb::data {

// Of one picture; levels 0..1.
struct PictureStats {
  std::vector<double> channel_mean, channel_std;  // of the pixels of each channel
  double mean = 0, spread = 0;                    // of all pixels: mean and standard deviation
  double border = 0;                              // mean of the outermost pixels
  HEBB_FIELDS(channel_mean, channel_std, mean, spread, border)
};

struct Moments {
  double mean = 0, deviation = 0;
  HEBB_FIELDS(mean, deviation)
};

// Of a training set: the channels over all pixels (what `normalize = "auto"` uses), and how the
// pictures' own figures are spread.
struct TrainingStats {
  int64_t count = 0;  // pictures
  std::vector<double> channel_mean, channel_std;
  Moments mean, spread, border;
  HEBB_FIELDS(count, channel_mean, channel_std, mean, spread, border)
};

PictureStats picture_stats(const ImageBuffer& image);
PictureStats picture_stats(PictureShape shape, const uint8_t* pixels);

// Adds up pictures, in any number; the order they come in is the order they are summed in.
class TrainingStatsSum {
 public:
  void add(const PictureStats& picture);
  TrainingStats done() const;

 private:
  int64_t count_ = 0;
  std::vector<RunningMoments> channel_mean_;
  std::vector<double> channel_variance_;  // summed over pictures
  RunningMoments mean_, spread_, border_;
};

// What is unusual about a picture, as a warning for its reader, or nothing.
std::optional<std::string> unlike_training(const PictureStats& picture,
                                           const TrainingStats& training);

}  // namespace hebb::data
