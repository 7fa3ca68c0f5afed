// Trains on the file given, and must then know its own training data better than a guess.
#include <recura/convert.h>
#include <recura/model.h>
#include <recura/sequential.h>
#include <recura/vectors.h>

#include <iostream>
#include <tuple>

/// Names a field or two of each kind of options, and leaves the others out: no compiler may warn of that.
void name_fields() {
  std::ignore =
      recura::TrainOptions{.input = {.text_field = "title"}, .step = {.warm_up = 0.1}, .checkpoint = {.resume = true}};
  std::ignore = recura::TrainCallbacks{.should_stop = [] { return false; }};
  std::ignore = recura::ExportOptions{.precision = recura::TrainOptions::Precision::bf16};
  std::ignore = recura::LabelEvaluationOptions{.abstain = 0.5};
  std::ignore = recura::TaggerOptions{.input = {.repair = true}, .hidden = 8};
  std::ignore = recura::TaggerCallbacks{.should_stop = [] { return false; }};
  std::ignore = recura::TaggerExportOptions{.dev = "dev.conll"};
  std::ignore = recura::TaggingOptions{.min_score = 0.5};
  std::ignore = recura::TagEvaluationOptions{.worst = 5};
  std::ignore = recura::SummarizerOptions{.input = {.text_field = "body"}, .hidden = 8};
  std::ignore = recura::CompressorOptions{.hidden = 8};
  std::ignore = recura::WriterOptions{.hidden = 8};
  std::ignore = recura::SummarizerCallbacks{.should_stop = [] { return false; }};
  std::ignore = recura::SummaryEvaluationOptions{.stem = true};
  std::ignore = recura::SummarizerExportOptions{.dev = "dev.csv"};
  std::ignore = recura::LanguageOptions{.hidden = 8};
  std::ignore = recura::LanguageModelCallbacks{.should_stop = [] { return false; }};
  std::ignore = recura::VectorsOptions{.dimensions = 8};
  std::ignore = recura::VectorsCallbacks{.should_stop = [] { return false; }};
  std::ignore = recura::ConvertOptions{.unit = recura::ConvertOptions::Unit::character};
  std::ignore = recura::CompileOptions{.momentum = 0.9};
  std::ignore = recura::FitArguments{.epochs = 2};
  std::ignore = recura::TextVectorization::Options{.max_length = 100};
}

int main(int argc, char** argv) try {
  if (argc != 2) throw recura::ArgumentError("usage: recura_user DATA");
  name_fields();
  const auto classifier =
      recura::Classifier::train(argv[1], {.embedding = 32, .hidden = 32, .epochs = 25, .patience = 0});
  const auto evaluation = classifier.evaluate(argv[1]);
  std::cout << "accuracy " << evaluation.accuracy << ", the most frequent label alone " << evaluation.majority << "\n";
  return evaluation.accuracy > evaluation.majority + 0.2 ? 0 : 1;
} catch (const recura::Error& error) {
  std::cerr << error.what() << "\n";
  return 1;
}
