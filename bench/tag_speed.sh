#!/usr/bin/env bash
# Measures taggers beside PyTorch and prints a table for docs/performance.md: see --help.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
case " $* " in
  *" --help "* | *" -h "*) ;;
  *) (cd "$root" && mkdir -p build && cmake --preset bench >build/bench.log && cmake --build --preset bench --target recura_cli recura_bench_peak_flops) ;;
esac
exec python3 "$root/bench/speed/tag.py" "$@"
