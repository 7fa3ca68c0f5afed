// oneDNN's part of bench/speed.sh, version 2 as Debian packages it: its LSTM layers alone, forward and back, in the
// layouts that it chooses itself, with the copies of the weights that training needs in every step. It takes no
// lengths: sentences are padded, and only equal lengths give comparable outputs.
//   recura_peer_onednn THREADS SECONDS WORKLOAD...

#include <omp.h>

#include <cmath>
#include <cstring>
#include <dnnl.hpp>
#include <unordered_map>

#include "speed/workload.h"

using namespace dnnl;
using namespace recura::bench;

namespace {

using Desc = memory::desc;
using Tag = memory::format_tag;
using Dims = memory::dims;
using Floats = std::vector<float>;
constexpr auto kFloat = memory::data_type::f32;

const engine kEngine(engine::kind::cpu, 0);
stream kStream(kEngine);  // NOLINT(cert-err58-cpp)

struct Shape {
  int steps, texts, input, hidden, directions;
};

memory zeros(const Desc& desc) {
  memory result(desc, kEngine);
  std::memset(result.get_data_handle(), 0, desc.get_size());
  return result;
}

float* values(const memory& of) { return static_cast<float*>(of.get_data_handle()); }

/// In ldigo, which is how Recura keeps "w" and "u", a direction after the other.
memory weights(const Dims& dims, Tag tag, std::uint64_t stream, std::uint64_t streams_a_direction) {
  memory result(Desc(dims, kFloat, tag), kEngine);
  const std::size_t count = result.get_desc().get_size() / sizeof(float) / static_cast<std::size_t>(dims[1]);
  for (std::int64_t direction = 0; direction < dims[1]; ++direction) {
    for (std::size_t i = 0; i < count; ++i)
      values(result)[static_cast<std::size_t>(direction) * count + i] =
          kWeightScale * random_number(stream + static_cast<std::uint64_t>(direction) * streams_a_direction, i);
  }
  return result;
}

void copy(memory& from, memory& to) { reorder(from, to).execute(kStream, from, to); }

/// One layer: x [T, B, D] to y [T, B, directions H]. It reads what the layer below writes, if there is one.
class Layer {
 public:
  Layer(const Shape& s, bool training, std::uint64_t stream, const Layer* below = nullptr)
      : shape_(s),
        x_desc_({s.steps, s.texts, s.input}, kFloat, Tag::tnc),
        y_desc_({s.steps, s.texts, s.hidden * s.directions}, kFloat, Tag::tnc),
        state_desc_({1, s.directions, s.texts, s.hidden}, kFloat, Tag::ldnc),
        w_any_({1, s.directions, s.input, 4, s.hidden}, kFloat, Tag::any),
        u_any_({1, s.directions, s.hidden, 4, s.hidden}, kFloat, Tag::any),
        w_(weights({1, s.directions, s.input, 4, s.hidden}, Tag::ldigo, stream, 3)),
        u_(weights({1, s.directions, s.hidden, 4, s.hidden}, Tag::ldigo, stream + 1, 3)),
        b_(weights({1, s.directions, 4, s.hidden}, Tag::ldgo, stream + 2, 3)),
        x_(below != nullptr ? below->y_ : zeros(x_desc_)),
        y_(zeros(y_desc_)) {
    const lstm_forward::desc desc(training ? prop_kind::forward_training : prop_kind::forward_inference, direction(),
                                  x_desc_, state_desc_, state_desc_, w_any_, u_any_, b_.get_desc(), y_desc_,
                                  state_desc_, state_desc_);
    const lstm_forward::primitive_desc primitive(desc, kEngine);
    forward_ = lstm_forward(primitive);
    forward_w_ = memory(primitive.weights_layer_desc(), kEngine);
    forward_u_ = memory(primitive.weights_iter_desc(), kEngine);
    forward_arguments_ = {{DNNL_ARG_SRC_LAYER, x_},
                          {DNNL_ARG_SRC_ITER, zeros(state_desc_)},
                          {DNNL_ARG_SRC_ITER_C, zeros(state_desc_)},
                          {DNNL_ARG_WEIGHTS_LAYER, forward_w_},
                          {DNNL_ARG_WEIGHTS_ITER, forward_u_},
                          {DNNL_ARG_BIAS, b_},
                          {DNNL_ARG_DST_LAYER, y_},
                          {DNNL_ARG_DST_ITER, zeros(state_desc_)},
                          {DNNL_ARG_DST_ITER_C, zeros(state_desc_)}};
    prepare();
    if (training) make_backward(primitive, below);
  }

