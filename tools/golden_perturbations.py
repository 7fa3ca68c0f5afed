#!/usr/bin/env python3
"""Writes tests/golden/torch_perturbations.json: steps of embeddings that change a loss, or answers, most, as PyTorch has them.

    pip install torch && python3 tools/golden_perturbations.py tests/golden

Network, texts and labels are those of torch_gru_after.json. Once its outputs are classes of one softmax, once labels that a text
may have each, then with the label of the text alone. Rows stand text by text.
"""

import json
import pathlib
import re
import sys

import numpy as np
import torch
from golden import INPUT, LENGTHS, recorded
from golden_torch import Network
from torch.nn import functional
from torch.nn.utils.rnn import pack_sequence

SIZE, PROBE = 0.1, 0.01


class Reader(Network):
    def read(self, texts):
        """Logits of embedded texts."""
        rows = pack_sequence(texts, enforce_sorted=False)
        for layer in range(self.model["layers"]):
            rows, last = getattr(self, f"rnn{layer}")(rows)
        return self.dense(last[0])


def with_size(size, texts, steps):
    return [step * size * text.norm() / step.norm() for text, step in zip(texts, steps)]


def slopes(loss, texts):
    texts = [text.detach().requires_grad_() for text in texts]
    return torch.autograd.grad(loss(texts), texts)


def moved(texts, steps):
    return [text + step for text, step in zip(texts, steps)]


def perturbations(network, texts, direction, loss, divergence):
    """`loss` of logits and `divergence` of logits from earlier ones, each a mean over texts."""
    now = network.read(texts).detach()
    against = with_size(SIZE, texts, slopes(lambda moved: loss(network.read(moved)), texts))
    changed = lambda moved: divergence(network.read(moved), now)
    virtual = with_size(SIZE, texts, slopes(changed, moved(texts, with_size(PROBE, texts, direction))))
    rows = lambda steps: recorded(torch.cat(steps).numpy())
    return {"adversarial": rows(against), "loss_behind": loss(network.read(moved(texts, against))).item(),
            "virtual_rows": rows(virtual), "divergence_behind": changed(moved(texts, virtual)).item()}


def binary_divergence(logits, now):
    entropies = functional.binary_cross_entropy_with_logits(now, now.sigmoid(), reduction="none")
    return (functional.binary_cross_entropy_with_logits(logits, now.sigmoid(), reduction="none") - entropies).sum(1).mean()


def main():
    folder = pathlib.Path(sys.argv[1])
    golden = json.loads((folder / "torch_gru_after.json").read_text())
    weights = {name: np.array(one["values"]).reshape(one["shape"]) for name, one in golden["weights"].items()}
    network = Reader(golden["model"], weights)
    texts = [network.embedding(torch.tensor(ids)).detach() for ids in golden["ids"]]
    labels = torch.tensor(golden["labels"])
    targets = functional.one_hot(labels, golden["model"]["outputs"]).double()
    rng = np.random.default_rng(5)
    direction = [torch.from_numpy(rng.uniform(-1, 1, (length, INPUT))) for length in LENGTHS]
    numbers = {
        "versions": network.versions, "size": SIZE, "direction": recorded(torch.cat(direction).numpy()),
        "one": perturbations(network, texts, direction, lambda x: functional.cross_entropy(x, labels),
                             lambda x, now: functional.kl_div(x.log_softmax(1), now.softmax(1), reduction="batchmean")),
        "several": perturbations(network, texts, direction, lambda x: functional.binary_cross_entropy_with_logits(x, targets),
                                 binary_divergence)}
    lines = re.sub(r",\n +(?=[-\d])", ", ", json.dumps(numbers, indent=1))
    (folder / "torch_perturbations.json").write_text(lines + "\n")


if __name__ == "__main__":
    main()
