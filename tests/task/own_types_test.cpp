#include <memory>

#include "task/small_tagger.h"

namespace recura {
namespace {

/// The texts of `small_data` twice: marked with people alone, and with places alone.
TaggedData data_of_two_files() {
  TaggedData data;
  for (const std::string type : {"LOC", "PER"}) {
    const auto own = std::make_shared<const std::vector<std::string>>(std::vector{type});
    for (TaggedText& text : small_data().texts) {
      std::erase_if(text.spans, [&](const NamedSpan& span) { return span.type != type; });
      text.own_types = own;
      text.file = type == "LOC" ? 0 : 1;
      data.texts.push_back(std::move(text));
    }
  }
  return data;
}

TEST(OwnTypesTest, LearnsTheTypesOfTwoFilesThatEachMarkTheirOwn) {
  TaggerRecipe recipe = small_tagger_recipe();
  for (const bool crf : {true, false}) {
    recipe.network.crf = crf;
    expect_learnt(trained_tagger(1, recipe, data_of_two_files()).model, small_data());
  }
}

TEST(OwnTypesTest, SpansOfTypesThatAFileDoesNotMarkAreNeitherRightNorWrongOnDev) {
  TaggerRecipe recipe = small_tagger_recipe();
  recipe.balance = true;
  Executor executor(1);
  const TrainedTagger result =
      train_tagger(data_of_two_files(), data_of_two_files(), std::move(recipe), executor, {}, {});
  EXPECT_EQ(result.fit.best_score, 1);
  EXPECT_GT(result.model.calibration.threshold(0, 0), 0) << "each span that is found on dev is right";
}

TEST(OwnTypesTest, ADevPartHasTextsOfEachFile) {
  TaggedData data;
  for (std::int32_t file = 0; file < 5; ++file) {
    for (TaggedText& text : small_data().texts) {
      text.file = file;
      data.texts.push_back(std::move(text));
    }
  }
  TaggerRecipe recipe = small_tagger_recipe();
  recipe.fit.epochs = 1;
  recipe.dev_share = 0.07;  // of 8 texts: 1; of 40: 3
  EXPECT_EQ(trained_tagger(1, recipe, data).data.dev_texts, 5);
}

}  // namespace
}  // namespace recura