  /// Brings the weights into the layout of the forward pass.
  void prepare() {
    copy(w_, forward_w_);
    copy(u_, forward_u_);
  }

  void forward() { forward_.execute(kStream, forward_arguments_); }

  /// From `dy` to `dx` and the weights' gradients, in the layout of the weights.
  void backward() {
    copy(w_, backward_w_);
    copy(u_, backward_u_);
    for (const memory& sum : {backward_dw_, backward_du_, db_})
      std::memset(sum.get_data_handle(), 0, sum.get_desc().get_size());
    backward_.execute(kStream, backward_arguments_);
    copy(backward_dw_, dw_);
    copy(backward_du_, du_);
  }

  const memory& x() const { return x_; }
  const memory& y() const { return y_; }
  const memory& dy() const { return dy_; }

 private:
  rnn_direction direction() const {
    return shape_.directions == 2 ? rnn_direction::bidirectional_concat : rnn_direction::unidirectional_left2right;
  }

  void make_backward(const lstm_forward::primitive_desc& forward, const Layer* below) {
    const lstm_backward::desc desc(prop_kind::backward, direction(), x_desc_, state_desc_, state_desc_, w_any_, u_any_,
                                   b_.get_desc(), y_desc_, state_desc_, state_desc_, x_desc_, state_desc_, state_desc_,
                                   w_any_, u_any_, b_.get_desc(), y_desc_, state_desc_, state_desc_);
    const lstm_backward::primitive_desc primitive(desc, kEngine, forward);
    backward_ = lstm_backward(primitive);
    forward_arguments_[DNNL_ARG_WORKSPACE] = zeros(forward.workspace_desc());
    dx_ = below != nullptr ? below->dy_ : zeros(x_desc_);
    dy_ = zeros(y_desc_);
    dw_ = zeros(w_.get_desc());
    du_ = zeros(u_.get_desc());
    db_ = zeros(b_.get_desc());
    backward_w_ = memory(primitive.weights_layer_desc(), kEngine);
    backward_u_ = memory(primitive.weights_iter_desc(), kEngine);
    backward_dw_ = memory(primitive.diff_weights_layer_desc(), kEngine);
    backward_du_ = memory(primitive.diff_weights_iter_desc(), kEngine);
    backward_arguments_ = forward_arguments_;
    const std::unordered_map<int, memory> more = {{DNNL_ARG_WEIGHTS_LAYER, backward_w_},
                                                  {DNNL_ARG_WEIGHTS_ITER, backward_u_},
                                                  {DNNL_ARG_DIFF_SRC_LAYER, dx_},
                                                  {DNNL_ARG_DIFF_SRC_ITER, zeros(state_desc_)},
                                                  {DNNL_ARG_DIFF_SRC_ITER_C, zeros(state_desc_)},
                                                  {DNNL_ARG_DIFF_WEIGHTS_LAYER, backward_dw_},
                                                  {DNNL_ARG_DIFF_WEIGHTS_ITER, backward_du_},
                                                  {DNNL_ARG_DIFF_BIAS, db_},
                                                  {DNNL_ARG_DIFF_DST_LAYER, dy_},
                                                  {DNNL_ARG_DIFF_DST_ITER, zeros(state_desc_)},
                                                  {DNNL_ARG_DIFF_DST_ITER_C, zeros(state_desc_)}};
    for (const auto& [argument, value] : more) backward_arguments_[argument] = value;
  }

