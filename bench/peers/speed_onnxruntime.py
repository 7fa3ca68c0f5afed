"""ONNX Runtime's part of bench/speed.sh: inference with the same networks, written down as ONNX graphs.

It takes the sentences' lengths, but computes the padding too.
"""
import numpy as np
import onnxruntime
import speed
from onnx import TensorProto, helper, numpy_helper


def onnx_gates(matrix):
    """From i f g o, side by side, to i o f g, one below the other."""
    i, f, g, o = np.split(matrix, 4, axis=-1)
    return np.ascontiguousarray(np.concatenate([i, o, f, g], axis=-1).T)


def lstm_weights(name, directions):
    """W, R and B of an LSTM node, stacked over its directions."""
    stacked = {"W": [onnx_gates(w) for w, _, _ in directions], "R": [onnx_gates(u) for _, u, _ in directions],
               "B": [np.concatenate([onnx_gates(b), np.zeros_like(b)]) for _, _, b in directions]}
    return {name + key: np.stack(values) for key, values in stacked.items()}


def session(nodes, inputs, constants):
    tensors = [numpy_helper.from_array(np.asarray(value), key) for key, value in constants.items()]
    output = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    graph = helper.make_graph(nodes, "network", inputs, [output], tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = speed.THREADS, 1
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def read_reviews(count):
    table, first, second, (w, b) = speed.review_weights("lstm")
    size = {"hidden_size": speed.REVIEW_HIDDEN}
    nodes = [helper.make_node("Gather", ["table", "ids"], ["x"]),
             helper.make_node("LSTM", ["x", "firstW", "firstR", "firstB"], ["states"], **size),
             helper.make_node("Squeeze", ["states", "one"], ["h"]),
             helper.make_node("LSTM", ["h", "secondW", "secondR", "secondB"], ["", "last"], **size),
             helper.make_node("Squeeze", ["last", "zero"], ["row"]),
             helper.make_node("Gemm", ["row", "w", "b"], ["logit"]), helper.make_node("Sigmoid", ["logit"], ["y"])]
    constants = {"table": table, "w": w, "b": b, "one": np.array([1]), "zero": np.array([0]),
                 **lstm_weights("first", [first]), **lstm_weights("second", [second])}
    inputs = [helper.make_tensor_value_info("ids", TensorProto.INT64, [speed.REVIEW_LENGTH, count])]
    model, ids = session(nodes, inputs, constants), speed.reviews(count)[0].T.copy()
    return (lambda: model.run(None, {"ids": ids})[0],)


def tag(count):
    forward, backward, (w, b) = speed.tagger_weights()
    sentences = speed.Sentences(count)
    steps = int(sentences.lengths[0])
    nodes = [helper.make_node("LSTM", ["x", "W", "R", "B", "lengths"], ["states"], hidden_size=speed.HIDDEN,
                              direction="bidirectional"),
             helper.make_node("Transpose", ["states"], ["rows"], perm=[2, 0, 1, 3]),
             helper.make_node("Reshape", ["rows", "shape"], ["h"]),
             helper.make_node("MatMul", ["h", "w"], ["product"]), helper.make_node("Add", ["product", "b"], ["y"])]
    constants = {"w": w, "b": b, "shape": np.array([count, steps, 2 * speed.HIDDEN]),
                 **lstm_weights("", [forward, backward])}
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [steps, count, speed.INPUT]),
              helper.make_tensor_value_info("lengths", TensorProto.INT32, [count])]
    model = session(nodes, inputs, constants)
    feed = {"x": sentences.padded(sentences.x).transpose(1, 0, 2).copy(), "lengths": sentences.lengths.astype("int32")}
    return lambda: model.run(None, feed)[0], sentences.ends


def write_words():
    (w, b), v, (gru_w, gru_u, gru_b, gru_d) = speed.decoder_weights()
    turned = lambda matrix: np.concatenate([np.split(matrix, 3, axis=-1)[i] for i in (1, 0, 2)], axis=-1).T  # to z r n
    keys, states, x, h = speed.decoder_rows()
    second = np.concatenate([np.zeros(2 * speed.DECODER, "float32"), gru_d])
    node = helper.make_node
    nodes = [node("Gemm", ["h", "w", "b"], ["query"]), node("Unsqueeze", ["query", "one"], ["queries"]),
             node("Add", ["queries", "keys"], ["sum"]), node("Tanh", ["sum"], ["moved"]),
             node("MatMul", ["moved", "v"], ["scores"]), node("Softmax", ["scores"], ["weights"], axis=1),
             node("Transpose", ["weights"], ["row"], perm=[0, 2, 1]), node("MatMul", ["row", "states"], ["contexts"]),
             node("Squeeze", ["contexts", "one"], ["context"]), node("Concat", ["x", "context"], ["both"], axis=1),
             node("Unsqueeze", ["both", "zero"], ["inputs"]), node("Unsqueeze", ["h", "zero"], ["before"]),
             node("GRU", ["inputs", "W", "R", "B", "", "before"], ["", "y"], hidden_size=speed.DECODER,
                  linear_before_reset=1)]
    constants = {"w": w, "b": b, "v": v[:, None], "one": np.array([1]), "zero": np.array([0]), "W": turned(gru_w)[None],
                 "R": turned(gru_u)[None], "B": np.concatenate([turned(gru_b), turned(second)])[None]}
    feed = {"keys": keys.transpose(1, 0, 2).copy(), "states": states.transpose(1, 0, 2).copy(), "x": x, "h": h}
    inputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, rows.shape) for name, rows in feed.items()]
    model = session(nodes, inputs, constants)
    return lambda: model.run(None, feed)[0], lambda after: after[0, -1]


speed.run(f"ONNX Runtime {onnxruntime.__version__}", {
    "w1-lstm-infer": lambda: read_reviews(speed.REVIEWS),
    "w2-10-infer": lambda: tag(10),
    "w2-32-infer": lambda: tag(32),
    "w3-sentence": lambda: tag(1),
    "w3-document": lambda: read_reviews(1),
    "w4-step": write_words,
})
