#include "hebb/graph/fit_sizes.h"

#include <algorithm>
#include <numeric>

namespace hebb {
namespace {

__extension__ using Wide = __int128;

// Linear systems are solved modulo this prime and then checked in whole numbers, so nothing is
// rounded.
constexpr int64_t prime = (int64_t(1) << 61) - 1;

int64_t reduced(Wide value) {
  const auto rest = int64_t(value % prime);
  return rest < 0 ? rest + prime : rest;
}

int64_t inverse(int64_t value) {  // Fermat
  int64_t out = 1;
  for (int64_t exponent = prime - 2; exponent > 0; exponent /= 2) {
    if (exponent % 2)
      out = reduced(Wide(out) * value);
    value = reduced(Wide(value) * value);
  }
  return out;
}

// Solves rows * x = last column; nothing when there is no solution or more than one.
std::optional<std::vector<int64_t>> solve(std::vector<std::vector<int64_t>> rows, size_t unknowns) {
  for (size_t c = 0; c < unknowns; ++c) {
    size_t pivot = c;
    while (pivot < rows.size() && rows[pivot][c] == 0)
      ++pivot;
    if (pivot == rows.size())
      return std::nullopt;
    std::swap(rows[c], rows[pivot]);
    const int64_t scale = inverse(rows[c][c]);
    for (int64_t& value : rows[c])
      value = reduced(Wide(value) * scale);
    for (size_t r = 0; r < rows.size(); ++r) {
      const int64_t times = rows[r][c];
      if (r == c || times == 0)
        continue;
      for (size_t k = c; k <= unknowns; ++k)
        rows[r][k] = reduced(rows[r][k] - Wide(times) * rows[c][k]);
    }
  }
  for (size_t r = unknowns; r < rows.size(); ++r)
    if (rows[r][unknowns] != 0)
      return std::nullopt;
  std::vector<int64_t> out;
  for (size_t c = 0; c < unknowns; ++c)  // residues as small numbers of either sign
    out.push_back(rows[c][unknowns] > prime / 2 ? rows[c][unknowns] - prime : rows[c][unknowns]);
  return out;
}

constexpr size_t most_atoms = 16, most_products = 20000, most_pairs = 80;

}  // namespace

SizeFitter::SizeFitter(std::vector<SymbolSizes> points) : points_(std::move(points)) {
  for (size_t symbol = 0; symbol < points_[0].size(); ++symbol) {
    const SizeFactor itself{.symbol = int(symbol)};
    atoms_.push_back({{{itself}, values_of(itself)}});
  }
}

std::vector<int64_t> SizeFitter::values_of(const SizeFactor& factor) const {
  std::vector<int64_t> out;
  for (const SymbolSizes& point : points_)
    out.push_back(factor.at(point));
  return out;
}

std::set<int> SizeFitter::symbols_of(const std::vector<int64_t>& values) const {
  std::set<int> out;
  for (size_t k = 1; k < points_.size(); ++k) {
    std::vector<int> moved;
    for (size_t s = 0; s < points_[k].size(); ++s)
      if (points_[k][s] != points_[0][s])
        moved.push_back(int(s));
    if (moved.size() == 1 && values[k] != values[0])
      out.insert(moved[0]);
  }
  return out;
}

// The sum of a constant and a multiple of each column.
std::optional<SymbolicSize> SizeFitter::fit(const std::vector<const Column*>& columns,
                                            const std::vector<int64_t>& values) const {
  const size_t unknowns = columns.size() + 1;
  if (points_.size() <= unknowns)
    return std::nullopt;
  std::vector<std::vector<int64_t>> rows(points_.size());
  for (size_t k = 0; k < points_.size(); ++k) {
    for (const Column* column : columns)
      rows[k].push_back(reduced(column->values[k]));
    rows[k].push_back(1);
    rows[k].push_back(reduced(values[k]));
  }
  const auto found = solve(std::move(rows), unknowns);
  if (!found)
    return std::nullopt;
  SymbolicSize size;
  for (size_t c = 0; c < unknowns; ++c)
    if ((*found)[c] != 0)
      size.terms.push_back(
          {(*found)[c], c < columns.size() ? columns[c]->factors : std::vector<SizeFactor>{}});
  for (size_t k = 0; k < points_.size(); ++k) {
    Wide sum = 0;
    for (size_t c = 0; c < unknowns; ++c)
      sum += Wide((*found)[c]) * (c < columns.size() ? columns[c]->values[k] : 1);
    if (sum != values[k])
      return std::nullopt;
  }
  return size;
}

// values = coefficient * floor((scale * symbol + offset) / divisor) + constant. The slope over a
// long distance gives coefficient * scale / divisor. The jumps between neighbouring sizes give the
// rest.
std::optional<SymbolicSize> SizeFitter::fit_floor(int symbol,
                                                  const std::vector<int64_t>& values) const {
  constexpr int64_t too_large = int64_t(1) << 50;  // leaves room to multiply by sizes
  for (int64_t value : values)
    if (value > too_large || value < -too_large)
      return std::nullopt;
  std::map<int64_t, int64_t> along;
  for (size_t k = 0; k < points_.size(); ++k) {
    SymbolSizes other = points_[k];
    other[size_t(symbol)] = points_[0][size_t(symbol)];
    if (other == points_[0])
      along.emplace(points_[k][size_t(symbol)], values[k]);
  }
  const auto [first, start] = *along.begin();
  const auto [last, end] = *along.rbegin();
  int64_t following = 0;
  while (along.contains(first + following + 1))
    ++following;
  const int64_t shared = std::gcd(end - start, last - first);
  const int64_t steep = (end - start) / shared, unit = (last - first) / shared;
  for (int64_t divisor = unit; divisor <= following; divisor += unit) {
    const int64_t both = steep * (divisor / unit);
    for (int64_t scale = 1; scale <= std::min(std::abs(both), following); ++scale) {
      if (both % scale != 0 || std::gcd(scale, divisor) != 1)
        continue;
      const int64_t coefficient = both / scale;
      for (int64_t offset = 0; offset < divisor; ++offset) {
        SizeFactor factor{symbol, scale, offset, divisor};
        SymbolSizes at = points_[0];
        at[size_t(symbol)] = first;
        int64_t constant = start - coefficient * factor.at(at);
        const bool fits = std::all_of(along.begin(), along.end(), [&](const auto& seen) {
          at[size_t(symbol)] = seen.first;
          return coefficient * factor.at(at) + constant == seen.second;
        });
        if (!fits)
          continue;
        // (H-2)/2 instead of H/2-1: products are made of such factors.
        if (constant % coefficient == 0) {
          factor.offset += constant / coefficient * divisor;
          constant = 0;
        }
        const Column column{{factor}, values_of(factor)};
        return fit({&column}, values);
      }
    }
  }
  return std::nullopt;
}

void SizeFitter::learn(const std::vector<int64_t>& values) {
  const std::set<int> symbols = symbols_of(values);
  if (symbols.size() != 1 || known_.contains(values))
    return;
  const int symbol = *symbols.begin();
  std::vector<Column>& atoms = atoms_[size_t(symbol)];
  if (const auto affine = fit({&atoms[0]}, values)) {
    known_.emplace(values, affine);
    if (affine->terms.size() == 2 && affine->terms[0].coefficient > 0 && atoms.size() < most_atoms)
      atoms.push_back(
          {{{symbol, affine->terms[0].coefficient, affine->terms[1].coefficient}}, values});
    return;
  }
  for (const Column& atom : atoms)
    if (auto multiple = fit({&atom}, values)) {
      known_.emplace(values, std::move(multiple));
      return;
    }
  if (auto found = fit_floor(symbol, values)) {
    const std::vector<SizeFactor> factors = found->terms[0].factors;
    if (atoms.size() < most_atoms)
      atoms.push_back({factors, values_of(factors[0])});
    known_.emplace(values, std::move(found));
  }
}

// Products of one or two atoms of each symbol.
std::vector<SizeFitter::Column> SizeFitter::products(const std::set<int>& symbols) const {
  std::vector<Column> out{{{}, std::vector<int64_t>(points_.size(), 1)}};
  for (int symbol : symbols) {
    const std::vector<Column>& atoms = atoms_[size_t(symbol)];
    std::vector<Column> longer;
    auto append = [&](const Column& a, const Column& b) {
      Column product = a;
      product.factors.insert(product.factors.end(), b.factors.begin(), b.factors.end());
      bool fits = true;
      for (size_t k = 0; k < points_.size(); ++k)
        fits = fits && !__builtin_mul_overflow(a.values[k], b.values[k], &product.values[k]);
      if (fits)
        longer.push_back(std::move(product));
    };
    const bool squares = out.size() * atoms.size() * atoms.size() < most_products;
    for (const Column& so_far : out)
      for (const Column& atom : atoms)
        append(so_far, atom);
    const size_t single = longer.size();
    for (size_t i = 0; squares && i < single; ++i)
      for (const Column& atom : atoms)
        append(Column(longer[i]), atom);
    out = std::move(longer);
  }
  return out;
}

std::optional<SymbolicSize> SizeFitter::find(const std::vector<int64_t>& values) {
  if (std::all_of(values.begin(), values.end(), [&](int64_t v) { return v == values[0]; }))
    return SymbolicSize(values[0]);
  if (const auto found = known_.find(values); found != known_.end())
    return found->second;
  const std::set<int> symbols = symbols_of(values);
  auto search = [&]() -> std::optional<SymbolicSize> {
    const std::vector<Column> all = products(symbols);
    std::vector<const Column*> few;
    for (const Column& product : all) {
      if (auto size = fit({&product}, values))
        return size;
      if (product.factors.size() == symbols.size())
        few.push_back(&product);
    }
    std::vector<const Column*> raw;  // sums of atoms, and of products
    for (int symbol : symbols)
      for (const Column& atom : atoms_[size_t(symbol)])
        raw.push_back(&atom);
    for (const auto& columns : {raw, few})
      for (size_t i = 0; i < columns.size() && columns.size() <= most_pairs; ++i)
        for (size_t j = i + 1; j < columns.size(); ++j)
          if (auto size = fit({columns[i], columns[j]}, values))
            return size;
    // All polynomials of the symbols themselves.
    std::vector<Column> powers;
    std::vector<Column> last{{{}, std::vector<int64_t>(points_.size(), 1)}};
    for (int degree = 1; degree <= 3; ++degree) {
      std::vector<Column> next;
      for (const Column& low : last)
        for (int symbol : symbols) {
          if (!low.factors.empty() && low.factors.back().symbol > symbol)
            continue;
          Column high = low;
          high.factors.push_back({.symbol = symbol});
          for (size_t k = 0; k < points_.size(); ++k)
            high.values[k] = reduced(Wide(high.values[k]) * points_[k][size_t(symbol)]);
          next.push_back(std::move(high));
        }
      powers.insert(powers.begin(), next.begin(), next.end());
      last = std::move(next);
      std::vector<const Column*> columns;
      for (const Column& power : powers)
        columns.push_back(&power);
      if (auto size = fit(columns, values))
        return size;
    }
    return std::nullopt;
  };
  return known_.emplace(values, symbols.empty() ? std::nullopt : search()).first->second;
}

}  // namespace hebb
