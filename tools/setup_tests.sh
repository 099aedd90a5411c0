#!/bin/sh
# Install from Debian what the tests need (a database, a browser, Go, openssl, readers of PDF and QR codes, servers of mail and web,
# a scanner of malware), unless it is here already; with "java", that too.
set -eu
missing=""
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
command -v go >/dev/null 2>&1 || missing="$missing golang-go"
[ -d /usr/share/gocode/src/golang.org/x/mod ] || missing="$missing golang-golang-x-mod-dev"
command -v openssl >/dev/null 2>&1 || missing="$missing openssl"
command -v pdftoppm >/dev/null 2>&1 || missing="$missing poppler-utils"
command -v zbarimg >/dev/null 2>&1 || missing="$missing zbar-tools"
[ -x /usr/sbin/nginx ] || missing="$missing nginx-light"
[ -x /usr/sbin/clamd ] || missing="$missing clamav-daemon"
[ -x /usr/sbin/dovecot ] && [ -x /usr/lib/dovecot/imap ] && [ -x /usr/lib/dovecot/lmtp ] || missing="$missing dovecot-imapd dovecot-lmtpd"
if [ "${1:-}" = java ]; then
    command -v java >/dev/null 2>&1 || missing="$missing openjdk-17-jre-headless"
fi
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    echo "Hãy cài / Please install:$missing" >&2
    exit 1
fi
if [ "$(id -u)" = 0 ]; then
    sudo=""
elif command -v sudo >/dev/null 2>&1; then
    sudo="sudo"
else
    echo "Hãy chạy với quyền root / As root, run: apt-get install$missing" >&2
    exit 1
fi
echo "Installing$missing"
$sudo apt-get -qq update
# shellcheck disable=SC2086 # both are lists of words
$sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends $missing >/dev/null
