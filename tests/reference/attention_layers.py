"""Writes attention_layers.npz: layers of attention as PyTorch computes them in f64. Run: python3 attention_layers.py

Of a case LABEL there are LABEL/in/NAME, LABEL/state/NAME, LABEL/out/0 (and 1: the weights), LABEL/gout/0 (given), and LABEL/grad/NAME, of floating inputs as well
as of parameters; tests/nn/attention_layers_test.cc makes the same layers and calls."""
import pathlib

import numpy as np
import torch
from torch import nn

torch.manual_seed(20261130)
arrays = {}


def store(label, tensor):
    tensor = tensor.detach()
    arrays[label] = (tensor.float() if tensor.is_floating_point() else tensor).clone().numpy()


def case(label, module, call, differentiable=("query", "key", "value", "src", "tgt", "memory"), **inputs):
    module.train(False)
    for p in module.parameters():
        p.data = torch.randn_like(p) * (0.5 if p.dim() > 1 else 1)
        p.requires_grad_()
    for name, tensor in module.state_dict().items():
        store(f"{label}/state/{name}", tensor)
    for name, tensor in inputs.items():
        store(f"{label}/in/{name}", tensor)
    module.double()
    inputs = {name: x.double().requires_grad_(name in differentiable) if x.is_floating_point() else x for name, x in inputs.items()}
    out = call(module, **inputs)
    out = out if isinstance(out, tuple) else (out,)
    out = [y for y in out if y is not None]
    gy = torch.randn_like(out[0]).float()
    out[0].backward(gy.double())
    store(f"{label}/gout/0", gy)
    for i, y in enumerate(out):
        store(f"{label}/out/{i}", y)
    for name, p in list(module.named_parameters()) + [(n, x) for n, x in inputs.items() if x.requires_grad]:
        store(f"{label}/grad/{name}", p.grad)


def draw(*shape):
    return torch.randn(*shape)


MHA = nn.MultiheadAttention
no_weights = {"need_weights": False}
case("self", MHA(8, 2), lambda m, query: m(query, query, query), query=draw(5, 3, 8))
case("cross", MHA(8, 2, batch_first=True), lambda m, query, key: m(query, key, key, average_attn_weights=False), query=draw(3, 4, 8), key=draw(3, 6, 8))
case("sizes", MHA(6, 3, kdim=4, vdim=5, bias=False), lambda m, query, key, value: m(query, key, value), query=draw(4, 2, 6), key=draw(7, 2, 4), value=draw(7, 2, 5))
case("one sequence", MHA(8, 4), lambda m, query, key_padding_mask: m(query, query, query, key_padding_mask=key_padding_mask), query=draw(5, 8),
     key_padding_mask=torch.tensor([False, False, True, False, True]))
padding = torch.tensor([[False, False, False, True], [False, True, True, True]])
case("padding", MHA(8, 2, batch_first=True), lambda m, query, key_padding_mask: m(query, query, query, key_padding_mask=key_padding_mask), query=draw(2, 4, 8),
     key_padding_mask=padding)
causal = torch.ones(4, 4, dtype=torch.bool).triu(1)
case("causal", MHA(8, 2, batch_first=True), lambda m, query, key_padding_mask: m(query, query, query, key_padding_mask=key_padding_mask, attn_mask=causal, **no_weights),
     query=draw(2, 4, 8), key_padding_mask=torch.tensor([[False, False, True, True], [False, True, False, False]]))
case("mask of heads", MHA(8, 2, batch_first=True), lambda m, query, key, attn_mask: m(query, key, key, attn_mask=attn_mask), query=draw(2, 3, 8), key=draw(2, 5, 8),
     attn_mask=draw(4, 3, 5))
case("added keys", MHA(8, 2, add_bias_kv=True, add_zero_attn=True),
     lambda m, query, attn_mask: m(query, query, query, attn_mask=attn_mask), query=draw(4, 2, 8), attn_mask=causal)
case("float and bool", MHA(8, 2, add_bias_kv=True, batch_first=True),
     lambda m, query, attn_mask, key_padding_mask: m(query, query, query, attn_mask=attn_mask, key_padding_mask=torch.zeros(2, 4).double().masked_fill(key_padding_mask, -np.inf)),
     query=draw(2, 4, 8), attn_mask=draw(4, 4), key_padding_mask=padding)

layer = {"d_model": 8, "nhead": 2, "dim_feedforward": 12, "dropout": 0.1}
case("encoder layer", nn.TransformerEncoderLayer(**layer), lambda m, src: m(src), src=draw(5, 2, 8))
case("encoder layer, norm first", nn.TransformerEncoderLayer(**layer, activation="gelu", norm_first=True, batch_first=True, layer_norm_eps=1e-3),
     lambda m, src, src_key_padding_mask: m(src, src_mask=causal, src_key_padding_mask=src_key_padding_mask), src=draw(2, 4, 8), src_key_padding_mask=padding)
case("encoder layer, no bias", nn.TransformerEncoderLayer(**layer, bias=False), lambda m, src: m(src), src=draw(3, 2, 8))
encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(**layer, batch_first=True), 2, nn.LayerNorm(8), enable_nested_tensor=False)
case("encoder", encoder, lambda m, src: m(src, mask=causal), src=draw(2, 4, 8))
case("decoder layer", nn.TransformerDecoderLayer(**layer), lambda m, tgt, memory: m(tgt, memory, tgt_mask=causal), tgt=draw(4, 2, 8), memory=draw(6, 2, 8))
memory_padding = torch.tensor([[False, False, False, False, True], [False, True, True, False, False]])
case("decoder layer, norm first", nn.TransformerDecoderLayer(**layer, activation=nn.functional.silu, norm_first=True, batch_first=True),
     lambda m, tgt, memory, memory_key_padding_mask, memory_mask: m(tgt, memory, memory_mask=memory_mask, memory_key_padding_mask=memory_key_padding_mask.double() * -1e9),
     tgt=draw(2, 4, 8), memory=draw(2, 5, 8), memory_key_padding_mask=memory_padding, memory_mask=draw(4, 5))
