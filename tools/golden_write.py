#!/usr/bin/env python3
"""Writes tests/golden/torch_write.json: what PyTorch computes, in double, for a small writer of summaries.

    pip install torch && python3 tools/golden_write.py tests/golden

A bidirectional LSTM reads, an LSTM writes with additive attention, and a gate mixes the vocabulary with the words of the
text. The file holds the weights in Recura's layout, a batch of texts with summaries, the loss of the next word given the
ones before (teacher forcing) with label smoothing, that without, and the gradient of every weight.
"""

import json
import pathlib
import re
import sys

import numpy as np
import torch
from golden import all_recorded

VOCABULARY, OUTPUTS, EMBEDDING, HIDDEN, DECODER, ATTENTION, SMOOTHING = 9, 6, 4, 3, 5, 4, 0.1

# Words are numbers below OUTPUTS, or beyond: the words of a text that cannot be written; -1: a word of neither.
TEXTS = [{"ids": [3, 7, 1, 0, 3], "words": [3, 6, 1, 7, 3], "summary_ids": [3, 0, 2], "summary": [3, 7, 2]},
         {"ids": [8, 5], "words": [6, 5], "summary_ids": [8, 4, 5, 0], "summary": [6, 4, 5, -1]},
         {"ids": [2, 2, 4], "words": [2, 2, 4], "summary_ids": [2], "summary": [2]}]

SHAPES = {"embedding.table": (VOCABULARY + 1, EMBEDDING),
          "encoder.forward.w": (EMBEDDING, 4 * HIDDEN), "encoder.forward.u": (HIDDEN, 4 * HIDDEN),
          "encoder.forward.b": (4 * HIDDEN,),
          "encoder.backward.w": (EMBEDDING, 4 * HIDDEN), "encoder.backward.u": (HIDDEN, 4 * HIDDEN),
          "encoder.backward.b": (4 * HIDDEN,),
          "bridge.h.w": (2 * HIDDEN, DECODER), "bridge.h.b": (DECODER,),
          "bridge.c.w": (2 * HIDDEN, DECODER), "bridge.c.b": (DECODER,),
          "decoder.w": (EMBEDDING, 4 * DECODER), "decoder.u": (DECODER, 4 * DECODER), "decoder.b": (4 * DECODER,),
          "query.w": (DECODER, ATTENTION), "query.b": (ATTENTION,),
          "key.w": (2 * HIDDEN, ATTENTION), "key.b": (ATTENTION,), "attention.v": (ATTENTION,),
          "mix.w": (DECODER + 2 * HIDDEN, EMBEDDING), "mix.b": (EMBEDDING,),
          "gate.w": (DECODER + 2 * HIDDEN + EMBEDDING, 1), "gate.b": (1,), "output.b": (OUTPUTS,)}


def lstm(weights, names, width, hidden):
    """torch.nn.LSTM with these weights, as functions of them: their gradients come back."""
    layer = torch.nn.LSTM(width, hidden, bidirectional=len(names) == 2).double()
    parameters = {}
    for name, suffix in zip(names, ("", "_reverse")):
        parameters["weight_ih_l0" + suffix] = weights[name + "w"].T
        parameters["weight_hh_l0" + suffix] = weights[name + "u"].T
        parameters["bias_ih_l0" + suffix] = weights[name + "b"]
        parameters["bias_hh_l0" + suffix] = torch.zeros(4 * hidden, dtype=torch.float64)
    return lambda *inputs: torch.func.functional_call(layer, parameters, inputs)


def words_of(weights, text):
    """Of each word that counts -ln p and the mean of -ln softmax."""
    read = lstm(weights, ["encoder.forward.", "encoder.backward."], EMBEDDING, HIDDEN)
    write = lstm(weights, ["decoder."], EMBEDDING, DECODER)
    dense = lambda name, x: x @ weights[name + ".w"] + weights[name + ".b"]
    states, (last, _) = read(weights["embedding.table"][text["ids"]])
    last = last.reshape(1, -1)
    before = weights["embedding.table"][[VOCABULARY] + text["summary_ids"]]
    written, _ = write(before, (torch.tanh(dense("bridge.h", last)), torch.tanh(dense("bridge.c", last))))
    scores = torch.tanh(dense("query", written)[:, None] + dense("key", states)[None]) @ weights["attention.v"]
    attention = torch.softmax(scores, dim=1)
    both = torch.cat([written, attention @ states], dim=1)
    mixed = torch.tanh(dense("mix", both))
    log_p = torch.log_softmax(mixed @ weights["embedding.table"][:OUTPUTS].T + weights["output.b"], dim=1)
    gate = torch.sigmoid(dense("gate", torch.cat([both, before], dim=1)))[:, 0]
    losses = []
    for step, word in enumerate(text["summary"] + [0]):
        if word < 0:
            continue
        p = gate[step] * torch.exp(log_p[step, word]) if word < OUTPUTS else 0
        p = p + (1 - gate[step]) * attention[step, [w == word for w in text["words"]]].sum()
        losses.append((-torch.log(p), -log_p[step].mean()))
    return losses


def main():
    rng = np.random.default_rng(0)
    weights = {name: torch.tensor(rng.uniform(-0.8, 0.8, shape), requires_grad=True) for name, shape in SHAPES.items()}
    losses = [loss for text in TEXTS for loss in words_of(weights, text)]
    loss = torch.stack([(1 - SMOOTHING) * own + SMOOTHING * smooth for own, smooth in losses]).mean()
    loss.backward()
    network = {"vocabulary": VOCABULARY, "outputs": OUTPUTS, "embedding": EMBEDDING, "hidden": HIDDEN,
               "decoder_hidden": DECODER, "attention": ATTENTION}
    numbers = {"versions": {"torch": torch.__version__}, "network": network, "smoothing": SMOOTHING, "texts": TEXTS,
               "loss": loss.item(), "likelihood": sum(own.item() for own, _ in losses),
               "weights": all_recorded({name: weight.detach().numpy() for name, weight in weights.items()}),
               "gradients": all_recorded({name: weight.grad.numpy() for name, weight in weights.items()})}
    lines = re.sub(r",\n +(?=[-\d])", ", ", json.dumps(numbers, indent=1))
    (pathlib.Path(sys.argv[1]) / "torch_write.json").write_text(lines + "\n")


if __name__ == "__main__":
    main()
