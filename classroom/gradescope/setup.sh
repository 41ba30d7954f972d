#!/usr/bin/env bash
# Gradescope runs this once, when it makes the image: installs Swift and builds the book. Choose Ubuntu 22.04 there,
# or name another system of https://www.swift.org/install here.
set -euo pipefail
version=6.3.1
system=ubuntu22.04

apt-get update
apt-get install -y --no-install-recommends \
  binutils curl git gnupg2 libc6-dev libcurl4-openssl-dev libedit2 libgcc-11-dev libgmp-dev \
  libncurses-dev libpython3-dev libsqlite3-0 libstdc++-11-dev libxml2-dev libz3-dev pkg-config \
  tzdata zlib1g-dev
archive=swift-$version-RELEASE/swift-$version-RELEASE-$system.tar.gz
curl -fsSL "https://download.swift.org/swift-$version-release/${system//./}/$archive" |
  tar --extract --gzip --directory /usr/local --strip-components 2

cd /autograder/source/book
WORKBOOK_PORTABLE=1 scripts/build | tail -n 1 > .build/program
