// Non-maximum suppression: boxes [N, 4] as x1, y1, x2, y2 in the order of their scores, without
// those that overlap a better one (of the same group, where there are groups).

#include <algorithm>
#include <numeric>

#include "hebb/kernels/cpu/accumulate.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/make_floating.h"
#include "hebb/kernels/cpu/smaller.h"
#include "hebb/kernels/cpu/wide.h"
#include "hebb/kernels/roi.h"

namespace hebb::cpu::impl {
namespace {

template <class T>
class Nms : public Kernel {
  using C = typename ComputeType<T>::type;

 public:
  explicit Nms(const Signature& s)
      : boxes_(s.in[0]), scores_(s.in[1]), grouped_(s.in.size() > 2),
        group_step_(grouped_ ? s.in[2].strides[0] : 0), count_(s.in[0].shape[0]),
        threshold_(s.attributes<NmsAttrs>().iou_threshold) {
    name = "plain";
    scratch_bytes = size_t(count_) * (2 * sizeof(int64_t) + 5 * sizeof(C) + 1);
  }

  void run(const Buffers& b) const override {
    const Sorted sorted = sort(b);
    auto* kept = b.output<int64_t>(0);
    int64_t found = 0;
    for (int64_t i = 0; i < count_; ++i) {
      if (sorted.gone[i])
        continue;
      kept[found++] = sorted.order[i];
      for (int64_t k = i + 1; k < count_; ++k)
        if (sorted.group[k] == sorted.group[i] && overlap(sorted, i, k) > threshold_)
          sorted.gone[k] = 1;
    }
    *b.output<int64_t>(1) = found;
  }

 private:
  struct Sorted {  // in scratch memory, the best box first
    int64_t *order, *group;
    C *x1, *y1, *x2, *y2, *area;
    char* gone;
  };

  Sorted sort(const Buffers& b) const {
    Sorted s;
    s.order = static_cast<int64_t*>(b.scratch);
    s.group = s.order + count_;
    s.x1 = reinterpret_cast<C*>(s.group + count_);
    s.y1 = s.x1 + count_;
    s.x2 = s.y1 + count_;
    s.y2 = s.x2 + count_;
    s.area = s.y2 + count_;
    s.gone = reinterpret_cast<char*>(s.area + count_);
    const T* scores = b.input<T>(1);
    std::iota(s.order, s.order + count_, int64_t(0));
    std::sort(s.order, s.order + count_, [&](int64_t i, int64_t k) {
      const T a = scores[i * scores_.strides[0]], c = scores[k * scores_.strides[0]];
      const bool less = smaller(c, a);
      return less != smaller(a, c) ? less : i < k;
    });
    for (int64_t i = 0; i < count_; ++i) {
      const T* box = b.input<T>(0) + s.order[i] * boxes_.strides[0];
      const auto at = [&](int64_t k) { return wide<C>(box[k * boxes_.strides[1]]); };
      s.x1[i] = at(0);
      s.y1[i] = at(1);
      s.x2[i] = at(2);
      s.y2[i] = at(3);
      s.area[i] = (s.x2[i] - s.x1[i]) * (s.y2[i] - s.y1[i]);
      s.group[i] = grouped_ ? b.input<int64_t>(2)[s.order[i] * group_step_] : 0;
      s.gone[i] = 0;
    }
    return s;
  }

  // Intersection over union.
  static double overlap(const Sorted& s, int64_t i, int64_t k) {
    const C width = std::max(C(0), std::min(s.x2[i], s.x2[k]) - std::max(s.x1[i], s.x1[k])),
            height = std::max(C(0), std::min(s.y2[i], s.y2[k]) - std::max(s.y1[i], s.y1[k])),
            both = width * height;
    return double(both / (s.area[i] + s.area[k] - both));
  }

  Operand boxes_, scores_;
  bool grouped_;
  int64_t group_step_, count_;
  double threshold_;
};

}  // namespace

PreparedKernel nms_plain(const Signature& s) {
  return make_floating<Nms>(s);
}

}  // namespace hebb::cpu::impl
