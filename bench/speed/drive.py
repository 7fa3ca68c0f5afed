#!/usr/bin/env python3
"""Measures Recura beside what people use today, and writes the tables of docs/performance.md.

    python3 -m venv ENVIRONMENT
    ENVIRONMENT/bin/pip install torch keras tensorflow-cpu jax onnxruntime onnx
    bench/speed.sh --python ENVIRONMENT/bin/python

In every round each participant runs once for each number of threads, in a process of its own on cores of its own. What
comes out is compared first: who computes something else ends the run. Each round is kept in build/speed/results.json.
With --workloads or --peers the tables are only printed.
"""
import argparse
import datetime
import json
import os
import pathlib
import subprocess
import sys
import time

import tables
from participants import ROOT, WORKLOADS, Missing, all_of

RESULTS = ROOT / "build/speed/results.json"
PEERS = ["PyTorch", "PyTorch bf16", "Keras/TensorFlow", "Keras/JAX", "ONNX Runtime", "oneDNN", "prototype"]


def arguments():
    parser = argparse.ArgumentParser(prog="bench/speed.sh", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", type=pathlib.Path, default=os.environ.get("RECURA_PEERS_PYTHON"),
                        help="the Python that has the peers (default: RECURA_PEERS_PYTHON)")
    parser.add_argument("--prototype", type=pathlib.Path, help="folder with a prototype's bench_lstm.cpp")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.4, help="for each piece of work (default: 0.4)")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--cores", type=int, nargs="+", default=sorted(os.sched_getaffinity(0), reverse=True),
                        help="which to use, the first one for one thread (default: the last ones)")
    parser.add_argument("--workloads", nargs="+", choices=WORKLOADS, metavar="WORKLOAD",
                        help=f"only these of {', '.join(WORKLOADS)}")
    parser.add_argument("--peers", nargs="*", choices=PEERS, metavar="PEER",
                        help=f"only these of {', '.join(PEERS)}")
    parser.add_argument("--tables", action="store_true", help="only write the tables anew, of what was measured last")
    return parser.parse_args()


def command_output(*command):
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout.strip()


def processor():
    lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))


def check_equal(name, line, expected, tolerance):
    """Losses of the second step differ a little: PyTorch has a bias more, the rates of which add up."""
    allowed = [tolerance, 10 * tolerance] if line["workload"].endswith("train") else [tolerance] * len(expected)
    for got, wanted, limit in zip(line["output"], expected, allowed):
        if not abs(got - wanted) <= limit:
            sys.exit(f"{name} computes something else in {line['workload']}: {line['output']}, not {expected}")


class Run:
    def __init__(self, options):
        self.options = options
        self.participants, missing = all_of(options)
        self.outputs = {}  # of Recura, which comes first
        self.results = {"processor": processor(), "compiler": command_output("g++", "--version").splitlines()[0],
                        "commit": command_output("git", "describe", "--always", "--dirty", "--exclude", "*"),
                        "date": datetime.date.today().isoformat(), "seconds": options.seconds, "rounds": 0,
                        "missing": missing, "versions": {}, "limits": [], "times": []}

    def measure(self, participant, threads, number):
        wanted = [name for name in participant.workloads if name in (self.options.workloads or WORKLOADS)]
        if not wanted:
            return
        for line in participant.run(self.options.cores[:threads], self.options.seconds, wanted):
            where = {"round": number, "threads": threads, "participant": participant.name}
            if "version" in line:
                self.results["versions"][participant.name] = line["version"]
            elif "level" in line:
                self.results["limits"].append({**where, **line})
            else:
                check_equal(participant.name, line, self.outputs.setdefault(line["workload"], line["output"]),
                            participant.tolerance)
                self.results["times"].append({**where, **{key: line[key] for key in ("workload", "ms", "best")}})

    def round(self, number):
        for threads in self.options.threads:
            for participant in list(self.participants):
                start = time.monotonic()
                try:
                    self.measure(participant, threads, number)
                except Missing as reason:
                    if participant.name.startswith("Recura"):
                        sys.exit(f"{participant.name}: {reason}")
                    self.results["missing"][participant.name] = str(reason)
                    self.participants.remove(participant)
                print(f"round {number}, threads {threads}, {participant.name}: {time.monotonic() - start:.0f} s", flush=True)
        self.results["rounds"] = number


def measure(options, whole):
    if max(options.threads) > len(options.cores):
        sys.exit(f"bench/speed.sh: {max(options.threads)} threads need as many cores, there are {len(options.cores)}")
    run = Run(options)
    for name, reason in run.results["missing"].items():
        print(f"missing: {name}: {reason}", flush=True)
    for number in range(1, options.rounds + 1):
        run.round(number)
        if whole:
            RESULTS.parent.mkdir(parents=True, exist_ok=True)
            RESULTS.write_text(json.dumps(run.results))
    return run.results


def main():
    options = arguments()
    whole = options.workloads is None and options.peers is None
    section = tables.section(json.loads(RESULTS.read_text()) if options.tables else measure(options, whole))
    if whole:
        tables.write(ROOT / "docs/performance.md", section)
    print(section.text)


if __name__ == "__main__":
    main()
