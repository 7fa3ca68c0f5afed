"""The Keras side of golden.py.

Keras keeps kernel [D, G H], recurrent_kernel [H, G H] and bias [G H], or [2, 3 H] for a GRU with reset after the
product; its gates stand in the order i f c o and z r h. Its id 0 is padding, so its embedding has one row more and ids
are shifted by one.
"""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"  # with PyTorch, Keras multiplies matrices of doubles in float
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
import tensorflow as tf

from golden import ADAM, HIDDEN, INPUT, LENGTHS, VOCABULARY

keras.config.set_floatx("float64")


class Network:
    versions = {"keras": keras.__version__, "tensorflow": tf.__version__}

    def __init__(self, model, weights):
        self.model = model
        cell = {"rnn": keras.layers.SimpleRNN, "lstm": keras.layers.LSTM, "gru": keras.layers.GRU}[model["cell"]]
        options = {"rnn": {"activation": model["activation"]}, "lstm": {},
                   "gru": {"reset_after": model["reset_after"]}}[model["cell"]]
        self.keras = keras.Sequential([
            keras.layers.Embedding(VOCABULARY + 1, INPUT, mask_zero=True),
            cell(HIDDEN[0], return_sequences=True, **options),
            cell(HIDDEN[1], **options),
            keras.layers.Dense(1, activation="sigmoid"),
        ])
        self.keras.build((None, max(LENGTHS)))
        self.variables = self.keras.trainable_variables
        self.keras.set_weights(self.from_canonical(weights))
        # As Python floats the betas would pass through TensorFlow's float on their way to the bias correction.
        betas = np.float64(ADAM["beta1"]), np.float64(ADAM["beta2"])
        self.adam = keras.optimizers.Adam(ADAM["learning_rate"], *betas, ADAM["epsilon"])

    def reordered(self, x):
        """Swaps the columns of r and z: from one order of a GRU's gates to the other."""
        if self.model["cell"] != "gru":
            return x
        first, second, candidate = np.split(x, 3, axis=-1)
        return np.concatenate([second, first, candidate], axis=-1)

    def from_canonical(self, weights):
        arrays = [np.vstack([np.zeros((1, INPUT)), weights["embedding.table"]])]
        for layer, hidden in enumerate(HIDDEN):
            w, u, b = (self.reordered(weights[f"rnn{layer}.{part}"]) for part in "wub")
            if self.model["reset_after"]:
                b = np.stack([b, np.concatenate([np.zeros(2 * hidden), weights[f"rnn{layer}.d"]])])
            arrays += [w, u, b]
        return arrays + [weights["dense.w"], weights["dense.b"]]

    def canonical(self, arrays):
        table, *recurrent, dense_w, dense_b = arrays
        tensors = {"embedding.table": table[1:]}
        for layer, hidden in enumerate(HIDDEN):
            w, u, b = recurrent[3 * layer:3 * layer + 3]
            parts = {"w": w, "u": u, "b": b[0] if b.ndim == 2 else b}
            tensors |= {f"rnn{layer}.{part}": self.reordered(tensor) for part, tensor in parts.items()}
            if b.ndim == 2:
                tensors[f"rnn{layer}.d"] = b[1, 2 * hidden:]
        return tensors | {"dense.w": dense_w, "dense.b": dense_b}

    def outputs(self, ids):
        return self.probabilities(ids).numpy()

    def probabilities(self, ids):
        padded = np.zeros((len(ids), max(map(len, ids))), dtype="int64")
        for row, text in enumerate(ids):
            padded[row, :len(text)] = np.array(text) + 1
        return self.keras(padded)

    def backward(self, ids, labels):
        with tf.GradientTape() as tape:
            truth = np.array(labels, dtype="float64")[:, None]
            loss = keras.losses.BinaryCrossentropy()(truth, self.probabilities(ids))
        gradients = [np.array(tf.convert_to_tensor(gradient)) for gradient in tape.gradient(loss, self.variables)]
        if self.model["reset_after"]:
            for layer, hidden in enumerate(HIDDEN):
                gradients[3 * layer + 3][1, :2 * hidden] = 0
        self.last_gradients = gradients
        return float(loss)

    def step(self):
        self.adam.apply([tf.constant(gradient) for gradient in self.last_gradients], self.variables)

    def weights(self):
        return self.canonical(self.keras.get_weights())

    def gradients(self):
        return self.canonical(self.last_gradients)