  Shape shape_;
  Desc x_desc_, y_desc_, state_desc_, w_any_, u_any_;
  memory w_, u_, b_, x_, y_, dx_, dy_;
  lstm_forward forward_;
  lstm_backward backward_;
  memory forward_w_, forward_u_, backward_w_, backward_u_, backward_dw_, backward_du_, dw_, du_, db_;
  std::unordered_map<int, memory> forward_arguments_, backward_arguments_;
};

void fill(const memory& of, std::uint64_t stream, float scale) {
  for (std::size_t i = 0; i < of.get_desc().get_size() / sizeof(float); ++i)
    values(of)[i] = scale * random_number(stream, i);
}

/// Forward and back through the layers, each reading the one before it.
void train(const Arguments& arguments, const std::string& workload, std::vector<Layer>& layers) {
  fill(layers.front().x(), kInputStream, 1);
  fill(layers.back().dy(), kInputStream, 0.01f);
  Stopwatch watch(arguments.seconds);
  while (watch.next()) {
    for (Layer& layer : layers) {
      layer.prepare();
      layer.forward();
    }
    for (std::size_t i = layers.size(); i-- > 0;) layers[i].backward();
    kStream.wait();
  }
  watch.report(workload, {});
}

/// The two layers of W1.
std::vector<Layer> review_layers(int texts, bool training) {
  const Shape shape{kReviewLength, texts, kEmbedding, kReviewHidden, 1};
  std::vector<Layer> layers;
  layers.reserve(2);
  layers.emplace_back(shape, training, 1);
  layers.emplace_back(shape, training, 4, &layers[0]);
  return layers;
}

void gather(int texts, const Floats& table, const memory& x) {
  for (int step = 0; step < kReviewLength; ++step) {
    for (int text = 0; text < texts; ++text) {
      const auto index = static_cast<std::uint64_t>(text * kReviewLength + step);
      const float* row =
          table.data() + static_cast<std::ptrdiff_t>(random_bits(kIdStream, index) % kWords) * kEmbedding;
      std::copy_n(row, kEmbedding, values(x) + static_cast<std::ptrdiff_t>(step * texts + text) * kEmbedding);
    }
  }
}

/// Dense and sigmoid over the last states.
Floats probabilities(int texts, const memory& y) {
  Floats result;
  const float* states = values(y) + static_cast<std::ptrdiff_t>(kReviewLength - 1) * texts * kReviewHidden;
  for (int text = 0; text < texts; ++text) {
    float logit = kWeightScale * random_number(8, 0);
    for (int i = 0; i < kReviewHidden; ++i)
      logit += states[text * kReviewHidden + i] * kWeightScale * random_number(7, static_cast<std::uint64_t>(i));
    result.push_back(1 / (1 + std::exp(-logit)));
  }
  return result;
}

/// Only the layers are timed; the rest is there to compare what comes out.
void read_reviews(const Arguments& arguments, const std::string& workload, int texts) {
  if (!arguments.wants(workload)) return;
  Floats table(static_cast<std::size_t>(kWords) * kEmbedding);
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = kWeightScale * random_number(0, i);
  std::vector<Layer> layers = review_layers(texts, false);
  gather(texts, table, layers[0].x());
  Stopwatch watch(arguments.seconds);
  while (watch.next()) {
    layers[0].forward();
    layers[1].forward();
    kStream.wait();
  }
  watch.report(workload, probabilities(texts, layers[1].y()));
}

void tag(const Arguments& arguments, const std::string& workload, int texts) {
  if (!arguments.wants(workload)) return;
  Layer layer({sentence_lengths(texts).front(), texts, kInput, kHidden, 2}, false, 0);
  fill(layer.x(), kInputStream, 1);
  Stopwatch watch(arguments.seconds);
  while (watch.next()) {
    layer.forward();
    kStream.wait();
  }
  watch.report(workload, {});
}

void train_tagger(const Arguments& arguments, const std::string& workload, int texts) {
  if (!arguments.wants(workload)) return;
  std::vector<Layer> layers;
  layers.emplace_back(Shape{sentence_lengths(texts).front(), texts, kInput, kHidden, 2}, true, 0);
  train(arguments, workload, layers);
}

}  // namespace

int main(int argc, char** argv) try {
  const Arguments arguments(argc, argv);
  omp_set_num_threads(arguments.threads);
  std::printf("{\"version\": \"oneDNN %d.%d.%d\"}\n", version()->major, version()->minor, version()->patch);
  if (arguments.wants("w1-lstm-train")) {
    std::vector<Layer> layers = review_layers(kReviews, true);
    train(arguments, "w1-lstm-train", layers);
  }
  read_reviews(arguments, "w1-lstm-infer", kReviews);
  train_tagger(arguments, "w2-10-train", 10);
  train_tagger(arguments, "w2-32-train", 32);
  tag(arguments, "w2-10-infer", 10);
  tag(arguments, "w2-32-infer", 32);
  tag(arguments, "w3-sentence", 1);
  read_reviews(arguments, "w3-document", 1);
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
