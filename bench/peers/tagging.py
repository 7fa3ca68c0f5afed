"""What the peers that tag share: sentences in CoNLL form, spans, tags that say where a span ends, F1."""
import gzip


def read(path):
    """Sentences as (tokens, spans), a span being (first token, one past the last, type)."""
    with (gzip.open if path.endswith(".gz") else open)(path, "rt", encoding="utf-8") as file:
        sentences, tokens, tags = [], [], []
        for line in [*file, "\n"]:
            columns = line.rstrip("\n").replace("\t", " ").split(" ")
            if columns[0] and columns[0] != "-DOCSTART-":
                tokens.append(columns[0])
                tags.append(columns[-1])
            elif tokens:
                sentences.append((tokens, spans_of(tags)))
                tokens, tags = [], []
    return sentences


def spans_of(tags):
    """Of BIO or BIOES tags; what does not follow on a span of its type begins one."""
    spans = []
    for at, tag in enumerate(tags):
        place, _, kind = tag.partition("-")
        if place in "IE" and spans and spans[-1][1:] == [at, kind] and tags[at - 1][0] in "BI":
            spans[-1][1] = at + 1
        elif place != "O":
            spans.append([at, at + 1, kind])
    return [tuple(span) for span in spans]


def bioes(length, spans):
    tags = ["O"] * length
    for begin, end, kind in spans:
        tags[begin:end] = [f"I-{kind}"] * (end - begin)
        tags[begin], tags[end - 1] = f"B-{kind}", f"E-{kind}"
        if end - begin == 1:
            tags[begin] = f"S-{kind}"
    return tags


def is_of_characters(sentences):
    """Whether most tokens are single characters."""
    tokens = [token for tokens, _ in sentences for token in tokens]
    return sum(len(token) == 1 for token in tokens) > 0.8 * len(tokens)


def f1(sentences, found):
    gold = {(number, span) for number, (_, spans) in enumerate(sentences) for span in spans}
    hits = sum((number, span) in gold for number, spans in enumerate(found) for span in spans)
    given = sum(map(len, found))
    return 2 * hits / max(1, len(gold) + given)


def write(path, sentences, found):
    with open(path, "w", encoding="utf-8") as file:
        for (tokens, _), spans in zip(sentences, found):
            file.writelines(f"{token}\t{tag}\n" for token, tag in zip(tokens, bioes(len(tokens), spans)))
            file.write("\n")
