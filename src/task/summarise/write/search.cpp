#include "task/summarise/write/search.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "base/floating_state.h"
#include "data/batches.h"
#include "kernel/loss.h"

namespace recura {
namespace {

Tensor copy_of(Var var) { return {var.shape(), var.value().values()}; }

/// The id of a numbered word in the embedding.
std::int32_t id_of(const WriteSource& source, Index outputs, std::int32_t word) {
  if (word < outputs) return word;
  const auto found = std::ranges::find(source.numbers, word) - source.numbers.begin();
  return source.ids[static_cast<std::size_t>(found)];
}

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

/// What is asked of texts that were read: for each row the word before, and the row that its state stands in.
struct Questions {
  PackingPtr asked;
  AttentionPairsPtr pairs;
  std::vector<std::int32_t> before;
  std::vector<Index> states;
};

/// Texts that are read once and then written of, each step on a tape of its own.
class TextBatch {
 public:
  TextBatch(const WriteNetwork& network, const Parameter& outputs, std::vector<const WriteSource*> sources,
            Executor* executor)
      : network_(network),
        output_matrix_(outputs),
        sources_(std::move(sources)),
        outputs_(network.spec().outputs),
        executor_(executor) {
    std::vector<Index> lengths;
    for (const WriteSource* source : sources_) lengths.push_back(std::ssize(source->ids));
    packing_ = std::make_shared<const Packing>(lengths);
    std::vector<std::int32_t> ids(static_cast<std::size_t>(packing_->rows()));
    for (std::size_t text = 0; text < sources_.size(); ++text) {
      for (Index step = 0; step < lengths[text]; ++step)
        ids[static_cast<std::size_t>(packing_->row(static_cast<Index>(text), step))] =
            sources_[text]->ids[static_cast<std::size_t>(step)];
    }
    Tape tape(Mode::infer, Rng(0), executor_);
    const Reading reading = network_.read(tape, ids, packing_);
    states_.change() = copy_of(reading.states);
    keys_.change() = copy_of(reading.keys);
    keep(reading.first);
    first_h_ = h_;
    first_c_ = c_;
  }

  /// The beams of all texts, to their ends.
  std::vector<Beam> find(const BeamOptions& options) {
    std::vector<Beam> beams(sources_.size(), Beam(options));
    std::vector<std::vector<Index>> states;  // of each live hypothesis of each text
    for (Index text = 0; text < std::ssize(beams); ++text) states.push_back({text});
    const auto is_live = [](const Beam& beam) { return !beam.live().empty(); };
    while (std::ranges::any_of(beams, is_live)) {
      const Questions questions = questions_of(beams, states);
      Tape tape(Mode::infer, Rng(0), executor_);
      const Writing writing = ask(tape, questions);
      keep(writing.last);
      advance(writing, questions, beams, states);
    }
    return beams;
  }

  /// Where the words of summaries come from, one of each text, or none.
  std::vector<std::vector<WordOrigin>> explain(const std::vector<std::vector<std::int32_t>>& summaries,
                                               Index attended) {
    std::vector<Index> lengths;
    for (const auto& words : summaries) lengths.push_back(std::ssize(words));
    Questions questions = questions_over(lengths);
    for (Index text = 0; text < std::ssize(summaries); ++text) {
      const auto& words = summaries[static_cast<std::size_t>(text)];
      for (Index step = 0; step < lengths[static_cast<std::size_t>(text)]; ++step)
        questions.before[static_cast<std::size_t>(questions.asked->row(text, step))] =
            before(text, {words.data(), static_cast<std::size_t>(step)});
    }
    h_ = first_h_;
    c_ = first_c_;
    Tape tape(Mode::infer, Rng(0), executor_);
    const Writing writing =
        network_.write(tape, reading(tape), questions.pairs, questions.before, questions.asked, state(tape, {}));
    std::vector<std::vector<WordOrigin>> origins(summaries.size());
    for (Index text = 0; text < std::ssize(summaries); ++text) {
      for (Index step = 0; step < lengths[static_cast<std::size_t>(text)]; ++step) {
        const std::int32_t word = summaries[static_cast<std::size_t>(text)][static_cast<std::size_t>(step)];
        origins[static_cast<std::size_t>(text)].push_back(origin_of(writing, text, questions.asked->row(text, step),
                                                                    questions.pairs->at(text, step), word, attended));
      }
    }
    return origins;
  }

 private:
  void keep(const RecurrentState& state) {
    h_ = copy_of(state.h);
    if (state.c) c_ = copy_of(state.c);
  }

  std::int32_t before(Index text, std::span<const std::int32_t> words) const {
    return words.empty() ? network_.begin() : id_of(*sources_[static_cast<std::size_t>(text)], outputs_, words.back());
  }

