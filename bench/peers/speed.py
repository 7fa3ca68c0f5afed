"""What every Python participant of bench/speed.sh shares: numbers, lengths, timing. bench/speed/workload.h is the same in C++.

A participant is called with THREADS SECONDS WORKLOAD... and prints a JSON line for each workload it was asked for.
"""
import json
import sys
import time

import numpy as np

WORDS, EMBEDDING, REVIEW_HIDDEN, REVIEW_LENGTH, REVIEWS = 20000, 128, 128, 200, 32
INPUT, HIDDEN, TAGS = 130, 200, 9
LENGTHS = {
    1: [25],
    10: [23, 22, 16, 15, 15, 15, 10, 8, 8, 6],
    32: [29, 23, 22, 22, 21, 20, 19, 19, 18, 18, 17, 16, 16, 16, 16, 16,
         15, 15, 15, 15, 15, 15, 14, 14, 12, 10, 9, 8, 8, 8, 6, 5],
}
DECODER, WRITTEN, SOURCE = 256, 32, 25
INPUT_STREAM, TAG_STREAM, ID_STREAM, KEY_STREAM, STATE_STREAM, BEFORE_STREAM = range(100, 106)
GATES = {"rnn": 1, "lstm": 4, "gru": 3}

THREADS, SECONDS, WORKLOADS = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]


def bits(stream, count):
    z = (np.uint64(stream << 32) + np.arange(1, count + 1, dtype=np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (z ^ (z >> np.uint64(31))) >> np.uint64(40)


def numbers(stream, *shape):
    """In [-1, 1)."""
    return (bits(stream, int(np.prod(shape))).astype("float32") / np.float32(8388608) - 1).reshape(shape)


def weights(shapes):
    """Tensors of these shapes, each from the stream of its place."""
    return [np.float32(0.1) * numbers(stream, *shape) for stream, shape in enumerate(shapes)]


def recurrent_shapes(cell, inputs, hidden):
    """w, u, b and a GRU's d, in Recura's canonical layout."""
    gates = GATES[cell] * hidden
    return [(inputs, gates), (hidden, gates), (gates,)] + ([(hidden,)] if cell == "gru" else [])


def review_weights(cell):
    """W1: the table, a list for each layer, the dense layer's w and b."""
    layer = recurrent_shapes(cell, EMBEDDING, REVIEW_HIDDEN)
    table, *rest = weights([(WORDS, EMBEDDING), *layer, *layer, (REVIEW_HIDDEN, 1), (1,)])
    return table, rest[:len(layer)], rest[len(layer):-2], rest[-2:]


def tagger_weights():
    """W2: a list for each direction, the dense layer's w and b."""
    layer = recurrent_shapes("lstm", INPUT, HIDDEN)
    all_ = weights([*layer, *layer, (2 * HIDDEN, TAGS), (TAGS,)])
    return all_[:3], all_[3:6], all_[6:]


def decoder_weights():
    """W4: the query's w and b, v, the GRU's."""
    w, b, v, *gru = weights([(DECODER, DECODER), (DECODER,), (DECODER,), *recurrent_shapes("gru", 2 * DECODER, DECODER)])
    return (w, b), v, gru


def decoder_rows():
    """W4: keys and states [S, B, D], words before and states [B, D]."""
    read = [numbers(stream, SOURCE, WRITTEN, DECODER) for stream in (KEY_STREAM, STATE_STREAM)]
    return (*read, *(numbers(stream, WRITTEN, DECODER) for stream in (INPUT_STREAM, BEFORE_STREAM)))


def reviews(count):
    """Ids [B, T] and labels [B]."""
    ids = (bits(ID_STREAM, count * REVIEW_LENGTH) % np.uint64(WORDS)).astype("int64").reshape(count, REVIEW_LENGTH)
    return ids, np.arange(count) % 2


class Sentences:
    """Packed rows as Recura has them (step by step, the longest text first), and padded ones, [B, T, D]."""

    def __init__(self, count):
        self.lengths = np.array(LENGTHS[count])
        steps = np.arange(self.lengths[0])
        self.active = [int((self.lengths > step).sum()) for step in steps]
        self.texts = np.concatenate([np.arange(active) for active in self.active])
        self.steps = np.repeat(steps, self.active)
        self.x = numbers(INPUT_STREAM, len(self.steps), INPUT)
        self.tags = (bits(TAG_STREAM, len(self.steps)) % np.uint64(TAGS)).astype("int64")

    def padded(self, rows, fill=0):
        result = np.full((len(self.lengths), self.lengths[0], *rows.shape[1:]), fill, dtype=rows.dtype)
        result[self.texts, self.steps] = rows
        return result

    def ends(self, padded):
        """What all participants must agree on: the first token of the longest text, the last of the shortest."""
        return np.concatenate([padded[0, 0], padded[-1, self.lengths[-1] - 1]])


def measure(workload, step, result=np.ravel):
    """Times `step`; `result` makes of what it returns the numbers that all must agree on. Prints the JSON line."""
    outputs = [np.ravel(result(step())).tolist() for _ in range(2)]
    samples, end = [], time.perf_counter() + SECONDS
    while len(samples) < 5 or time.perf_counter() < end:
        start = time.perf_counter()
        step()
        samples.append((time.perf_counter() - start) * 1e3)
    samples.sort()
    output = [outputs[0][0], outputs[1][0]] if workload.endswith("train") else outputs[0]
    say(workload=workload, ms=samples[len(samples) // 2], best=samples[0], calls=len(samples), output=output)


def run(version, workloads):
    """`workloads`: for each name a function that gives the step to time, and perhaps what makes numbers of its result."""
    say(version=version)
    for name in WORKLOADS:
        if name in workloads:
            measure(name, *workloads[name]())


def say(**fields):
    print(json.dumps(fields), flush=True)
