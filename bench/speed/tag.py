#!/usr/bin/env python3
"""Measures how fast taggers train and extract beside PyTorch, and prints the tables of docs/performance.md.

    bench/tag_speed.sh --python ENVIRONMENT/bin/python words TRAIN DEV TEST [characters TRAIN DEV TEST]

TRAIN, DEV and TEST are CoNLL files. In every round each participant runs once for each number of threads, one after the
other, pinned to as many cores. Recura learns with the options that it has by itself and then extracts from the raw test
texts; PyTorch gets the same sentences, and sizes of its own that are never larger (bench/peers/tag_torch.py).
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM, PEAK = ROOT / "build/bench/recura", ROOT / "build/bench/bench/recura_bench_peak_flops"
sys.path.insert(0, str(ROOT / "bench/peers"))
import tagging  # noqa: E402


def run(cores, *command):
    environment = {**os.environ, "OMP_NUM_THREADS": str(len(cores)), "CUDA_VISIBLE_DEVICES": ""}
    pinned = ["taskset", "-c", ",".join(map(str, cores)), *map(str, command)]
    done = subprocess.run(pinned, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: {done.stderr.strip()}")
    return done.stdout


def operations(description):
    """Of one token's recurrent products, forward: 2 for each weight."""
    network = next(json.loads(line) for line in description if line.strip().startswith('{"cell"'))
    channels = [json.loads(line) for line in description if line.strip().startswith('{"name"')]
    columns = sum(channel["size"] * channel["slots"] for channel in channels) + network["characters"]["hidden"]
    hidden, directions = network["hidden"], 2 if network["bidirectional"] else 1
    return 2 * 4 * hidden * (columns + hidden) * directions


def recura(cores, corpus, folder):
    model, log, threads = folder / "model.recura", folder / "log.json", len(cores)
    run(cores, PROGRAM, "train", corpus["train"], "--task", "tag", "--dev", corpus["dev"], "--epochs", 2, "--threads",
        threads, "--log-json", log, "-q", "-o", model)
    epochs = [json.loads(line) for line in log.read_text().splitlines() if "tokens" in line]
    told = json.loads(run(cores, PROGRAM, "benchmark", model, corpus["raw"], "--threads", threads, "--json"))
    forward = operations(run(cores, PROGRAM, "inspect", model).splitlines())
    return {"train": max(epoch["tokens"] / epoch["seconds"] for epoch in epochs), "extract": told["tokens_per_second"],
            "operations": forward}


def pytorch(options, cores, corpus):
    return json.loads(run(cores, options.python, ROOT / "bench/peers/tag_torch.py", corpus["train"], corpus["test"],
                          "--threads", len(cores), "--epochs", 2))


def raw_texts(corpus, folder):
    sentences = tagging.read(corpus["test"])
    between = "" if tagging.is_of_characters(sentences) else " "
    path = folder / f"{corpus['name']}.txt"
    path.write_text("".join(between.join(tokens) + "\n" for tokens, _ in sentences), encoding="utf-8")
    return path


def measure(options, folder):
    corpora = [dict(zip(["name", "train", "dev", "test"], options.corpora[i:i + 4]))
               for i in range(0, len(options.corpora), 4)]
    rows = []
    for corpus in corpora:
        corpus["raw"] = raw_texts(corpus, folder)
    for number in range(1, options.rounds + 1):
        for threads in options.threads:
            cores = options.cores[:threads]
            for corpus in corpora:
                row = {"corpus": corpus["name"], "threads": threads, **json.loads(run(cores, PEAK, threads)),
                       "recura": recura(cores, corpus, folder), "pytorch": pytorch(options, cores, corpus)}
                rows.append(row)
                print(f"# round {number}: {json.dumps(row)}", flush=True)
    return rows


def cells(rows, what, factor):
    """Median of the rounds, [the best one]."""
    own, other = ([row[name][what] for row in rows] for name in ("recura", "pytorch"))
    shares = [factor * row["recura"]["operations"] * row["recura"][what] / row["peak"] for row in rows]
    ratio = statistics.median(a / b for a, b in zip(own, other))
    return [f"{statistics.median(own):,.0f} [{max(own):,.0f}]", f"{statistics.median(shares):.0%} [{max(shares):.0%}]",
            f"{statistics.median(other):,.0f} [{max(other):,.0f}]", f"{ratio:.1f}"]


def table(rows, rounds):
    print(f"\nLevel {rows[0]['level']}, {rows[0]['pytorch']['version']}, {rounds} rounds: median [best].\n")
    print("| corpus | threads | work | peak, GFLOP/s | Recura, tokens/s | share of the peak | PyTorch, tokens/s | times as fast |")
    print("|---|---|---|---|---|---|---|---|")
    for corpus, threads in dict.fromkeys((row["corpus"], row["threads"]) for row in rows):
        own = [row for row in rows if (row["corpus"], row["threads"]) == (corpus, threads)]
        for what, factor in (("train", 3), ("extract", 1)):
            peak = f"{statistics.median(row['peak'] for row in own) / 1e9:.0f}"
            print("| " + " | ".join([corpus, str(threads), what, peak, *cells(own, what, factor)]) + " |")


def main():
    parser = argparse.ArgumentParser(prog="bench/tag_speed.sh", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", nargs="+", metavar="NAME TRAIN DEV TEST")
    parser.add_argument("--python", required=True, help="the Python that has PyTorch")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--cores", type=int, nargs="+", default=sorted(os.sched_getaffinity(0), reverse=True))
    options = parser.parse_args()
    if len(options.corpora) % 4 != 0:
        parser.error("a name and three files are needed for each corpus")
    with tempfile.TemporaryDirectory() as folder:
        table(measure(options, pathlib.Path(folder)), options.rounds)


if __name__ == "__main__":
    main()
