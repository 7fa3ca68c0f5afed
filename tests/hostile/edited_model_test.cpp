#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "hostile/draft.h"

namespace recura {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct Edited {
  const char* model;
  const char* what;
  Edit edit;
  const char* message;

  friend std::ostream& operator<<(std::ostream& out, const Edited& one) { return out << one.what; }
};

constexpr std::int64_t kHuge = std::int64_t{1} << 62;
const std::string kNotUtf8 = "a\xFF";
/// So many that their memory counts, the first of them once more at the end.
void add_many_forms(Draft& draft) {
  std::vector<std::string> forms;
  for (int i = 0; i < 1'500'000; ++i) forms.push_back(std::to_string(i));
  forms.push_back(forms.front());
  strings("vocabulary", forms)(draft);
}

/// A file inside the file, as what cuts its texts into words.
Edit segmenter(const std::string& file) { return list<std::uint8_t>("segmenter", {file.begin(), file.end()}); }

const float kNan = std::numeric_limits<float>::quiet_NaN();

const std::vector<Edited> kTexts{
    {"classify", "task of another model", text("task", "tag"), "\"decision\" belongs to no part"},
    {"classify", "task unknown", text("task", "translate"), "its task is \"translate\", expected \"classify\""},
    {"classify", "task of megabytes", text("task", std::string(1 << 20, 'x')),
     "\"task\" must be a word, it has 1048576 bytes"},
    {"classify", "a text that is of no part", text("licence", "free"), "text \"licence\" belongs to no part"},
    {"classify", "kind of a summarizer", text("kind", "select"), "text \"kind\" belongs to no part"},
    {"select", "kind of the other summarizer", text("kind", "write"), "text \"cut\" belongs to no part"},
    {"select", "kind unknown", text("kind", "draw"), "its kind is \"draw\", expected \"select\""},
    {"labels", "precision of other weights", text("precision", "bf16"), "must be BF16, it is I8"},
    {"tag", "precision of wider weights", text("precision", "float32"), "larger than the file"},
    {"classify", "precision of narrower weights", text("precision", "int8"), "must be I8, it is F32"},
    {"classify", "precision unknown", text("precision", "float16"), "expected float32, bf16 or int8"},
    {"tag", "outside neither", text("outside", "maybe"), "outside must be true or false"},
    {"tag", "outside the other", text("outside", "false"), "12 tags, but the network has 13"},
    {"select", "share below 0", text("share", "-0.5"), "is not in 0 ... 1"},
    {"select", "share above 1", text("share", "2"), "is not in 0 ... 1"},
    {"select", "share no number", text("share", "nan"), "is not in 0 ... 1"},
    {"select", "share infinite", text("share", "inf"), "is not in 0 ... 1"},
    {"select", "share with a tail", text("share", "0.5 of all"), "the share must be a number"},
    {"select", "share with a comma", text("share", "0,5"), "the share must be a number"},
    {"select", "cut unknown", text("cut", "word"), "the cut must be sentence or clause"},
    {"write", "longest of none", text("longest", "0"), "must have 1 to 1000 words"},
    {"language", "a second layer of both directions", field("network", "/layers", 2), "there can be one layer"},
    {"language", "no layer", field("network", "/layers", 0), "it needs 1 to 1000 layers"},
    {"language", "a head of nothing", field("network", "/head", 0), "must be positive"},
    {"language", "pieces of nothing", field("text", "/max_length", 0), "in pieces of 1 to"},
    {"language", "forms fewer than rows", strings("vocabulary", {"a"}), "2 forms, but the network reads"},
    {"language", "states beyond the file", field("network", "/hidden", 100'000), "larger than the file"},
    {"write", "longest negative", text("longest", "-7"), "must have 1 to 1000 words"},
    {"write", "longest beyond memory", text("longest", "1000000000000"), "must have 1 to 1000 words"},
    {"write", "longest beyond 64 bits", text("longest", "99999999999999999999"), "must be a number"},
    {"write", "longest with a tail", text("longest", "7 words"), "must be a number"},
    {"classify", "network of an object", text("network", "{\"a\":{\"layer\":\"dropout\"}}"), "a list of layers"},
    {"tag", "channels of an object", field("network", "/channels", {{"a", 1}}), "channels must be a list"},
    {"classify", "network too long", text("network", std::string(70'000, ' ') + "[]"), "65536 bytes at most"},
    {"select", "network too long", text("network", std::string(5'000, ' ') + "{}"), "4096 bytes at most"},
    {"write", "network too long", text("network", std::string(5'000, ' ') + "{}"), "4096 bytes at most"},
    {"tag", "network too long", text("network", std::string(70'000, ' ') + "{}"), "65536 bytes at most"},
    {"classify", "text rule too long", text("text", std::string(5'000, ' ') + "{}"), "4096 bytes at most"},
    {"select", "windows of a summarizer", field("text", "/keep", "windows"), "a classifier alone reads texts"},
    {"write", "windows of a summarizer", field("text", "/keep", "windows"), "a classifier alone reads texts"},
    {"classify", "a stream in both directions", field("text", "/keep", "stream"), "in both directions"},
    {"write", "a stream of a summarizer", field("text", "/keep", "stream"), "a classifier alone reads texts"},
    {"select", "subwords of a summarizer", field("text", "/unit", "subword"), "writers alone read"},
    {"write", "subwords of a writer of words", field("text", "/unit", "subword"), "spacing"},
    {"compress", "subwords of a summarizer", field("text", "/unit", "subword"), "writers alone read"},
    {"tag", "subwords of a tagger", field("text", "/unit", "subword"), "writers alone read"},
    {"language", "subwords without scores", field("text", "/unit", "subword"), "\"scores\" is missing"},
    {"language", "windows of a language model", field("text", "/keep", "windows"), "keep must be \"head\""},
    {"classify", "subwords without scores", field("text", "/unit", "subword"), "\"scores\" is missing"},
    {"subword", "words with scores", field("text", "/unit", "word"), "\"scores\" belongs to no part"},
    {"classify", "decision too long", text("decision", std::string(5'000, ' ') + "{}"), "4096 bytes at most"},
    {"classify", "temperature 0", field("decision", "/temperature", 0), "temperature must be in"},
    {"classify", "temperature denormal", field("decision", "/temperature", 1e-310), "temperature must be in"},
    {"classify", "temperature that makes all alike", field("decision", "/temperature", 1e9), "temperature must be in"},
    {"classify", "rows of dev beyond 63 bits", field("decision", "/dev_rows", ~std::uint64_t{0}),
     "dev_rows must be a whole number"},
    {"classify", "labels the other", field("decision", "/labels", "several"), "\"thresholds\" is missing"},
    {"labels", "labels the other", field("decision", "/labels", "one"), "\"thresholds\" belongs to no part"},
};

const std::vector<Edited> kNetworks{
    {"classify", "no layers", text("network", "[]"), "the first layer must be an embedding"},
    {"classify", "no embedding", field("network", "/0", {{"layer", "dense"}, {"units", 2}, {"activation", "tanh"}}),
     "the first layer must be an embedding"},
    {"classify", "layer unknown", field("network", "/1/layer", "attention"), "unknown layer \"attention\""},
    {"classify", "first layer twice",
     [](Draft& draft) {
       auto json = nlohmann::json::parse(draft.texts.at("network"));
       json.insert(json.begin(), json.front());
       draft.texts["network"] = json.dump();
     },
     "an embedding must be the first layer"},
    {"classify", "last layer missing",
     [](Draft& draft) {
       auto json = nlohmann::json::parse(draft.texts.at("network"));
       json.erase(json.size() - 1);
       draft.texts["network"] = json.dump();
     },
     "the last layer must be a dense one"},
    {"classify", "forms more than the table has", field("network", "/0/vocabulary", 2), "must be [2, 3]"},
    {"classify", "forms beyond memory", field("network", "/0/vocabulary", kHuge), "larger than the file"},
    {"classify", "vectors beyond memory", field("network", "/0/dimensions", kHuge), "larger than the file"},
    {"tag", "states beyond memory", field("network", "/hidden", kHuge), "larger than the file"},
    {"tag", "layers beyond memory", field("network", "/layers", kHuge), "larger than the file"},
    {"tag", "layers more than there may be", field("network", "/layers", 65), "larger than the file"},
    {"tag", "slots beyond memory", field("network", "/channels/0/slots", kHuge), "larger than the file"},
    {"tag", "slots more than a word has", field("network", "/channels/0/slots", 2), "must be ["},
    {"tag", "tags fewer than types", field("network", "/tags", 9), "13 tags, but the network has 9"},
    {"tag", "labels that are not there", field("network", "/labels", 2), "0 labels, but the network has 2"},
    {"tag", "channel twice", field("network", "/channels/1/name", "word"), "channel \"word\" stands twice"},
    {"tag", "channel unknown", field("network", "/channels/1/name", "rnn0"), "\"rnn0.table\" is missing"},
    {"tag", "characters without an encoder", field("network", "/characters/encoder", "none"), "65 characters"},
    {"tag", "characters with another encoder", field("network", "/characters/encoder", "lstm"), "is missing"},
    {"tag", "characters beyond memory", field("network", "/characters/size", kHuge), "larger than the file"},
    {"select", "forms beyond 63 bits with vectors of 0",
     [](Draft& draft) {
       field("network", "/vocabulary", std::numeric_limits<std::int64_t>::max())(draft);
       field("network", "/embedding", 0)(draft);
     },
     "larger than the file"},
    {"write", "forms beyond 63 bits with vectors of 0",
     [](Draft& draft) {
       field("network", "/vocabulary", std::numeric_limits<std::int64_t>::max())(draft);
       field("network", "/embedding", 0)(draft);
     },
     "larger than the file"},
    {"write", "outputs more than forms", field("network", "/outputs", 100'000), "larger than the file"},
    {"write", "outputs of none", field("network", "/outputs", 0), "it needs 1 to"},
    {"sequential", "a simple cell that is linear", field("network", "/2/activation", "linear"), "must be sigmoid"},
    {"sequential", "units fewer than labels", field("network", "/4/units", 2), "must be ["},
};

const std::vector<Edited> kLists{
    {"classify", "label twice", string("labels", 1, "delivery"), "\"labels\" holds a name twice"},
    {"labels", "label not UTF8", string("labels", 0, kNotUtf8), "\"labels\" holds what is no UTF-8"},
    {"classify", "one label", strings("labels", {"a"}), "two labels at least"},
    {"classify", "no labels", strings("labels", {}), "two labels at least"},
    {"classify", "more labels than outputs", strings("labels", {"a", "b", "c", "d", "e", "f", "g", "h"}), "outputs"},
    {"classify", "form not UTF8", string("vocabulary", 2, kNotUtf8), "\"vocabulary\" holds what is no UTF-8"},
    {"write", "form a surrogate", string("vocabulary", 2, "\xED\xA0\x80"), "\"vocabulary\" holds what is no UTF-8"},
    {"select", "form cut short", string("vocabulary", 2, "\xE4\xBD"), "\"vocabulary\" holds what is no UTF-8"},
    {"classify", "form empty", string("vocabulary", 0, ""), "form 1 is empty"},
    {"classify", "form twice", string("vocabulary", 1, "."), "stands twice"},
    {"classify", "segmenter that is no model", tensor<std::uint8_t>("segmenter", {1, 2, 3}, {3}), "not a Recura model"},
    {"classify", "segmenter that finds names", segmenter(kept_model("tag")), "segmenter: finds names"},
    {"classify", "segmenter of another task", segmenter(kept_model("select")), "its task is \"summarise\""},
    {"language", "segmenter that is cut short", segmenter(kept_model("tag").substr(0, 3'000)), "cut short"},
    {"subword", "segmenter beside subwords", segmenter(kept_model("tag")), "tensor \"segmenter\" belongs to no part"},
    {"tag", "segmenter that characters have no use for",
     both(field("text", "/unit", "character"), segmenter(kept_model("tag"))),
     "tensor \"segmenter\" belongs to no part"},
    {"tag", "segmenter of a tagger that finds names", segmenter(kept_model("tag")), "segmenter: finds names"},
    {"classify", "forms more than rows", strings("vocabulary", std::vector<std::string>(1'000, "a")), "stands twice"},
    {"classify", "form twice among many", add_many_forms, "the form \"0\" stands twice"},
    {"write", "forms fewer than rows", strings("vocabulary", {"a"}), "2 forms, but the network reads"},
    {"classify", "ends that fall", element<std::int64_t>("vocabulary.offsets", 0, 10), "do not ascend"},
    {"classify", "ends below 0", element<std::int64_t>("vocabulary.offsets", 0, -1), "do not ascend"},
    {"classify", "ends beyond the bytes", element<std::int64_t>("labels.offsets", 1, kHuge), "do not ascend"},
    {"classify", "bytes of no string", list<std::int64_t>("labels.offsets", {1, 2}), "bytes that belong to no string"},
    {"classify", "bytes missing", without_tensor("labels.bytes"), "\"labels.bytes\" is missing"},
    {"classify", "ends missing", without_tensor("labels.offsets"), "\"labels.offsets\" is missing"},
    {"classify", "ends of two axes", shape("labels.offsets", {1, 4}), "must each have one axis"},
    {"classify", "bytes without an axis", tensor<std::uint8_t>("labels.bytes", {'a'}, {}), "must each have one axis"},
    {"classify", "ends of 32 bits", list<std::int32_t>("labels.offsets", {1, 2}), "must be I64, it is I32"},
    {"subword", "piece not UTF8", string("vocabulary", 2, kNotUtf8), "\"vocabulary\" holds what is no UTF-8"},
    {"subword", "piece empty", string("vocabulary", 2, ""), "form 3 is empty"},
    {"subword", "piece twice", string("vocabulary", 1, "o"), "the form \"o\" stands twice"},
    {"subword", "piece too long", string("vocabulary", 1, std::string(65, 'a')), "a piece has 65 bytes, 64 at most"},
    {"subword", "pieces fewer than scores", strings("vocabulary", {"a"}), "must be [1]"},
    {"subword", "no pieces", both(strings("vocabulary", {}), list<float>("scores", {})), "there are no pieces"},
    {"tag", "type twice", strings("types", {"LOC", "LOC", "PER"}), "\"types\" holds a name twice"},
    {"tag", "no types", strings("types", {}), "1 tags, but the network has 13"},
    {"tag", "more types than tags", strings("types", {"A", "B", "C", "D"}), "17 tags, but the network has 13"},
    {"tag", "type not UTF8", strings("types", {"A", "B", kNotUtf8}), "\"types\" holds what is no UTF-8"},
    {"tag", "word not UTF8", string("words", 0, kNotUtf8), "\"words\" holds what is no UTF-8"},
    {"tag", "character not UTF8", string("characters", 0, kNotUtf8), "\"characters\" holds what is no UTF-8"},
    {"tag", "fewer characters", strings("characters", {"a"}), "2 characters, but the network has"},
    {"tag", "more words than vectors", strings("words", {"a", "b", "c", "d", "e", "f", "g", "h"}), "it needs 9"},
    {"tag", "name not UTF8", string("lexicon", 0, kNotUtf8), "\"lexicon\" holds what is no UTF-8"},
    {"tag", "type of a name not UTF8", string("lexicon_types", 0, kNotUtf8), "\"lexicon_types\" holds what is no"},
    {"tag", "names without types", strings("lexicon_types", {"LOC"}), "the lexicon has 7 forms, but 1 types"},
    {"tag", "lexicon missing", without_tensor("lexicon.bytes"), "\"lexicon.bytes\" is missing"},
    {"tag", "label of no network", strings("labels", {"a"}), "1 labels, but the network has 0"},
};

const std::vector<Edited> kTensors{
    {"classify", "tensor of no part", list<float>("dense1.w", {1}), "\"dense1.w\" belongs to no part"},
    {"labels", "thresholds missing", without_tensor("thresholds"), "\"thresholds\" is missing"},
    {"labels", "thresholds for fewer labels", list<double>("thresholds", {0.5}), "must be [5]"},
    {"labels", "thresholds of two axes", shape("thresholds", {5, 1}), "must be [5]"},
    {"labels", "thresholds of 32 bits", list<float>("thresholds", {0.5F, 0.5F, 0.5F}), "must be F64"},
    {"labels", "threshold below 0", element("thresholds", 1, -0.1), "a threshold is not in 0 … 1"},
    {"labels", "threshold above 1", element("thresholds", 1, 1.5), "a threshold is not in 0 … 1"},
    {"labels", "threshold NaN", element("thresholds", 1, std::nan("")), "holds a NaN"},
    {"labels", "number out of int8", element<std::int8_t>("embedding.table", 0, -128), "it has a -128"},
    {"labels", "scale missing", without_tensor("embedding.table.scale"), "\"embedding.table.scale\" is missing"},
    {"labels", "scale negative", element("embedding.table.scale", 0, -1.0F), "expected one of 17 bits"},
    {"labels", "scale of 24 bits", element("embedding.table.scale", 0, 1.0000001F), "expected one of 17 bits"},
    {"labels", "scale beyond floats", element("embedding.table.scale", 0, 3e38F), "expected one of 17 bits"},
    {"labels", "scale of a float32 weight", list<float>("dense0.b.scale", {1}), "belongs to no part"},
    {"classify", "weight NaN", element("dense0.b", 0, kNan), "\"dense0.b\" holds a NaN or an infinite number"},
    {"classify", "weight infinite", element("dense0.b", 0, std::numeric_limits<float>::infinity()), "holds a NaN"},
    {"tag", "weight of bf16 NaN", element("word.table", 0, Bf16{0x7FC0}), "holds a NaN"},
    {"classify", "weight missing", without_tensor("dense0.b"), "\"dense0.b\" is missing"},
    {"classify", "weight with an axis more", shape("dense0.b", {4, 1}), "must be [4]"},
    {"tag", "transitions missing", without_tensor("crf.transitions"), "\"crf.transitions\" is missing"},
    {"tag", "transitions of fewer tags", tensor<Bf16>("crf.transitions", {}, {0, 13}), "must be [13, 13]"},
    {"tag", "begin of fewer tags", list<float>("crf.begin", {0, 0}), "must be [13]"},
    {"tag", "end of more tags", list<float>("crf.end", std::vector<float>(14)), "must be [13]"},
    {"tag", "calibration missing", without_tensor("calibration"), "\"calibration\" is missing"},
    {"tag", "calibration for fewer types", list<float>("calibration", {1, 0}), "expected 20 or 32 numbers, got 2"},
    {"tag", "calibration of two axes", shape("calibration", {2, 10}), "one axis"},
    {"tag", "calibration that turns scores", element("calibration", 0, -1.0F), "the scale must be positive"},
    {"tag", "calibration of scale 0", element("calibration", 0, 0.0F), "the scale must be positive"},
    {"tag", "calibration NaN", element("calibration", 2, kNan), "holds a NaN"},
    {"subword", "scores missing", without_tensor("scores"), "\"scores\" is missing"},
    {"subword", "scores for fewer pieces", list<float>("scores", {-1, -2}), "must be ["},
    {"subword", "scores of 64 bits", list<double>("scores", {-1, -2}), "must be F32, it is F64"},
    {"subword", "score NaN", element("scores", 3, kNan), "holds a NaN"},
    {"subword", "score that outweighs all", element("scores", 3, 1e30F), "must be in -10000"},
    {"write", "spacing missing", without_tensor("spacing"), "\"spacing\" is missing"},
    {"write", "spacing for fewer forms", list<std::int8_t>("spacing", {1, 2}), "must be ["},
    {"write", "spacing above 3", element<std::int8_t>("spacing", 0, 4), "spacing must be numbers in 0 ... 3"},
    {"write", "spacing below 0", element<std::int8_t>("spacing", 0, -1), "spacing must be numbers in 0 ... 3"},
    {"write", "spacing unsigned", list<std::uint8_t>("spacing", {1, 2}), "must be I8, it is U8"},
};

class EditedModelTest : public testing::TestWithParam<Edited> {};

TEST_P(EditedModelTest, IsRefusedForItsOwnReason) {
  const auto& [model, what, edit, message] = GetParam();
  Draft draft(kept_model(model));
  edit(draft);
  const std::string found = refusal_of(draft.file());
  EXPECT_THAT(found, StartsWith("model: "));
  EXPECT_THAT(found, HasSubstr(message));
  EXPECT_LT(found.size(), 500u);
}

void PrintTo(const Edited& edited, std::ostream* out) { *out << edited.model << ": " << edited.what; }

std::string name_of(const testing::TestParamInfo<Edited>& info) {
  std::string name = info.param.model;
  for (const char* c = info.param.what; *c != '\0'; ++c) name += *c == ' ' ? '_' : *c;
  return name;
}

INSTANTIATE_TEST_SUITE_P(Texts, EditedModelTest, testing::ValuesIn(kTexts), name_of);
INSTANTIATE_TEST_SUITE_P(Networks, EditedModelTest, testing::ValuesIn(kNetworks), name_of);
INSTANTIATE_TEST_SUITE_P(Lists, EditedModelTest, testing::ValuesIn(kLists), name_of);
INSTANTIATE_TEST_SUITE_P(Tensors, EditedModelTest, testing::ValuesIn(kTensors), name_of);

}  // namespace
}  // namespace recura
