"""Writes ops_vision.json and .npz: sizes, samples, patches, boxes and regions of pictures, bags, dropout. Run: python3 ops_vision.py

Needs torchvision (0.29 when the values were made) beside PyTorch."""
import numpy as np
import torch
import torchvision.ops as tv
from ops_cases import Cases, distinct, integers, randn, uniform

F = torch.nn.functional
cases = Cases("vision")
add = cases.add

# ---- patches ----
add("pixel_shuffle", "plain", {"input": randn(2, 8, 3, 2)}, {"upscale_factor": 2})
add("pixel_unshuffle", "plain", {"input": randn(2, 3, 4, 6)}, {"downscale_factor": 2})
add("channel_shuffle", "plain", {"input": randn(2, 6, 3, 2)}, {"groups": 2}, lambda input, groups: F.channel_shuffle(input, groups))
all_patches = {"kernel_size": [3, 2], "dilation": [1, 2], "padding": [1, 2], "stride": [2, 1]}
add("unfold", "plain", {"input": randn(2, 3, 5, 4)}, {"kernel_size": 2}, F.unfold)
add("unfold", "all", {"input": randn(2, 2, 5, 4)}, all_patches, F.unfold)
add("unfold", "one sample", {"input": randn(2, 5, 4)}, {"kernel_size": 2}, F.unfold)
add("fold", "plain", {"input": randn(2, 12, 12)}, {"output_size": [5, 4], "kernel_size": 2}, F.fold)
add("fold", "all", {"input": randn(2, 12, 18)}, {"output_size": [5, 4], **all_patches}, F.fold)

# ---- sizes ----
picture, row, volume = randn(2, 3, 5, 4), randn(2, 3, 7), randn(1, 2, 3, 4, 2)
for label, operand, attrs in [
        ("nearest", picture, {"size": [8, 3]}), ("nearest by a factor", picture, {"scale_factor": 1.7}), ("nearest sequence", row, {"size": 11}),
        ("nearest volume", volume, {"size": [5, 2, 4]}), ("nearest exact", picture, {"size": [8, 3], "mode": "nearest-exact"}),
        ("nearest exact by a factor", row, {"scale_factor": 2.3, "mode": "nearest-exact"}),
        ("recomputed", picture, {"scale_factor": 1.7, "mode": "bilinear", "recompute_scale_factor": True}),
        ("linear", row, {"size": 12, "mode": "linear"}), ("linear corners", row, {"size": 12, "mode": "linear", "align_corners": True}),
        ("bilinear", picture, {"size": [8, 3], "mode": "bilinear"}), ("bilinear corners", picture, {"size": [8, 3], "mode": "bilinear", "align_corners": True}),
        ("bilinear by factors", picture, {"scale_factor": [1.7, 0.6], "mode": "bilinear"}), ("to one pixel", picture, {"size": 1, "mode": "bilinear", "align_corners": True}),
        ("bicubic", picture, {"size": [8, 3], "mode": "bicubic"}), ("bicubic corners", picture, {"scale_factor": 2.3, "mode": "bicubic", "align_corners": True}),
        ("trilinear", volume, {"size": [5, 2, 4], "mode": "trilinear"}), ("trilinear corners", volume, {"size": [5, 2, 4], "mode": "trilinear", "align_corners": True}),
        ("area", picture, {"size": [2, 3], "mode": "area"}), ("area sequence", row, {"size": 3, "mode": "area"})]:
    add("interpolate", label, {"input": operand}, attrs, F.interpolate)
for mode in ["bilinear", "bicubic"]:
    for label, size in [("smaller", [3, 2]), ("larger", [17, 13])]:
        add("interpolate", f"{mode}, {label} and smooth", {"input": randn(1, 2, 11, 9)}, {"size": size, "mode": mode, "antialias": True}, F.interpolate)
    add("interpolate", f"{mode}, smooth by a factor", {"input": randn(1, 2, 11, 9)}, {"scale_factor": [0.4, 0.7], "mode": mode, "antialias": True}, F.interpolate)
add("interpolate", "nearest bytes", {"input": integers(0, 255, 1, 2, 3, 3, dtype="uint8")}, {"size": [5, 4]}, F.interpolate)

