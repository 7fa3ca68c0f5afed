#!/usr/bin/env python3
"""Draws docs/gradient-flow.svg and prints the table of docs/gradients.md: how far gradients reach in each cell while it learns
to remember the first word of a text.

usage: tools/gradient_flow.py PROGRAM [IMAGE]
"""
import json
import math
import pathlib
import random
import subprocess
import sys
import tempfile

SEEDS, EPOCHS, TEXTS, LENGTH = range(1, 9), 10, 4000, 60
OPTIONS = ("--pooling last --no-bidirectional --ngrams 1 --embedding 16 --hidden 32 --dropout 0 --word-dropout 0 --average 0 "
           f"--patience 0 --epochs {EPOCHS} --gradient-flow --no-resume --checkpoint none -q").split()
# What is shown of each training, its options, and whether its curves are drawn.
TRAININGS = [("simple RNN, sigmoid", "--cell rnn --activation sigmoid", True),
             ("simple RNN, tanh, init pytorch", "--cell rnn --activation tanh --init pytorch", False),
             ("simple RNN, tanh", "--cell rnn --activation tanh", True),
             ("LSTM", "--cell lstm", True),
             ("GRU", "--cell gru", False),
             ("GRU, rate 0.03", "--cell gru --learning-rate 0.03", True),
             ("simple RNN, tanh, SGD, rate 1, clip-norm 1", "--cell rnn --activation tanh --optimizer sgd --learning-rate 1 --clip-norm 1", False),
             ("simple RNN, tanh, SGD, rate 1, no clipping", "--cell rnn --activation tanh --optimizer sgd --learning-rate 1 --clip-norm 0", False)]


def texts():
    """The label is the first of sixty letters; the others say nothing."""
    rng = random.Random(5)
    for _ in range(TEXTS):
        first = rng.choice("xy")
        yield {"text": " ".join([first] + rng.choices("abcdefghij", k=LENGTH - 1)), "label": first}


def epochs_of(program, folder, options, seed):
    log = folder / "log.jsonl"
    subprocess.run([program, "train", folder / "texts.jsonl", "-o", folder / "model.recura", "--log-json", log, "--seed", str(seed), *OPTIONS,
                    *options.split()], check=True)
    return [line for line in map(json.loads, log.read_text().splitlines()) if "epoch" in line]


def panel(left, title, epochs):
    """One curve an epoch up to the one in which it was learnt, the later the darker: the norm's decimal logarithm over the distance from the last step."""
    low, width, height, top = -16, 200, 220, 40
    x = lambda distance: left + width * distance / (LENGTH - 1)
    y = lambda norm: top + height * min(1, math.log10(max(norm, 10 ** low)) / low)
    parts = [f'<text x="{left}" y="{top - 14}">{title}</text>',
             f'<path class="axis" d="M{left} {top}V{top + height}H{left + width}"/>',
             f'<text x="{left + width}" y="{top + height + 16}" text-anchor="end">{LENGTH - 1} steps back</text>',
             f'<text x="{left}" y="{top + height + 16}">0</text>']
    parts += [f'<text x="{left - 4}" y="{y(10 ** power) + 4}" text-anchor="end">1e{power}</text>' for power in (0, -4, -8, -12, -16)]
    for number, epoch in enumerate(epochs):
        points = " ".join(f"{x(distance):.1f},{y(norm):.1f}" for distance, norm in enumerate(epoch["gradient_flow"][0]))
        parts.append(f'<polyline stroke-opacity="{(number + 2) / (len(epochs) + 1):.2f}" points="{points}"/>')
    return "\n".join(parts)


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    program = pathlib.Path(sys.argv[1]).resolve()
    image = pathlib.Path(sys.argv[2] if len(sys.argv) == 3 else "docs/gradient-flow.svg")
    panels = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "texts.jsonl").write_text("".join(json.dumps(text) + "\n" for text in texts()))
        print(f"| cell and options | learnt, of {len(SEEDS)} seeds | in epoch | largest norm of a gradient |\n|---|---|---|---|")
        for title, options, drawn in TRAININGS:
            runs = [epochs_of(program, folder, options, seed) for seed in SEEDS]
            learnt = [next((e["epoch"] for e in run if e["dev_accuracy"] > 0.99), math.inf) for run in runs]
            known = sorted(epoch for epoch in learnt if epoch < math.inf)
            largest = max(epoch["gradient_norm"] for run in runs for epoch in run)
            print(f"| {title} | {len(known)} | {', '.join(map(str, known)) or '-'} | {largest:.2g} |", flush=True)
            if drawn:
                first = learnt.index(min(learnt))
                panels.append(panel(50 + 250 * len(panels), title, [e for e in runs[first] if e["epoch"] <= learnt[first]]))
    image.write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1050 290" font-family="sans-serif" font-size="11">\n'
                     '<style>polyline { fill: none; stroke: #0b62a8 } .axis { fill: none; stroke: #888 } svg { background: #fff }</style>\n'
                     + "\n".join(panels) + "\n</svg>\n")


if __name__ == "__main__":
    main()