  Questions questions_over(std::span<const Index> lengths) const {
    Questions questions;
    questions.asked = std::make_shared<const Packing>(lengths);
    questions.pairs = std::make_shared<const kernel::AttentionPairs>(questions.asked, packing_);
    questions.before.resize(static_cast<std::size_t>(questions.asked->rows()));
    questions.states.resize(questions.before.size());
    return questions;
  }

  /// Of each text so many questions as it has live hypotheses.
  Questions questions_of(const std::vector<Beam>& beams, const std::vector<std::vector<Index>>& states) const {
    std::vector<Index> lengths;
    for (const Beam& beam : beams) lengths.push_back(std::ssize(beam.live()));
    Questions questions = questions_over(lengths);
    for (std::size_t text = 0; text < beams.size(); ++text) {
      for (std::size_t k = 0; k < beams[text].live().size(); ++k) {
        const auto row =
            static_cast<std::size_t>(questions.asked->row(static_cast<Index>(text), static_cast<Index>(k)));
        questions.before[row] = before(static_cast<Index>(text), beams[text].live()[k].words);
        questions.states[row] = states[text][k];
      }
    }
    return questions;
  }

  /// Some rows of the states, or all of them.
  RecurrentState state(Tape& tape, std::span<const Index> rows) const {
    const auto chosen = [&](const Tensor& from) {
      if (rows.empty()) return tape.constant(from);
      Tensor own = Tensor::uninitialised({std::ssize(rows), from.shape().columns()});
      for (std::size_t i = 0; i < rows.size(); ++i)
        std::copy_n(from.row(rows[i]), from.shape().columns(), own.row(static_cast<Index>(i)));
      return tape.constant(own);
    };
    return {chosen(h_), c_.size() > 0 ? chosen(c_) : Var{}};
  }

  Reading reading(Tape& tape) const {
    return {packing_, tape.parameter(states_), tape.parameter(keys_), {}, tape.parameter(output_matrix_)};
  }

  Writing ask(Tape& tape, const Questions& questions) const {
    const std::vector<Index> ones(questions.before.size(), 1);  // each is the next step of a text of its own
    return network_.write(tape, reading(tape), questions.pairs, questions.before, std::make_shared<const Packing>(ones),
                          state(tape, questions.states));
  }

  /// The probability of each number to be the next word: the pointer-generator's mixture.
  std::vector<real> mixture(const Writing& writing, Index text, Index row, Index first_pair) const {
    const WriteSource& source = *sources_[static_cast<std::size_t>(text)];
    std::vector<real> p(static_cast<std::size_t>(outputs_) + source.others.size());
    const TensorView generated{p.data(), {1, outputs_}};
    kernel::softmax_rows({writing.logits.value().row(row), generated.shape}, generated);
    const auto gate = static_cast<real>(sigmoid(static_cast<double>(writing.gates.value().data[row])));
    for (real& value : generated.values()) value *= gate;
    const real* const attention = writing.attended.weights.value().data + first_pair;
    for (std::size_t i = 0; i < source.numbers.size(); ++i)
      p[static_cast<std::size_t>(source.numbers[i])] += (1 - gate) * attention[i];
    return p;
  }

  void advance(const Writing& writing, const Questions& questions, std::vector<Beam>& beams,
               std::vector<std::vector<Index>>& states) const {
    const Packing& asked = *questions.asked;
    for (Index text = 0; text < std::ssize(beams); ++text) {
      Beam& beam = beams[static_cast<std::size_t>(text)];
      std::vector<std::vector<real>> next;
      for (Index k = 0; k < std::ssize(beam.live()); ++k)
        next.push_back(mixture(writing, text, asked.row(text, k), questions.pairs->at(text, k)));
      if (next.empty()) continue;
      if (!std::isfinite(next.front().front()))
        throw DataError("the network gives a word no finite number: its weights are too large");
      beam.advance(next);
      auto& own = states[static_cast<std::size_t>(text)];
      own.clear();
      for (const Hypothesis& one : beam.live()) own.push_back(asked.row(text, one.parent));
    }
  }

  WordOrigin origin_of(const Writing& writing, Index text, Index row, Index first_pair, std::int32_t word,
                       Index attended) const {
    const WriteSource& source = *sources_[static_cast<std::size_t>(text)];
    const real* const attention = writing.attended.weights.value().data + first_pair;
    WordOrigin origin;
    double copied = 0;
    for (Index i = 0; i < std::ssize(source.numbers); ++i) {
      if (source.numbers[static_cast<std::size_t>(i)] != word) continue;
      copied += static_cast<double>(attention[i]);
      if (origin.place < 0 || attention[i] > attention[origin.place]) origin.place = i;
    }
    const double whole = static_cast<double>(mixture(writing, text, row, first_pair)[static_cast<std::size_t>(word)]);
    const double gate = sigmoid(static_cast<double>(writing.gates.value().data[row]));
    origin.copied = whole > 0 ? std::min(1.0, (1 - gate) * copied / whole) : 0;
    std::vector<Index> order(source.numbers.size());
    std::iota(order.begin(), order.end(), Index{0});
    std::ranges::stable_sort(order, std::ranges::greater{}, [&](Index i) { return attention[i]; });
    order.resize(std::min(order.size(), static_cast<std::size_t>(attended)));
    for (const Index i : order) origin.attention.emplace_back(i, static_cast<double>(attention[i]));
    return origin;
  }

