#!/usr/bin/env bash
# Lays the libraries that Recura uses, built for arm64, in build/arm64: for cmake/arm64.cmake. Nothing is installed, since
# some of these packages cannot stand beside those of the machine itself. Silent and instant if they are there.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(libfmt-dev libfmt9 libicu-dev libicu72 libxxhash-dev libsimdjson-dev libsimdjson14 libsentencepiece-dev libsentencepiece0 zlib1g-dev zlib1g
          libcli11-dev libtomlplusplus-dev libtomlplusplus3 libgtest-dev libgmock-dev nlohmann-json3-dev)
folder=$PWD/build/arm64
[[ "$(cat "$folder/packages" 2>/dev/null)" == "${packages[*]}" ]] && exit 0

rm -rf "$folder"
mkdir -p "$folder/apt/lists/partial" "$folder/apt/cache/archives/partial" "$folder/debs"
arm64=(-q -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o Dir::State::status=/dev/null
       -o Dir::State::Lists="$folder/apt/lists" -o Dir::Cache="$folder/apt/cache" -o APT::Sandbox::User="$(id -un)")
apt-get "${arm64[@]}" update
(cd "$folder/debs" && apt-get "${arm64[@]}" download "${packages[@]}")
for deb in "$folder"/debs/*.deb; do dpkg-deb --extract "$deb" "$folder"; done
rm -rf "$folder/apt" "$folder/debs"
echo "${packages[*]}" >"$folder/packages"
