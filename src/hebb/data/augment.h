// Augmentation: random changes of a picture that keep its label, on bytes. A line of a
// configuration makes each:
//   augment = ["random_crop 28 padding=2", "horizontal_flip", "rotation 15"]
// What is drawn depends on (seed, epoch, sample) alone, so the order of samples and the number of
// workers do not matter.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/base/philox.h"
#include "hebb/base/spec.h"
#include "hebb/data/image_buffer.h"

namespace hebb::data {

class Transform {
 public:
  virtual ~Transform() = default;
  virtual void apply(ImageBuffer& image, Philox& random) const = 0;
  virtual PictureShape output_shape(PictureShape input) const {
    return input;
  }                                           // Error when it cannot take such pictures
  virtual std::string to_string() const = 0;  // the line that makes it again
};

std::unique_ptr<Transform> make_transform(std::string_view line);

// The kinds of transforms, for `hebb help`: how each is written, and what it does.
std::vector<SpecHelp> transform_help();

}  // namespace hebb::data
