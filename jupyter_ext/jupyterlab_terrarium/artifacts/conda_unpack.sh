#!/bin/sh
# Writes the place of this environment into its files. Run it once, where it is to stay.
set -eu
LC_ALL=C
export LC_ALL
room=4095 longest=127
prefix=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
note=$prefix/.terrarium/unpacked
fail() {
    printf 'conda-unpack: %s\n' "$1" >&2
    exit 1
}
if [ -e "$note" ]; then
    [ "$(cat "$note")" != "$prefix" ] || exit 0
    fail "this was unpacked at $(cat "$note") and moved: unpack the archive once more."
fi
case $prefix in
    *[\'\"\\\`\$\&\|]*)
        fail "$prefix has a quote, a backslash or the like in it: choose another path." ;;
esac
[ ${#prefix} -le $room ] || fail \
    "the path $prefix has ${#prefix} characters; there is room for $room only: choose a shorter path."
# Exchange the content, and nothing else, of a file for what was written beside it.
exchange() {
    cat "$1.unpacked" >"$1"
    rm "$1.unpacked"
}
# A text: file and pattern of its placeholder.
text() {
    sed "s|$2|$prefix|g" "$prefix/$1" >"$prefix/$1.unpacked"
    exchange "$prefix/$1"
}
# A script: file, pattern, and its first line, where the kernel would take that.
first() {
    line=$(printf '%s\n' "$3" | sed "s|$2|$prefix|g")
    case $prefix in
        *' '*) longest=0 ;;
    esac
    [ ${#line} -le $longest ] || line=$(sed -n 1p "$prefix/$1")
    { printf '%s\n' "$line"; sed -e 1d -e "s|$2|$prefix|g" "$prefix/$1"; } >"$prefix/$1.unpacked"
    exchange "$prefix/$1"
}
# A C string: file, offset, length with its padding, and how to print it.
binary() {
    file=$prefix/$1 offset=$2 length=$3 format=$4
    shift 4
    # shellcheck disable=SC2059
    { printf "$format" "$@"; dd if=/dev/zero bs=1 count="$length" 2>/dev/null; } \
        | dd bs=1 count="$length" 2>/dev/null \
        | dd of="$file" bs=1 seek="$offset" conv=notrunc 2>/dev/null
}
