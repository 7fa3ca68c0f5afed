"""The network of a writer of summaries in PyTorch.

Texts are padded, and the direction from behind reads them turned around: so oneDNN's LSTM serves, which on processors is
about three times as fast as the one for packed texts.
"""
import dataclasses

import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence

import writing


def padded(rows):
    return pad_sequence([torch.tensor(row, dtype=torch.long) for row in rows], batch_first=True)


@dataclasses.dataclass
class Reading:
    """Of B texts: states [B, S, 2 H], keys [B, S, A], where there is no word [B, S], what the writer begins with [B, D]."""

    states: torch.Tensor
    keys: torch.Tensor
    blank: torch.Tensor
    h: torch.Tensor
    c: torch.Tensor

    def of(self, rows):
        return Reading(*(getattr(self, field.name)[rows] for field in dataclasses.fields(self)))


class Table(nn.Module):
    """Vectors of words: of those that can be written, which every step moves, and of others, which are moved where read."""

    def __init__(self, words, outputs, size):
        super().__init__()
        self.outputs = nn.Parameter(torch.empty(outputs, size).uniform_(-0.05, 0.05))
        self.outputs.data[writing.UNKNOWN] = 0
        self.others = nn.Embedding(1 + words - outputs, size, sparse=True)  # the first one stands for the outputs
        nn.init.uniform_(self.others.weight, -0.05, 0.05)

    def forward(self, ids):
        count = len(self.outputs)
        own = functional.embedding(ids.clamp(max=count - 1), self.outputs)
        return torch.where((ids < count)[..., None], own, self.others((ids - count + 1).clamp(min=0)))