  const WriteNetwork& network_;
  const Parameter& output_matrix_;
  std::vector<const WriteSource*> sources_;
  Index outputs_;
  Executor* executor_;
  PackingPtr packing_;
  Parameter states_{"states", {}}, keys_{"keys", {}};  // parameters: a tape does not copy them
  Tensor first_h_, first_c_, h_, c_;
};

/// Logits that are held at once, whatever the beam and the summaries' length: 64 MB.
constexpr Index kMostLogits = Index{1} << 24;

/// Adds where their words come from to the summaries of one rank, so many texts at a time as memory allows.
void explain(TextBatch& batch, std::size_t rank, Index most_words, Index attended,
             std::vector<std::vector<FoundSummary>>& found) {
  for (std::size_t text = 0; text < found.size();) {
    std::vector<std::vector<std::int32_t>> summaries(found.size());
    const std::size_t first = text;
    Index words = 0;
    for (; text < found.size(); ++text) {
      if (rank >= found[text].size()) continue;
      words += std::ssize(found[text][rank].words);
      if (text > first && words > most_words) break;
      summaries[text] = found[text][rank].words;
    }
    if (words == 0) continue;
    auto origins = batch.explain(summaries, attended);
    for (std::size_t i = first; i < text; ++i) {
      if (rank < found[i].size()) found[i][rank].origins = std::move(origins[i]);
    }
  }
}

std::vector<std::vector<FoundSummary>> search_batch(TextBatch& batch, const BeamOptions& options, Index count) {
  std::vector<std::vector<FoundSummary>> result;
  for (const Beam& beam : batch.find(options)) {
    auto& own = result.emplace_back();
    for (Hypothesis& one : beam.found()) {
      if (std::ssize(own) < count) own.push_back({std::move(one.words), {}, one.log_p, one.score});
    }
  }
  return result;
}

/// Batches of texts of similar length, none with more than so many.
std::vector<std::vector<Index>> batches_of(std::span<const Index> lengths, std::size_t most) {
  std::vector<std::vector<Index>> batches;
  for (const std::vector<Index>& rows : batches_by_length(lengths)) {
    for (std::size_t i = 0; i < rows.size(); i += most)
      batches.emplace_back(rows.begin() + static_cast<std::ptrdiff_t>(i),
                           rows.begin() + static_cast<std::ptrdiff_t>(std::min(rows.size(), i + most)));
  }
  return batches;
}

}  // namespace

std::vector<std::vector<FoundSummary>> search(const WriteNetwork& network, std::span<const WriteSource> sources,
                                              const BeamOptions& options, Index count, Index attended,
                                              Executor& executor) {
  const FloatingState state;
  std::vector<std::vector<FoundSummary>> result(sources.size());
  std::vector<Index> lengths, places;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    if (sources[i].ids.empty()) continue;
    lengths.push_back(std::ssize(sources[i].ids));
    places.push_back(static_cast<Index>(i));
  }
  const Index outputs = network.spec().outputs;
  const Parameter output_matrix("outputs", network.output_matrix());
  const auto batches =
      batches_of(lengths, static_cast<std::size_t>(std::max<Index>(1, kMostLogits / (options.beam * outputs))));
  // A single batch has the threads for itself; of several, each has one.
  Executor* const inside = batches.size() == 1 ? &executor : nullptr;
  const auto search_one = [&](int index) {
    std::vector<const WriteSource*> own;
    const auto& rows = batches[static_cast<std::size_t>(index)];
    const auto place = [&](Index row) { return static_cast<std::size_t>(places[static_cast<std::size_t>(row)]); };
    for (const Index row : rows) own.push_back(&sources[place(row)]);
    TextBatch batch(network, output_matrix, std::move(own), inside);
    auto found = search_batch(batch, options, count);
    for (std::size_t rank = 0; rank < static_cast<std::size_t>(count); ++rank)
      explain(batch, rank, std::max<Index>(1, kMostLogits / outputs), attended, found);
    for (std::size_t i = 0; i < rows.size(); ++i) result[place(rows[i])] = std::move(found[i]);
  };
  if (inside != nullptr) {
    search_one(0);
  } else {
    executor.run(static_cast<int>(batches.size()), search_one);
  }
  return result;
}

}  // namespace recura
