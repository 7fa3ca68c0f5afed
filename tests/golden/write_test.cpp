#include <gtest/gtest.h>

#include <cmath>

#include "golden/golden_numbers.h"
#include "task/summarise/write/train/objective.h"

namespace recura {
namespace {

using golden::kDouble;
using golden::NamedNumbers;

struct GoldenText {
  std::vector<std::int32_t> ids, words, summary_ids, summary;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(GoldenText, ids, words, summary_ids, summary)

struct GoldenNetwork {
  Index vocabulary = 0, outputs = 0, embedding = 0, hidden = 0, decoder_hidden = 0, attention = 0;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(GoldenNetwork, vocabulary, outputs, embedding, hidden, decoder_hidden, attention)

/// What tools/golden_write.py wrote: a writer of summaries, and what PyTorch made of a batch.
struct WriteGolden {
  GoldenNetwork network;
  double smoothing = 0, loss = 0, likelihood = 0;
  std::vector<GoldenText> texts;
  NamedNumbers weights, gradients;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(WriteGolden, network, smoothing, loss, likelihood, texts, weights, gradients)

WriteNetworkSpec spec_of(const GoldenNetwork& n) {
  return {.vocabulary = n.vocabulary,
          .outputs = n.outputs,
          .embedding = n.embedding,
          .hidden = n.hidden,
          .decoder_hidden = n.decoder_hidden,
          .attention = n.attention};
}

TEST(WriteGoldenTest, TeacherForcedLossAndGradientsAreThoseOfPyTorch) {
  const auto golden = golden::read_as<WriteGolden>("torch_write");
  WriteNetwork network(spec_of(golden.network), nullptr);
  ASSERT_EQ(network.parameters().size(), golden.weights.size());
  for (Parameter* parameter : network.parameters()) parameter->change() = golden.weights.at(parameter->name()).tensor();
  std::vector<WriteExample> examples;
  std::vector<Index> rows;
  for (const GoldenText& text : golden.texts) {
    rows.push_back(std::ssize(examples));
    WriteExample& example = examples.emplace_back();
    example.source.ids = text.ids;
    example.source.numbers = text.words;
    example.ids = text.summary_ids;
    example.numbers = text.summary;
  }
  Tape tape(Mode::train);
  kernel::CopyLoss told;
  const WriteBatch batch = make_batch(examples, rows, golden.network.outputs, network.begin());
  const Var loss = write_loss(tape, network, batch, {.label_smoothing = golden.smoothing}, &told);
  EXPECT_NEAR(loss.value().data[0], golden.loss, kDouble ? 1e-10 : 1e-5);
  EXPECT_NEAR(told.likelihood, golden.likelihood, kDouble ? 1e-10 : 1e-4);
  const Gradients gradients = tape.backward(loss);
  for (const Parameter* parameter : network.parameters()) {
    const Tensor expected = golden.gradients.at(parameter->name()).tensor();
    const Gradient gradient = gradients.of(*parameter);
    const Index columns = expected.shape().columns();
    Tensor got(expected.shape());
    for (Index i = 0; i < gradient.values.shape.size(); ++i) {
      const Index row = gradient.sparse() ? gradient.rows[static_cast<std::size_t>(i / columns)] : i / columns;
      got.data()[row * columns + i % columns] = gradient.values.data[i];
    }
    for (Index i = 0; i < expected.size(); ++i)
      EXPECT_NEAR(got.data()[i], expected.data()[i], kDouble ? 1e-10 : 1e-5) << parameter->name() << " element " << i;
  }
}

}  // namespace
}  // namespace recura