class Dropout(nn.Module):
    """As PyTorch's, with 16 random bits for each number: on processors it takes a fifth of the time."""

    def __init__(self, rate):
        super().__init__()
        self.rate = rate

    def forward(self, x):
        if not self.training:
            return x
        bits = torch.empty((x.numel() + 3) // 4, dtype=torch.int64).random_(-2 ** 63, None).view(torch.int16)
        kept = bits[:x.numel()].view(x.shape) >= int(2 ** 16 * self.rate) - 2 ** 15
        return x * kept.to(x.dtype).mul_(1 / (1 - self.rate))


def linear(columns, rows):
    layer = nn.Linear(columns, rows)
    nn.init.xavier_uniform_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


def lstm(columns, units, **options):
    layer = nn.LSTM(columns, units, **options)
    for name, weight in layer.named_parameters():
        if "weight_ih" in name:
            nn.init.xavier_uniform_(weight)
        elif "weight_hh" in name:
            for block in weight.data.chunk(4):
                nn.init.orthogonal_(block)
        else:
            nn.init.zeros_(weight)
            if "bias_ih" in name:
                weight.data[units:2 * units] = 1  # of the gate that forgets
    return layer


def copy_loss(logits, gate, attention, targets, is_copied, smoothing):
    """-ln of the probability to write a target, -1 if it is no output, or to copy one of its places, smoothed as for the
    output: its sum over the targets that have either, and their number."""
    has_places = is_copied.any(1)
    is_output = (targets >= 0) & (targets < logits.shape[1])
    log_sum = logits.logsumexp(1)
    written = logits.gather(1, targets.clamp(0, logits.shape[1] - 1)[:, None])[:, 0] - log_sum
    written = functional.logsigmoid(gate) + written.masked_fill(~is_output, -torch.inf)
    copied = (attention * is_copied).sum(1).clamp(min=torch.finfo(torch.float32).tiny).log()
    copied = functional.logsigmoid(-gate) + copied.masked_fill(~has_places, -torch.inf)
    counts = is_output | has_places
    loss = -(1 - smoothing) * torch.logaddexp(written[counts], copied[counts])
    if smoothing > 0:
        loss = loss + smoothing * (log_sum - logits.mean(1))[counts]
    return loss.sum(), len(loss)


class Writer(nn.Module):
    def __init__(self, words, outputs, packed=False, embedding=128, hidden=128, decoder=256, attention=128):
        super().__init__()
        self.begin, self.outputs, self.packed = words, outputs, packed
        self.table = Table(words + 1, outputs, embedding)
        if packed:
            self.encoder = lstm(embedding, hidden, bidirectional=True)
        else:
            self.forth, self.back = lstm(embedding, hidden), lstm(embedding, hidden)
        self.bridge = linear(2 * hidden, 2 * decoder)
        self.decoder = lstm(embedding, decoder)
        self.query, self.key = linear(decoder, attention), linear(2 * hidden, attention)
        self.v = nn.Parameter(torch.empty(attention).uniform_(-attention ** -0.5, attention ** -0.5))
        self.mix = linear(decoder + 2 * hidden, embedding)
        self.gate = linear(decoder + 2 * hidden + embedding, 1)
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.word_dropout, self.dropout = Dropout(0.1), Dropout(0.3)

    @staticmethod
    def inputs(sources):
        """Ids [S, B] and lengths [B]."""
        return padded([source.ids for source in sources]).T, torch.tensor([len(source.ids) for source in sources])

    def words(self, ids):
        x = self.table(ids)
        return x * self.word_dropout(x.new_ones(*ids.shape, 1))

    def encode(self, x, lengths):
        """States [S, B, 2 H], and the last one of each direction, [B, 2 H]."""
        if self.packed:
            states, (last, _) = self.encoder(pack_padded_sequence(x, lengths, enforce_sorted=False))
            return pad_packed_sequence(states)[0], torch.cat([last[0], last[1]], 1)
        steps, count = x.shape[:2]
        step, text = torch.arange(steps)[:, None], torch.arange(count)
        turned = (torch.where(step < lengths, lengths - 1 - step, step) * count + text).flatten()

        def turn(rows):
            return rows.flatten(0, 1).index_select(0, turned).view(steps, count, -1)

        forth, back = self.forth(x)[0], turn(self.back(turn(x))[0])
        return torch.cat([forth, back], 2), torch.cat([forth[lengths - 1, text], back[0]], 1)

    def read(self, ids, lengths):
        states, last = self.encode(self.dropout(self.words(ids)), lengths)
        states = self.dropout(states.transpose(0, 1).contiguous())
        h, c = torch.tanh(self.bridge(last)).chunk(2, 1)
        return Reading(states, self.key(states), torch.arange(len(ids)) >= lengths[:, None], h, c)

    def attention(self, keys, query, blank):
        """softmax of v tanh(keys + query) over the words; tanh(x) is 2 sigmoid(2 x) - 1, whose 1 the softmax undoes, and
        sigmoid takes a tenth of the time."""
        scores = torch.sigmoid(keys.add_(query).mul_(2)) @ (2 * self.v)
        return scores.masked_fill(blank, -torch.inf).softmax(-1)

    def answer(self, states, context, words):
        """Logits of the outputs, and of the gate that chooses them."""
        both = torch.cat([states, context], 1)
        mixed = self.dropout(torch.tanh(self.mix(both)))
        logits = functional.linear(mixed, self.table.outputs, self.bias)
        return logits, self.gate(torch.cat([both, words], 1))[:, 0]

    def loss(self, reading, examples, numbers, smoothing=0.0):
        """The sum over the words of the summaries that can be written or copied, and their number; numbers: [B, S]."""
        before = padded([example.before for example in examples]).T
        lengths = torch.tensor([len(example.targets) for example in examples])
        text, step = (torch.arange(len(before)) < lengths[:, None]).nonzero(as_tuple=True)
        targets = torch.tensor([target for example in examples for target in example.targets])  # text by text
        words = self.words(before)
        states = self.decoder(self.dropout(words), (reading.h[None], reading.c[None].contiguous()))[0]
        rows = step * len(examples) + text
        states, words = (x.flatten(0, 1).index_select(0, rows) for x in (self.dropout(states), words))
        attention = self.attention(reading.keys.index_select(0, text), self.query(states)[:, None], reading.blank[text])
        places = text * len(before) + step  # those that count of [B, T]
        spread = attention.new_zeros(before.numel(), attention.shape[1]).index_copy(0, places, attention)
        context = spread.view(len(examples), len(before), -1) @ reading.states
        logits, gate = self.answer(states, context.flatten(0, 1).index_select(0, places), words)

        is_copied = (numbers[text] == targets[:, None]) & (targets != writing.END)[:, None]
        return copy_loss(logits, gate, attention, targets, is_copied, smoothing)

    def next(self, reading, before, h, c, numbers, others):
        """Probabilities of the next word of n hypotheses of each text, [B, n, outputs + others], and states [B, n, D]."""
        shape = before.shape
        words = self.table(before.flatten())
        weights = [getattr(self.decoder, name) for name in ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")]
        h, c = torch.lstm_cell(words, [h.flatten(0, 1), c.flatten(0, 1)], *weights)
        attention = self.attention(reading.keys[:, None].repeat(1, shape[1], 1, 1), self.query(h).view(*shape, 1, -1),
                                   reading.blank[:, None])
        logits, gate = self.answer(h, (attention @ reading.states).flatten(0, 1), words)
        gate = torch.sigmoid(gate).view(*shape, 1)
        p = functional.pad(logits.softmax(1).view(*shape, -1) * gate, (0, others))
        p.scatter_add_(2, numbers[:, None].expand(*shape, -1), attention * (1 - gate))
        return p, h.view(*shape, -1), c.view(*shape, -1)