# ---- places ----
for padding in ["zeros", "border", "reflection"]:
    for corners in [False, True]:
        for mode in ["bilinear", "nearest", "bicubic"]:
            add("grid_sample", f"{mode}, {padding}, {corners}", {"input": randn(2, 3, 4, 5), "grid": uniform(-1.4, 1.4, 2, 3, 4, 2)},
                {"mode": mode, "padding_mode": padding, "align_corners": corners}, F.grid_sample, atol=2e-5)
        for mode in ["bilinear", "nearest"]:
            add("grid_sample", f"volume, {mode}, {padding}, {corners}", {"input": randn(1, 2, 3, 2, 4), "grid": uniform(-1.4, 1.4, 1, 2, 3, 2, 3)},
                {"mode": mode, "padding_mode": padding, "align_corners": corners}, F.grid_sample, atol=2e-5)
for corners in [False, True]:
    add("affine_grid", f"pictures, {corners}", {"theta": randn(2, 2, 3)}, {"size": [2, 3, 4, 5], "align_corners": corners}, F.affine_grid)
    add("affine_grid", f"volumes, {corners}", {"theta": randn(1, 3, 4)}, {"size": [1, 1, 2, 3, 2], "align_corners": corners}, F.affine_grid)

# ---- windows ----
for d, size in {1: (7,), 2: (5, 6), 3: (4, 3, 2)}.items():
    lp_pool = getattr(F, f"lp_pool{d}d")
    add(f"lp_pool{d}d", "plain", {"input": randn(2, 3, *size)}, {"norm_type": 2.0, "kernel_size": 2}, lp_pool)
    add(f"lp_pool{d}d", "three", {"input": uniform(0.2, 2, 1, 2, *size)}, {"norm_type": 3.0, "kernel_size": 2, "stride": 1, "ceil_mode": True}, lp_pool)
    values, indices = F.__dict__[f"max_pool{d}d"](torch.from_numpy(distinct(1, 2, *size)), 2, return_indices=True)
    shape = tuple(values.shape)
    add(f"max_unpool{d}d", "plain", {"input": randn(*shape), "indices": indices.numpy()}, {"kernel_size": 2, "output_size": list(size)}, getattr(F, f"max_unpool{d}d"))
values, indices = F.max_pool2d(torch.from_numpy(distinct(1, 2, 7, 7)), 3, 2, 1, return_indices=True)
add("max_unpool2d", "padding", {"input": randn(*values.shape), "indices": indices.numpy()}, {"kernel_size": 3, "stride": 2, "padding": 1}, F.max_unpool2d, gradient=False)
for attrs in [{"size": 5}, {"size": 3, "alpha": 0.7, "beta": 0.6, "k": 2.0}, {"size": 4, "alpha": 0.5}]:
    add("local_response_norm", f"size {attrs['size']}", {"input": randn(2, 6, 3, 2)}, attrs, F.local_response_norm)
add("local_response_norm", "sequences", {"input": randn(2, 6, 3)}, {"size": 3, "alpha": 0.5}, F.local_response_norm)
for d, size in {2: (9, 8), 3: (6, 5, 7)}.items():
    fractional = getattr(F, f"fractional_max_pool{d}d")
    for label, attrs in [("plain", {"kernel_size": 2, "output_size": [3] * d}), ("ratio", {"kernel_size": 3, "output_ratio": [0.5] * d}),
                         ("indices", {"kernel_size": 2, "output_size": [3] * d, "return_indices": True})]:
        add(f"fractional_max_pool{d}d", label, {"input": distinct(2, 2, *size), "_random_samples": uniform(0, 1, 2, 2, d)}, attrs,
            lambda input, _random_samples, fractional=fractional, **more: fractional(input, _random_samples=_random_samples, **more), fixed=["_random_samples"])

# ---- boxes ----
def boxes(n, dtype="float32"):
    corner, size = uniform(0, 8, n, 2), uniform(1, 6, n, 2)
    return np.concatenate([corner, corner + size], 1).astype(dtype)


for form in ["xyxy", "xywh", "cxcywh"]:
    for other in ["xyxy", "xywh", "cxcywh"]:
        add("box_convert", f"{form} to {other}", {"boxes": boxes(3)}, {"in_fmt": form, "out_fmt": other}, tv.box_convert)
    add("box_area", form, {"boxes": boxes(4)}, {"fmt": form}, tv.box_area)
    add("box_iou", form, {"boxes1": boxes(4), "boxes2": boxes(3)}, {"fmt": form}, tv.box_iou)
