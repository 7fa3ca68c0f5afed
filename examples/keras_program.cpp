// The Keras program that every introduction shows - Embedding, two LSTM(128), Dense with a sigmoid, binary
// cross-entropy, Adam, accuracy - nearly line by line:
//   keras_program TRAIN DEV TEST [SEED]     files of texts with two labels; prints one JSON object an epoch
#include <recura/sequential.h>

#include <cstdlib>
#include <iostream>

using namespace recura;

int main(int argc, char** argv) try {
  if (argc < 4) throw ArgumentError("usage: keras_program TRAIN DEV TEST [SEED]");
  const Dataset train = Dataset::read(argv[1]), dev = Dataset::read(argv[2]), test = Dataset::read(argv[3]);
  const auto labels = train.label_names();

  TextVectorization vectorize({.max_tokens = 20'000, .max_length = 400, .keep = TextVectorization::Keep::tail});
  vectorize.adapt(train.texts);
  const Ids x_train = vectorize(train.texts), x_dev = vectorize(dev.texts), x_test = vectorize(test.texts);
  const auto y_train = train.label_numbers(labels), y_dev = dev.label_numbers(labels),
             y_test = test.label_numbers(labels);

  Sequential model;
  model.add(layers::Embedding{vectorize.vocabulary_size(), 128});
  model.add(layers::Lstm{.units = 128, .return_sequences = true});
  model.add(layers::Lstm{.units = 128});
  model.add(layers::Dense{.units = 1, .activation = Activation::sigmoid});

  model.compile({.loss = CompileOptions::Loss::binary_crossentropy,
                 .optimizer = CompileOptions::Optimizer::adam,
                 .seed = argc > 4 ? std::strtoull(argv[4], nullptr, 10) : 1});

  const auto report = [&](const EpochResult& epoch) {
    std::cout << "{\"epoch\": " << epoch.epoch << ", \"loss\": " << epoch.loss
              << ", \"dev_loss\": " << epoch.validation_loss << ", \"dev_accuracy\": " << epoch.validation_accuracy
              << ", \"test_accuracy\": " << model.evaluate(x_test, y_test).accuracy
              << ", \"seconds\": " << epoch.seconds << "}" << std::endl;
  };
  model.fit(x_train, y_train,
            {.epochs = 10, .batch_size = 32, .validation_x = x_dev, .validation_y = y_dev, .on_epoch = report});

  std::move(model).to_classifier(vectorize, labels).save("keras_program.recura");
} catch (const recura::Error& error) {
  std::cerr << error.what() << "\n";
  return 1;
}
