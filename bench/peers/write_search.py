"""A beam search over the summaries of several texts at once, in PyTorch."""
import torch

import writing
from write_network import padded


class Beams:
    """The live hypotheses of B texts, n each, and the scores of the best `beam` that ended."""

    def __init__(self, texts, options):
        self.options = options
        self.words = torch.zeros(texts, 1, 0, dtype=torch.long)
        self.log_p = torch.zeros(texts, 1)
        self.ended = torch.full((texts, options.beam), -torch.inf)
        self.best = [[] for _ in range(texts)]
        self.active = torch.arange(texts)

    def scores(self, log_p, length):
        return log_p / ((5 + length) / 6) ** self.options.length_penalty

    def bar(self, p):
        """No probability [B, n, words] of what must not follow."""
        length, run = self.words.shape[2], self.options.no_repeat
        if length < self.options.least:
            p[:, :, writing.END] = 0
        if length >= self.options.most:
            p[:, :, writing.END + 1:] = 0
        elif 0 < run <= length:
            runs = self.words.unfold(2, run, 1)
            same = (runs[..., :-1] == self.words[:, :, None, length - run + 1:]).all(3)
            p.scatter_reduce_(2, runs[..., -1], 1 - same.to(p.dtype), "prod")
        return p

    def advance(self, p):
        """Gives the parents of those that live on, [B, n]."""
        beam, length = self.options.beam, self.words.shape[2] + 1
        likeliest, words = self.bar(p).topk(beam + 1, 2)
        log_p = (likeliest.log() + self.log_p[:, :, None]).flatten(1)
        log_p, place = log_p.topk(min(2 * beam, log_p.shape[1]), 1)
        word, parent = words.flatten(1).gather(1, place), place // (beam + 1)
        is_end = word == writing.END
        ends = is_end & ((~is_end).cumsum(1) < beam)
        ended = self.scores(log_p, length).masked_fill(~ends, -torch.inf)
        score, which = ended.max(1)
        for i in (score > self.ended[:, 0]).nonzero()[:, 0].tolist():
            self.best[self.active[i]] = self.words[i, parent[i, which[i]]].tolist()
        self.ended = torch.cat([self.ended, ended], 1).topk(beam, 1).values
        self.log_p, kept = log_p.masked_fill(is_end, -torch.inf).topk(min(beam, log_p.shape[1]), 1)
        parent = parent.gather(1, kept)
        before = self.words.gather(1, parent[:, :, None].expand(-1, -1, self.words.shape[2]))
        self.words = torch.cat([before, word.gather(1, kept)[:, :, None]], 2)
        return parent

    def can_improve(self):
        """Of each text, whether a live one may still score better than the worst that ended."""
        return (self.scores(self.log_p, self.options.most + 1) > self.ended[:, -1:]).any(1)

    def keep(self, rows):
        self.words, self.log_p, self.ended, self.active = (
            x[rows] for x in (self.words, self.log_p, self.ended, self.active))


def search(network, sources, options):
    """Numbers of the best summary of each text, none of which is empty."""
    reading = network.read(*network.inputs(sources))
    numbers, other_ids = padded([s.numbers for s in sources]), padded([s.other_ids for s in sources])
    beams, h, c = Beams(len(sources), options), reading.h[:, None], reading.c[:, None]
    before = torch.full((len(sources), 1), network.begin)
    for _ in range(options.most + 1):
        p, h, c = network.next(reading, before, h, c, numbers, other_ids.shape[1])
        parent = beams.advance(p)
        rows = beams.can_improve().nonzero()[:, 0]
        if len(rows) == 0:
            break
        if len(rows) < len(numbers):
            beams.keep(rows)
            reading, numbers, other_ids = reading.of(rows), numbers[rows], other_ids[rows]
            parent, h, c = parent[rows], h[rows], c[rows]
        h, c = (x.gather(1, parent[:, :, None].expand(-1, -1, x.shape[2])) for x in (h, c))
        last = beams.words[:, :, -1]
        before = last
        if other_ids.shape[1] > 0:
            copied = other_ids.gather(1, (last - network.outputs).clamp(min=0))
            before = torch.where(last < network.outputs, last, copied)
    return beams.best


@torch.inference_mode()
def summaries(network, vocabulary, texts, options, size=64):
    """Of each text the best one, texts of like length at once."""
    sources = [writing.Source(vocabulary, text, options.max_length) for text in texts]
    order = sorted((i for i in range(len(texts)) if sources[i].ids), key=lambda i: -len(sources[i].ids))
    found = [""] * len(texts)
    network.eval()
    for first in range(0, len(order), size):
        some = order[first:first + size]
        for i, numbers in zip(some, search(network, [sources[i] for i in some], options)):
            found[i] = " ".join(sources[i].forms(vocabulary, numbers))
    return found
