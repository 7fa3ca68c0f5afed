#!/usr/bin/env python3
"""Writes tests/golden/rouge.json: what the rouge-score package gives 500 made-up pairs of texts, and stems of words.

    pip install rouge-score && python3 tools/golden_rouge.py tests/golden/rouge.json
"""

import importlib.metadata
import json
import random
import sys

from nltk.stem.porter import PorterStemmer
from rouge_score import rouge_scorer

KINDS = ("rouge1", "rouge2", "rougeL", "rougeLsum")
SUBJECTS = ("the harbour", "a young engineer", "our valley", "Doctor Reyes", "an old engine", "the committee", "nobody",
            "every market", "three farmers", "the café", "a 40-year-old bridge", "the U.S. team", "its owner")
VERBS = ("reopened", "carries", "was painted by", "has been measuring", "sold", "agreed with", "will visit", "denied",
         "copies", "is flying over", "tried", "stopped", "controlled", "relied on", "lies behind", "died near")
OBJECTS = ("the northern ferries", "12,500 tons of coal", "a relational table", "happiness", "the national railways",
           "generalizations", "wooden houses", "the news", "its neighbours", "electricity", "a hopeful answer",
           "the flooded cities", "twenty-two universities", "an apology", "the skies", "5.5% of everything")
ENDS = (".", "!", " again.", " in 2019.", " on Monday?", "; so they say.", " (for now).", "\u2026", " \u2014 finally.")
STEMS = ("relate ponder argue happy copy nation hope electric control formal operate sensible critic triple adjust"
         " depend activate bowdler probate fall hiss fizz fail file agree plaster motor size trouble conflate fli tie"
         " die spy enjoy geology theo archaeology proceed exceed skies news inning howe cease roll callous radical vile"
         " decisive digit conform differ analog vietnam predicate feudal replace infer allow gyroscope irritate commune"
         " yyyy syzygy by toy x9 2nd oed ied eed ing").split()
SUFFIXES = ("", "s", "es", "ed", "ing", "ly", "ness", "ful", "fully", "ation", "ational", "izer", "ization", "ity", "ive",
            "iveness", "ment", "er", "al", "ally", "ion", "ies", "ied", "y", "able", "ible", "ance", "ousness", "logi")
random.seed(7)


def sentence():
    return f"{random.choice(SUBJECTS)} {random.choice(VERBS)} {random.choice(OBJECTS)}{random.choice(ENDS)}"


def text(most):
    return random.choice((" ", "\n")).join(sentence() for _ in range(random.randrange(1, most)))


def changed(words):
    """The same words, some left out, some moved, some new."""
    words = [word for word in words.split(" ") if random.random() < 0.8]
    if random.random() < 0.5:
        random.shuffle(words)
    words.insert(random.randrange(len(words) + 1), random.choice(OBJECTS))
    return " ".join(words)


def pair(number):
    reference = text(4)
    if number % 100 == 0:
        return random.choice((reference, "")), random.choice(("", "?!", "\n\n"))
    if number % 4 == 0:
        return reference, text(4)
    return reference, changed(reference)


def scores(reference, predicted, stem):
    found = rouge_scorer.RougeScorer(KINDS, use_stemmer=stem).score(reference, predicted)
    return [[round(x, 9) for x in (found[kind].precision, found[kind].recall, found[kind].fmeasure)] for kind in KINDS]


pairs = [pair(number) for number in range(500)]
pairs[1] = ("\u0130stanbul, 5 \u212A and na\u00efve caf\u00e9s", "istanbul at 5 K and naive cafes")
words = sorted({root + suffix for root in STEMS for suffix in random.sample(SUFFIXES, 10)})
stemmer = PorterStemmer()
golden = {
    "versions": {name: importlib.metadata.version(name) for name in ("rouge-score", "nltk")},
    "pairs": [{"reference": r, "predicted": p, "plain": scores(r, p, False), "stemmed": scores(r, p, True)}
              for r, p in pairs],
    "stems": [[word, stemmer.stem(word)] for word in words],
}
with open(sys.argv[1], "w", encoding="utf-8") as file:
    json.dump(golden, file, separators=(",", ":"), ensure_ascii=False)
    file.write("\n")
