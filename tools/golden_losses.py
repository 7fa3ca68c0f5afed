#!/usr/bin/env python3
"""Writes tests/golden/losses.json: losses with weights and label smoothing, and their gradients, as PyTorch has them.

    pip install torch && python3 tools/golden_losses.py tests/golden/losses.json
"""

import json
import sys

import torch
from torch.nn import functional

torch.manual_seed(4)
torch.set_default_dtype(torch.float64)


def case(name, logits, loss, **given):
    logits.requires_grad_(True)
    value = loss(logits)
    value.backward()
    return {"name": name, "shape": list(logits.shape), "logits": logits.flatten().tolist(), **given,
            "loss": value.item(), "gradient": logits.grad.flatten().tolist()}


def of_classes(name, weighted, smoothing):
    classes, weights = torch.tensor([2, 0, 3, 3, 1]), torch.rand(5) * 2 if weighted else torch.ones(5)
    loss = lambda x: (functional.cross_entropy(x, classes, reduction="none", label_smoothing=smoothing) * weights).mean()
    return case(name, torch.randn(5, 4) * 2, loss, classes=classes.tolist(), smoothing=smoothing,
                weights=weights.tolist() if weighted else [])


def of_labels(name, of_rows, of_positives):
    targets = (torch.rand(4, 3) < 0.5).double()
    rows = torch.rand(4, 1) * 2 if of_rows else torch.ones(4, 1)
    positives = torch.tensor([3.0, 0.5, 1.0]) if of_positives else torch.ones(3)
    loss = lambda x: functional.binary_cross_entropy_with_logits(x, targets, weight=rows, pos_weight=positives)
    weights = rows * torch.where(targets == 1, positives, torch.ones(3))
    return case(name, torch.randn(4, 3) * 2, loss, targets=targets.flatten().tolist(), weights=weights.flatten().tolist())


with open(sys.argv[1], "w", encoding="utf-8") as out:
    cases = [of_classes("weights", True, 0.0), of_classes("smoothing", False, 0.2), of_classes("weights and smoothing", True, 0.1),
             of_labels("weights of rows", True, False), of_labels("weights of labels", False, True), of_labels("both", True, True)]
    made_with = json.dumps({"torch": torch.__version__})
    lines = ",\n".join(json.dumps(one) for one in cases)
    out.write(f'{{"made_with": {made_with},\n"cases": [\n{lines}]}}\n')
