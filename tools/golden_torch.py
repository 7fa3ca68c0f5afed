"""The PyTorch side of golden.py.

PyTorch keeps weight_ih [G H, D], weight_hh [G H, H], and bias_ih and bias_hh [G H], its gates in the canonical order.
"""

import torch
from torch.nn.utils.rnn import PackedSequence, pack_sequence

from golden import ADAM, INPUT, VOCABULARY, directions, weight_shapes

torch.set_default_dtype(torch.float64)


class SigmoidRnn(torch.nn.RNN):
    """PyTorch's simple RNN knows tanh and ReLU only: the same weights and packed rows, with the logistic function."""

    def forward(self, packed):
        state = torch.zeros(packed.batch_sizes[0], self.hidden_size)
        states, start = [], 0
        for size in packed.batch_sizes.tolist():
            x = packed.data[start:start + size]
            step = torch.sigmoid(x @ self.weight_ih_l0.T + self.bias_ih_l0
                                 + state[:size] @ self.weight_hh_l0.T + self.bias_hh_l0)
            state = torch.cat([step, state[size:]])
            states.append(step)
            start += size
        packed = PackedSequence(torch.cat(states), packed.batch_sizes, packed.sorted_indices, packed.unsorted_indices)
        return packed, state[packed.unsorted_indices][None]


class Sru(torch.nn.Module):
    """The equations of Lei et al. 2018 over packed rows; weights under PyTorch's names, weight_hh being [H, 2]."""

    def __init__(self, width, hidden, bidirectional):
        super().__init__()
        assert not bidirectional
        w, u, b = weight_shapes({"cell": "sru"}, width, hidden)
        self.hidden = hidden
        self.weight_ih_l0 = torch.nn.Parameter(torch.empty(w[::-1]))
        self.weight_hh_l0 = torch.nn.Parameter(torch.empty(u[::-1]))
        self.bias_ih_l0 = torch.nn.Parameter(torch.empty(b))

    def forward(self, packed):
        (v_f, v_r), (b_f, b_r) = self.weight_hh_l0.T, self.bias_ih_l0.split(self.hidden)
        products = (packed.data @ self.weight_ih_l0.T).split(self.hidden, dim=1)
        highway = products[3] if len(products) == 4 else packed.data
        c = last = torch.zeros(packed.batch_sizes[0], self.hidden)
        states, start = [], 0
        for size in packed.batch_sizes.tolist():
            candidate, to_f, to_r = (product[start:start + size] for product in products[:3])
            f = torch.sigmoid(to_f + v_f * c[:size] + b_f)
            r = torch.sigmoid(to_r + v_r * c[:size] + b_r)
            step = f * c[:size] + (1 - f) * candidate
            states.append(r * step + (1 - r) * 3 ** 0.5 * highway[start:start + size])
            c, last = torch.cat([step, c[size:]]), torch.cat([states[-1], last[size:]])
            start += size
        packed = PackedSequence(torch.cat(states), packed.batch_sizes, packed.sorted_indices, packed.unsorted_indices)
        return packed, last[packed.unsorted_indices][None]


class Network(torch.nn.Module):
    versions = {"torch": torch.__version__}

    def __init__(self, model, weights):
        super().__init__()
        self.model = model
        cell = {"rnn": SigmoidRnn if model["activation"] == "sigmoid" else torch.nn.RNN,
                "lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "sru": Sru}[model["cell"]]
        self.embedding = torch.nn.Embedding(VOCABULARY, INPUT)
        width = INPUT
        for layer, hidden in enumerate(self.model["hidden"]):
            setattr(self, f"rnn{layer}", cell(width, hidden, bidirectional=model["bidirectional"]))
            width = hidden * len(directions(model))
        self.dense = torch.nn.Linear(width, model["outputs"])
        with torch.no_grad():
            for name, tensor in self.canonical(lambda parameter: parameter).items():
                tensor.copy_(torch.from_numpy(weights[name]))
            self.for_each_frozen(lambda parameter, rows: parameter[rows].zero_())
        self.adam = torch.optim.Adam(self.parameters(), lr=ADAM["learning_rate"],
                                     betas=(ADAM["beta1"], ADAM["beta2"]), eps=ADAM["epsilon"])

    def canonical(self, read):
        """Views of `read(parameter)` by canonical name."""
        views = {"embedding.table": read(self.embedding.weight)}
        for layer, hidden in enumerate(self.model["hidden"]):
            rnn = getattr(self, f"rnn{layer}")
            for direction, suffix in directions(self.model):
                name = f"rnn{layer}.{direction}"
                views[name + "w"] = read(getattr(rnn, "weight_ih_l0" + suffix)).T
                views[name + "u"] = read(getattr(rnn, "weight_hh_l0" + suffix)).T
                views[name + "b"] = read(getattr(rnn, "bias_ih_l0" + suffix))
                if self.model["reset_after"]:
                    views[name + "d"] = read(getattr(rnn, "bias_hh_l0" + suffix))[2 * hidden:]
        views["dense.w"] = read(self.dense.weight).T
        views["dense.b"] = read(self.dense.bias)
        return views

    def for_each_frozen(self, action):
        """Calls action(bias_hh, rows) for the second biases that the canonical layout does not have."""
        for layer, hidden in enumerate(self.model["hidden"]):
            rows = slice(0, 2 * hidden) if self.model["reset_after"] else slice(None)
            for name, parameter in getattr(self, f"rnn{layer}").named_parameters():
                if name.startswith("bias_hh"):
                    action(parameter, rows)

    def outputs(self, ids):
        return self.logits(ids).detach().numpy()

    def logits(self, ids):
        packed = pack_sequence([torch.tensor(text) for text in ids], enforce_sorted=False)
        rows = PackedSequence(self.embedding(packed.data), *packed[1:])
        for layer in range(self.model["layers"]):
            rows, last = getattr(self, f"rnn{layer}")(rows)
        last = last[0] if isinstance(last, tuple) else last  # [directions, B, H]
        return self.dense(torch.cat(list(last), dim=1))

    def backward(self, ids, labels):
        self.adam.zero_grad()
        loss = torch.nn.functional.cross_entropy(self.logits(ids), torch.tensor(labels))
        loss.backward()
        self.for_each_frozen(lambda parameter, rows: parameter.grad[rows].zero_())
        return loss.item()

    def step(self):
        self.adam.step()

    def weights(self):
        return self.canonical(lambda parameter: parameter.detach().numpy())

    def gradients(self):
        return self.canonical(lambda parameter: parameter.grad.numpy())
