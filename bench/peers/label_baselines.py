#!/usr/bin/env python3
"""fastText, tuned on the dev part by its own autotuning, and naive Bayes on words and word pairs, on the files of bench/quality/run.

usage: bench/peers/label_baselines.py DATA_FOLDER [ROW ...]

Needs Debian's package `fasttext`. Texts are lower-cased and cut into words, numbers, signs and single Chinese characters for both. Prints the accuracy
on test of each; SECONDS_OF_TUNING (300) of tuning and two threads for fastText, whose result differs from run to run. Of several labels a text it is
micro F1: fastText learns each label by itself (`-loss ova`), naive Bayes each label against the texts without it, and one threshold for all is that
of the highest micro F1 on dev.
"""
import collections
import gzip
import importlib.machinery
import itertools
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
ROWS = {row.name: row for row in QUALITY.ROWS if isinstance(row, (QUALITY.Row, QUALITY.SetRow)) and not row.vectors and not row.options}


def rows_of(path):
    opened = gzip.open if str(path).endswith(".gz") else open
    with opened(path, "rt", encoding="utf-8") as lines:
        return [(TOKEN.findall(row["text"].lower()), sorted(set(row.get("labels", [str(row.get("label"))])))) for row in map(json.loads, lines)]


def parts_of(row, data, work):
    train, dev, test = row.prepare(data / row.folder, work)
    train, test = rows_of(train), rows_of(test)
    if dev:
        return train, rows_of(dev), test
    return [pair for number, pair in enumerate(train) if number % 10 != 9], train[9::10], test


def features(tokens):
    return set(tokens) | set(zip(tokens, tokens[1:]))


def pairs_of(scores, rows):
    """Of each label of each row how probable it is, and whether it is right."""
    return [(score, label in gold) for found, (_, gold) in zip(scores, rows, strict=True) for label, score in found.items()]


def f1(right, given, present):
    return 2 * right / (given + present) if given + present else 0


def threshold_of(scores, rows):
    """The score down to which labels are given for the highest micro F1."""
    present, given, right, best = sum(len(gold) for _, gold in rows), 0, 0, (0, 0)
    for score, equals in itertools.groupby(sorted(pairs_of(scores, rows), reverse=True), key=lambda pair: pair[0]):
        found = [is_right for _, is_right in equals]
        given, right = given + len(found), right + sum(found)
        best = max(best, (f1(right, given, present), score))
    return best[1]


def figure(scored, parts, several):
    """Accuracy, or micro F1, on test; `scored` gives of a part's rows the score of each label."""
    test = scored(parts[2])
    if not several:
        return sum(max(found, key=found.get, default=None) == gold[0] for found, (_, gold) in zip(test, parts[2], strict=True)) / len(test)
    least = threshold_of(scored(parts[1]), parts[1])
    given = [is_right for score, is_right in pairs_of(test, parts[2]) if score >= least]
    return f1(sum(given), len(given), sum(len(gold) for _, gold in parts[2]))


def fasttext(parts, work, several):
    """Trained and tuned; the function that scores rows."""
    labels = sorted({label for _, gold in parts[0] for label in gold})
    numbers = {label: number for number, label in enumerate(labels)}
    for name, rows in zip(("train", "dev"), parts):
        lines = [[f"__label__{numbers.get(label, -1)}" for label in gold] + tokens for tokens, gold in rows]
        (work / name).write_text("".join(" ".join(line) + "\n" for line in lines), encoding="utf-8")
    subprocess.run(["fasttext", "supervised", "-input", work / "train", "-output", work / "model", "-autotune-validation", work / "dev",
                    "-autotune-duration", SECONDS, "-thread", "2", "-verbose", "0", *(["-loss", "ova"] if several else [])], check=True, stdout=sys.stderr)

    def scored(rows):
        (work / "rows").write_text("".join(" ".join(tokens) + "\n" for tokens, _ in rows), encoding="utf-8")
        said = subprocess.run(["fasttext", "predict-prob", work / "model.bin", work / "rows", "-1" if several else "1", "-1"], check=True, capture_output=True, text=True)
        for line in said.stdout.split("\n")[:-1]:
            words = line.split()
            yield {labels[int(label.removeprefix("__label__"))]: float(score) for label, score in zip(words[::2], words[1::2]) if label != "__label__-1"}
    return lambda rows: list(scored(rows))


def naive_bayes(parts, several):
    """Multinomial, of the tokens and pairs of a text, each counted once; smoothed by 1. Of several labels each against the texts without it."""
    all_counts, counts, rows = collections.Counter(), collections.defaultdict(collections.Counter), collections.Counter()
    for tokens, gold in parts[0]:
        found = features(tokens)
        all_counts.update(found)
        for label in gold:
            rows[label] += 1
            for feature in found:
                counts[feature][label] += 1
    total, forms, count = sum(all_counts.values()), len(all_counts), len(parts[0])
    with_label = collections.Counter()
    for of_labels in counts.values():
        with_label.update(of_labels)
    prior = {label: math.log(rows[label] / (max(count - rows[label], 1) if several else 1)) for label in rows}
    shift = {label: (math.log(total - with_label[label] + forms) if several else 0) - math.log(with_label[label] + forms) for label in rows}

    def scores(tokens):
        found = features(tokens)
        base = -sum(math.log(all_counts[feature] + 1) for feature in found) if several else 0
        result = {label: prior[label] + base + len(found) * shift[label] for label in rows}
        for feature in found:
            for label, seen in counts.get(feature, {}).items():
                result[label] += math.log(seen + 1)
                result[label] += math.log(all_counts[feature] + 1) - math.log(all_counts[feature] - seen + 1) if several else 0
        return result
    return lambda rows: [scores(tokens) for tokens, _ in rows]


def main():
    if len(sys.argv) < 2 or any(name not in ROWS for name in sys.argv[2:]):
        sys.exit(f"{__doc__}\nrows: {', '.join(ROWS)}")
    for name in sys.argv[2:] or ROWS:
        with tempfile.TemporaryDirectory() as folder:
            work = pathlib.Path(folder)
            parts = parts_of(ROWS[name], pathlib.Path(sys.argv[1]), work)
            several = isinstance(ROWS[name], QUALITY.SetRow)
            figures = [figure(scored, parts, several) for scored in (naive_bayes(parts, several), fasttext(parts, work, several))]
            print("{}  naive Bayes {:.4f}  fastText {:.4f}".format(name, *figures), flush=True)


if __name__ == "__main__":
    main()
