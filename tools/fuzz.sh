#!/usr/bin/env bash
# Lets libFuzzer look for inputs that break a reader, of several readers side by side:
#
#     tools/fuzz.sh [SECONDS] [--jobs J] [TARGET...]
#     tools/fuzz.sh --runs N [--jobs J] [TARGET...]
#
# SECONDS for each target, 60 without; or until it has had N executions in all, those of former calls among them, so that
# what is stopped goes on. J at once, as many as there are processors without; without names all of tests/fuzz/corpus.
# What it learns stays in build/fuzz/corpus, what it finds in build/fuzz/found, where it ends a target until it is
# removed, and how many executions there were in build/fuzz/executions. Prints for each: executions (of this call, or with
# --runs of all), how many a second, inputs that reach different code, and findings. Fails if there are any.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=60 runs=0 jobs=$(nproc) targets=()
while [[ $# -gt 0 ]]; do
  case $1 in
    --runs) runs=$2; shift 2 ;;
    --jobs) jobs=$2; shift 2 ;;
    [0-9]*) seconds=$1; shift ;;
    *) targets+=("$1"); shift ;;
  esac
done
[[ ${#targets[@]} -gt 0 ]] || mapfile -t targets < <(ls tests/fuzz/corpus)

mkdir -p build/fuzz/executions
cmake --preset fuzz >build/fuzz.log || { cat build/fuzz.log; exit 1; }
cmake --build --preset fuzz >build/fuzz.log || { cat build/fuzz.log; exit 1; }

# Without these, half of the time goes to what exceptions and many small allocations cost the sanitizer.
export ASAN_OPTIONS=malloc_context_size=1:max_malloc_fill_size=0:quarantine_size_mb=1
# Files that are read are made anew in each execution: in memory, where there is room for them.
[[ -w /dev/shm ]] && export TMPDIR=/dev/shm

# Long inputs are slow, and seldom reach what short ones do not: the longer ones have a tenth of the executions. Models and
# checkpoints are of kilobytes.
short_of() { case $1 in model | checkpoint) echo 16384 ;; network | config) echo 1024 ;; *) echo 512 ;; esac; }
long=16384

program_of() { echo "build/fuzz/tests/recura_fuzz_$(basename "$(grep -l "{\"$1\", " tests/fuzz/*_targets.cpp)" _targets.cpp)"; }

# Runs libFuzzer on a target with these options, and adds to its executions.
run() {
  local target=$1 log=build/fuzz/found/$1.log count=build/fuzz/executions/$1
  RECURA_FUZZ_TARGET=$target "$(program_of "$target")" "${@:2}" -print_funcs=0 -timeout=20 -report_slow_units=20 -rss_limit_mb=3000 -print_final_stats=1 \
    -artifact_prefix="build/fuzz/found/$target/" "build/fuzz/corpus/$target" "tests/fuzz/corpus/$target" >"$log" 2>&1 || true
  local executed
  executed=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  [[ $executed -gt 0 ]] || { echo "$target: libFuzzer did not run, see $log" >&2; return 1; }
  echo $(($(cat "$count") + executed)) >"$count"
}

findings_of() { find "build/fuzz/found/$1" -type f | wc -l; }

# One target for so many seconds, or until so many executions, in pieces: what is stopped has lost little.
fuzz() {
  local target=$1 seconds=$2 runs=$3 piece=250000 start=$SECONDS left before
  mkdir -p "build/fuzz/corpus/$target" "build/fuzz/found/$target"
  [[ -s build/fuzz/executions/$target ]] || echo 0 >"build/fuzz/executions/$target"
  before=$(cat "build/fuzz/executions/$target")
  if [[ $runs -eq 0 ]]; then
    run "$target" -max_len="$(short_of "$target")" -max_total_time=$(((seconds * 9 + 9) / 10))
    [[ $(findings_of "$target") -gt 0 ]] || run "$target" -max_len=$long -max_total_time=$((seconds / 10 + 1))
  fi
  while left=$((runs - $(cat "build/fuzz/executions/$target"))) && [[ $left -gt 0 && $(findings_of "$target") -eq 0 ]]; do
    left=$((left < piece ? left : piece))
    run "$target" -max_len="$(short_of "$target")" -runs=$(((left * 9 + 9) / 10))
    [[ $left -lt 10 || $(findings_of "$target") -gt 0 ]] || run "$target" -max_len=$long -runs=$((left / 10))
  done
  local all new elapsed=$((SECONDS - start))
  all=$(cat "build/fuzz/executions/$target")
  new=$((all - before))
  printf '%-16s %11s executions %7s a second %6s inputs  %s findings\n' "$target" "$((runs > 0 ? all : new))" \
    "$((new / (elapsed > 0 ? elapsed : 1)))" "$(find "build/fuzz/corpus/$target" -type f | wc -l)" "$(findings_of "$target")"
  [[ $(findings_of "$target") -eq 0 ]]
}

export -f fuzz run short_of program_of findings_of
export long
printf '%s\n' "${targets[@]}" | xargs -P "$jobs" -I{} bash -euo pipefail -c "fuzz {} $seconds $runs"
