#!/bin/sh
# Installs what the tests need besides Go: PostgreSQL's server, Chromium,
# poppler's tools, and axe-core. Does nothing when all is there.
set -eu
cd "$(dirname "$0")"

missing=""
need() { # need COMMAND-OR-PATTERN PACKAGE
	command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
need chromium chromium
need pdftotext poppler-utils
[ -e node_modules/axe-core/axe.min.js ] || need npm npm

if [ -n "$missing" ]; then
	as_root=""
	if [ "$(id -u)" != 0 ]; then
		as_root="sudo -n"
		$as_root true 2>/dev/null || {
			echo "The tests need:$missing. Install them with: sudo apt-get install --no-install-recommends$missing" >&2
			exit 1
		}
	fi
	echo "installing$missing"
	$as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q
	$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
fi
if [ ! -e node_modules/axe-core/axe.min.js ]; then
	npm install --silent --no-save --no-package-lock --no-audit --no-fund --ignore-scripts axe-core@4.14.1
fi
