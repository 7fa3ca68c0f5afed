#!/usr/bin/env python3
"""Writes the golden numbers of tests/golden/: what PyTorch and Keras compute, in double, for small recurrent models.

    pip install torch && python3 tools/golden.py torch tests/golden
    pip install keras tensorflow-cpu && python3 tools/golden.py keras tests/golden

Every file holds one model (embedding, two recurrent layers, dense), a batch of texts of mixed lengths, and for these
the outputs, the loss, the gradient of every weight, and the weights after 20 steps of Adam on the same batch. Weights
stand in Recura's canonical layout: w [D, G H], u [H, G H], b [G H], and d [H] for a GRU with reset after the product;
gates in the order i f g o (LSTM) and r z n (GRU). An SRU has w [D, 4 H] (c f r s), or [D, 3 H] where D = H, u [2, H]
and b [2 H] (f r). Where a framework has two biases for one gate, the second is zero and
stays so.
"""

import importlib
import json
import pathlib
import re
import sys

import numpy as np

VOCABULARY, INPUT, HIDDEN = 11, 5, (6, 4)
LENGTHS = (7, 4, 1, 5)
ADAM = {"steps": 20, "learning_rate": 0.01, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
GATES = {"rnn": 1, "lstm": 4, "gru": 3}

CELLS = {
    "rnn_sigmoid": {"cell": "rnn", "activation": "sigmoid"},
    "rnn_tanh": {"cell": "rnn", "activation": "tanh"},
    "lstm": {"cell": "lstm"},
    "gru_after": {"cell": "gru", "reset_after": True},
    "gru_before": {"cell": "gru", "reset_after": False},
    "bilstm": {"cell": "lstm", "bidirectional": True},
    "sru": {"cell": "sru", "hidden": [6, 6]},  # the second layer with D = H
}


NAMES = {"torch": ("rnn_sigmoid", "rnn_tanh", "lstm", "gru_after", "bilstm", "sru"),
         "keras": ("rnn_sigmoid", "rnn_tanh", "lstm", "gru_after", "gru_before")}
OUTPUTS = {"torch": 3, "keras": 1}  # classes of a softmax; one sigmoid
LABELS = {"torch": [2, 0, 1, 2], "keras": [1, 0, 0, 1]}


def model_named(name, outputs):
    defaults = {"activation": "", "reset_after": False, "bidirectional": False}
    return {**defaults, **CELLS[name], "layers": 2, "vocabulary": VOCABULARY, "input": INPUT,
            "hidden": CELLS[name].get("hidden", list(HIDDEN)), "outputs": outputs}


def directions(model):
    """The name of each direction, between the layer's name and the weight's, and what PyTorch adds to its own names."""
    return [("forward.", ""), ("backward.", "_reverse")] if model["bidirectional"] else [("", "")]


def weight_shapes(model, width, hidden):
    """Of w, u and b."""
    if model["cell"] == "sru":
        return (width, (3 if width == hidden else 4) * hidden), (2, hidden), 2 * hidden
    columns = GATES[model["cell"]] * hidden
    return (width, columns), (hidden, columns), columns


def random_weights(model, rng):
    """Canonical weights by name; large enough that gates open and close."""
    weights = {"embedding.table": rng.uniform(-1, 1, (VOCABULARY, INPUT))}
    width = INPUT
    for layer, hidden in enumerate(model["hidden"]):
        w, u, b = weight_shapes(model, width, hidden)
        for direction, _ in directions(model):
            name = f"rnn{layer}.{direction}"
            weights[name + "w"] = rng.uniform(-0.8, 0.8, w)
            weights[name + "u"] = rng.uniform(-0.8, 0.8, u)
            weights[name + "b"] = rng.uniform(-0.5, 0.5, b)
            if model["reset_after"]:
                weights[name + "d"] = rng.uniform(-0.5, 0.5, hidden)
        width = hidden * len(directions(model))
    weights["dense.w"] = rng.uniform(-1, 1, (width, model["outputs"]))
    weights["dense.b"] = rng.uniform(-0.5, 0.5, model["outputs"])
    return weights


def recorded(tensor):
    return {"shape": list(tensor.shape), "values": tensor.flatten().tolist()}


def all_recorded(tensors):
    return {name: recorded(tensor) for name, tensor in tensors.items()}


def golden_numbers(framework, network_class, name, rng):
    model = model_named(name, OUTPUTS[framework])
    ids = [rng.integers(0, VOCABULARY, length).tolist() for length in LENGTHS]
    labels = LABELS[framework]
    network = network_class(model, random_weights(model, rng))
    numbers = {"versions": network.versions, "model": model, "adam": {"form": framework, **ADAM}, "ids": ids,
               "labels": labels, "weights": all_recorded(network.weights()), "outputs": recorded(network.outputs(ids))}
    alone = np.concatenate([network.outputs([text]) for text in ids])
    assert np.abs(network.outputs(ids) - alone).max() < 1e-14, "a text's output depends on its neighbours"
    numbers["loss"] = network.backward(ids, labels)
    numbers["gradients"] = all_recorded(network.gradients())
    for _ in range(ADAM["steps"]):
        network.backward(ids, labels)
        network.step()
    numbers["weights_after_20_adam_steps"] = all_recorded(network.weights())
    return numbers


def main():
    framework, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    # Each in a process of its own: PyTorch and TensorFlow cannot be loaded into one.
    network_class = importlib.import_module(f"golden_{framework}").Network
    for seed, name in enumerate(NAMES[framework]):
        numbers = golden_numbers(framework, network_class, name, np.random.default_rng(seed))
        lines = json.dumps(numbers, indent=1)  # every double exactly, in at most 17 digits
        lines = re.sub(r",\n +(?=[-\d])", ", ", lines)
        (folder / f"{framework}_{name}.json").write_text(lines + "\n")


if __name__ == "__main__":
    main()
