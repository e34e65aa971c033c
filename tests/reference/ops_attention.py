"""Writes ops_attention.json and .npz: attention. Run: python3 ops_attention.py"""
from attention import add_attention
from ops_cases import Cases, randn

cases = Cases("attention")
add_attention(lambda *given: cases.add(*given, fixed=("alibi_slopes",)), randn)
for length, keys, size in [(50, 133, 8), (3, 140, 16)]:  # beyond the tiles of the fast kernel
    cases.add("scaled_dot_product_attention", f"{length} queries", {"query": randn(1, 1, length, size), "key": randn(1, 1, keys, size), "value": randn(1, 1, keys, size)})
cases.write()
