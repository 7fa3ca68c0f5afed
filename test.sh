#!/usr/bin/env bash
# Builds Recura and runs its tests. --all adds the double build, the sanitizers, an install used by another project and
# clang-format; --tidy adds clang-tidy, which takes ten minutes by itself.
set -euo pipefail
cd "$(dirname "$0")"

# check PRESET: configures, builds and tests it in build/PRESET.
check() {
  echo "== $1"
  cmake --preset "$1" >"build/$1.log" || { cat "build/$1.log"; return 1; }
  cmake --build --preset "$1"
  ctest --preset "$1"
}

# The release build, installed, and a project that knows nothing but find_package(recura).
check_install() {
  echo "== install"
  local prefix=$PWD/build/install user=build/install-user
  rm -rf "$prefix" "$user"
  cmake --install build/release --prefix "$prefix" >/dev/null
  cmake -S tests/install -B "$user" -G Ninja -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_BUILD_TYPE=Release >/dev/null
  cmake --build "$user"
  "$user/recura_user" examples/corpus/en.train.jsonl
  "$prefix/bin/recura" --version
}

check_format() {
  echo "== clang-format"
  git ls-files '*.h' '*.cpp' | xargs clang-format-19 --dry-run --Werror
}

# Minutes of its own. The kernels' files for one instruction set each cannot be read without its flags: left out.
check_tidy() {
  echo "== clang-tidy"
  git ls-files 'src/*.cpp' 'cli/*.cpp' ':!src/kernel/simd' | xargs -P 2 -n 2 clang-tidy-19 --quiet -p build/release --extra-arg=-Wno-deprecated-declarations 2>/dev/null
}

case "${1:-}" in
  "") tools/install_dependencies.sh && mkdir -p build && check release ;;
  --all)
    tools/install_dependencies.sh --style
    mkdir -p build
    check release
    check_install
    check f64
    check sanitize
    check_format
    ;;
  --tidy) tools/install_dependencies.sh --style && mkdir -p build && check release && check_tidy ;;
  *) echo "usage: ./test.sh [--all|--tidy]" >&2; exit 2 ;;
esac
