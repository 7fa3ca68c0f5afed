#!/usr/bin/env bash
# Measures a summarizer that writes beside PyTorch and prints tables for docs/performance.md: see --help.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
case " $* " in
  *" --help "* | *" -h "* | *" --program"*) ;;
  *) (cd "$root" && mkdir -p build && cmake --preset bench >build/bench.log && cmake --build --preset bench --target recura_cli) ;;
esac
exec python3 "$root/bench/speed/write.py" "$@"
