// ops/indexing.cc: picking and replacing elements by position.

#include "hebb/ops/indexing.h"

#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/ops/advanced.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/gather.h"
#include "hebb/ops/views.h"

namespace hebb {
namespace {

// How many dimensions an index takes of the tensor.
int64_t taken_by(const Index& i) {
  switch (i.kind) {
    case Index::Kind::new_axis:
    case Index::Kind::ellipsis:
      return 0;
    case Index::Kind::tensor:
      return i.tensor.dtype() == DType::boolean ? i.tensor.dim() : 1;
    default:
      return 1;
  }
}

// The view that positions, slices and new axes make, and the tensors, each with the dimension of
// the view from which on it indexes.
struct Indexed {
  Tensor view;
  std::vector<Tensor> tensors;
  Dims dims;
};

Indexed basic(const Tensor& input, const std::vector<Index>& index) {
  int64_t used = 0;
  for (const Index& i : index)
    used += taken_by(i);
  check(used <= input.dim(), "index: {} positions for a tensor of {} dimensions", used,
        input.dim());
  check(std::count_if(index.begin(), index.end(),
                      [](const Index& i) { return i.kind == Index::Kind::ellipsis; }) <= 1,
        "index: more than one ellipsis");
  Indexed out{input, {}, {}};
  int64_t axis = 0;
  for (const Index& i : index) {
    switch (i.kind) {
      case Index::Kind::position:
        out.view = select(out.view, axis, i.position);
        break;
      case Index::Kind::slice:
        out.view = slice(out.view, axis++, i.slice);
        break;
      case Index::Kind::new_axis:
        out.view = unsqueeze(out.view, axis++);
        break;
      case Index::Kind::ellipsis:
        axis += input.dim() - used;
        break;
      case Index::Kind::tensor:
        check(is_integral(i.tensor.dtype()) || i.tensor.dtype() == DType::boolean,
              "index: a tensor as an index should hold integers or bool, but is {}",
              describe(i.tensor));
        out.tensors.push_back(i.tensor);
        out.dims.push_back(axis);
        axis += taken_by(i);
        break;
    }
  }
  return out;
}

// Negative positions of an axis, as positions; index_select takes none, as PyTorch's does not.
Tensor counted_from_the_end(const Tensor& positions, int64_t size) {
  const Tensor p = cast(positions, DType::i64);
  return where(lt(p, 0), p + size, p);
}

}  // namespace

Tensor index(const Tensor& input, const std::vector<Index>& index) {
  const Indexed found = basic(input, index);
  if (found.tensors.empty())
    return found.view;
  const Tensor& first = found.tensors[0];
  const int64_t axis = found.dims[0];
  if (found.tensors.size() == 1 && first.dim() == 1 && first.dtype() != DType::boolean)
    return index_select(found.view, axis, counted_from_the_end(first, found.view.size(axis)));
  return index_tensors(found.view, found.tensors, found.dims);
}

Tensor& index_put_(Tensor& input, const std::vector<Index>& index, const Tensor& values,
                   bool accumulate) {
  Indexed found = basic(input, index);
  const Tensor given = values.is_number() ? values : cast(values, input.dtype());
  if (!found.tensors.empty())
    found.view.copy_(index_put(found.view, found.tensors, given, accumulate, found.dims));
  else
    found.view.copy_(accumulate ? cast(found.view + given, input.dtype()) : given);
  return input;
}

}  // namespace hebb
