// Padding and its gradient: any dtype, any strides. Positions are computed during the run: a list
// of them would be as large as the tensor, and the prepared kernel would keep it. Contiguous rows
// are copied whole. Channels-last stays channels-last.

#include <algorithm>
#include <cstring>
#include <numeric>

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/accumulate.h"
#include "hebb/kernels/cpu/fewer_types.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/layout.h"
#include "hebb/kernels/pad.h"
#include "hebb/tensor/element_types.h"

namespace hebb::cpu::impl {
namespace {

enum class Mode : uint8_t { constant, reflect, replicate, circular };

Mode mode_of(std::string_view word) {
  if (word == "reflect")
    return Mode::reflect;
  if (word == "replicate")
    return Mode::replicate;
  return word == "circular" ? Mode::circular : Mode::constant;
}

struct Axis {
  // before: positions before the first element; negative: removes some.
  int64_t size, padded, before;
  int64_t stride, padded_stride;  // in elements

  // How many elements are not cut off: what a circle goes around.
  int64_t kept() const {
    const int64_t behind = padded - size - before;
    return size + std::min<int64_t>(before, 0) + std::min<int64_t>(behind, 0);
  }

  // The position that one of the padded axis is copied from, or -1.
  int64_t source(int64_t o, Mode mode) const {
    const int64_t i = o - before;
    if (i >= 0 && i < size)
      return i;
    switch (mode) {
      case Mode::constant:
        break;
      case Mode::reflect:
        return i < 0 ? -i : 2 * (size - 1) - i;
      case Mode::replicate:
        return i < 0 ? 0 : size - 1;
      case Mode::circular:
        return i < 0 ? i + kept() : i - kept();
    }
    return -1;
  }

  // Calls f(position in the padded axis) for every copy of element i, in ascending order.
  template <class F>
  void for_each_copy(int64_t i, Mode mode, F&& f) const {
    const int64_t middle = i + before;
    auto at = [&](int64_t o) {
      if (o >= 0 && o < padded)
        f(o);
    };
    if (mode == Mode::replicate && i == 0)
      for (int64_t o = 0; o < before; ++o)
        f(o);
    if (mode == Mode::reflect && i > 0)
      at(before - i);
    const bool around = mode == Mode::circular && middle >= 0 && middle < padded;
    if (around)
      at(middle - kept());
    at(middle);
    if (around)
      at(middle + kept());
    if (mode == Mode::reflect && i < size - 1)
      at(before + 2 * (size - 1) - i);
    if (mode == Mode::replicate && i == size - 1)
      for (int64_t o = std::max<int64_t>(0, before + size); o < padded; ++o)
        f(o);
  }
};

// The axes, outermost in memory first; at least one.
std::vector<Axis> axes_of(const Operand& plain, const Operand& padded, const Dims& pad) {
  std::vector<size_t> order(plain.shape.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return padded.strides[a] > padded.strides[b]; });
  std::vector<Axis> axes;
  for (size_t i : order) {
    const size_t pair = plain.shape.size() - 1 - i;
    const int64_t before = 2 * pair < pad.size() ? pad[2 * pair] : 0;
    axes.push_back({plain.shape[i], padded.shape[i], before, plain.strides[i], padded.strides[i]});
  }
  if (axes.empty())
    axes.push_back({1, 1, 0, 1, 1});
  return axes;
}

constexpr int64_t grain = 1 << 15;  // elements a chunk

// The bits of `value`, converted to `dtype`.
template <class Item>
Item item_of(DType dtype, double value) {
  return visit(dtype, [&](auto type) {
    using T = typename decltype(type)::type;
    T typed;
    if constexpr (std::is_same_v<T, bool>)
      typed = value != 0;
    else if constexpr (std::is_integral_v<T>)
      typed = T(int64_t(value));
    else if constexpr (is_half_type<T>)
      typed = T(float(value));
    else
      typed = T(value);
    Item item{};
    std::memcpy(&item, &typed, std::min(sizeof item, sizeof typed));
    return item;
  });
}

template <class Item>
class Pad : public Kernel {
 public:
  explicit Pad(const Signature& s)
      : value_(item_of<Item>(s.in[0].dtype, s.attributes<PadAttrs>().value.value_or(0))),
        mode_(mode_of(s.attributes<PadAttrs>().mode)) {
    name = "plain";
    const auto& a = s.attributes<PadAttrs>();
    Operand out = s.out[0];
    if (!s.out_fixed && out.shape.size() > 2 && is_channels_last(s.in[0]) &&
        !is_row_major(s.in[0])) {
      out.strides = channels_last_strides(out.shape);
      gives_out = {out.strides};
    }
    axes_ = axes_of(s.in[0], out, a.pad);
    for (size_t i = 0; i + 1 < axes_.size(); ++i)
      rows_ *= axes_[i].padded;
    // The middle of a row, where neighbours are copied from neighbours.
    const Axis& last = axes_.back();
    begin_ = std::clamp<int64_t>(last.before, 0, last.padded);
    end_ = std::clamp<int64_t>(last.before + last.size, begin_, last.padded);
    dense_ = last.stride == 1 && last.padded_stride == 1;
  }

