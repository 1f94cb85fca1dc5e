#!/bin/sh
@IDENTITY@
# Installs the conda environment @VERSION@ for @PLATFORM@: without a network, root's rights, or any
# program but a POSIX shell and the core utilities. `sh FILE --help` tells how. What follows the
# last line of this script are the files, so do not edit it: it verifies itself before it writes.

say() { printf '%s\n' "$*"; }

fail() {
    printf 'Error: %s\n' "$*" >&2
    exit 1
}

usage() {
    say "Usage: sh $0 [--prefix DIR] [--kernel] [--yes]"
    say
    say "Installs the environment @VERSION@ for @PLATFORM@ (@SIZE@ MB)."
    say
    say "  --prefix DIR   install into DIR, which is empty or not there yet"
    say "                 (default: it is asked, and $default is proposed)"
    say "  --kernel       list its kernels in your Jupyter: $kernels"
    say "  --yes          ask nothing"
    say "  --verify       only tell whether this file is intact, and which version it is"
    say "  --help         this"
    say
    say "Nothing is written outside DIR, except for --kernel. To remove the environment, delete DIR."
}

# The SHA-256 of this file without the 64 digits that hold it.
checksum_of_file() {
    # Not to /dev/null: there may be no /dev.
    if [ -n "$(command -v sha256sum)" ]; then
        program='sha256sum'
    elif [ -n "$(command -v shasum)" ]; then
        program='shasum -a 256'
    else
        fail 'neither sha256sum nor shasum is here, so this file cannot be verified'
    fi
    found=$({ head -c "$before_checksum" "$0" && tail -c "+$after_checksum" "$0"; } | $program)
    found=${found%% *}
}

verify() {
    checksum_of_file
    [ "$found" = "$checksum" ] ||
        fail "$0 is damaged or incomplete: get it again. Nothing was written."
}

check_machine() {
    case "$(uname -s)-$(uname -m)" in
    @MACHINES@) ;;
    *) fail "this is for @PLATFORM@, and this machine is $(uname -s) $(uname -m)" ;;
    esac
}

choose_prefix() {
    if [ -z "$prefix" ] && [ -n "$yes" ]; then
        prefix=$default
    elif [ -z "$prefix" ]; then
        printf 'Install @VERSION@ into [%s]: ' "$default"
        read -r prefix || fail 'nobody answers: give the directory with --prefix'
        prefix=${prefix:-$default}
    fi
    case $prefix in
    '~/'*) prefix=$HOME/${prefix#'~/'} ;;
    /*) ;;
    *) prefix=$PWD/$prefix ;;
    esac
    while [ "$prefix" != "${prefix%/}" ]; do prefix=${prefix%/}; done
    [ -n "$prefix" ] || fail 'the root of the file system is no place for an environment'
}

check_prefix() {
    # Such a path cannot stand in the first line of a script, or means something to a shell.
    case $prefix in
    *[[:space:][:cntrl:]\'\"\\\$\`\;\:\&\|\<\>\(\)\*\?\[\]{}\#\!]*)
        fail "the path $prefix has a blank or another character that programs stumble over: choose another" ;;
    */../* | */.. | */./* | */. | *//*) fail "write the path $prefix without . and .." ;;
    esac
    length=$(printf %s "$prefix" | wc -c)
    [ "$length" -le "$room" ] ||
        fail "the path $prefix has $((length)) characters; its files have room for $room: choose a shorter one"
    if [ -e "$prefix" ] || [ -h "$prefix" ]; then
        [ -d "$prefix" ] || fail "$prefix is there already, and no directory"
        content=$(ls -A "$prefix") || fail "$prefix cannot be read"
        [ -z "$content" ] || fail "$prefix is not empty: choose another directory"
        made=
    else
        made=yes
    fi
}

