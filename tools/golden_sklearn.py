#!/usr/bin/env python3
"""Writes tests/golden/sklearn.json: what scikit-learn says of twenty sets of predictions.

    pip install scikit-learn && python3 tools/golden_sklearn.py tests/golden/sklearn.json

It has no calibration error and no precision at k: these are computed here, from their definitions.
"""

import json
import sys

import numpy
import sklearn
from sklearn import metrics

rng = numpy.random.default_rng(5)


def softmax(logits):
    p = numpy.exp(logits - logits.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True)


def one_label(rows, labels, skill=1.0, gold=None):
    gold = rng.integers(labels, size=rows) if gold is None else gold
    logits = rng.normal(size=(rows, labels))
    logits[numpy.arange(rows), gold] += skill
    return gold, softmax(logits)


def tied(rows, labels):
    """Few distinct probabilities."""
    gold = rng.integers(labels, size=rows)
    p = rng.integers(1, 4, size=(rows, labels)).astype(float)
    return gold, p / p.sum(axis=1, keepdims=True)


def certain(rows, labels, right):
    gold = rng.integers(labels, size=rows)
    return gold, numpy.eye(labels)[gold if right else (gold + 1) % labels]


def without(label, rows, labels, given):
    """A label that is never right, or never given."""
    gold = rng.integers(labels - 1, size=rows)
    gold += gold >= label
    gold, p = one_label(rows, labels, gold=gold)
    if not given:
        gold = rng.integers(labels, size=rows)
        p[:, label] *= 1e-3
        p /= p.sum(axis=1, keepdims=True)
    return gold, p


def several(rows, labels, share, skill=1.5):
    gold = rng.random((rows, labels)) < share
    return gold, 1 / (1 + numpy.exp(-(rng.normal(size=(rows, labels)) + skill * (2 * gold - 1))))


ONE = {
    "two labels": one_label(60, 2), "two labels without skill": one_label(50, 2, skill=0), "three labels": one_label(60, 3),
    "ten labels": one_label(80, 10), "all right and certain": certain(30, 3, True), "all wrong and certain": certain(30, 4, False),
    "a label never right": without(1, 50, 4, True), "a label never given": without(2, 50, 4, False),
    "the same right label everywhere": one_label(20, 3, gold=numpy.ones(20, int)), "ties": tied(50, 3), "ties of two": tied(50, 2),
    "fewer rows than bins": one_label(7, 3), "one row": one_label(1, 2),
}
nothing, some = numpy.zeros((30, 4), bool), several(30, 4, 0.3)
half = several(40, 5, 0.4)
half[0][:, 2] = False
SEVERAL = {
    "several": several(60, 6, 0.3), "several without skill": several(40, 5, 0.5, skill=0), "rows without labels": several(50, 4, 0.1),
    "nothing right": (nothing, some[1]), "nothing given": (some[0], some[1] * 0.4), "all right": (some[0], some[0] * 0.8 + 0.1),
    "a label never right among several": half,
}


def rates(gold, given, **kind):
    p, r, f, _ = metrics.precision_recall_fscore_support(gold, given, zero_division=0, **kind)
    return {"precision": p, "recall": r, "f1": f}


def areas(gold, p):
    """Of each label that some rows have and some have not."""
    both = [k for k in range(p.shape[1]) if 0 < gold[:, k].sum() < len(gold)]
    return float(numpy.mean([metrics.roc_auc_score(gold[:, k], p[:, k]) for k in both])) if both else None


def calibration(confidence, right):
    order = numpy.argsort(confidence, kind="stable")
    bins = [part for part in numpy.array_split(order, 15) if len(part)]
    return float(sum(len(part) * abs(right[part].mean() - confidence[part].mean()) for part in bins) / len(order))


def top_k_accuracy(gold, p, k):
    """Of equal labels the first counts as likelier; scikit-learn has it the other way round for more than two."""
    count = p.shape[1]
    if count == 2:
        return metrics.top_k_accuracy_score(gold, p[:, 1], k=k, labels=[0, 1])
    return metrics.top_k_accuracy_score(count - 1 - gold, p[:, ::-1], k=k, labels=range(count))


def expected(gold, given, p):
    """`gold` and `given`: a number for each row, or a row of yes and no for each."""
    labels = numpy.arange(p.shape[1])
    flags = gold if gold.ndim == 2 else gold[:, None] == labels
    given_flags = given if gold.ndim == 2 else given[:, None] == labels
    present = labels[(flags | given_flags).any(axis=0)]
    each = rates(gold, given, labels=labels)
    result = {
        "accuracy": float(metrics.accuracy_score(gold, given)),
        "labels": [{key: float(values[k]) for key, values in each.items()} for k in labels],
        "micro": rates(gold, given, labels=labels, average="micro"),
        "macro": rates(gold, given, labels=present, average="macro") if len(present) else {"precision": 0, "recall": 0, "f1": 0},
        "weighted": rates(gold, given, labels=labels, average="weighted"),
        "auc": areas(flags, p),
    }
    if gold.ndim == 1:
        result["log_loss"] = float(metrics.log_loss(gold, p, labels=labels))
        result["matthews"] = float(metrics.matthews_corrcoef(gold, given))
        result["calibration"] = calibration(p.max(axis=1), given == gold)
        for k in (k for k in (1, 3, 5) if k <= len(labels)):
            recall = top_k_accuracy(gold, p, k) if k < len(labels) else 1.0
            result[f"at_{k}"] = {"precision": float(recall) / k, "recall": float(recall)}
        return result
    result["log_loss"] = float(metrics.log_loss(flags.ravel(), p.ravel(), labels=[False, True]))
    result["calibration"] = calibration(p.ravel(), flags.ravel())
    ranked = numpy.take_along_axis(flags, numpy.argsort(-p, axis=1, kind="stable"), axis=1)
    has = flags.any(axis=1)
    for k in (k for k in (1, 3, 5) if k <= len(labels)):
        hits = ranked[:, :k].sum(axis=1)
        recall = (hits[has] / flags[has].sum(axis=1)).mean() if has.any() else 0
        result[f"at_{k}"] = {"precision": float(hits.mean() / k), "recall": float(recall)}
    return result


def sets():
    for name, (gold, p) in ONE.items():
        p = numpy.round(p, 6)
        p[:, -1] = 1 - p[:, :-1].sum(axis=1)
        given = p.argmax(axis=1)
        yield {"name": name, "several": False, "labels": p.shape[1], "gold": [[int(k)] for k in gold],
               "probabilities": p.ravel().tolist(), "expected": expected(gold, given, p)}
    for name, (gold, p) in SEVERAL.items():
        p = numpy.round(p, 6)
        yield {"name": name, "several": True, "labels": p.shape[1], "gold": [numpy.flatnonzero(row).tolist() for row in gold],
               "probabilities": p.ravel().tolist(), "expected": expected(gold, p >= 0.5, p)}


with open(sys.argv[1], "w", encoding="utf-8") as out:
    made_with = json.dumps({"scikit-learn": sklearn.__version__, "numpy": numpy.__version__})
    lines = ",\n".join(json.dumps(one, separators=(",", ":")) for one in sets())
    out.write(f'{{"made_with": {made_with},\n"sets": [\n{lines}]}}\n')
