// Padding and its gradient: any dtype, any strides. Which element goes where is worked out once per axis; rows are copied whole
// where they lie in one piece. Channels-last stays channels-last.

#include <algorithm>
#include <cstring>
#include <numeric>

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/accumulate.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/layout.h"
#include "hebb/kernels/pad.h"

namespace hebb::cpu::impl {
namespace {

// For every position of the padded axis the one it is copied from, or -1.
std::vector<int64_t> sources(int64_t size, int64_t padded, int64_t before, std::string_view mode) {
  std::vector<int64_t> from;
  for (int64_t o = 0; o < padded; ++o) {
    int64_t i = o - before;
    if (i < 0 || i >= size) {
      if (mode == "reflect") i = i < 0 ? -i : 2 * (size - 1) - i;
      else if (mode == "replicate") i = std::clamp<int64_t>(i, 0, size - 1);
      else if (mode == "circular") i = i < 0 ? i + size : i - size;
      else i = -1;
    }
    from.push_back(i);
  }
  return from;
}

struct Axis {
  std::vector<int64_t> from;  // by position in the padded tensor
  int64_t size, padded;
  int64_t stride, padded_stride;  // in elements
};

// The axes, outermost in memory first; at least one.
std::vector<Axis> axes_of(const Operand& plain, const Operand& padded, const Dims& pad, std::string_view mode) {
  std::vector<size_t> order(plain.shape.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return padded.strides[a] > padded.strides[b]; });
  std::vector<Axis> axes;
  for (size_t i : order) {
    const size_t pair = plain.shape.size() - 1 - i;
    const int64_t before = 2 * pair < pad.size() ? pad[2 * pair] : 0;
    axes.push_back(
        {sources(plain.shape[i], padded.shape[i], before, mode), plain.shape[i], padded.shape[i], plain.strides[i], padded.strides[i]});
  }
  if (axes.empty()) axes.push_back({{0}, 1, 1, 1, 1});
  return axes;
}

constexpr int64_t grain = 1 << 15;  // elements a chunk

template <class T>
class Pad : public Kernel {
 public:
  Pad(const Signature& s, T value) : value_(value) {
    name = "plain";
    const auto& a = s.attributes<PadAttrs>();
    Operand out = s.out[0];
    if (!s.out_fixed && out.shape.size() > 2 && is_channels_last(s.in[0]) && !is_row_major(s.in[0])) {
      out.strides = channels_last_strides(out.shape);
      gives_out = {out.strides};
    }
    axes_ = axes_of(s.in[0], out, a.pad, a.mode);
    for (size_t i = 0; i + 1 < axes_.size(); ++i) rows_ *= axes_[i].padded;
    // The middle of a row, where neighbours come from neighbours.
    const Axis& last = axes_.back();
    while (begin_ < last.padded &&
           (last.from[size_t(begin_)] < 0 || (begin_ + 1 < last.padded && last.from[size_t(begin_) + 1] != last.from[size_t(begin_)] + 1)))
      ++begin_;
    end_ = begin_;
    while (end_ < last.padded && (end_ == begin_ || last.from[size_t(end_)] == last.from[size_t(end_) - 1] + 1)) ++end_;
    dense_ = last.stride == 1 && last.padded_stride == 1;
  }

  void run(const Buffers& b) const override {
    const Axis& last = axes_.back();
    parallel_for(rows_, std::max<int64_t>(1, grain / std::max<int64_t>(1, last.padded)), [&](int64_t begin, int64_t end) {
      for (int64_t r = begin; r < end; ++r) {
        int64_t rest = r, from = 0, to = 0;
        bool inside = true;
        for (size_t i = axes_.size() - 1; i-- > 0;) {
          const int64_t o = rest % axes_[i].padded, source = axes_[i].from[size_t(o)];
          rest /= axes_[i].padded;
          to += o * axes_[i].padded_stride;
          from += source * axes_[i].stride;
          inside = inside && source >= 0;
        }
        row(b.input<T>(0) + (inside ? from : 0), b.output<T>(0) + to, inside);
      }
    });
  }

