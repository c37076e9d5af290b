#!/bin/sh
# Checks this bundle with sha256sum and openssl alone.
#
#   sh verify.sh 'NAME+HASH+KEY' [CA.pem]
#
# The key is the one that you were given by hand, never one out of this bundle. CA.pem holds the
# certificates of the time stamp authority that you trust, where the bundle has a time stamp.
set -eu
LC_ALL=C
export LC_ALL
key=${1:?give the public key that you were handed: NAME+HASH+KEY}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' HUP INT TERM

refuse() { echo "REFUSED: $*" >&2; exit 5; }
bytes() { printf '%s' "$1" | openssl base64 -d -A; }
hex() { od -An -v -tx1 | tr -d ' \n'; }
canonical() { # the one spelling of these bytes in base64
    [ "$(bytes "$1" | openssl base64 -A)" = "$1" ] || refuse "not canonical base64: $1"
}

# 1. Every file is the one that the bundle was made with: MANIFEST is what sha256sum says of them.

cut -c 67- MANIFEST | xargs sha256sum | cmp - MANIFEST >&2 || refuse "a file differs from MANIFEST"
[ -f leaf.json ] || [ -f leaves.jsonl ] || refuse "there is no entry in it"

# 2. The key: its hash is SHA-256(name, newline, 0x01, key), first four bytes.
name=${key%%+*}
rest=${key#*+}
hash=${rest%%+*}
encoded=${rest#*+}
canonical "$encoded"
bytes "$encoded" > "$work/typed"
[ "$(wc -c < "$work/typed")" -eq 33 ] || refuse "the key is not 33 bytes long"
[ "$(head -c 1 "$work/typed" | hex)" = 01 ] || refuse "the key is not one of a log"
found=$({ printf '%s\n' "$name"; cat "$work/typed"; } | openssl dgst -sha256 -binary | head -c 4 | hex)
[ "$found" = "$hash" ] || refuse "the hash of the key is not $hash"
{ printf '\060\052\060\005\006\003\053\145\160\003\041\000'; tail -c 32 "$work/typed"; } > "$work/key.der"

# 3. The signature over the first three lines of the checkpoint.
head -n 3 checkpoint > "$work/text"
[ -z "$(sed -n 4p checkpoint)" ] || refuse "the checkpoint has more than three lines"
[ "$(sed -n 1p checkpoint)" = "$name" ] || refuse "the checkpoint is of another log than the key"
[ "$(tail -c 1 checkpoint | hex)" = 0a ] || refuse "the checkpoint's last line has no end"
dash=$(printf '\342\200\224')
tail -n +5 checkpoint | while IFS= read -r line; do
    signer=${line#"$dash "}
    signer=${signer%% *}
    signature=${line##* }
    [ "$line" = "$dash $signer $signature" ] || refuse "a signature line"
    canonical "$signature"
    [ "$signer" = "$name" ] || continue
    [ "$(bytes "$signature" | head -c 4 | hex)" = "$hash" ] || continue
    bytes "$signature" | tail -c +5 > "$work/signature"
done
[ -f "$work/signature" ] || refuse "not signed by this key"
openssl pkeyutl -verify -pubin -keyform DER -inkey "$work/key.der" -rawin -in "$work/text" \
    -sigfile "$work/signature" > /dev/null 2>&1 || refuse "the signature is false"
size=$(sed -n 2p checkpoint)
root=$(sed -n 3p checkpoint)
echo "signed: $name, $size entries"

# 4. The way from the entry to the root (RFC 9162, section 2.1.3.2).
if [ -f leaf.json ]; then
    sed '1,/^$/d' event.tlog-proof | cmp -s - checkpoint || refuse "the proof has another checkpoint"
    [ "$(sed -n 1p event.tlog-proof)" = "c2sp.org/tlog-proof@v1" ] || refuse "the proof's first line"
    index=$(sed -n '2s/^index //p' event.tlog-proof)
    case $index in '' | *[!0-9]* | 0?*) refuse "the proof's index" ;; esac
    [ "$index" -lt "$size" ] || refuse "the entry is beyond the checkpoint"
    { printf '\000'; cat leaf.json; } | openssl dgst -sha256 -binary > "$work/node"
    node=$index
    last=$((size - 1))
    sed -e '1,2d' -e '/^$/,$d' event.tlog-proof > "$work/path"
    while IFS= read -r line; do
        canonical "$line"
        bytes "$line" > "$work/sibling"
        [ "$(wc -c < "$work/sibling")" -eq 32 ] || refuse "a hash of the path"
        [ "$last" -gt 0 ] || refuse "the path is too long"
        if [ $((node % 2)) -eq 1 ] || [ "$node" -eq "$last" ]; then
            { printf '\001'; cat "$work/sibling" "$work/node"; } > "$work/pair"
            while [ $((node % 2)) -eq 0 ] && [ "$node" -gt 0 ]; do
                node=$((node / 2)) last=$((last / 2))
            done
        else
            { printf '\001'; cat "$work/node" "$work/sibling"; } > "$work/pair"
        fi
        openssl dgst -sha256 -binary "$work/pair" > "$work/node"
        node=$((node / 2)) last=$((last / 2))
    done < "$work/path"
    [ "$last" -eq 0 ] || refuse "the path is too short"
    [ "$(openssl base64 -A -in "$work/node")" = "$root" ] || refuse "the path does not lead to the root"
    echo "included: entry $index"
fi

# 5. The authority's word, where you trust an authority.
if [ -n "${2:-}" ]; then
    openssl ts -verify -data checkpoint -in timestamp.tsr -CAfile "$2" > /dev/null 2>&1 ||
        refuse "there is no time stamp, or it does not hold"
    echo "stamped: $(openssl ts -reply -in timestamp.tsr -text 2> /dev/null | sed -n 's/^Time stamp: //p')"
elif [ -f timestamp.tsr ]; then
    echo "not checked here: timestamp.tsr; give the certificates of the authority that you trust"
fi
if [ -f consistency ]; then
    echo "not checked here: that older-checkpoint is the beginning of this one; verify.go does that"
fi
if [ -f leaves.jsonl ]; then
    echo "not checked here: that leaves.jsonl holds every entry; verify.go does that"
fi

# Once more at the end, so that no one spoiled letter of this program can leave it out.
sha256sum -c --strict --quiet MANIFEST >&2 && echo "ACCEPTED"
