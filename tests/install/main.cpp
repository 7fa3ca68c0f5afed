// Trains on the file given, and must then know its own training data better than a guess.
#include <recura/classifier.h>
#include <recura/sequential.h>

#include <iostream>

int main(int argc, char** argv) try {
  if (argc != 2) throw recura::ArgumentError("usage: recura_user DATA");
  const auto classifier =
      recura::Classifier::train(argv[1], {.embedding = 32, .hidden = 32, .epochs = 25, .patience = 0});
  const auto evaluation = classifier.evaluate(argv[1]);
  std::cout << "accuracy " << evaluation.accuracy << ", the most frequent label alone " << evaluation.majority << "\n";
  return evaluation.accuracy > evaluation.majority + 0.2 ? 0 : 1;
} catch (const recura::Error& error) {
  std::cerr << error.what() << "\n";
  return 1;
}