 private:
  void row(const T* from, T* to, bool inside) const {
    const Axis& last = axes_.back();
    auto each = [&](int64_t begin, int64_t end) {
      for (int64_t o = begin; o < end; ++o) {
        const int64_t source = inside ? last.from[size_t(o)] : -1;
        to[o * last.padded_stride] = source < 0 ? value_ : from[source * last.stride];
      }
    };
    if (!inside || !dense_) return each(0, last.padded);
    each(0, begin_);
    if (begin_ < end_) std::memcpy(to + begin_, from + last.from[size_t(begin_)], size_t(end_ - begin_) * sizeof(T));
    each(end_, last.padded);
  }

  T value_;
  std::vector<Axis> axes_;
  int64_t rows_ = 1, begin_ = 0, end_ = 0;
  bool dense_ = false;
};

template <class T>
class PadBackward : public Kernel {
  using A = Accumulate<T>;

 public:
  explicit PadBackward(const Signature& s) {
    name = "plain";
    const auto& a = s.attributes<PadBackwardAttrs>();
    Operand out = s.out[0];
    if (!s.out_fixed && out.shape.size() > 2 && is_channels_last(s.in[0]) && !is_row_major(s.in[0])) {
      out.strides = channels_last_strides(out.shape);
      gives_out = {out.strides};
    }
    axes_ = axes_of(out, s.in[0], a.pad, a.mode);
    for (const Axis& axis : axes_) {
      std::vector<std::vector<int64_t>> copies(static_cast<size_t>(axis.size));
      for (int64_t o = 0; o < axis.padded; ++o)
        if (axis.from[size_t(o)] >= 0) copies[size_t(axis.from[size_t(o)])].push_back(o * axis.padded_stride);
      copies_.push_back(std::move(copies));
      count_ *= axis.size;
    }
  }
  void run(const Buffers& b) const override {
    parallel_for(count_, grain, [&](int64_t begin, int64_t end) {
      Dims index(axes_.size(), 0);
      for (int64_t i = begin; i < end; ++i) {
        int64_t rest = i, to = 0;
        for (size_t k = axes_.size(); k-- > 0;) {
          index[k] = rest % axes_[k].size;
          rest /= axes_[k].size;
          to += index[k] * axes_[k].stride;
        }
        b.output<T>(0)[to] = T(sum(b.input<T>(0), index, 0));
      }
    });
  }

 private:
  A sum(const T* dy, const Dims& index, size_t axis) const {
    if (axis == axes_.size()) return A(*dy);
    A total(0);
    for (int64_t offset : copies_[axis][size_t(index[axis])]) total += sum(dy + offset, index, axis + 1);
    return total;
  }

  std::vector<Axis> axes_;
  std::vector<std::vector<std::vector<int64_t>>> copies_;  // per axis and element: where its copies lie
  int64_t count_ = 1;
};

}  // namespace

PreparedKernel pad_plain(const Signature& s) {
  return visit(s.in[0].dtype, [&](auto type) -> PreparedKernel {
    using T = typename decltype(type)::type;
    const double v = s.attributes<PadAttrs>().value.value_or(0);
    if constexpr (std::is_same_v<T, bool>) return std::make_shared<Pad<T>>(s, v != 0);
    else if constexpr (std::is_integral_v<T>) return std::make_shared<Pad<T>>(s, T(int64_t(v)));
    else if constexpr (std::is_same_v<T, Half> || std::is_same_v<T, BFloat16>) return std::make_shared<Pad<T>>(s, T(float(v)));
    else return std::make_shared<Pad<T>>(s, T(v));
  });
}

PreparedKernel pad_backward_plain(const Signature& s) {
  return visit(s.in[0].dtype, [&](auto type) -> PreparedKernel {
    using T = typename decltype(type)::type;
    if constexpr (std::is_integral_v<T>) return nullptr;
    else return std::make_shared<PadBackward<T>>(s);
  });
}

}  // namespace hebb::cpu::impl
