#!/usr/bin/env python3
"""Writes tests/golden/torch_bilstm_crf.json: what PyTorch computes, in double, for a bidirectional LSTM with a CRF.

    pip install torch && python3 tools/golden_crf.py tests/golden

The CRF is written out in log space: its partition is a sum over tags step by step, its best sequences are found by trying
all. Tags are those of BIO with two types; a tag of -1 is undecided, and the loss sums over all that it may be. Network and
layout are those of golden.py, here with one recurrent layer, whose every state goes on to the dense layer.
"""

import itertools
import json
import pathlib
import re
import sys

import numpy as np
import torch
from golden import LENGTHS, VOCABULARY, all_recorded, model_named, random_weights, recorded
from golden_torch import Network
from torch.nn.utils.rnn import PackedSequence, pack_sequence, pad_packed_sequence

TAGS = ("O", "B-x", "I-x", "B-y", "I-y")
GIVEN = ((0, 1, 2, 2, 3, 0, 0), (3, 4, 1, 1), (0,), (0, -1, -1, 2, 0))  # of LENGTHS
NEVER = -1e6  # e^NEVER is 0, and its gradient too


def may_begin(tag):
    return not TAGS[tag].startswith("I")


def may_follow(before, tag):
    return may_begin(tag) or TAGS[before][1:] == TAGS[tag][1:]


def barred(legal):
    return torch.where(torch.tensor(legal), 0.0, NEVER)


class Tagger(Network):
    def __init__(self, model, weights, rng):
        super().__init__(model, weights)
        count = len(TAGS)
        self.crf = {name: torch.from_numpy(rng.uniform(-1, 1, shape)).requires_grad_() for name, shape in
                    (("crf.transitions", (count, count)), ("crf.begin", count), ("crf.end", count))}
        self.follow = barred([[may_follow(a, b) for b in range(count)] for a in range(count)])
        self.first = barred([may_begin(a) for a in range(count)])

    def emissions(self, ids):
        """Of each text, [its length, K]."""
        packed = pack_sequence([torch.tensor(text) for text in ids], enforce_sorted=False)
        rows, _ = self.rnn0(PackedSequence(self.embedding(packed.data), *packed[1:]))
        states, lengths = pad_packed_sequence(rows, batch_first=True)
        return [self.dense(text[:length]) for text, length in zip(states, lengths)]

    def log_sum(self, emissions):
        transitions = self.crf["crf.transitions"] + self.follow
        alpha = self.crf["crf.begin"] + self.first + emissions[0]
        for emission in emissions[1:]:
            alpha = torch.logsumexp(alpha[:, None] + transitions, dim=0) + emission
        return torch.logsumexp(alpha + self.crf["crf.end"], dim=0)

    def score(self, emissions, tags):
        weights = {name: weight.detach().numpy() for name, weight in self.crf.items()}
        if not may_begin(tags[0]) or not all(map(may_follow, tags, tags[1:])):
            return -np.inf
        steps = sum(emissions[step][tag] for step, tag in enumerate(tags))
        pairs = sum(weights["crf.transitions"][pair] for pair in zip(tags, tags[1:]))
        return weights["crf.begin"][tags[0]] + steps + pairs + weights["crf.end"][tags[-1]]

    def best(self, emissions):
        emissions = emissions.detach().numpy()
        every = itertools.product(range(len(TAGS)), repeat=len(emissions))
        return list(max(every, key=lambda tags: self.score(emissions, tags)))

    def loss(self, ids, given):
        losses = []
        for emissions, tags in zip(self.emissions(ids), given):
            agreeing = barred([[tag in (-1, own) for own in range(len(TAGS))] for tag in tags])
            losses.append(self.log_sum(emissions) - self.log_sum(emissions + agreeing))
        return torch.stack(losses).mean()


def main():
    rng = np.random.default_rng(0)
    model = {**model_named("bilstm", len(TAGS)), "layers": 1, "hidden": [6]}
    tagger = Tagger(model, random_weights(model, rng), rng)
    ids = [rng.integers(0, VOCABULARY, length).tolist() for length in LENGTHS]
    loss = tagger.loss(ids, GIVEN)
    loss.backward()
    emissions = tagger.emissions(ids)
    read = {name: weight.detach().numpy() for name, weight in tagger.crf.items()}
    gradients = {name: weight.grad.numpy() for name, weight in tagger.crf.items()}
    numbers = {"versions": tagger.versions, "hidden": 6, "tags": TAGS, "ids": ids, "given": GIVEN, "loss": loss.item(),
               "emissions": [recorded(text.detach().numpy()) for text in emissions],
               "best": [tagger.best(text) for text in emissions], "weights": all_recorded({**tagger.weights(), **read}),
               "gradients": all_recorded({**tagger.gradients(), **gradients})}
    lines = re.sub(r",\n +(?=[-\d])", ", ", json.dumps(numbers, indent=1))
    (pathlib.Path(sys.argv[1]) / "torch_bilstm_crf.json").write_text(lines + "\n")


if __name__ == "__main__":
    main()
