#!/usr/bin/env bash
# Installs what a fresh Debian 12 lacks to build and test Recura; with --style also what --all checks with, with
# --bench what measures it, with --neon what builds and tests it for 64-bit ARM, with --fuzz what fuzzes it. Silent and instant if nothing is missing.
set -euo pipefail

packages=(g++ cmake ninja-build libfmt-dev libicu-dev libxxhash-dev libsimdjson-dev libsentencepiece-dev zlib1g-dev libcli11-dev libtomlplusplus-dev libgtest-dev libgmock-dev nlohmann-json3-dev locales)
case "${1:-}" in
  "") ;;
  --style) packages+=(git clang-format-19 clang-tidy-19 clang-19 libclang-rt-19-dev) ;;
  --bench) packages+=(libbenchmark-dev libdnnl-dev ocl-icd-opencl-dev python3) ;;  # oneDNN asks for OpenCL
  --neon) packages+=(g++-aarch64-linux-gnu qemu-user) ;;
  --fuzz) packages+=(clang-19 libclang-rt-19-dev) ;;
  *) echo "usage: tools/install_dependencies.sh [--style|--bench|--neon|--fuzz]" >&2; exit 2 ;;
esac

missing=()
for package in "${packages[@]}"; do
  [[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" == installed ]] || missing+=("$package")
done
# Letters and numbers that are not those of C: a model must not depend on them.
locales=()
for locale in tr_TR de_DE; do
  locale -a | grep -qix "$locale.utf-\?8" || locales+=("$locale")
done
[[ ${#missing[@]} -eq 0 && ${#locales[@]} -eq 0 ]] && exit 0

as_root=()
if [[ $EUID -ne 0 ]]; then
  command -v sudo >/dev/null || { echo "install_dependencies: needs root or sudo to install: ${missing[*]} ${locales[*]}" >&2; exit 4; }
  as_root=(sudo)
fi
if [[ ${#missing[@]} -gt 0 ]]; then
  echo "installing: ${missing[*]}"
  "${as_root[@]}" apt-get update -q
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "${missing[@]}"
fi
for locale in "${locales[@]}"; do "${as_root[@]}" localedef -i "$locale" -f UTF-8 "$locale.UTF-8"; done
