#!/usr/bin/env bash
# Builds Recura, trains it on the small corpora that come with it (English and Chinese), measures it on texts held back,
# classifies sentences, finds names and cuts Chinese into words. Installs what is missing.
set -euo pipefail
cd "$(dirname "$0")"
tools/install_dependencies.sh

echo "== building"
mkdir -p build
cmake --preset release >build/release.log || { cat build/release.log; exit 1; }
cmake --build build/release --target recura_cli
recura=build/release/recura

# demo NAME ENDING OUTPUT SENTENCE...: trains on examples/corpus/NAME.train.ENDING, measures, answers sentences.
demo() {
  local name=$1 ending=$2 output=$3 model=build/demo.$1.recura
  shift 3
  echo
  echo "== recura train examples/corpus/$name.train.$ending"
  "$recura" train "examples/corpus/$name.train.$ending" -o "$model"
  echo
  echo "== recura evaluate: texts it has not seen"
  "$recura" evaluate "$model" "examples/corpus/$name.test.$ending"
  echo
  echo "== recura extract: new sentences"
  printf '%s\n' "$@" | "$recura" extract "$model" --output "$output"
}

# is_chinese TEXT: whether it has a Chinese character, in UTF-8 a byte of E4 to E9 before two more. In bytes, since a
# range of characters means another thing in each locale, and nothing in some.
is_chinese() {
  local LC_ALL=C
  [[ $1 == *[$'\xe4\xe5\xe6\xe7\xe8\xe9'][$'\x80'-$'\xbf'][$'\x80'-$'\xbf']* ]]
}

demo en jsonl tsv "My parcel was due on Monday and it still has not come." \
        "Please send the money back to my card." \
        "The screen stays black after the update." \
        "Thank you, this is the best kettle I ever had."
demo zh jsonl tsv "快递三天了还没有更新。" "钱什么时候退到我的卡里?" "屏幕一直闪,重启也没用。" "质量很好,客服也很耐心,谢谢!"
demo names conll text "Nora Quinn of Vela Energy flew from Oslo to Lagos." \
                      "Tom Fischer works for Calder Insurance in Turin."
demo words-zh seg text "今天晚上我想看电视。" "他在公司门口等朋友。"

if [[ -t 0 && -t 1 ]]; then
  echo
  echo "Type a sentence, English or Chinese (an empty line ends):"
  while read -r -p "> " sentence && [[ -n $sentence ]]; do
    language=en
    is_chinese "$sentence" && language=zh
    "$recura" extract "build/demo.$language.recura" --top-k 3 <<<"$sentence"
  done
fi
echo
echo "The models are build/demo.*.recura; next: build/release/recura train YOUR_DATA"
