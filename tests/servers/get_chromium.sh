#!/bin/bash
# The browser tests drive Debian's chromium. Installed here when it is missing and the user may; never a failure.
command -v chromium chromium-browser google-chrome >/dev/null && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "No chromium here and no right to install it: the browser tests will be skipped." >&2
    exit 0
fi
echo "Installing chromium for the browser tests …"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
if ! { apt-get update -q && apt-get install -qq -y --no-install-recommends chromium; } >"$log" 2>&1; then
    tail -n 3 "$log" >&2
    echo "Chromium could not be installed: the browser tests will be skipped." >&2
fi
rm -f "$log"
exit 0
