#!/usr/bin/env python3
"""Kills trainings at random moments, resumes them, and compares the models with those of trainings left alone.

    tools/kill_and_resume.py build/release/recura --kills 20 --signals KILL,TERM -- DATA [options of recura train]

A training is started, killed after a random time, and started again with --resume, until it ends by itself; then the next
one begins, until there were enough kills. At each start the threads change. Prints a line for each training, and fails if
a model differs from the one of an unbroken training, if a start fails, or if a model on the way cannot be read."""

import argparse
import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()[:16]


def train(program, model, options, threads, seconds=None, number=None):
    """Whether it was killed, and the seconds that it took to end then. Ends the whole script at a failure."""
    command = [program, "train", *options, "-o", model, "--resume", "--threads", str(threads)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    took = 0
    try:
        _, error = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        start = time.monotonic()
        process.send_signal(number)
        _, error = process.communicate()
        took = time.monotonic() - start
    if process.returncode in (-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT, 130):
        return True, took
    if process.returncode != 0:
        sys.exit(f"exit code {process.returncode} of {' '.join(command)}:\n{error.decode()}")
    return False, 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--signals", default="KILL", help="of which each kill draws one: KILL,TERM,INT")
    parser.add_argument("--threads", default="1,2", help="of which each start draws one")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("options", nargs="+", help="data, and options of recura train")
    arguments = parser.parse_args()
    draw = random.Random(arguments.seed)
    signals = [getattr(signal, "SIG" + name) for name in arguments.signals.split(",")]
    threads = arguments.threads.split(",")

    with tempfile.TemporaryDirectory() as folder:
        whole = os.path.join(folder, "whole.recura")
        start = time.monotonic()
        train(arguments.program, whole, arguments.options, threads[0])
        seconds = time.monotonic() - start
        print(f"unbroken: {digest(whole)} in {seconds:.2f} s", flush=True)
        kills = trainings = longest = 0
        while kills < arguments.kills:
            model = os.path.join(folder, "killed.recura")
            starts, killed = 0, True
            while killed:
                starts += 1
                killed, took = train(arguments.program, model, arguments.options, draw.choice(threads),
                                     draw.uniform(0, seconds / 2), draw.choice(signals))
                longest = max(longest, took)
                kills += killed
                if os.path.exists(model):
                    subprocess.run([arguments.program, "inspect", model], check=True, stdout=subprocess.DEVNULL)
                if starts > 1000:
                    sys.exit("a training does not end: it is killed before each checkpoint")
            trainings += 1
            print(f"training {trainings}: {digest(model)} after {starts - 1} kills", flush=True)
            if digest(model) != digest(whole):
                sys.exit("the models differ")
            left = [name for name in os.listdir(folder) if name.startswith("killed.recura.") and name.endswith("checkpoint")]
            if left:
                sys.exit(f"left behind: {left}")
            os.remove(model)
        print(f"{kills} kills in {trainings} trainings: the same model each time; "
              f"from a signal to the end {longest:.2f} s at most")


if __name__ == "__main__":
    main()
