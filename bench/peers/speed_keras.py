"""Keras's part of bench/speed.sh, on the backend that KERAS_BACKEND names: compiled models, masks for padded sentences.

The gradient by the sentences' vectors, which the others compute, is not asked for.
"""
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import speed
from keras import layers

BACKEND = keras.backend.backend()
LAYERS = {"rnn": layers.SimpleRNN, "lstm": layers.LSTM, "gru": layers.GRU}
if BACKEND == "tensorflow":
    import tensorflow
    tensorflow.config.threading.set_intra_op_parallelism_threads(speed.THREADS)
    tensorflow.config.threading.set_inter_op_parallelism_threads(speed.THREADS)
else:  # takes the cores that the process may use
    import jax


def keras_weights(cell, w, u, b, d=None):
    """Keras has the GRU's gates as z, r, n and two biases for it."""
    if cell != "gru":
        return [w, u, b]
    swap = lambda a: np.concatenate([np.split(a, 3, axis=-1)[i] for i in (1, 0, 2)], axis=-1)
    second = np.zeros_like(b)
    second[2 * len(d):] = d
    return [swap(w), swap(u), np.stack([swap(b), second])]


def reviews_model(cell):
    table, first, second, dense = speed.review_weights(cell)
    model = keras.Sequential([
        layers.Input((speed.REVIEW_LENGTH,), dtype="int32"),
        layers.Embedding(speed.WORDS, speed.EMBEDDING),
        LAYERS[cell](speed.REVIEW_HIDDEN, return_sequences=True),
        LAYERS[cell](speed.REVIEW_HIDDEN),
        layers.Dense(1, activation="sigmoid"),
    ])
    for layer, values in zip(model.layers, [[table], keras_weights(cell, *first), keras_weights(cell, *second), dense]):
        layer.set_weights(values)
    return model


def tagger_model(steps):
    forward, backward, dense = speed.tagger_weights()
    model = keras.Sequential([
        layers.Input((steps, speed.INPUT)),
        layers.Masking(),
        layers.Bidirectional(layers.LSTM(speed.HIDDEN, return_sequences=True)),
        layers.Dense(speed.TAGS),
    ])
    model.layers[1].set_weights([*forward, *backward])
    model.layers[2].set_weights(dense)
    return model


def training(model, x, y):
    return (lambda: float(model.train_on_batch(x, y)),)


def inference(model, x, result):
    """The model as one compiled function, without what `predict` adds."""
    if BACKEND == "tensorflow":
        call = tensorflow.function(lambda x: model(x, training=False), jit_compile=True)
        x = keras.tree.map_structure(tensorflow.constant, x)
        return lambda: call(x).numpy(), result
    state = ([v.value for v in model.trainable_variables], [v.value for v in model.non_trainable_variables])
    call = jax.jit(lambda state, x: model.stateless_call(*state, x, training=False)[0])
    x = keras.tree.map_structure(jax.numpy.asarray, x)
    return lambda: np.asarray(call(state, x)), result


def train_reviews(cell):
    model = reviews_model(cell)
    model.compile(loss="binary_crossentropy", optimizer="adam")
    ids, labels = speed.reviews(speed.REVIEWS)
    return training(model, ids.astype("int32"), labels[:, None].astype("float32"))


def read_reviews(count):
    return inference(reviews_model("lstm"), speed.reviews(count)[0].astype("int32"), np.ravel)


def train_tagger(count):
    sentences = speed.Sentences(count)
    model = tagger_model(int(sentences.lengths[0]))
    model.compile(loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True), optimizer=keras.optimizers.SGD(0.01))
    return training(model, sentences.padded(sentences.x), sentences.padded(sentences.tags))


def tag(count):
    sentences = speed.Sentences(count)
    return inference(tagger_model(int(sentences.lengths[0])), sentences.padded(sentences.x), sentences.ends)


def write_words():
    (w, b), v, gru = speed.decoder_weights()
    shape = (speed.SOURCE, speed.DECODER)
    keys, states, x, h = inputs = [layers.Input(size) for size in (shape, shape, shape[1:], shape[1:])]
    query, attention, cell = layers.Dense(speed.DECODER), layers.AdditiveAttention(), layers.GRUCell(speed.DECODER)
    context = attention([layers.Reshape((1, speed.DECODER))(query(h)), states, keys])
    after, _ = cell(layers.Concatenate()([x, layers.Reshape(shape[1:])(context)]), [h])
    model = keras.Model(inputs, after)
    query.set_weights([w, b])
    attention.set_weights([v])
    cell.set_weights(keras_weights("gru", *gru))
    *read, x, h = speed.decoder_rows()
    return inference(model, [*(rows.transpose(1, 0, 2).copy() for rows in read), x, h], lambda after: after[-1])


speed.run(f"Keras {keras.__version__} on {BACKEND} " + __import__(BACKEND).__version__, {
    "w1-lstm-train": lambda: train_reviews("lstm"),
    "w1-gru-train": lambda: train_reviews("gru"),
    "w1-rnn-train": lambda: train_reviews("rnn"),
    "w1-lstm-infer": lambda: read_reviews(speed.REVIEWS),
    "w2-10-train": lambda: train_tagger(10),
    "w2-32-train": lambda: train_tagger(32),
    "w2-10-infer": lambda: tag(10),
    "w2-32-infer": lambda: tag(32),
    "w3-sentence": lambda: tag(1),
    "w3-document": lambda: read_reviews(1),
    "w4-step": write_words,
})