add("box_area", "integers", {"boxes": integers(0, 9, 3, 4)}, {}, tv.box_area)
add("box_iou", "integers", {"boxes1": boxes(3, "int64"), "boxes2": boxes(2, "int64") + np.array([0, 0, 2, 2])}, {}, tv.box_iou, rtol=1e-6)
for name in ["generalized_box_iou", "distance_box_iou", "complete_box_iou"]:
    add(name, "plain", {"boxes1": boxes(4), "boxes2": boxes(3)}, {}, getattr(tv, name))
    for reduction in ["none", "mean", "sum"]:
        add(name + "_loss", reduction, {"boxes1": boxes(4), "boxes2": boxes(4)}, {"reduction": reduction}, getattr(tv, name + "_loss"))
for threshold in [0.1, 0.4, 0.7]:
    add("nms", f"above {threshold}", {"boxes": boxes(20), "scores": uniform(0, 1, 20)}, {"iou_threshold": threshold}, tv.nms, gradient=False)
    add("batched_nms", f"above {threshold}", {"boxes": boxes(20), "scores": uniform(0, 1, 20), "idxs": integers(0, 3, 20)}, {"iou_threshold": threshold}, tv.batched_nms,
        gradient=False)


def regions(n, samples):
    return np.concatenate([integers(0, samples, n, 1).astype("float32"), boxes(n)], 1)


for label, attrs in [("plain", {"output_size": [3, 2], "sampling_ratio": 2}), ("aligned", {"output_size": 2, "spatial_scale": 0.5, "sampling_ratio": 3, "aligned": True}),
                     ("adaptive", {"output_size": [2, 3], "aligned": True}), ("adaptive, not aligned", {"output_size": [2, 3], "spatial_scale": 0.7})]:
    add("roi_align", label, {"input": randn(2, 3, 9, 8), "boxes": regions(4, 2)}, attrs, tv.roi_align, fixed=["boxes"])
for label, attrs in [("plain", {"output_size": [3, 2]}), ("smaller", {"output_size": 3, "spatial_scale": 0.5})]:
    add("roi_pool", label, {"input": distinct(2, 3, 9, 8), "boxes": regions(4, 2)}, attrs, tv.roi_pool, fixed=["boxes"])

# ---- bags, gates, dropout ----
rows, starts = np.array([0, 2, 5, 1, 1, 4, 3, 0]), np.array([0, 3, 3, 5])


def bag(input, weight, offsets=None, per_sample_weights=None, **more):
    return F.embedding_bag(input, weight, offsets, per_sample_weights=per_sample_weights, **more)


for mode in ["mean", "sum", "max"]:
    add("embedding_bag", mode, {"input": rows, "weight": randn(6, 3), "offsets": starts}, {"mode": mode}, bag)
    add("embedding_bag", mode + " of a matrix", {"input": integers(0, 6, 3, 4), "weight": randn(6, 3)}, {"mode": mode}, bag)
    add("embedding_bag", mode + ", padding", {"input": rows, "weight": randn(6, 3), "offsets": starts}, {"mode": mode, "padding_idx": -5}, bag)
    add("embedding_bag", mode + ", ends given", {"input": rows, "weight": randn(6, 3), "offsets": np.array([0, 3, 8])}, {"mode": mode, "include_last_offset": True}, bag)
add("embedding_bag", "weighted", {"input": rows, "weight": randn(6, 3), "offsets": starts, "per_sample_weights": uniform(0.5, 2, 8)}, {"mode": "sum"}, bag)
add("glu", "last", {"input": randn(3, 6)})
add("glu", "first", {"input": randn(4, 2, 3)}, {"dim": 0})
add("softmin", "last", {"input": randn(4, 7)}, {"dim": -1}, F.softmin)
add("softmin", "large values", {"input": 1e4 * randn(3, 5)}, {"dim": 0}, F.softmin)
for p in [0.0, 1.0]:  # where nothing is left to chance
    for d, size in {1: (2, 3, 4), 2: (2, 3, 2, 2), 3: (1, 2, 2, 2, 1)}.items():
        add(f"dropout{d}d", f"p = {p}", {"input": randn(*size)}, {"p": p}, getattr(F, f"dropout{d}d"))
    for name in ["alpha_dropout", "feature_alpha_dropout"]:
        add(name, f"p = {p}", {"input": randn(2, 3, 4)}, {"p": p, "training": True}, getattr(F, name))
    add("stochastic_depth", f"p = {p}", {"input": randn(2, 3)}, {"p": p, "mode": "row"}, tv.stochastic_depth)
cases.write()
