// cast: numbers f64 or f32 become f32, which layers take.
#include <algorithm>

#include "hebb/data/step_entry.h"

namespace hebb::data {
namespace {

class Cast : public StepOf<NoOptions, step_word::cast> {
 public:
  using StepOf::StepOf;
  std::vector<std::string> words() const override { return {}; }
  bool takes_many() const override { return true; }

 protected:
  Field map(const Field& in) const override {
    check_in(in.kind == FieldKind::number && (in.dtype == f32 || in.dtype == f64), ErrorKind::usage,
             "cast", "takes numbers, f32 or f64, not {}", describe(in));
    Field out = in;
    out.dtype = f32;
    return out;
  }

  void change(const Value& in, Value& out, const std::string&, Philox&) const override {
    const int64_t samples = in.samples(), numbers = samples * in.count();
    auto* to = static_cast<float*>(out.make(f32, in.shape(), samples));
    if (in.dtype() == f64)
      std::copy_n(in.data<double>(), numbers, to);
    else
      std::copy_n(in.data<float>(), numbers, to);
  }
};

}  // namespace

constinit const StepEntry step_word::cast = {
    .name = "cast",
    .what = "numbers become f32",
    .make = step_of<Cast, NoOptions, step_word::cast>,
};

}  // namespace hebb::data
