#pragma once

#include "data/tagged/tagged_collector.h"

namespace recura {

/// Objects of JSON with a text and its spans by code points, one a line or in one array. Known are the forms
///
///     {"text": …, "spans": [{"start": 0, "end": 5, "type": "PER", "text": "Maria"}, …]}          this program's own
///     {"text": …, "spans": [{"start": 0, "end": 5, "label": "PER"}, …], "answer": "accept"}      Prodigy
///     {"text": …, "label" | "labels" | "entities": [[0, 5, "PER"], …]}                           doccano
///     {"data": {"text": …}, "annotations": [{"result": [{"value": {"start": 0, "end": 5, "labels": ["PER"]}}, …]}]}
///                                                                       Label Studio; "completions" in old versions
///     {"text": …, "words": ["今天", "晚上"]}                                   segmented text, as this program answers
///
/// and mixtures of them. Words stand in the text in order, and all of it but white space is in them; without a text
/// they are put side by side as those of a line of words. They count where no list of spans is there. A "label" that is
/// a string, or a list of one, says what the whole text is, so does a choice of Label Studio; other lists of names
/// under "label" or "labels" are ignored. "spans" is the list of spans if it is one, else the first of the others that
/// is not empty. Tokens are those of "tokens", [[0, 5], …] or [{"start": 0, "end": 5}, …], if a row has them; else the
/// text is cut by the rule of the options. "undecided", [[0, 5], …], names places that nobody decided about. Rows that
/// Prodigy's answer does not accept are ignored.
void read_span_rows(LineReader& lines, TaggedCollector& into);

}  // namespace recura
