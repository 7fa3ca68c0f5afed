#!/usr/bin/env bash
# Builds Recura and runs its tests. --all adds the double build, the sanitizers, an install used by another project,
# clang-format and clang-tidy; --tidy adds clang-tidy alone; --neon builds for 64-bit ARM and runs those tests under
# qemu-user.
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

# All there is to say of a file, or of the files of a folder, at once, if there is a finding or they cannot be read. A folder is read as one file,
# since most of the time goes to headers: what has no name outside its file needs another one than its neighbours have.
tidy() {
  local said together=build/tidy/${1//\//_}.cpp files=("$PWD/$1")
  [[ -d $1 ]] && files=("$PWD/$1"/*.cpp)
  printf '#include "%s"\n' "${files[@]}" >"$together"
  said=$(clang-tidy-19 --quiet --checks=-bugprone-suspicious-include "$together" -- -std=c++20 -Isrc -Isrc/base -Isrc/api -Icli -DFMT_SHARED \
    '-DRECURA_VERSION=""' -Wno-deprecated-declarations -Wno-unknown-warning-option 2>&1) && return
  echo "$said"
  return 1
}

# The kernels of each instruction set cannot be read without its flags: left out.
check_tidy() {
  echo "== clang-tidy"
  mkdir -p build/tidy
  export -f tidy
  { git ls-files 'src/*.cpp' 'cli/*.cpp' ':!src/kernel/simd' | xargs -n 1 dirname | sort -u
    git ls-files 'src/kernel/simd/*.cpp' ':!src/kernel/simd/level_*'; } | xargs -P "$(nproc)" -I{} bash -c 'tidy {}'
}

case "${1:-}" in
  "")
    tools/install_dependencies.sh
    mkdir -p build
    check release
    ;;
  --all)
    tools/install_dependencies.sh --style
    mkdir -p build
    check release
    check_install
    check f64
    check sanitize
    check_format
    check_tidy
    ;;
  --tidy)
    tools/install_dependencies.sh --style
    mkdir -p build
    check release
    check_tidy
    ;;
  --neon)
    tools/install_dependencies.sh --neon
    tools/arm64_libraries.sh
    mkdir -p build
    check neon
    ;;
  *) echo "usage: ./test.sh [--all|--tidy|--neon]" >&2; exit 2 ;;
esac
