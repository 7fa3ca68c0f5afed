"""Who takes part in bench/speed.sh: how each is started and what it can do."""
import json
import os
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
PEERS = ROOT / "bench/peers"
BUILD = ROOT / "build/bench/bench"

LSTM_INFERENCE = ["w1-lstm-infer", "w2-10-infer", "w2-32-infer", "w3-sentence", "w3-document"]
INFERENCE = [*LSTM_INFERENCE, "w4-step"]
LSTM = ["w1-lstm-train", "w2-10-train", "w2-32-train", *LSTM_INFERENCE]
WORKLOADS = ["w1-lstm-train", "w1-gru-train", "w1-rnn-train", "w1-lstm-infer", "w2-10-train", "w2-32-train",
             "w2-10-infer", "w2-32-infer", "w3-sentence", "w3-document", "w4-step"]
LEVELS = ["v4", "v3", "baseline"]  # the highest first


class Missing(Exception):
    """Why a participant cannot take part."""


class Participant:
    """A program that is called with THREADS SECONDS WORKLOAD... and prints JSON lines."""

    def __init__(self, name, command, workloads=WORKLOADS, environment=None, tolerance=1e-4):
        self.name, self.command, self.workloads = name, [str(word) for word in command], workloads
        self.tolerance = tolerance  # of what it computes
        self.environment = environment or {}

    def run(self, cores, seconds, workloads):
        """Pinned to `cores`, a thread on each; gives what it printed, line by line."""
        threads = str(len(cores))
        inherited = {name: value for name, value in os.environ.items() if name not in ("RECURA_ISA", "PRECISION")}
        environment = {**inherited, "OMP_NUM_THREADS": threads, "MKL_NUM_THREADS": threads, "CUDA_VISIBLE_DEVICES": "",
                       "JAX_PLATFORMS": "cpu", **self.environment}
        command = ["taskset", "-c", ",".join(map(str, cores)), *self.command, *self.arguments(threads, seconds, workloads)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        if done.returncode != 0:
            raise Missing((done.stderr.strip().splitlines() or [f"ended with {done.returncode}"])[-1])
        return self.parse(done.stdout, workloads)

    def arguments(self, threads, seconds, workloads):
        return [threads, str(seconds), *workloads]

    def parse(self, output, workloads):
        return [json.loads(line) for line in output.splitlines() if line.startswith("{")]


class Prototype(Participant):
    """Prints lines of its own under names of its own, and always does everything."""

    NAMES = {"W1-train": "w1-lstm-train", "W1-infer": "w1-lstm-infer", "W2-b10-lstm+lin-fwdbwd": "w2-10-train",
             "W2-b32-lstm+lin-fwdbwd": "w2-32-train", "W2-b10-infer": "w2-10-infer", "W2-b32-infer": "w2-32-infer",
             "W3-ner25": "w3-sentence", "W3-doc200": "w3-document"}

    def arguments(self, threads, seconds, workloads):
        return [threads, str(seconds)]

    def parse(self, output, workloads):
        found = re.findall(r"^(\S+) T=\d+ best ([\d.]+) .*med ([\d.]+) ms", output, re.MULTILINE)
        lines = [{"workload": self.NAMES.get(name), "ms": float(median), "best": float(best), "output": []}
                 for name, best, median in found]
        return [{"version": "prototype"}] + [line for line in lines if line["workload"] in workloads]


def levels():
    """The levels that this processor has, the highest first, and why others are not there."""
    there, missing = [], {}
    for level in LEVELS[:2]:
        try:
            recura(level).run([min(os.sched_getaffinity(0))], 0, ["none"])
            there.append(level)
        except Missing as reason:
            missing[f"Recura {level}"] = str(reason)
    return there or LEVELS[2:], missing


def recura(level):
    return Participant(f"Recura {level}", [BUILD / "recura_bench_speed"], environment={"RECURA_ISA": level})


def narrow_recura(precision):
    """At the highest level, multiplying numbers of fewer bytes."""
    return Participant(f"Recura {precision}", [BUILD / "recura_bench_speed"],
                       INFERENCE if precision == "int8" else WORKLOADS, {"PRECISION": precision}, tolerance=0.03)


def python_peer(name, python, script, module, **more):
    if python is None:
        raise Missing("no Python environment was given (--python)")
    if subprocess.run([python, "-c", f"import {module}"], capture_output=True).returncode != 0:
        raise Missing(f"{python} has no {module.replace(', ', ' or no ')}")
    return Participant(name, [python, PEERS / script], **more)


def onednn():
    program = BUILD / "recura_peer_onednn"
    if not program.exists():
        raise Missing("oneDNN 2 (libdnnl-dev) is not installed")
    return Participant("oneDNN", [program], LSTM)


def prototype(folder, has_v4):
    if folder is None:
        raise Missing("no folder was given (--prototype)")
    if not has_v4:
        raise Missing("it needs AVX-512")
    program = ROOT / "build/speed/prototype"
    program.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["g++", "-O3", "-march=native", "-std=c++20", "-pthread", "-w", folder / "bench_lstm.cpp", "-o", program],
                   check=True)
    return Prototype("prototype", [program], LSTM)


def all_of(options):
    """The participants that are there, in the order of the tables, and why others are missing, by name."""
    there, missing = levels()
    participants = [recura(level) for level in there] + [narrow_recura(precision) for precision in ("bf16", "int8")]
    keras = lambda name, backend: python_peer(name, options.python, "speed_keras.py", f"keras, {backend}",
                                              environment={"KERAS_BACKEND": backend})
    makers = {
        "PyTorch": lambda: python_peer("PyTorch", options.python, "speed_torch.py", "torch"),
        "PyTorch bf16": lambda: python_peer("PyTorch bf16", options.python, "speed_torch.py", "torch",
                                            environment={"PRECISION": "bf16"}, tolerance=0.03),
        "Keras/TensorFlow": lambda: keras("Keras/TensorFlow", "tensorflow"),
        "Keras/JAX": lambda: keras("Keras/JAX", "jax"),
        "ONNX Runtime": lambda: python_peer("ONNX Runtime", options.python, "speed_onnxruntime.py", "onnxruntime, onnx",
                                            workloads=INFERENCE),
        "oneDNN": onednn,
        "prototype": lambda: prototype(options.prototype, "v4" in there),
    }
    for name, make in makers.items():
        if options.peers is not None and name not in options.peers:
            continue
        try:
            participants.append(make())
        except Missing as reason:
            missing[name] = str(reason)
    return participants, missing
