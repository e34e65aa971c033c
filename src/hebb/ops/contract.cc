// ops/contract.cc: products of labelled tensors, as one batched matrix product.

#include "hebb/ops/contract.h"

#include <algorithm>

#include "hebb/kernels/reduce.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/matmul.h"
#include "hebb/ops/op.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/reduce.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

bool holds(const std::vector<int>& labels, int label) {
  return std::find(labels.begin(), labels.end(), label) != labels.end();
}

using Labels = std::vector<int>;

Labels joined(const Labels& a, const Labels& b, const Labels& c = {}) {
  Labels all = a;
  all.insert(all.end(), b.begin(), b.end());
  all.insert(all.end(), c.begin(), c.end());
  return all;
}

Dims sizes(const Labelled& x, const Labels& labels) {
  Dims all;
  for (int label : labels)
    all.push_back(x.size(label));
  return all;
}

// The labels' sizes of 1 repeated to the size that the other operand has there.
Labelled repeated(const Labelled& x, const Labels& labels, const Labelled& other) {
  Dims shape = x.tensor.shape();
  for (size_t i = 0; i < shape.size(); ++i)
    if (shape[i] == 1 && holds(labels, x.labels[i]))
      shape[i] = other.size(x.labels[i]);
  return {shape == x.tensor.shape() ? x.tensor : expand(x.tensor, shape), x.labels};
}

}  // namespace

bool Labelled::has(int label) const {
  return holds(labels, label);
}

int64_t Labelled::size(int label) const {
  return tensor.size(std::find(labels.begin(), labels.end(), label) - labels.begin());
}

Labelled sum_unless(const Labelled& x, const std::vector<int>& kept) {
  Dims summed;
  Labelled out{x.tensor, {}};
  for (size_t i = 0; i < x.labels.size(); ++i)
    if (holds(kept, x.labels[i]))
      out.labels.push_back(x.labels[i]);
    else
      summed.push_back(int64_t(i));
  if (!summed.empty())
    out.tensor = call(op::sum, {x.tensor}, ReduceAttrs{summed, false, x.tensor.dtype()});
  return out;
}

Tensor in_order(const Labelled& x, const std::vector<int>& labels) {
  if (labels == x.labels)
    return x.tensor;
  Dims dims;
  for (int label : labels)
    dims.push_back(std::find(x.labels.begin(), x.labels.end(), label) - x.labels.begin());
  return permute(x.tensor, dims);
}

Labelled contract(const Labelled& given_a, const Labelled& given_b, const std::vector<int>& kept) {
  Labelled a = sum_unless(given_a, joined(kept, given_b.labels)),
           b = sum_unless(given_b, joined(kept, given_a.labels));
  Labels batch, summed, left, right;
  for (int label : a.labels)
    (!b.has(label) ? left : holds(kept, label) ? batch : summed).push_back(label);
  for (int label : b.labels)
    if (!a.has(label))
      right.push_back(label);
  const Labels labels = joined(batch, left, right);
  if (summed.empty()) {  // element by element; what only one has broadcasts
    Tensor x = in_order(a, joined(batch, left)), y = in_order(b, joined(batch, right));
    for (size_t i = 0; i < right.size(); ++i)
      x = unsqueeze(x, -1);
    for (size_t i = 0; i < left.size(); ++i)
      y = unsqueeze(y, int64_t(batch.size()));
    return {x * y, labels};
  }
  const Labels shared = joined(batch, summed);
  a = repeated(a, shared, b);
  b = repeated(b, shared, a);
  const Dims outer = sizes(a, batch), rows = sizes(a, left), columns = sizes(b, right);
  const int64_t depth = product(sizes(a, summed));
  Dims left_shape{product(rows), depth}, right_shape{depth, product(columns)};
  if (!batch.empty()) {
    left_shape.insert(0, product(outer));
    right_shape.insert(0, product(outer));
  }
  const Tensor out = matmul(reshape(in_order(a, joined(batch, left, summed)), left_shape),
                            reshape(in_order(b, joined(batch, summed, right)), right_shape));
  Dims shape = outer;
  shape.append(rows.begin(), rows.end());
  shape.append(columns.begin(), columns.end());
  return {reshape(out, shape), labels};
}

}  // namespace hebb
