// ops/indexing.cc: picking elements by position.

#include "hebb/ops/indexing.h"

#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/gather.h"
#include "hebb/ops/views.h"

namespace hebb {

namespace {

// Negative positions of an axis, as positions; index_select takes none, as PyTorch's does not.
Tensor counted_from_the_end(const Tensor& positions, int64_t size) {
  const Tensor p = cast(positions, DType::i64);
  return where(lt(p, 0), p + size, p);
}

}  // namespace

Tensor index(const Tensor& input, const std::vector<Index>& index) {
  const auto takes_dim = [](const Index& i) {
    return i.kind != Index::Kind::new_axis && i.kind != Index::Kind::ellipsis;
  };
  const int64_t used = std::count_if(index.begin(), index.end(), takes_dim);
  check(used <= input.dim(), "index: {} positions for a tensor of {} dimensions", used,
        input.dim());
  check(std::count_if(index.begin(), index.end(),
                      [](const Index& i) { return i.kind == Index::Kind::ellipsis; }) <= 1,
        "index: more than one ellipsis");
  Tensor out = input;
  int64_t axis = 0;
  for (const Index& i : index) {
    switch (i.kind) {
      case Index::Kind::position:
        out = select(out, axis, i.position);
        break;
      case Index::Kind::slice:
        out = slice(out, axis++, i.slice);
        break;
      case Index::Kind::new_axis:
        out = unsqueeze(out, axis++);
        break;
      case Index::Kind::ellipsis:
        axis += input.dim() - used;
        break;
      case Index::Kind::tensor:
        check(i.tensor.dim() == 1 && is_integral(i.tensor.dtype()),
              "index: a tensor as an index should hold integers in one dimension, but is {}; "
              "nonzero() and gather() take others",
              describe(i.tensor));
        out = index_select(out, axis, counted_from_the_end(i.tensor, out.size(axis)));
        ++axis;
        break;
    }
  }
  return out;
}

}  // namespace hebb
