#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <set>

#include "hostile/counted_memory.h"
#include "hostile/draft.h"

namespace recura {
namespace {

using Json = nlohmann::ordered_json;
using Pointer = Json::json_pointer;

/// Every part of a model in turn is made what it cannot be.
class SweptModelTest : public testing::TestWithParam<std::string> {
 protected:
  ~SweptModelTest() override {
    RecordProperty("files", refused_);  // for --gtest_output
    EXPECT_GT(refused_, 20) << "the sweep has found nothing to edit";
  }

  void expect_refused(const std::string& what, const Edit& edit) {
    Draft draft = draft_;
    edit(draft);
    const std::string file = draft.file();
    memory::begin();
    const std::string found = refusal_of(file);
    const std::size_t most = memory::end().most;
    ASSERT_THAT(found, testing::StartsWith("model: ")) << what;
    ASSERT_LT(found.size(), 500u) << what;
    ASSERT_LT(most, 2 * file.size() + (std::size_t{16} << 20)) << what;
    ++refused_;
  }

  const Draft draft_{kept_model(GetParam())};
  int refused_ = 0;
};

/// What people read stands in the file as it is: no model depends on it.
bool is_for_people(const std::string& text) {
  return std::set<std::string>{"options", "training", "narrowing", "unicode"}.contains(text);
}

TEST_P(SweptModelTest, NoTextMayBeMissingOrOfAnotherKind) {
  const std::string nested = std::string(100'000, '[') + std::string(100'000, ']');
  for (const auto& [name, value] : draft_.texts) {
    expect_refused(name + " missing", [&](Draft& draft) { draft.texts.erase(name); });
    if (is_for_people(name)) continue;
    for (const std::string& other : {std::string(), std::string("null"), std::string("[1]"), std::string("{\"a\":1}"),
                                     std::string("-1"), value + "x", "x" + value, nested, std::string(3 << 20, '{')})
      expect_refused(name + " of " + other.substr(0, 20), text(name, other));
  }
}

/// Of a value inside a description: what no value of its kind can be.
std::vector<Json> others_of(const Json& value) {
  std::vector<Json> others{nullptr, Json::array(), Json::object(), Json::array({1})};
  if (value.is_boolean()) others.insert(others.end(), {1, "true"});
  if (value.is_string()) others.insert(others.end(), {1, true, "", "nonsense", std::string(2'000, 'x')});
  if (value.is_number()) others.insert(others.end(), {-1, -0.5, 1e300, "1", true});
  return others;
}

/// Sizes that weights have, which one more does not fit; but for those that any number fits.
bool is_size(const std::string& key, const Json& value) {
  static const std::set<std::string> free{"truncate", "dev_rows", "max_length", "longest"};
  return value.is_number_unsigned() && !free.contains(key);
}

TEST_P(SweptModelTest, NoFieldOfADescriptionMayBeMissingRepeatedOrOfAnotherKind) {
  for (const std::string name : {"network", "text", "decision"}) {
    if (!draft_.texts.contains(name)) continue;
    const Json json = Json::parse(draft_.texts.at(name));
    const Json flat = json.flatten();
    for (const auto& [path, value] : flat.items()) {
      const Pointer pointer(path);
      for (const Json& other : others_of(value))
        expect_refused(name + path + " to " + other.dump(), field(name, path, other));
      if (is_size(pointer.back(), value)) {
        expect_refused(name + path + " one more", field(name, path, value.get<std::int64_t>() + 1));
        for (const std::uint64_t huge : {std::uint64_t{1} << 31, std::uint64_t{1} << 62, ~std::uint64_t{0}})
          expect_refused(name + path + " to " + std::to_string(huge), field(name, path, huge));
      }
      Json without = json, more = json;
      without.at(pointer.parent_pointer()).erase(pointer.back());
      more.at(pointer.parent_pointer())["unknown"] = 1;
      expect_refused(name + path + " missing", text(name, without.dump()));
      expect_refused(name + path + " beside an unknown one", text(name, more.dump()));
    }
  }
}

TEST_P(SweptModelTest, NoTensorMayBeMissingOrOfAnotherTypeOrShape) {
  for (const auto& [name, entry] : draft_.tensors) {
    const auto change = [name](const auto& change) { return [=](Draft& draft) { change(draft.tensors.at(name)); }; };
    expect_refused(name + " missing", without_tensor(name));
    expect_refused(name + " under another name", [&](Draft& draft) {
      draft.tensors["other"] = draft.tensors.at(name);
      draft.tensors.erase(name);
    });
    expect_refused(name + " beside a copy", [&](Draft& draft) { draft.tensors["copy"] = draft.tensors.at(name); });
    expect_refused(name + " of one more axis", change([](Draft::Entry& tensor) {
                     const Shape& shape = tensor.shape;
                     tensor.shape = shape.rank() == 1 ? Shape{shape[0], 1} : Shape{shape[0], 1, shape[1]};
                   }));
    for (const DtypeInfo& other : kDtypes) {
      if (other.dtype == entry.dtype || entry.bytes.size() % other.size != 0) continue;
      expect_refused(name + " as " + std::string(other.name), change([&](Draft::Entry& tensor) {
                       tensor.dtype = other.dtype;
                       tensor.shape = {std::ssize(tensor.bytes) / static_cast<Index>(other.size)};
                     }));
    }
    expect_refused(name + " empty", change([](Draft::Entry& tensor) {
                     const bool was_empty = tensor.bytes.empty();
                     tensor.bytes = was_empty ? std::string(info(tensor.dtype).size, '\0') : "";
                     tensor.shape = {was_empty ? 1 : 0};
                   }));
  }
}

INSTANTIATE_TEST_SUITE_P(Every, SweptModelTest, testing::ValuesIn(kKeptModels),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace recura
