#!/usr/bin/env bash
# Kills trainings of every task, kind and cell at random moments, and resumes them (see kill_and_resume.py):
#
#     tools/kill_every_task.sh PROGRAM [KILLS [SEED]]
#
# KILLS or a few more of each training, 45 without. Ends at the first one that fails.
set -euo pipefail
program=$(realpath "$1")
cd "$(dirname "$0")/../examples/corpus"
kills=${2:-45}
seed=${3:-1}
small="--hidden 16 --embedding 16 --patience 0 --checkpoint-minutes 0.002"

run() {
  echo "== $*"
  # shellcheck disable=SC2086
  ../../tools/kill_and_resume.py "$program" --kills "$kills" --signals KILL,TERM,INT --seed "$seed" -- "$@" $small | tail -n 1
}

run en.train.jsonl --epochs 12
run en.train.jsonl --epochs 12 --cell gru --ngrams 2
run zh.train.jsonl --epochs 8 --cell rnn
run en.train.jsonl --epochs 10 --cell sru --layers 2
run topics.train.jsonl --epochs 12 --pooling attention
run en.train.jsonl --epochs 8 --unit subword --subwords 300
run en.train.jsonl --task language-model --epochs 6
run names.train.conll --epochs 8
run words-zh.train.seg --epochs 4
run summaries.train.jsonl --document-hidden 8 --epochs 10
run summaries.train.jsonl --kind write --decoder-hidden 16 --attention 8 --epochs 4
run shorter.train.jsonl --kind compress --epochs 6
