"""The tables of docs/performance.md, made of what bench/speed.sh measured."""
import collections
import re
import statistics

from participants import LEVELS, WORKLOADS

TITLES = {
    "w1-lstm-train": "W1, LSTM, a training step",
    "w1-gru-train": "W1, GRU, a training step",
    "w1-rnn-train": "W1, simple RNN, a training step",
    "w1-lstm-infer": "W1, LSTM, inference",
    "w2-10-train": "W2, 10 sentences, a training step",
    "w2-32-train": "W2, 32 sentences, a training step",
    "w2-10-infer": "W2, 10 sentences, inference",
    "w2-32-infer": "W2, 32 sentences, inference",
    "w3-sentence": "W3, a sentence of 25 tokens",
    "w3-document": "W3, a text of 200 tokens",
    "w4-step": "W4, a step of a decoder",
}
TOKENS = {"w1": 32 * 200, "w2-10": 138, "w2-32": 492, "w3-sentence": 25, "w3-document": 200, "w4-step": 32}
GATES = {"lstm": 4, "gru": 3, "rnn": 1}
SECTION = collections.namedtuple("Section", "level text")


def tokens(workload):
    return next(count for name, count in TOKENS.items() if workload.startswith(name))


def operations(workload):
    """Of the recurrent products alone: both layers of W1, both directions of W2; in training three times as many. Of
    W4 the query's, the attention's and the GRU's."""
    if workload == "w4-step":
        return 2 * tokens(workload) * (256 * 256 + 2 * 25 * 256 + 3 * 256 * (512 + 256))
    tagger = workload.startswith("w2") or workload == "w3-sentence"
    inputs, hidden = (130, 200) if tagger else (128, 128)
    gates = next((count for cell, count in GATES.items() if cell in workload), 4)
    passes = 3 if workload.endswith("train") else 1
    return passes * 2 * tokens(workload) * 2 * gates * hidden * (inputs + hidden)


def least_seconds(workload, limit):
    """What the operations take at the peak; of one text at a time also what reading the recurrent weights takes."""
    by_peak = operations(workload) / limit["peak"]
    if not workload.startswith("w3"):
        return by_peak
    hidden, rate = (200, limit["read_sentence"]) if workload == "w3-sentence" else (128, limit["read_review"])
    return max(by_peak, tokens(workload) * 2 * 4 * hidden * hidden * 4 / rate)


class Table:
    """What was measured with one number of threads."""

    def __init__(self, results, threads):
        of = lambda rows: [row for row in rows if row["threads"] == threads]
        self.times = {(row["participant"], row["workload"], row["round"]): row for row in of(results["times"])}
        self.limits = {(row["level"], row["round"]): row for row in of(results["limits"])}
        self.rounds = range(1, results["rounds"] + 1)
        self.participants = list(dict.fromkeys(key[0] for key in self.times))
        self.workloads = [name for name in WORKLOADS if any(key[1] == name for key in self.times)]
        self.highest = next(level for level in LEVELS if (level, 1) in self.limits)

    def rows(self, participant, workload):
        keys = [(participant, workload, number) for number in self.rounds]
        return [(key[2], self.times[key]) for key in keys if key in self.times]

    def time(self, participant, workload):
        rows = self.rows(participant, workload)
        if not rows:
            return ""
        level = next((level for level in LEVELS if participant == f"Recura {level}"), self.highest)
        median = statistics.median(row["ms"] for _, row in rows)
        best = min(row["best"] for _, row in rows)
        share = statistics.median(least_seconds(workload, self.limits[level, number]) * 1e3 / row["ms"] for number, row in rows)
        return f"{number_text(median)} [{number_text(best)}] {100 * share:.0f} %"

    def ratio(self, participant, workload):
        ours = dict(self.rows(f"Recura {self.highest}", workload))
        rows = [row["ms"] / ours[number]["ms"] for number, row in self.rows(participant, workload)]
        return f"{statistics.median(rows):.2f}" if rows else ""

    def markdown(self, cell, participants):
        lines = ["| work | " + " | ".join(participants) + " |", "|---" * (len(participants) + 1) + "|"]
        for workload in self.workloads:
            cells = [cell(participant, workload) for participant in participants]
            lines.append("| " + " | ".join([TITLES[workload], *cells]) + " |")
        return "\n".join(lines)

    def peaks(self):
        middle = lambda level, key: statistics.median(self.limits[level, number][key] for number in self.rounds) / 1e9
        levels = [level for level in LEVELS if (level, 1) in self.limits]
        return ", ".join(f"{middle(level, 'peak'):.0f} GFLOP/s at {level}" for level in levels) + (
            f"; recurrent weights are read at {middle(levels[0], 'read_review'):.0f} GB/s (W1) and "
            f"{middle(levels[0], 'read_sentence'):.0f} GB/s (W2)")


def number_text(value):
    """Three digits that count."""
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 1 else f"{value:.3f}"


def section(results):
    """A machine's section, named v4-amx where the processor has tiles, else by the highest float32 level."""
    blocks = [f"Rounds: {results['rounds']}, of {results['seconds']} seconds for each piece of work, on {results['date']}. "
              f"Recura at {results['commit']} ({results['compiler']}), " + ", ".join(dict.fromkeys(results["versions"].values())) + "."]
    if results["missing"]:
        blocks.append("Missing: " + "; ".join(f"{name}: {why}" for name, why in results["missing"].items()) + ".")
    highest = None
    for threads in sorted({row["threads"] for row in results["times"]}):
        table = Table(results, threads)
        highest = table.highest
        others = [name for name in table.participants if name != f"Recura {highest}"]
        blocks += [f"#### {threads} {'thread' if threads == 1 else 'threads'}", f"The limits: {table.peaks()}.",
                   "Milliseconds, median [best], and the share of the limit:", table.markdown(table.time, table.participants),
                   f"How many times as long as Recura {highest} in the same round, median:", table.markdown(table.ratio, others)]
    has_tiles = any(row["level"] == "v4-amx" for row in results["limits"])
    level = "v4-amx" if has_tiles else highest
    return SECTION(level, "\n\n".join([f"### {results['processor']}, {level}", *blocks]))


def write(path, made):
    """Puts the section between its markers in the document; behind everything else if they are not there yet."""
    begin, end = f"<!-- speed.sh {made.level} -->", f"<!-- end of {made.level} -->"
    block = f"{begin}\n{made.text}\n{end}"
    document = path.read_text()
    marked = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    document = marked.sub(lambda _: block, document) if marked.search(document) else f"{document}\n{block}\n"
    path.write_text(document)
