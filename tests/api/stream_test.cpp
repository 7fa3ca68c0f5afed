#include <gtest/gtest.h>
#include <recura/sequential.h>

#include <thread>

namespace recura {
namespace {

Classifier reader(bool bidirectional, const TextVectorization& vectorize, std::uint64_t seed = 1) {
  Sequential model{layers::Embedding{vectorize.vocabulary_size(), 8},
                   layers::Lstm{.units = 6, .return_sequences = true, .bidirectional = bidirectional},
                   layers::Pooling{.mean = true, .max = true}, layers::Dense{1, Activation::sigmoid}};
  model.compile({.seed = seed, .threads = 1});
  return std::move(model).to_classifier(vectorize, {"bad", "good"});
}

class StreamTest : public testing::Test {
 protected:
  StreamTest() { vectorize_.adapt({"a good film", "a bad film that never ends"}); }

  TextVectorization vectorize_;
};

TEST_F(StreamTest, EachPartIsAnsweredWithAllBeforeIt) {
  const Classifier classifier = reader(false, vectorize_);
  Classifier::Stream stream = classifier.stream();
  std::string so_far;
  for (const std::string part : {"a good", "film", "", "that never ends", "bad bad bad"}) {
    so_far += (so_far.empty() ? "" : " ") + part;
    EXPECT_NEAR(stream.read(part).score, classifier.classify(so_far).score, 1e-6) << so_far;
  }
  Classifier::Stream moved = std::move(stream);
  EXPECT_NEAR(moved.read("film").score, classifier.classify(so_far + " film").score, 1e-6);
}

TEST_F(StreamTest, ABadPartIsRefusedAndOthersMayFollow) {
  const Classifier classifier = reader(false, vectorize_);
  Classifier::Stream stream = classifier.stream(), other = classifier.stream();
  stream.read("a good");
  EXPECT_THROW(stream.read("film \xff"), DataError);
  other.read("a good");
  EXPECT_EQ(stream.read("film").score, other.read("film").score);
}

TEST_F(StreamTest, ManyStreamsOfOneModelDoNotMeet) {
  const Classifier classifier = reader(false, vectorize_);
  std::vector<double> scores(8);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    threads.emplace_back([&, i] {
      Classifier::Stream stream = classifier.stream();
      for (int part = 0; part < 50; ++part) scores[i] = stream.read(i % 2 == 0 ? "good film" : "bad film").score;
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (std::size_t i = 2; i < scores.size(); ++i) EXPECT_EQ(scores[i], scores[i % 2]);
}

TEST_F(StreamTest, OneModelOfOneDirectionReadsStreams) {
  EXPECT_THROW(reader(true, vectorize_).stream(), ArgumentError);
  Classifier two = reader(false, vectorize_);
  two.answer_with(reader(false, vectorize_, 2));
  EXPECT_THROW(two.stream(), ArgumentError);
}

}  // namespace
}  // namespace recura