clean_up() {
    status=$?
    trap - EXIT HUP INT TERM
    if [ -n "$begun" ]; then
        if [ -n "$made" ]; then
            rm -rf "$prefix"
        else
            rm -rf "$prefix"/* "$prefix"/.[!.]*
        fi
        say 'What was written has been removed again.' >&2
    fi
    exit "$status"
}

# take N: the next N bytes of this file, to standard output.
take() {
    [ "$1" -lt 1048576 ] || dd bs=1048576 count=$(($1 / 1048576)) <&3 2>>"$work/log" || return 1
    [ $(($1 % 1048576)) -eq 0 ] || dd bs=$(($1 % 1048576)) count=1 <&3 2>>"$work/log"
}

put() { printf %s "$prefix"; }

# pad COUNT LENGTH: NULs in place of what the prefix is shorter than LENGTH, COUNT times.
pad() {
    left=$(($1 * ($2 - length)))
    while [ "$left" -ge 16 ]; do
        printf '\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0'
        left=$((left - 16))
    done
    while [ "$left" -gt 0 ]; do
        printf '\0'
        left=$((left - 1))
    done
}

# The names are those of the plan, which is the first that is unpacked.
raw() { take "$1" >"$2" || fail "$prefix/$2 could not be written"; }
signed() { [ ! -x /usr/bin/codesign ] || /usr/bin/codesign --force --sign - "$1" 2>>"$work/log"; }

install_files() {
    umask 022
    mkdir -p "$prefix" || fail "$prefix could not be made"
    trap clean_up EXIT
    trap 'exit 130' HUP INT TERM
    begun=yes
    work=$prefix/.installing
    mkdir "$work" || fail "$prefix cannot be written"
    cd "$prefix" || fail "$prefix cannot be entered"
    take "$header" >"$work/header" || fail "$prefix cannot be written"
    mkdir .terrarium
    raw "$lock" .terrarium/conda-lock.yml
    raw "$plan" "$work/plan"
    . "$work/plan"
    second_stage
    cd / && rm -rf "$work"
    begun=
}

second_stage() {
    [ -n "$python" ] || return 0
    # Programs find their libraries by /proc, where there is one.
    LD_LIBRARY_PATH=$prefix/lib "$prefix/$python" -I -S -B "$work/unpack" "$prefix" "$compression" \
        2>"$work/python" || {
        cat "$work/python" >&2
        fail "the environment's own Python could not unpack the rest: this machine lacks what the environment needs"
    }
}

register_kernels() {
    if [ -n "${JUPYTER_DATA_DIR-}" ]; then
        data=$JUPYTER_DATA_DIR
    elif [ "$(uname -s)" = Darwin ]; then
        data=$HOME/Library/Jupyter
    else
        data=${XDG_DATA_HOME:-$HOME/.local/share}/jupyter
    fi
    for kernel in "$prefix"/.terrarium/kernels/*; do
        name=${kernel##*/}
        mkdir -p "$data/kernels/$name" && cp "$kernel"/* "$data/kernels/$name/" ||
            fail "the kernel could not be written to $data/kernels/$name"
        say "Kernel: $data/kernels/$name"
    done
}

main() {
    prefix='' yes='' kernel='' only_verify='' begun='' made=''
    default=${HOME:-$PWD}/@LABEL@
    while [ $# -gt 0 ]; do
        case $1 in
        --prefix)
            [ $# -gt 1 ] || fail '--prefix needs a directory'
            prefix=$2
            shift
            ;;
        --prefix=*) prefix=${1#--prefix=} ;;
        --kernel) kernel=yes ;;
        -y | --yes) yes=yes ;;
        --verify) only_verify=yes ;;
        -h | --help)
            usage
            exit 0
            ;;
        *) fail "'$1' is no option: see --help" ;;
        esac
        shift
    done
    [ -f "$0" ] || fail 'run it as a file: sh FILE'
    verify
    if [ -n "$only_verify" ]; then
        say '@VERSION@ for @PLATFORM@, intact.'
        exit 0
    fi
    check_machine
    [ -z "$kernel" ] || [ "$kernels" != none ] || fail 'this environment has no kernel to list'
    choose_prefix
    check_prefix
    exec 3<"$0"
    install_files
    exec 3<&-
    say "Installed @VERSION@ into $prefix"
    @NOTE@
    [ -z "$kernel" ] || register_kernels
    exit 0
}

before_checksum=@BEFORE@
after_checksum=@AFTER@
checksum=@CHECKSUM@
header=@HEADER@
lock=@LOCK@
plan=@PLAN@
room=@ROOM@
kernels='@KERNELS@'
python='@PYTHON@'
compression=@COMPRESSION@
main "$@"
