"""PyTorch's part of bench/speed.sh: the steps that its own layers give, with its fused optimisers, on packed sentences.

Numbers below the normal ones, which gradients become that vanish over many steps, are flushed to zero. With PRECISION=bf16 training is under
`autocast`, which multiplies such numbers, and networks that infer are of them.
"""
import os

import numpy as np
import speed
import torch
from torch import nn
from torch.nn.utils.rnn import PackedSequence

torch.set_num_threads(speed.THREADS)
torch.set_flush_denormal(True)
BF16 = os.environ.get("PRECISION") == "bf16"
LAYERS = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}


def fill_direction(layer, suffix, w, u, b, d=None):
    """PyTorch keeps the matrices transposed, and two biases."""
    hidden = layer.hidden_size
    layer.get_parameter("weight_ih_l0" + suffix).copy_(torch.from_numpy(w.T.copy()))
    layer.get_parameter("weight_hh_l0" + suffix).copy_(torch.from_numpy(u.T.copy()))
    layer.get_parameter("bias_ih_l0" + suffix).copy_(torch.from_numpy(b))
    second = layer.get_parameter("bias_hh_l0" + suffix).zero_()
    if d is not None:
        second[2 * hidden:] = torch.from_numpy(d)


def fill_dense(layer, w, b):
    layer.weight.copy_(torch.from_numpy(w.T.copy()))
    layer.bias.copy_(torch.from_numpy(b))


class Reviews(nn.Module):
    def __init__(self, cell):
        super().__init__()
        self.embedding = nn.Embedding(speed.WORDS, speed.EMBEDDING)
        self.first, self.second = (LAYERS[cell](128, speed.REVIEW_HIDDEN, batch_first=True) for _ in range(2))
        self.dense = nn.Linear(speed.REVIEW_HIDDEN, 1)
        with torch.no_grad():
            table, first, second, dense = speed.review_weights(cell)
            self.embedding.weight.copy_(torch.from_numpy(table))
            fill_direction(self.first, "", *first)
            fill_direction(self.second, "", *second)
            fill_dense(self.dense, *dense)

    def forward(self, ids):
        states, _ = self.first(self.embedding(ids))
        states, _ = self.second(states)
        return self.dense(states[:, -1])[:, 0]


class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(speed.INPUT, speed.HIDDEN, bidirectional=True)
        self.dense = nn.Linear(2 * speed.HIDDEN, speed.TAGS)
        with torch.no_grad():
            forward, backward, dense = speed.tagger_weights()
            fill_direction(self.lstm, "", *forward)
            fill_direction(self.lstm, "_reverse", *backward)
            fill_dense(self.dense, *dense)

    def forward(self, packed):
        return self.dense(self.lstm(packed)[0].data)


def of_precision(values):
    """A network or its input, when inferring."""
    return values.to(torch.bfloat16) if BF16 else values


def training(model, optimiser, loss_of):
    def step():
        optimiser.zero_grad(set_to_none=True)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=BF16):
            loss = loss_of()
        loss.backward()
        optimiser.step()
        return loss.detach()
    return (step,)


def train_reviews(cell):
    model = Reviews(cell)
    ids, labels = (torch.from_numpy(array) for array in speed.reviews(speed.REVIEWS))
    targets, criterion = labels.float(), nn.BCEWithLogitsLoss()
    optimiser = torch.optim.Adam(model.parameters(), eps=1e-7, fused=True)
    return training(model, optimiser, lambda: criterion(model(ids), targets))


def read_reviews(count):
    model, ids = of_precision(Reviews("lstm")), torch.from_numpy(speed.reviews(count)[0])

    def step():
        with torch.inference_mode():
            return torch.sigmoid(model(ids)).float()
    return (step,)


def packed(sentences, x):
    return PackedSequence(x, torch.tensor(sentences.active))


def train_tagger(count):
    model, sentences = Tagger(), speed.Sentences(count)
    x, tags = torch.from_numpy(sentences.x).requires_grad_(), torch.from_numpy(sentences.tags)
    optimiser, criterion = torch.optim.SGD(model.parameters(), lr=0.01, fused=True), nn.CrossEntropyLoss()

    def loss():
        x.grad = None
        return criterion(model(packed(sentences, x)), tags)
    return training(model, optimiser, loss)


def tag(count):
    model, sentences = of_precision(Tagger()), speed.Sentences(count)
    x, last = of_precision(torch.from_numpy(sentences.x)), sum(sentences.active[:sentences.lengths[-1] - 1]) + count - 1

    def step():
        with torch.inference_mode():
            return model(packed(sentences, x)).float()
    return step, lambda logits: logits[[0, last]]


def tag_one():
    """One sentence needs no packing, which lets PyTorch take its fast path."""
    model, sentences = of_precision(Tagger()), speed.Sentences(1)
    x = of_precision(torch.from_numpy(sentences.x)[:, None])

    def step():
        with torch.inference_mode():
            return model.dense(model.lstm(x)[0]).float()
    return step, lambda logits: logits[[0, -1]]


class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.query, self.gru = nn.Linear(speed.DECODER, speed.DECODER), nn.GRUCell(2 * speed.DECODER, speed.DECODER)
        with torch.no_grad():
            query, v, (w, u, b, d) = speed.decoder_weights()
            fill_dense(self.query, *query)
            self.v = nn.Parameter(torch.from_numpy(v))
            self.gru.weight_ih.copy_(torch.from_numpy(w.T.copy()))
            self.gru.weight_hh.copy_(torch.from_numpy(u.T.copy()))
            self.gru.bias_ih.copy_(torch.from_numpy(b))
            self.gru.bias_hh.zero_()[2 * speed.DECODER:] = torch.from_numpy(d)

    def forward(self, keys, states, x, h):
        """Keys and states are [B, S, D]."""
        scores = torch.tanh(self.query(h)[:, None] + keys) @ self.v
        context = torch.bmm(torch.softmax(scores, dim=1)[:, None], states)[:, 0]
        return self.gru(torch.cat([x, context], dim=1), h)


def write_words():
    model = of_precision(Decoder())
    keys, states, x, h = (of_precision(torch.from_numpy(rows)) for rows in speed.decoder_rows())
    keys, states = (rows.transpose(0, 1).contiguous() for rows in (keys, states))

    def step():
        with torch.inference_mode():
            return model(keys, states, x, h).float()
    return step, lambda after: after[-1]


speed.run(f"PyTorch {torch.__version__}", {
    "w1-lstm-train": lambda: train_reviews("lstm"),
    "w1-gru-train": lambda: train_reviews("gru"),
    "w1-rnn-train": lambda: train_reviews("rnn"),
    "w1-lstm-infer": lambda: read_reviews(speed.REVIEWS),
    "w2-10-train": lambda: train_tagger(10),
    "w2-32-train": lambda: train_tagger(32),
    "w2-10-infer": lambda: tag(10),
    "w2-32-infer": lambda: tag(32),
    "w3-sentence": tag_one,
    "w3-document": lambda: read_reviews(1),
    "w4-step": write_words,
})
