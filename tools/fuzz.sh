#!/usr/bin/env bash
# Lets libFuzzer look for inputs that break a reader, one reader after the other:
#
#     tools/fuzz.sh [SECONDS [TARGET...]]
#
# SECONDS for each, 60 without; without names all of tests/fuzz/corpus. What it learns stays in build/fuzz/corpus, what it
# finds in build/fuzz/found. Prints for each: executions, inputs that reach different code, and findings. Fails if there are any.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-60}
targets=("${@:2}")
[[ ${#targets[@]} -gt 0 ]] || mapfile -t targets < <(ls tests/fuzz/corpus)

mkdir -p build/fuzz/corpus build/fuzz/found
cmake --preset fuzz >build/fuzz.log || { cat build/fuzz.log; exit 1; }
cmake --build --preset fuzz >build/fuzz.log || { cat build/fuzz.log; exit 1; }

# Without these, half of the time goes to what exceptions and many small allocations cost the sanitizer.
export ASAN_OPTIONS=detect_stack_use_after_return=0:malloc_context_size=4:quarantine_size_mb=32

found_any=0
for target in "${targets[@]}"; do
  mkdir -p "build/fuzz/corpus/$target" "build/fuzz/found/$target"
  log=build/fuzz/found/$target.log
  # Files that are read are made anew in each execution: in memory, where there is room for them.
  TMPDIR=$([[ -w /dev/shm ]] && echo /dev/shm || echo "${TMPDIR:-/tmp}") RECURA_FUZZ_TARGET=$target \
    build/fuzz/tests/recura_fuzz -max_total_time="$seconds" -max_len=16384 -timeout=20 -rss_limit_mb=3000 -print_final_stats=1 \
    -artifact_prefix="build/fuzz/found/$target/" "build/fuzz/corpus/$target" "tests/fuzz/corpus/$target" >"$log" 2>&1 || found_any=1
  executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  inputs=$(find "build/fuzz/corpus/$target" -type f | wc -l)
  findings=$(find "build/fuzz/found/$target" -type f | wc -l)
  printf '%-16s %11s executions  %6s inputs  %s findings\n' "$target" "${executions:-none}" "$inputs" "$findings"
done
exit "$found_any"
