#!/usr/bin/env python3
"""The seed's program in Keras 3: two LSTM layers read a text, one sigmoid tells its label.

    pip install keras tensorflow-cpu && python3 bench/peers/keras_seed.py FOLDER --seed 1

FOLDER holds train.ids, dev.ids and test.ids: a text a line, "label id id …", label 0 or 1, the ids already cut to the
length wanted: what recura_write_ids writes. Ids are shifted by one, so that 0 is padding and Keras too reads each text's
real steps only. Prints a JSON line about the run, one an epoch, and at the end the test accuracy of the epoch with the
lowest dev loss.
KERAS_BACKEND (tensorflow or jax) chooses who computes.
"""

import argparse
import json
import os
import pathlib
import time


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--patience", type=int, help="stop after so many epochs without a lower dev loss (default: never)")
    parser.add_argument("--steps", type=int, help="batches in an epoch, for timing (default: all)")
    return parser.parse_args()


OPTIONS = arguments()
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
if os.environ["KERAS_BACKEND"] == "jax":  # it has no setting for the number of threads
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:OPTIONS.threads])

import keras
import numpy as np

WORDS, UNITS, BATCH = 20000, 128, 32


def limit_threads(threads):
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(threads)


def read(path):
    """Texts padded behind with 0, [texts, longest], and labels [texts, 1]."""
    rows = [np.array(line.split(), dtype="int32") for line in path.read_text().splitlines()]
    labels = np.array([row[:1] for row in rows], dtype="float32")
    padded = np.zeros((len(rows), max(len(row) for row in rows) - 1), dtype="int32")
    for row, text in enumerate(rows):
        padded[row, :len(text) - 1] = text[1:] + 1
    return padded, labels


def seed_model():
    model = keras.Sequential([
        keras.layers.Embedding(WORDS + 1, UNITS, mask_zero=True),
        keras.layers.LSTM(UNITS, return_sequences=True),
        keras.layers.LSTM(UNITS),
        keras.layers.Dense(1, activation="sigmoid"),
    ])
    model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
    return model


def versions():
    backend = keras.backend.backend()
    return {"keras": keras.__version__, "backend": backend, backend: __import__(backend).__version__,
            "numpy": np.__version__}


def say(**fields):
    print(json.dumps(fields), flush=True)


def score(model, name, data):
    values = model.evaluate(*data, batch_size=256, verbose=0, return_dict=True)
    return {f"{name}_{key}": value for key, value in values.items()}


def main():
    limit_threads(OPTIONS.threads)
    keras.utils.set_random_seed(OPTIONS.seed)
    train, dev, test = (read(OPTIONS.folder / f"{part}.ids") for part in ("train", "dev", "test"))
    if OPTIONS.steps:
        train = tuple(array[:OPTIONS.steps * BATCH] for array in train)
    say(versions=versions(), seed=OPTIONS.seed, threads=OPTIONS.threads, batch=BATCH, train=train[0].shape,
        dev=dev[0].shape, test=test[0].shape)
    model = seed_model()
    best = None
    for epoch in range(1, OPTIONS.epochs + 1):
        start = time.perf_counter()
        history = model.fit(*train, batch_size=BATCH, epochs=1, verbose=0).history
        seconds = time.perf_counter() - start
        scores = {} if OPTIONS.steps else score(model, "dev", dev)
        say(epoch=epoch, loss=history["loss"][0], accuracy=history["accuracy"][0], **scores, seconds=round(seconds, 1))
        if scores and (best is None or scores["dev_loss"] < best["dev_loss"]):
            best = {"best_epoch": epoch, **scores}
            weights = model.get_weights()
        if best and OPTIONS.patience and epoch - best["best_epoch"] >= OPTIONS.patience:
            break
    if best:
        model.set_weights(weights)
        say(**best, **score(model, "test", test))


if __name__ == "__main__":
    main()
