"""A tagger of Recura's sizes in PyTorch: its pace, or with --evaluate its F1. Prints one line of JSON.

Vectors of words (100) and a convolution over their characters (30 to 50), or vectors of characters (100) and of both pairs
of neighbours (50 each); an LSTM of 200 units in each direction on packed sentences; a CRF over BIOES tags, whose steps
take a whole batch at once; Adam with lr 0.002, tables with sparse gradients; batches of 16 sentences of like length.
"""
import argparse
import collections
import gzip
import json
import random
import time

import tagging
import torch
from torch import nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence

PAD, UNKNOWN = 0, 1


def numbers(items):
    counts = collections.Counter(items)
    return {item: number for number, item in enumerate(sorted(counts, key=lambda item: (-counts[item], item)), 2)}


class Crf(nn.Module):
    def __init__(self, tags):
        super().__init__()
        self.transitions = nn.Parameter(torch.zeros(tags, tags))
        self.begin, self.end = nn.Parameter(torch.zeros(tags)), nn.Parameter(torch.zeros(tags))

    def loss(self, emissions, tags, lengths):
        """emissions [T, B, K], tags [T, B], lengths [B], falling."""
        mask = torch.arange(len(tags))[:, None] < lengths
        score = emissions.gather(2, tags[:, :, None])[:, :, 0] * mask
        score = score.sum(0) + (self.transitions[tags[:-1], tags[1:]] * mask[1:]).sum(0)
        score = score + self.begin[tags[0]] + self.end[tags.gather(0, (lengths - 1)[None])[0]]
        alpha = self.begin + emissions[0]
        for step in range(1, len(tags)):
            running = int(mask[step].sum())
            more = torch.logsumexp(alpha[:running, :, None] + self.transitions, 1) + emissions[step, :running]
            alpha = torch.cat([more, alpha[running:]])
        return (torch.logsumexp(alpha + self.end, 1) - score).mean()

    def decode(self, emissions, lengths):
        score, back = self.begin + emissions[0], []
        for step in range(1, len(emissions)):
            best, source = (score[:, :, None] + self.transitions).max(1)
            runs = (step < lengths)[:, None]
            score = torch.where(runs, best + emissions[step], score)
            back.append(torch.where(runs, source, torch.arange(score.shape[1])))
        tags = [(score + self.end).argmax(1)]
        for source in reversed(back):
            tags.append(source.gather(1, tags[-1][:, None])[:, 0])
        return torch.stack(tags[::-1])


