"""CRFsuite's F1: a linear-chain CRF over features of the words around, or of the runs of characters around.

c1 and c2 are chosen on --dev. Writes what it finds in the test texts to --output, for `recura evaluate --gold TEST
--predicted OUTPUT`, and prints one line of JSON.
"""
import argparse
import importlib.metadata
import json
import re
import time

import pycrfsuite
import tagging

SETTINGS = [(0.1, 0.01), (0.05, 0.1), (0.0, 1.0)]  # c1, c2


def shape(word):
    kinds = re.sub(r"[^\W\d_]", lambda m: "X" if m[0].isupper() else "x", re.sub(r"\d", "0", word))
    return re.sub(r"(.)\1+", r"\1", kinds)


def of_word(word):
    """Features that the words beside it have too."""
    return [f"w={word.lower()}", f"shape={shape(word)}", f"title={word.istitle()}", f"upper={word.isupper()}"]


def features_of_words(tokens):
    own = [of_word(token) for token in tokens]
    rows = []
    for at, token in enumerate(tokens):
        row = ["bias", *own[at], *(f"pre={token[:n]}" for n in (1, 2, 3, 4)), *(f"suf={token[-n:]}" for n in (1, 2, 3, 4))]
        row.append(f"digit={any(c.isdigit() for c in token)}")
        for shift in (-2, -1, 1, 2):
            inside = 0 <= at + shift < len(tokens)
            row += [f"{shift}:{feature}" for feature in own[at + shift]] if inside else [f"{shift}:edge"]
        for shift in (-1, 0):
            if 0 <= at + shift and at + shift + 1 < len(tokens):
                row.append(f"{shift}:pair={tokens[at + shift].lower()}|{tokens[at + shift + 1].lower()}")
        rows.append(row)
    return rows


def features_of_characters(tokens):
    text = ["", "", *tokens, "", ""]
    rows = []
    for at in range(2, len(text) - 2):
        row = ["bias", *(f"{shift}:{text[at + shift]}" for shift in range(-2, 3))]
        row += [f"{shift}:{text[at + shift]}|{text[at + shift + 1]}" for shift in range(-2, 2)]
        row += [f"{shift}:{'|'.join(text[at + shift:at + shift + 3])}" for shift in (-2, -1, 0)]
        row.append(f"jump:{text[at - 1]}|{text[at + 1]}")
        rows.append(row)
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train")
    parser.add_argument("dev")
    parser.add_argument("test")
    parser.add_argument("--output", required=True)
    parser.add_argument("--iterations", type=int, default=100)
    options = parser.parse_args()
    train, dev, test = (tagging.read(path) for path in (options.train, options.dev, options.test))
    features = features_of_characters if tagging.is_of_characters(train) else features_of_words

    def tag(tagger, sentences):
        return [tagging.spans_of(tagger.tag(features(tokens))) for tokens, _ in sentences]

    trainer = pycrfsuite.Trainer(verbose=False)
    for tokens, spans in train:
        trainer.append(features(tokens), tagging.bioes(len(tokens), spans))
    best, start = None, time.perf_counter()
    for c1, c2 in SETTINGS:
        trainer.set_params({"c1": c1, "c2": c2, "max_iterations": options.iterations,
                            "feature.possible_transitions": True})
        trainer.train(options.output + ".crfsuite")
        tagger = pycrfsuite.Tagger()
        tagger.open(options.output + ".crfsuite")
        score = tagging.f1(dev, tag(tagger, dev))
        if best is None or score > best["dev_f1"]:
            found = tag(tagger, test)
            tagging.write(options.output, test, found)
            best = {"c1": c1, "c2": c2, "dev_f1": score, "test_f1": tagging.f1(test, found)}
        print(f"# c1 {c1}, c2 {c2}: dev F1 {score:.4f}, {time.perf_counter() - start:.0f} s", flush=True)
    print(json.dumps({"version": f"python-crfsuite {importlib.metadata.version('python-crfsuite')}", **best}))


if __name__ == "__main__":
    main()
