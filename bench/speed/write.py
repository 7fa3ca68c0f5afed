#!/usr/bin/env python3
"""Measures how fast a summarizer that writes trains and writes beside PyTorch, and how good its summaries are after the
same time, and prints the tables of docs/performance.md.

    bench/write_speed.sh --python ENVIRONMENT/bin/python TRAIN DEV TEST

TRAIN, DEV and TEST are JSON Lines with a text and a summary. In every round each participant trains an epoch and writes the
summaries of TEST with a beam of 5, once for each number of threads, one after the other, pinned to as many cores. Then,
with --quality, Recura trains as it does by itself, and PyTorch for as many seconds; seconds are those of steps alone, and
both keep the epoch with the best ROUGE on DEV. PyTorch gets the same texts, and sizes of its own that are the same
(bench/peers/write_torch.py); its allocator is told to keep memory, which makes its steps faster.
"""
import argparse
import json
import os
import pathlib
import statistics
import tempfile

from tag import PROGRAM, ROOT, run

ALLOCATOR = [f"MALLOC_MMAP_THRESHOLD_={2 ** 30}", f"MALLOC_TRIM_THRESHOLD_={2 ** 30}", f"MALLOC_TOP_PAD_={2 ** 26}"]
KINDS = ("rouge1", "rouge2", "rougeL")


def train_recura(options, cores, folder, *more):
    """The model's file, and its epochs."""
    model, log = folder / "model.recura", folder / "log.json"
    run(cores, options.program, "train", options.train, "--kind", "write", "--lower-case", "--max-length", options.max_length,
        "--threads", len(cores), "--no-resume", "--log-json", log, "-q", "-o", model, *more)
    return model, [line for line in map(json.loads, log.read_text().splitlines()) if "tokens" in line]


def recura(options, cores, folder):
    model, epochs = train_recura(options, cores, folder, "--dev-share", 0, "--epochs", options.epochs)
    told = json.loads(run(cores, options.program, "benchmark", model, options.test, "--threads", len(cores), "--seconds",
                          options.benchmark_seconds, "--json"))
    return {"level": told["level"], "write": told["texts_per_second"],
            "train": sum(epoch["tokens"] for epoch in epochs) / sum(epoch["seconds"] for epoch in epochs)}


def pytorch(options, cores, *more):
    return json.loads(run(cores, "env", *ALLOCATOR, options.python, ROOT / "bench/peers/write_torch.py", options.train,
                          options.test, "--threads", len(cores), "--max-length", options.max_length, *more))


def speed(options, folder):
    rows = []
    for number in range(1, options.rounds + 1):
        for threads in options.threads:
            cores = options.cores[:threads]
            row = {"threads": threads, "recura": recura(options, cores, folder),
                   "pytorch": pytorch(options, cores, "--epochs", options.epochs)}
            rows.append(row)
            print(f"# round {number}: {json.dumps(row)}", flush=True)
    return rows


def quality(options, cores, folder):
    """Each one's training time, epochs and scores on TEST."""
    more = ["--epochs", options.quality_epochs] if options.quality_epochs else []
    model, epochs = train_recura(options, cores, folder, "--dev", options.dev, *more)
    seconds, written = sum(epoch["seconds"] for epoch in epochs), folder / "written.jsonl"
    best = max(epochs, key=lambda epoch: epoch["dev_rouge"])
    own = {"seconds": seconds, "epochs": len(epochs), "best": best["epoch"],
           "dev_rouge": best["dev_rouge"], "dev_loss": best["dev_loss"],
           **json.loads(run(cores, options.program, "evaluate", model, options.test, "--json"))}
    told = pytorch(options, cores, "--dev", options.dev, "--seconds", seconds, "--output", written)
    of_epoch = sum(epoch["tokens"] for epoch in epochs) / len(epochs)
    other = {"seconds": told["seconds"], "epochs": round(told["tokens"] / of_epoch, 1), "best": told["best_epoch"],
             "dev_rouge": told["dev_rouge"], "dev_loss": told["dev_loss"],
             **json.loads(run(cores, options.program, "evaluate", "--gold", options.test, "--predicted", written, "--json"))}
    return {"Recura": own, told["version"]: other}


def speed_table(rows, rounds):
    level, version = rows[0]["recura"]["level"], rows[0]["pytorch"]["version"]
    print(f"\nLevel {level}, {version}, {rounds} rounds: median [best].\n")
    print("| threads | work | Recura | PyTorch | times as fast |\n|---|---|---|---|---|")
    for threads in dict.fromkeys(row["threads"] for row in rows):
        for what, unit in (("train", "tokens read/s"), ("write", "texts/s")):
            own, other = ([row[who][what] for row in rows if row["threads"] == threads] for who in ("recura", "pytorch"))
            paces = [f"{statistics.median(paces):,.0f} [{max(paces):,.0f}]" for paces in (own, other)]
            ratio = statistics.median(a / b for a, b in zip(own, other))
            print(f"| {threads} | {what}, {unit} | " + " | ".join(paces) + f" | {ratio:.1f} |", flush=True)


def quality_table(scores):
    print("\n| who | seconds | epochs | best | dev ROUGE | dev loss | ROUGE-1 | ROUGE-2 | ROUGE-L | length |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for who, told in scores.items():
        low, high = told["rouge1"]["f1_interval"]
        values = [f"{100 * told[kind]['f1']:.1f}" for kind in KINDS]
        values[0] += f" ({100 * low:.1f} to {100 * high:.1f})"
        print(f"| {who} | {told['seconds']:.0f} | {told['epochs']} | {told['best']} | {told['dev_rouge']:.3f} | "
              f"{told['dev_loss']:.2f} | " + " | ".join(values) + f" | {told['length_ratio']:.2f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(prog="bench/write_speed.sh", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("train", "dev", "test"):
        parser.add_argument(name, metavar=name.upper(), type=pathlib.Path)
    parser.add_argument("--python", required=True, help="the Python that has PyTorch")
    parser.add_argument("--program", default=PROGRAM, help="recura; without it, it is built")
    parser.add_argument("--rounds", type=int, default=3, help="of pace; 0: none")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--cores", type=int, nargs="+", default=sorted(os.sched_getaffinity(0), reverse=True))
    parser.add_argument("--epochs", type=int, default=1, help="of a training whose pace is measured")
    parser.add_argument("--benchmark-seconds", type=float, default=16, help="of recura benchmark")
    parser.add_argument("--max-length", type=int, default=120)
    parser.add_argument("--quality", action="store_true", help="also ROUGE after the same time, with the last of --threads")
    parser.add_argument("--quality-epochs", type=int, default=0, help="Recura's; 0: as it does by itself")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        if options.rounds > 0:
            speed_table(speed(options, folder), options.rounds)
        if options.quality:
            quality_table(quality(options, options.cores[:options.threads[-1]], folder))


if __name__ == "__main__":
    main()
