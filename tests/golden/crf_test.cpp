#include "layer/crf.h"

#include <gtest/gtest.h>

#include <cmath>

#include "golden/golden_numbers.h"
#include "layer/layers.h"
#include "layer/recurrent.h"

namespace recura {
namespace {

using golden::kDouble;
using golden::NamedNumbers;
using golden::Numbers;
using Tags = std::vector<std::int32_t>;

/// What tools/golden_crf.py wrote: a bidirectional LSTM with a CRF, and what PyTorch made of a batch.
struct CrfGolden {
  Index hidden = 0;
  std::vector<std::string> tags;
  std::vector<Tags> ids, given, best;
  double loss = 0;
  std::vector<Numbers> emissions;
  NamedNumbers weights, gradients;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(CrfGolden, hidden, tags, ids, given, best, loss, emissions, weights, gradients)

TagRules rules_of(const std::vector<std::string>& tags) {
  TagRules rules{.tags = std::ssize(tags), .begin = {}, .end = std::vector<std::uint8_t>(tags.size(), 1), .follow = {}};
  for (const std::string& tag : tags) rules.begin.push_back(tag[0] != 'I');
  for (const std::string& from : tags) {
    for (const std::string& to : tags) rules.follow.push_back(to[0] != 'I' || from.substr(1) == to.substr(1));
  }
  return rules;
}

class CrfGoldenTest : public testing::Test {
 protected:
  CrfGoldenTest() {
    for (Module* module : {static_cast<Module*>(&embedding_), static_cast<Module*>(&rnn_),
                           static_cast<Module*>(&dense_), static_cast<Module*>(&crf_)}) {
      for (Parameter* parameter : module->parameters()) {
        parameter->rename(names_[parameters_.size()] + parameter->name());
        parameter->change() = golden_.weights.at(parameter->name()).tensor();
        parameters_.push_back(parameter);
      }
    }
  }

  static RecurrentOptions bilstm(Index input, Index hidden) {
    RecurrentOptions options;
    options.spec = {.cell = kernel::Cell::lstm, .input = input, .hidden = hidden};
    options.bidirectional = true;
    return options;
  }

  /// A value of each step of each text, in the rows' order.
  Tags packed(const std::vector<Tags>& texts) const {
    Tags values(static_cast<std::size_t>(packing_->rows()));
    for (std::size_t text = 0; text < texts.size(); ++text) {
      for (std::size_t step = 0; step < texts[text].size(); ++step) {
        const Index row = packing_->row(static_cast<Index>(text), static_cast<Index>(step));
        values[static_cast<std::size_t>(row)] = texts[text][step];
      }
    }
    return values;
  }

  Sequence emissions(Tape& tape) const {
    const Sequence words{embedding_(tape, packed(golden_.ids)), packing_};
    return {dense_(rnn_(words).states.rows), packing_};
  }

  PackingPtr packing() const {
    std::vector<Index> lengths;
    for (const Tags& text : golden_.ids) lengths.push_back(std::ssize(text));
    return std::make_shared<const Packing>(lengths);
  }

  CrfGolden golden_ = golden::read_as<CrfGolden>("torch_bilstm_crf");
  PackingPtr packing_ = packing();
  Embedding embedding_{golden_.weights.at("embedding.table").shape[0], golden_.weights.at("embedding.table").shape[1],
                       nullptr};
  Recurrent rnn_{bilstm(embedding_.dimensions(), golden_.hidden), nullptr};
  Dense dense_{2 * golden_.hidden, std::ssize(golden_.tags), kernel::Activation::linear, nullptr};
  Crf crf_{rules_of(golden_.tags), nullptr};
  std::vector<std::string> names_{"embedding.", "rnn0.",  "rnn0.",  "rnn0.", "rnn0.", "rnn0.",
                                  "rnn0.",      "dense.", "dense.", "crf.",  "crf.",  "crf."};
  std::vector<Parameter*> parameters_;
};

TEST_F(CrfGoldenTest, LossAndGradientsAreThoseOfPyTorch) {
  Tape tape(Mode::train);
  const Var loss = crf_.loss(emissions(tape), {packed(golden_.given)});
  EXPECT_NEAR(loss.value().data[0], golden_.loss, kDouble ? 1e-10 : 1e-5);
  const Gradients gradients = tape.backward(loss);
  for (const Parameter* parameter : parameters_) {
    const Gradient gradient = gradients.of(*parameter);
    std::vector<double> got(static_cast<std::size_t>(parameter->value().size()));
    const Index columns = parameter->value().shape().columns();
    for (Index i = 0; i < gradient.values.shape.size(); ++i) {
      const Index row = gradient.sparse() ? gradient.rows[static_cast<std::size_t>(i / columns)] : i / columns;
      got[static_cast<std::size_t>(row * columns + i % columns)] = gradient.values.data[i];
    }
    const std::vector<double>& expected = golden_.gradients.at(parameter->name()).values;
    ASSERT_EQ(got.size(), expected.size());
    for (std::size_t i = 0; i < got.size(); ++i)
      EXPECT_NEAR(got[i], expected[i], kDouble ? 1e-10 : 1e-5) << parameter->name() << " element " << i;
  }
}

TEST_F(CrfGoldenTest, EmissionsAndBestSequencesAreThoseOfPyTorch) {
  Tape tape(Mode::infer);
  const Sequence rows = emissions(tape);
  for (std::size_t text = 0; text < golden_.emissions.size(); ++text) {
    const std::vector<double>& expected = golden_.emissions[text].values;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const auto step = static_cast<Index>(i / golden_.tags.size());
      const real* row = rows.rows.value().row(packing_->row(static_cast<Index>(text), step));
      EXPECT_NEAR(row[i % golden_.tags.size()], expected[i], kDouble ? 1e-10 : 1e-5);
    }
  }
  Executor executor(1);
  EXPECT_EQ(crf_.decode(rows.rows.value(), *packing_, executor), packed(golden_.best));
}

}  // namespace
}  // namespace recura
