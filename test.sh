#!/usr/bin/env bash
# Builds Recura and runs its tests; --all adds the address and undefined sanitizers and the double build.
set -euo pipefail
cd "$(dirname "$0")"
tools/install_dependencies.sh

# check NAME CMAKE_OPTION...: builds into build/NAME and runs the tests there.
check() {
  local name=$1
  shift
  echo "== $name"
  cmake -S . -B "build/$name" -G Ninja -DRECURA_WERROR=ON "$@" >"build/$name.log" || { cat "build/$name.log"; return 1; }
  cmake --build "build/$name"
  ctest --test-dir "build/$name" --output-on-failure --no-tests=error -j 2
}

mkdir -p build
case "${1:-}" in
  "") check release ;;
  --all)
    check f64 -DRECURA_DOUBLE=ON
    check sanitize -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_CXX_FLAGS="-fsanitize=address,undefined -fno-sanitize-recover=all"
    check release
    ;;
  *) echo "usage: ./test.sh [--all]" >&2; exit 2 ;;
esac
