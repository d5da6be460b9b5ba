# shellcheck shell=bash
# Sourced by hack/cluster: daemons that are known by their pid files.

RUN=$STATE/run
LOGS=$STATE/logs

# pid_of NAME: prints the pid, if the process is still the one that was started. A pid
# file may outlive its process, and its number may by now belong to somebody else.
pid_of() {
    local pid program
    [ -s "$RUN/$1.pid" ] && [ -s "$RUN/$1.program" ] || return 1
    pid=$(<"$RUN/$1.pid")
    program=$(readlink "/proc/$pid/exe") || return 1
    [ "${program% (deleted)}" = "$(<"$RUN/$1.program")" ] || return 1
    tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF "$STATE" || return 1
    echo "$pid"
}

is_running() { pid_of "$1" >/dev/null; }

# start NAME PROGRAM ARGUMENT...: does nothing if it runs already with these arguments
# and with the same content of its DAEMON_CONFIG. DAEMON_UMASK is for the one which has
# to create directories open to all.
start() {
    local name=$1 program command
    shift
    command="$* $(cat "${DAEMON_CONFIG:-/dev/null}")"
    if is_running "$name"; then
        [ "$(<"$RUN/$name.command")" != "$command" ] || return 0
        step "$name runs with other options than this checkout has; restarting it"
        stop "$name"
    fi
    step "starting $name"
    mkdir -p "$RUN" "$LOGS"
    program=$(readlink -f "$(type -P "$1")") || die "$1 is not installed; run: rm -rf $(dirname "$KUBERNETES_BIN") && hack/cluster up"
    echo "$program" >"$RUN/$name.program"
    echo "$command" >"$RUN/$name.command"
    [ ! -f "$LOGS/$name.log" ] || mv "$LOGS/$name.log" "$LOGS/$name.previous.log"
    # The child writes its own pid before it becomes the daemon: however this script
    # is interrupted, no daemon is left without a pid file. It keeps no descriptor of ours:
    # whoever runs this under a lock of his own (flock FILE hack/chaos) would never get rid of it.
    # shellcheck disable=SC2016  # expanded by that shell
    DAEMON_UMASK=${DAEMON_UMASK:-022} setsid sh -c 'echo $$ >"$0" && umask "$DAEMON_UMASK" && exec "$@" 3>&- 4>&- 5>&- 6>&- 7>&- 8>&-' \
        "$RUN/$name.pid" "$@" </dev/null >"$LOGS/$name.log" 2>&1 9>&- &
    retry 5 is_running "$name" || fail "$name" "$name did not start"
}

# stop NAME: politely, and after 3 s by force; nothing here has data worth a longer wait.
stop() {
    local pid
    pid=$(pid_of "$1") || return 0
    kill -TERM "$pid" 2>/dev/null || true
    retry 3 is_gone "$1" || kill -KILL "$pid" 2>/dev/null || true
    retry 5 is_gone "$1" || die "$1 (pid $pid) can't be ended"
    rm -f "$RUN/$1.pid"
}

is_gone() { ! is_running "$1"; }

# fail NAME MESSAGE: shows the end of the component's log; that is where the reason is.
fail() {
    info "the end of $LOGS/$1.log:"
    tail -n 15 "$LOGS/$1.log" >&2 || true
    die "$2; more of its log: hack/cluster logs $1"
}
