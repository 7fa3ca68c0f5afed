// Trains a tagger on a file of texts with marked names, keeps it, and finds the names in a sentence:
//   tag examples/corpus/names.train.conll "Nora Quinn of Vela Energy flew to Oslo."
#include <recura/tagger.h>

#include <iostream>

int main(int argc, char** argv) try {
  if (argc != 3) throw recura::ArgumentError("usage: tag DATA TEXT");
  auto tagger = recura::Tagger::train(argv[1]);
  tagger.save("example.recura");

  const std::string text = argv[2];
  for (const recura::Entity& entity : recura::Tagger::load("example.recura").tag(text).entities) {
    std::cout << text.substr(entity.begin, entity.end - entity.begin) << "\t" << entity.type << "\t" << entity.score
              << "\n";
  }
} catch (const recura::Error& error) {
  std::cerr << error.what() << "\n";
  return 1;
}
