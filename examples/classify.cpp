// Trains a classifier on a file of labelled texts, keeps it, and asks it about a sentence:
//   classify examples/corpus/en.train.jsonl "The parcel never came"
#include <recura/classifier.h>

#include <iostream>

int main(int argc, char** argv) try {
  if (argc != 3) throw recura::ArgumentError("usage: classify DATA TEXT");
  auto classifier = recura::Classifier::train(argv[1]);
  classifier.save("example.recura");

  const recura::Answer answer = recura::Classifier::load("example.recura").classify(argv[2]);
  std::cout << answer.label << " " << answer.score << "\n";
} catch (const recura::Error& error) {
  std::cerr << error.what() << "\n";
  return 1;
}
