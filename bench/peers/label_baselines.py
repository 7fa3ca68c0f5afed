#!/usr/bin/env python3
"""fastText, tuned on the dev part by its own autotuning, and naive Bayes on words and word pairs, on the files of bench/quality/run.

usage: bench/peers/label_baselines.py DATA_FOLDER [ROW ...]

Needs Debian's package `fasttext`. Texts are lower-cased and cut into words, numbers, signs and single Chinese characters for both. Prints the accuracy
on test of each; SECONDS_OF_TUNING (300) of tuning and two threads for fastText, whose result differs from run to run.
"""
import collections
import gzip
import importlib.machinery
import json
import math
import os
import pathlib
import re
import subprocess
import sys
import tempfile

TOKEN = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+|[^\w\s]")
SECONDS = os.environ.get("SECONDS_OF_TUNING", "300")
QUALITY = importlib.machinery.SourceFileLoader("quality", str(pathlib.Path(__file__).parents[1] / "quality/run")).load_module()
ROWS = {row.name: row for row in QUALITY.ROWS if isinstance(row, QUALITY.Row) and not row.vectors}


def rows_of(path):
    opened = gzip.open if str(path).endswith(".gz") else open
    with opened(path, "rt", encoding="utf-8") as lines:
        return [(TOKEN.findall(row["text"].lower()), str(row["label"])) for row in map(json.loads, lines)]


def parts_of(row, data, work):
    train, dev, test = row.prepare(data / row.folder, work)
    train, test = rows_of(train), rows_of(test)
    if dev:
        return train, rows_of(dev), test
    return [pair for number, pair in enumerate(train) if number % 10 != 9], train[9::10], test


def fasttext(parts, work):
    labels = {label: number for number, label in enumerate(sorted({label for _, label in parts[0]}))}
    for name, rows in zip(("train", "dev", "test"), parts):
        (work / name).write_text("".join(f"__label__{labels.get(label, -1)} {' '.join(tokens)}\n" for tokens, label in rows), encoding="utf-8")
    subprocess.run(["fasttext", "supervised", "-input", work / "train", "-output", work / "model", "-autotune-validation", work / "dev",
                    "-autotune-duration", SECONDS, "-thread", "2", "-verbose", "0"], check=True, stdout=sys.stderr)
    said = subprocess.run(["fasttext", "test", work / "model.bin", work / "test"], check=True, capture_output=True, text=True).stdout
    return float(re.search(r"P@1\s+([\d.]+)", said).group(1))


def naive_bayes(parts):
    """Multinomial, of the tokens and pairs of a text, each counted once; smoothed by 1."""
    features = lambda tokens: set(tokens) | set(zip(tokens, tokens[1:]))
    counts, rows = collections.defaultdict(collections.Counter), collections.Counter()
    for tokens, label in parts[0]:
        counts[label].update(features(tokens))
        rows[label] += 1
    forms = len(set().union(*counts.values()))
    totals = {label: math.log(sum(count.values()) + forms) for label, count in counts.items()}

    def answer(tokens):
        found = features(tokens)
        return max(counts, key=lambda label: math.log(rows[label]) + sum(math.log(counts[label][f] + 1) - totals[label] for f in found))
    return sum(answer(tokens) == label for tokens, label in parts[2]) / len(parts[2])


def main():
    if len(sys.argv) < 2 or any(name not in ROWS for name in sys.argv[2:]):
        sys.exit(f"{__doc__}\nrows: {', '.join(ROWS)}")
    for name in sys.argv[2:] or ROWS:
        with tempfile.TemporaryDirectory() as folder:
            work = pathlib.Path(folder)
            parts = parts_of(ROWS[name], pathlib.Path(sys.argv[1]), work)
            print(f"{name}  naive Bayes {naive_bayes(parts):.4f}  fastText {fasttext(parts, work):.4f}", flush=True)


if __name__ == "__main__":
    main()
