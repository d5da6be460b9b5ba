#!/bin/sh
# guard.sh COMMAND...: keeps the engine running, and nobody stopped.
# The engine stops idle workers for milliseconds while it signals them, and writes their pids to the held file first. Whatever
# kills it in the middle (kill -9, the OOM killer), this script continues them at once.

# The .NET runtime in a mail pod: collect early, in steps of 256 KB, instead of growing to the size of the CPU's cache; open no diagnostics socket in /tmp.
export DOTNET_GCgen0size="${DOTNET_GCgen0size:-40000}" DOTNET_GCRegionSize="${DOTNET_GCRegionSize:-40000}" DOTNET_GCConserveMemory="${DOTNET_GCConserveMemory:-7}" DOTNET_EnableDiagnostics=0

held=${CYRUS_RELOADER_RUN:-/run/cyrus}/held
engine=
stopping=

release() {
    [ -s "$held" ] || return 0
    while read -r pid; do
        kill -CONT "$pid" 2>/dev/null
    done <"$held"
    : >"$held"
}

stop() {
    stopping=yes
    [ -n "$engine" ] && kill -TERM "$engine" 2>/dev/null
}

# wait returns early when a trapped signal arrives; then the engine is still there.
await_engine() {
    wait "$engine"
    code=$?
    while kill -0 "$engine" 2>/dev/null; do
        wait "$engine"
        code=$?
    done
}

pause() {
    case $failures in
        1) delay=0.2 ;; 2) delay=0.5 ;; 3) delay=1 ;; 4) delay=2 ;; *) delay=5 ;;
    esac
    sleep "$delay" &
    wait $!
}

trap stop TERM INT
release
failures=0
while :; do
    started=$(date +%s)
    "$@" &
    engine=$!
    [ -n "$stopping" ] && kill -TERM "$engine" 2>/dev/null
    await_engine
    release
    [ -n "$stopping" ] && exit "$code"
    # One that lived for a minute was all right: its death is a first one again.
    [ $(($(date +%s) - started)) -ge 60 ] && failures=0
    failures=$((failures + 1))
    echo "{\"level\":\"warn\",\"message\":\"The engine ended; it is started again.\",\"code\":$code,\"failures\":$failures}"
    pause
    [ -n "$stopping" ] && exit "$code"
done
