#!/usr/bin/env python3
"""Writes tests/golden/seqeval.json: what seqeval, which counts spans as conlleval does, says of ten sets of tags.

    pip install seqeval && python3 tools/golden_seqeval.py tests/golden/seqeval.json
"""

import importlib.metadata
import json
import random
import sys
import warnings

from seqeval.metrics import classification_report

TYPES = ("PER", "ORG", "LOC", "MISC", "x-y")
random.seed(6)


def legal(length, types=TYPES, outside=0.5):
    """Spans of one to four tokens, some side by side."""
    tags = []
    while len(tags) < length:
        if random.random() < outside:
            tags.append("O")
        else:
            name = random.choice(types)
            tags += [f"B-{name}"] + [f"I-{name}"] * random.randrange(4)
    return tags[:length]


def any_tags(length, types=TYPES):
    """Whatever comes: an I- may stand after another type, or first."""
    return random.choices(["O"] + [f"{part}-{name}" for part in "BI" for name in types], k=length)


def noisy(tags, share, types=TYPES):
    return [random.choice(any_tags(1, types)) if random.random() < share else tag for tag in tags]


def texts(make, count=40, longest=12):
    return [make(random.randrange(longest + 1)) for _ in range(count)]


def sets():
    gold = texts(legal)
    yield "few errors", gold, [noisy(tags, 0.05) for tags in gold]
    yield "many errors", gold, [noisy(tags, 0.4) for tags in gold]
    yield "any tags on both sides", *zip(*[(any_tags(len(tags)), any_tags(len(tags))) for tags in gold])
    yield "all right", gold, gold
    yield "all wrong", gold, [[f"{tag}s" if tag != "O" else "O" for tag in tags] for tags in gold]
    yield "nothing predicted", gold, [["O"] * len(tags) for tags in gold]
    yield "nothing to find", [["O"] * len(tags) for tags in gold], gold
    yield "types never predicted", gold, [[tag if tag[2:] in ("PER", "LOC") else "O" for tag in tags] for tags in gold]
    yield ("types never to be found", [[tag if tag[2:] in ("ORG",) else "O" for tag in tags] for tags in gold],
           [noisy(tags, 0.1) for tags in gold])
    first = texts(lambda length: [tag.replace("B-", "I-") for tag in legal(length, outside=0.8)])
    yield "I- begins a span", first, [noisy(tags, 0.1, TYPES[:2]) for tags in first]


def rates(row):
    return {"precision": float(row["precision"]), "recall": float(row["recall"]), "f1": float(row["f1-score"])}


def figures(name, gold, predicted):
    gold, predicted = [list(tags) for tags in gold], [list(tags) for tags in predicted]
    report = classification_report(gold, predicted, output_dict=True, zero_division=0)
    averages = {key: report.pop(key) for key in list(report) if key.endswith(" avg")}
    types = {key: {**rates(row), "gold": int(row["support"])} for key, row in report.items()}
    return {"name": name, "gold": gold, "predicted": predicted, "micro": rates(averages["micro avg"]),
            "macro": rates(averages["macro avg"]), "types": types}


if __name__ == "__main__":
    warnings.filterwarnings("ignore")  # of sets without spans
    versions = {package: importlib.metadata.version(package) for package in ("seqeval", "scikit-learn", "numpy")}
    lines = ",\n".join(json.dumps(figures(*case), separators=(",", ":")) for case in sets())
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        file.write(f'{{"versions":{json.dumps(versions)},"sets":[\n{lines}\n]}}\n')
