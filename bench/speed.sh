#!/usr/bin/env bash
# Measures Recura beside what people use today and writes the tables of docs/performance.md: see --help.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

build() {
  cd "$root"
  tools/install_dependencies.sh --bench
  mkdir -p build
  cmake --preset bench >build/bench.log || { cat build/bench.log; return 1; }
  cmake --build --preset bench --target recura_speed
}

case " $* " in
  *" --help "* | *" -h "* | *" --tables "*) ;;
  *) (build) ;;
esac
exec python3 "$root/bench/speed/drive.py" "$@"