  void run(const Buffers& b) const override {
    const Axis& last = axes_.back();
    parallel_for(rows_, std::max<int64_t>(1, grain / std::max<int64_t>(1, last.padded)),
                 [&](int64_t begin, int64_t end) {
                   for (int64_t r = begin; r < end; ++r) {
                     int64_t rest = r, from = 0, to = 0;
                     bool inside = true;
                     for (size_t i = axes_.size() - 1; i-- > 0;) {
                       const int64_t o = rest % axes_[i].padded, source = axes_[i].source(o, mode_);
                       rest /= axes_[i].padded;
                       to += o * axes_[i].padded_stride;
                       from += source * axes_[i].stride;
                       inside = inside && source >= 0;
                     }
                     row(b.input<Item>(0) + (inside ? from : 0), b.output<Item>(0) + to, inside);
                   }
                 });
  }

 private:
  void row(const Item* from, Item* to, bool inside) const {
    const Axis& last = axes_.back();
    auto each = [&](int64_t begin, int64_t end) {
      for (int64_t o = begin; o < end; ++o) {
        const int64_t source = inside ? last.source(o, mode_) : -1;
        to[o * last.padded_stride] = source < 0 ? value_ : from[source * last.stride];
      }
    };
    if (!inside || !dense_)
      return each(0, last.padded);
    each(0, begin_);
    if (begin_ < end_)
      std::memcpy(to + begin_, from + begin_ - last.before, size_t(end_ - begin_) * sizeof(Item));
    each(end_, last.padded);
  }

  Item value_;
  Mode mode_;
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
    if (!s.out_fixed && out.shape.size() > 2 && is_channels_last(s.in[0]) &&
        !is_row_major(s.in[0])) {
      out.strides = channels_last_strides(out.shape);
      gives_out = {out.strides};
    }
    mode_ = mode_of(a.mode);
    axes_ = axes_of(out, s.in[0], a.pad);
    for (const Axis& axis : axes_)
      count_ *= axis.size;
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
    if (axis == axes_.size())
      return A(*dy);
    A total(0);
    axes_[axis].for_each_copy(index[axis], mode_, [&](int64_t o) {
      total += sum(dy + o * axes_[axis].padded_stride, index, axis + 1);
    });
    return total;
  }

  Mode mode_;
  std::vector<Axis> axes_;
  int64_t count_ = 1;
};

}  // namespace

PreparedKernel pad_plain(const Signature& s) {
  return visit_item(s.in[0].dtype, [&](auto item) -> PreparedKernel {
    return make_kernel<Pad<typename decltype(item)::type>>(s);
  });
}

PreparedKernel pad_backward_plain(const Signature& s) {
  return visit(s.in[0].dtype, [&](auto type) -> PreparedKernel {
    using T = typename decltype(type)::type;
    if constexpr (std::is_integral_v<T>)
      return nullptr;
    else
      return make_kernel<PadBackward<T>>(s);
  });
}

}  // namespace hebb::cpu::impl
