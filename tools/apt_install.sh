#!/usr/bin/env bash
# Installs packages of Debian by apt, as root only. Where a person sits at the terminal, they are asked first.
#   tools/apt_install.sh "what they are for" PACKAGE…
# Ends with 1, and says what to ask an administrator for, if nothing was installed.
set -euo pipefail
purpose=$1
shift
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "Missing: $*, for $purpose. Ask an administrator for: apt-get install $*" >&2
  exit 1
fi
if [ -t 0 ] && [ -t 2 ]; then
  read -rp "Missing: $*, for $purpose. Install with apt-get as root now? [y/N] " answer
  case $answer in
    y | Y | yes) ;;
    *) echo "Not installed. When you want it: apt-get install $*" >&2; exit 1 ;;
  esac
else
  echo "Installing $* with apt-get, for $purpose (once) …" >&2
fi
{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@"; } >/dev/null 2>&1 || {
  echo "apt-get could not install $*; try by hand: apt-get install $*" >&2
  exit 1
}
