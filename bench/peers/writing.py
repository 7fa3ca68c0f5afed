"""What a peer that writes summaries is made of beside its network: texts, vocabulary, batches, ROUGE."""
import collections
import gzip
import json
import random
import re

WORD = re.compile(r"\w+(?:['’.]\w+)*|[^\w\s]")
END = UNKNOWN = 0  # as a word that is written, and as one that is read


def read(path):
    """Texts and summaries of JSON Lines."""
    with (gzip.open if path.endswith(".gz") else open)(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return [(row["text"], row["summary"]) for row in rows]


def cut(text):
    return WORD.findall(text.lower())


class Vocabulary:
    """Words that are read; the first ones, `outputs` with the end, can be written: those of summaries."""

    def __init__(self, rows, min_count=2, most=20000, most_outputs=10000):
        written = collections.Counter(word for _, summary in rows for word in cut(summary))
        read_too = written + collections.Counter(word for text, _ in rows for word in cut(text))
        frequent = [[word for word, count in counts.most_common(limit - 1) if count >= min_count]
                    for counts, limit in ((written, most_outputs), (read_too, most))]
        self.words = list(dict.fromkeys([None, *frequent[0], *frequent[1]]))
        self.outputs = 1 + len(frequent[0])
        self.ids = {word: number for number, word in enumerate(self.words)}

    def __len__(self):
        return len(self.words)


class Source:
    """A text: ids of its words, and their numbers, which beyond the outputs are its own: of `others`."""

    def __init__(self, vocabulary, text, max_length):
        words = cut(text)[:max_length]
        self.ids = [vocabulary.ids.get(word, UNKNOWN) for word in words]
        self.others, self.numbers = {}, []
        for word, number in zip(words, self.ids):
            is_output = UNKNOWN < number < vocabulary.outputs
            self.numbers.append(number if is_output else self.others.setdefault(word, vocabulary.outputs + len(self.others)))
        self.other_ids = [vocabulary.ids.get(word, UNKNOWN) for word in self.others]

    def forms(self, vocabulary, numbers):
        others = list(self.others)
        return [vocabulary.words[n] if n < vocabulary.outputs else others[n - vocabulary.outputs] for n in numbers]


class Example:
    """A source, the ids that stand before each word of its summary and before the end, and their numbers: -1 of one
    that can be neither written nor copied."""

    def __init__(self, vocabulary, text, summary, max_length):
        self.source = Source(vocabulary, text, max_length)
        words = cut(summary)
        ids = [vocabulary.ids.get(word, UNKNOWN) for word in words]
        self.before = [len(vocabulary), *ids]
        self.targets = [number if UNKNOWN < number < vocabulary.outputs else self.source.others.get(word, -1)
                        for word, number in zip(words, ids)] + [END]


def examples(vocabulary, rows, max_length):
    made = [Example(vocabulary, text, summary, max_length) for text, summary in rows]
    return [example for example in made if example.source.ids]


def batches(items, size=32):
    """In another order each time, texts of like length side by side."""
    order = random.sample(items, len(items))
    some = []
    for pool in range(0, len(order), 50 * size):
        near = sorted(order[pool:pool + 50 * size], key=lambda example: -len(example.source.ids))
        some += [near[i:i + size] for i in range(0, len(near), size)]
    random.shuffle(some)
    return some


def f1(hits, gold, given):
    return 2 * hits / (gold + given) if hits else 0


def common(a, b):
    """Length of the longest common subsequence."""
    before = [0] * (len(b) + 1)
    for x in a:
        row = [0]
        for j, y in enumerate(b):
            row.append(before[j] + 1 if x == y else max(row[j], before[j + 1]))
        before = row
    return before[-1]


def rouge(rows, summaries):
    """The mean F1 of ROUGE-1, -2 and -L."""
    total = 0
    for (_, gold), given in zip(rows, summaries):
        a, b = (re.findall("[a-z0-9]+", text.lower()) for text in (gold, given))
        for n in (1, 2):
            grams = [collections.Counter(zip(*(words[i:] for i in range(n)))) for words in (a, b)]
            total += f1((grams[0] & grams[1]).total(), *(own.total() for own in grams))
        total += f1(common(a, b), len(a), len(b))
    return total / (3 * len(rows))