class Tagger(nn.Module):
    def __init__(self, sentences, vectors):
        super().__init__()
        self.of_characters = tagging.is_of_characters(sentences)
        self.words = numbers(self.form(token) for tokens, _ in sentences for token in tokens)
        found = {}
        if vectors:
            with gzip.open(vectors, "rt", encoding="utf-8") as file:
                found = {word: values for word, _, values in (line.rstrip().partition(" ") for line in file)}
            for word in found:
                if len(found[word]) > 100:
                    self.words.setdefault(word, len(self.words) + 2)
        self.tags = sorted({tag for tokens, spans in sentences for tag in tagging.bioes(len(tokens), spans)})
        self.numbers = {tag: number for number, tag in enumerate(self.tags)}
        self.word = nn.Embedding(len(self.words) + 2, 100, sparse=True)
        nn.init.uniform_(self.word.weight, -0.05, 0.05)
        for word, number in self.words.items():
            if len(found.get(word, "")) > 100:
                self.word.weight.data[number] = torch.tensor([float(value) for value in found[word].split()])
        if self.of_characters:
            self.pairs = numbers(pair for tokens, _ in sentences for pair in zip(["", *tokens], [*tokens, ""]))
            self.pair = nn.Embedding(len(self.pairs) + 2, 50, sparse=True)
            nn.init.zeros_(self.pair.weight)
        else:
            self.characters = numbers(c for tokens, _ in sentences for token in tokens for c in token)
            self.character = nn.Embedding(len(self.characters) + 2, 30, padding_idx=PAD)
            self.convolution = nn.Conv1d(30, 50, 3, padding=1)
        self.dropout = nn.Dropout(0.3)
        self.lstm = nn.LSTM(200 if self.of_characters else 150, 200, bidirectional=True)
        self.behind = nn.Dropout(0.5)
        self.dense = nn.Linear(400, len(self.tags))
        self.crf = Crf(len(self.tags))

    @staticmethod
    def form(token):
        return token.lower()

    def inputs(self, sentences):
        """Ids of sentences by falling length, as packed rows."""
        rows = [torch.tensor([self.words.get(self.form(token), UNKNOWN) for token in tokens]) for tokens, _ in sentences]
        packed = nn.utils.rnn.pack_sequence(rows)
        if self.of_characters:
            pairs = [torch.tensor([self.pairs.get(pair, UNKNOWN) for pair in zip(["", *tokens], [*tokens, ""])])
                     for tokens, _ in sentences]
            both = [torch.stack([pair[:-1], pair[1:]], 1) for pair in pairs]
            return packed, nn.utils.rnn.pack_sequence(both).data, None
        forms = {}  # each is read once
        of = [torch.tensor([forms.setdefault(token, len(forms)) for token in tokens]) for tokens, _ in sentences]
        letters = [torch.tensor([self.characters.get(c, UNKNOWN) for c in form[:32]]) for form in forms]
        return packed, nn.utils.rnn.pad_sequence(letters, batch_first=True), nn.utils.rnn.pack_sequence(of).data

    def forward(self, packed, second, forms):
        words = self.word(packed.data)
        if self.of_characters:
            x = torch.cat([words, self.pair(second).flatten(1)], 1)
        else:
            letters = torch.relu(self.convolution(self.character(second).transpose(1, 2)))
            letters = letters.masked_fill((second == PAD)[:, None], 0).amax(2)
            x = torch.cat([words, letters[forms]], 1)
        states = self.lstm(PackedSequence(self.dropout(x), packed.batch_sizes))[0].data
        rows = self.dense(self.behind(states))
        return pad_packed_sequence(PackedSequence(rows, packed.batch_sizes))

    def gold(self, sentences):
        rows = [torch.tensor([self.numbers[tag] for tag in tagging.bioes(len(tokens), spans)])
                for tokens, spans in sentences]
        return nn.utils.rnn.pad_sequence(rows)

    def extract(self, sentences, size=64):
        order = sorted(range(len(sentences)), key=lambda i: -len(sentences[i][0]))
        found = [None] * len(sentences)
        self.eval()
        with torch.inference_mode():
            for first in range(0, len(order), size):
                some = order[first:first + size]
                emissions, lengths = self(*self.inputs([sentences[i] for i in some]))
                tags = self.crf.decode(emissions, lengths).T.tolist()
                for i, row, length in zip(some, tags, lengths.tolist()):
                    found[i] = tagging.spans_of([self.tags[tag] for tag in row[:length]])
        self.train()
        return found


def batches(sentences):
    """Of like length, in another order each time, the longest sentence of each first."""
    order = sorted(sentences, key=lambda sentence: -len(sentence[0]) + random.uniform(0, 2))
    some = [sorted(order[i:i + 16], key=lambda s: -len(s[0])) for i in range(0, len(order), 16)]
    random.shuffle(some)
    return some


def count(sentences):
    return sum(len(tokens) for tokens, _ in sentences)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train")
    parser.add_argument("test")
    parser.add_argument("--dev")
    parser.add_argument("--vectors")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--evaluate", action="store_true", help="F1 of the epoch that is the best on --dev")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    random.seed(1)
    train, test = tagging.read(options.train), tagging.read(options.test)
    dev = tagging.read(options.dev) if options.dev else test
    tagger = Tagger(train, options.vectors)
    tables = [layer.weight for layer in tagger.modules() if isinstance(layer, nn.Embedding) and layer.sparse]
    others = [weight for weight in tagger.parameters() if all(weight is not table for table in tables)]
    optimisers = [torch.optim.SparseAdam(tables, lr=0.002), torch.optim.Adam(others, lr=0.002, fused=True)]
    result, seconds, best = {"version": f"PyTorch {torch.__version__}"}, [], -1
    for _ in range(options.epochs):
        start = time.perf_counter()
        for some in batches(train):
            emissions, lengths = tagger(*tagger.inputs(some))
            loss = tagger.crf.loss(emissions, tagger.gold(some), lengths)
            for optimiser in optimisers:
                optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(others, 5)
            for optimiser in optimisers:
                optimiser.step()
        seconds.append(time.perf_counter() - start)
        if options.evaluate and (score := tagging.f1(dev, tagger.extract(dev))) > best:
            best = score
            result |= {"dev_f1": score, "test_f1": tagging.f1(test, tagger.extract(test))}
    start = time.perf_counter()
    tagger.extract(test)
    result |= {"train": count(train) / min(seconds), "extract": count(test) / (time.perf_counter() - start)}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
