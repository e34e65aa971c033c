"""Attention by PyTorch, with the operator's operands and attributes: what ops_attention.py and f64.py share."""
import numpy as np
import torch


def run(query, key, value, attn_mask=None, alibi_slopes=None, is_causal=False, scale=None, enable_gqa=False, window_left=-1, window_right=-1, query_offset=0):
    if alibi_slopes is None and window_left < 0 and window_right < 0 and query_offset == 0:
        return torch.nn.functional.scaled_dot_product_attention(query, key, value, attn_mask, 0.0, is_causal, scale=scale, enable_gqa=enable_gqa)
    position = torch.arange(query.shape[-2])[:, None] + query_offset
    distance = torch.arange(key.shape[-2]) - position
    seen = torch.ones_like(distance, dtype=torch.bool)
    if window_left >= 0:
        seen &= distance >= -window_left
    if window_right >= 0 or is_causal:
        seen &= distance <= (0 if is_causal else window_right)
    bias = torch.zeros(distance.shape, dtype=query.dtype).masked_fill(~seen, -np.inf)
    if alibi_slopes is not None:
        bias = bias - alibi_slopes[:, None, None] * distance.abs()
    return torch.nn.functional.scaled_dot_product_attention(query, key, value, bias, scale=scale, enable_gqa=enable_gqa)


def add_attention(add, draw):
    def case(label, q, k, v, attrs=None, **more):
        add("scaled_dot_product_attention", label, {"query": draw(*q), "key": draw(*k), "value": draw(*v)} | more, attrs, run)

    case("plain", (2, 2, 3, 4), (2, 2, 5, 4), (2, 2, 5, 3))
    case("causal", (2, 2, 5, 4), (2, 2, 5, 4), (2, 2, 5, 4), {"is_causal": True})
    case("causal, fewer keys", (1, 2, 5, 4), (1, 2, 3, 4), (1, 2, 3, 4), {"is_causal": True})
    case("mask", (2, 2, 3, 4), (2, 2, 5, 4), (2, 2, 5, 3), attn_mask=draw(3, 5))
    case("bools", (2, 3, 4), (2, 5, 4), (2, 5, 3), attn_mask=np.arange(15).reshape(3, 5) % 3 != 1)
    case("scale", (3, 4), (5, 4), (5, 3), {"scale": 0.3})
    case("groups", (1, 4, 3, 2), (1, 2, 3, 2), (1, 2, 3, 2), {"enable_gqa": True})
    case("window", (1, 2, 4, 3), (1, 2, 7, 3), (1, 2, 7, 2), {"window_left": 2, "window_right": 1, "query_offset": 2})
    case("slopes", (1, 2, 4, 3), (1, 2, 4, 3), (1, 2, 4, 2), {"is_causal": True}, alibi_slopes=np.abs(draw(2)))