case("decoder", nn.TransformerDecoder(nn.TransformerDecoderLayer(**layer, batch_first=True), 2, nn.LayerNorm(8)),
     lambda m, tgt, memory: m(tgt, memory, tgt_mask=causal), tgt=draw(2, 4, 8), memory=draw(2, 5, 8))
whole = nn.Transformer(8, 2, 1, 2, 12, batch_first=True)
case("transformer", whole, lambda m, src, tgt, padding: m(src, tgt, tgt_mask=causal, src_key_padding_mask=padding, memory_key_padding_mask=padding), src=draw(2, 5, 8), tgt=draw(2, 4, 8),
     padding=memory_padding)



class Rotary(nn.Module):  # as LLaMA (halves) and GPT-J (interleaved) turn the first columns
    def __init__(self, width, base=10000.0, interleaved=False, offset=0):
        super().__init__()
        self.width, self.base, self.interleaved, self.offset = width, base, interleaved, offset

    def forward(self, x):
        place = torch.arange(x.shape[-2], dtype=torch.float64) + self.offset
        angle = place[:, None] * self.base ** (-torch.arange(0, self.width, 2, dtype=torch.float64) / self.width)
        turn = torch.polar(torch.ones_like(angle), angle)
        head, rest = x[..., :self.width], x[..., self.width:]
        if self.interleaved:
            pairs = torch.view_as_complex(head.unflatten(-1, (-1, 2)).contiguous()) * turn
            head = torch.view_as_real(pairs).flatten(-2)
        else:
            pairs = torch.complex(*head.chunk(2, -1)) * turn
            head = torch.cat([pairs.real, pairs.imag], -1)
        return torch.cat([head, rest], -1)


class RelativePositions(nn.Module):  # as T5's, in f32 where it is
    def __init__(self, heads, buckets, most, bidirectional):
        super().__init__()
        self.relative_attention_bias = nn.Embedding(buckets, heads)
        self.buckets, self.most, self.bidirectional = buckets, most, bidirectional

    def forward(self, queries, keys, offset):
        relative = torch.arange(keys)[None] - torch.arange(queries)[:, None] - offset
        buckets, start = self.buckets, 0
        if self.bidirectional:
            buckets //= 2
            start = (relative > 0).long() * buckets
            relative = relative.abs()
        else:
            relative = -relative.clamp(max=0)
        exact = buckets // 2
        far = exact + (torch.log(relative.float() / exact) / np.log(self.most / exact) * (buckets - exact)).long()
        return self.relative_attention_bias(start + torch.where(relative < exact, relative, far.clamp(max=buckets - 1))).permute(2, 0, 1)


class Attention(nn.Module):
    def __init__(self, width, heads, kv_heads, base):
        super().__init__()
        size = width // heads
        self.q_proj, self.k_proj = nn.Linear(width, heads * size, bias=False), nn.Linear(width, kv_heads * size, bias=False)
        self.v_proj, self.o_proj = nn.Linear(width, kv_heads * size, bias=False), nn.Linear(heads * size, width, bias=False)
        self.size, self.turn = size, Rotary(size, base)

    def forward(self, x):
        q, k, v = (p(x).unflatten(-1, (-1, self.size)).transpose(1, 2) for p in (self.q_proj, self.k_proj, self.v_proj))
        y = nn.functional.scaled_dot_product_attention(self.turn(q), self.turn(k), v, is_causal=True, enable_gqa=True)
        return self.o_proj(y.transpose(1, 2).flatten(2))


class MLP(nn.Module):
    def __init__(self, width, hidden):
        super().__init__()
        self.gate_proj, self.up_proj, self.down_proj = nn.Linear(width, hidden, bias=False), nn.Linear(width, hidden, bias=False), nn.Linear(hidden, width, bias=False)

    def forward(self, x):
        return self.down_proj(nn.functional.silu(self.gate_proj(x)) * self.up_proj(x))


class LlamaBlock(nn.Module):
    def __init__(self, width, heads, kv_heads, hidden):
        super().__init__()
        self.self_attn, self.mlp = Attention(width, heads, kv_heads, 10000.0), MLP(width, hidden)
        self.input_layernorm, self.post_attention_layernorm = nn.RMSNorm(width, 1e-6), nn.RMSNorm(width, 1e-6)

    def forward(self, x):
        x = x + self.self_attn(self.input_layernorm(x))
        return x + self.mlp(self.post_attention_layernorm(x))


case("rotary", Rotary(6), lambda m, query: m(query), query=draw(2, 3, 5, 6))
case("rotary, interleaved", Rotary(4, 100.0, True, 7), lambda m, query: m(query), query=draw(2, 5, 7))
case("relative", RelativePositions(2, 8, 20, True), lambda m: m(30, 33, 0))
case("relative, one direction", RelativePositions(3, 32, 128, False), lambda m: m(2, 210, 200))
case("swiglu", MLP(4, 6), lambda m, query: m(query), query=draw(3, 4))
case("llama", LlamaBlock(16, 4, 2, 10), lambda m, query: m(query), query=draw(2, 6, 16))

here = pathlib.Path(__file__).resolve().parent
np.savez_compressed(here / "attention_layers.npz", **arrays)
print(len(arrays), "arrays, PyTorch", torch.__version__)
