"""Writes coco_sizes.json: average precision and recall over overlaps, of all objects and by COCO's sizes, from pycocotools.
Run: python3 coco_sizes.py (needs pycocotools)"""
import contextlib
import io
import json
import pathlib

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

random = np.random.default_rng(11)


def boxes_about(count, sides):
    corner, size = random.uniform(0, 200, (count, 2)), random.uniform(*sides, (count, 2))
    return np.round(np.concatenate([corner, corner + size], 1), 2)


def case(name, images, classes, sides, areas=False, crowds=False):
    truth, found = [], []
    for image in range(images):
        mine = boxes_about(int(random.integers(1, 6)), sides)
        for box in mine:
            width, height = box[2:] - box[:2]
            area = width * height * (random.uniform(0.3, 1) if areas else 1)
            label = int(random.integers(classes))
            truth.append({"image": image, "label": label, "box": box.tolist(), "area": float(area), "crowd": int(crowds and random.uniform() < 0.3)})
            for _ in range(int(random.integers(0, 3))):  # near it, of another class now and then
                near = np.round(box + random.normal(0, 0.08, 4) * np.tile(box[2:] - box[:2], 2), 2)
                found.append({"image": image, "label": label if random.uniform() < 0.8 else int(random.integers(classes)), "box": near.tolist(),
                              "score": float(np.round(random.uniform(), 3))})
        for box in boxes_about(int(random.integers(0, 3)), sides):
            found.append({"image": image, "label": int(random.integers(classes)), "box": box.tolist(), "score": float(np.round(random.uniform(), 3))})

    def xywh(box):
        return [box[0], box[1], box[2] - box[0], box[3] - box[1]]

    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO()
        coco.dataset = {"images": [{"id": i + 1} for i in range(images)], "categories": [{"id": c + 1} for c in range(classes)],
                        "annotations": [{"id": i + 1, "image_id": t["image"] + 1, "category_id": t["label"] + 1, "bbox": xywh(t["box"]), "area": t["area"],
                                         "iscrowd": t["crowd"]} for i, t in enumerate(truth)]}
        coco.createIndex()
        results = coco.loadRes([{"image_id": f["image"] + 1, "category_id": f["label"] + 1, "bbox": xywh(f["box"]), "score": f["score"]} for f in found])
        evaluation = COCOeval(coco, results, "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    stats = [float(s) if s >= 0 else None for s in evaluation.stats]  # -1: no object of that size
    names = {"mean_average_precision": 0, "mean_average_precision_0.5": 1, "mean_average_precision_0.75": 2, "mean_average_precision_small": 3,
             "mean_average_precision_medium": 4, "mean_average_precision_large": 5, "mean_average_recall": 8, "mean_average_recall_small": 9,
             "mean_average_recall_medium": 10, "mean_average_recall_large": 11}
    cases.append({"name": name, "images": images, "truth": truth, "found": found, "want": {k: stats[i] for k, i in names.items()}})


cases = []
case("boxes of all sizes", 12, 3, (8, 160))
case("areas within the boxes", 10, 2, (15, 140), areas=True)
case("crowds", 10, 2, (8, 150), areas=True, crowds=True)
case("small ones alone", 6, 2, (5, 25))
with open(pathlib.Path(__file__).resolve().parent / "coco_sizes.json", "w") as file:
    json.dump({"pycocotools": "2.0", "cases": cases}, file, indent=0)
    file.write("\n")
print([c["want"] for c in cases])
