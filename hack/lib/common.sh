# shellcheck shell=bash
# Sourced by the scripts in hack/: where things are, and how to say what is going on.

REPO=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
CACHE=${CYRUS_OPERATOR_CACHE:-$HOME/.cache/cyrus-operator}
STATE=$CACHE/cluster                       # everything that `hack/cluster down` removes
KUBERNETES_VERSION=1.20.2
KUBERNETES_BUILD=2 # raised whenever kubernetes-build.sh would make other binaries than before
KUBERNETES_BIN=$CACHE/kubernetes-$KUBERNETES_VERSION-$KUBERNETES_BUILD/bin
CONTAINERD_SOCKET=$STATE/containerd/containerd.sock
# A cluster that already exists and is not ours to start or stop; empty for the local one.
FOREIGN_KUBECONFIG=${CYRUS_OPERATOR_KUBECONFIG:-}
KUBECONFIG_FILE=${FOREIGN_KUBECONFIG:-$CACHE/pki/admin.kubeconfig}
# shellcheck disable=SC2034  # for the scripts that source this file
readonly REPO CACHE STATE KUBERNETES_VERSION KUBERNETES_BUILD KUBERNETES_BIN CONTAINERD_SOCKET FOREIGN_KUBECONFIG KUBECONFIG_FILE

umask 022
mkdir -p "$CACHE"

# Progress goes to stderr, so that the output of `hack/cluster kubeconfig` can be used in $(...).
step() { printf '[%3ds] %s\n' "$SECONDS" "$*" >&2; }
info() { printf '       %s\n' "$*" >&2; }
die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# need_dotnet: the one tool that no Debian package brings.
need_dotnet() {
    command -v dotnet >/dev/null || die "the .NET 10 SDK is missing; install it and put dotnet on the PATH"
    case $(dotnet --version) in
        10.*) ;;
        *) die "the .NET 10 SDK is needed, but dotnet --version says $(dotnet --version)" ;;
    esac
}

# take_lock NAME: two runs of the same script wait for each other instead of colliding.
# Whatever may leave a process behind is run with descriptor 9 closed; otherwise that would
# go on holding the lock.
take_lock() {
    exec 9>"$CACHE/$1.lock"
    flock --nonblock 9 && return
    info "another run holds $CACHE/$1.lock; waiting up to 15 minutes for it"
    flock --timeout 900 9 || die "still locked: see which run it is with: fuser -v $CACHE/$1.lock"
}

# retry SECONDS COMMAND...: runs the command every 0.2 s until it succeeds.
retry() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$deadline" ] || return 1
        sleep 0.2
    done
}

# replace_file FILE: takes the new content from stdin. A file that would be the same is
# left alone: kube-proxy ends itself when its configuration is so much as touched.
replace_file() {
    cat >"$1.new"
    if cmp -s "$1.new" "$1"; then rm "$1.new"; else mv "$1.new" "$1"; fi
}

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# apt_install PACKAGE...: installs what is missing. The package lists are only
# refreshed when the first try fails, because they are missing or too old.
apt_install() {
    local package missing=() output
    for package in "$@"; do
        is_installed "$package" || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    [ "$(id -u)" = 0 ] || die "packages are missing; run: sudo apt-get install --no-install-recommends ${missing[*]}"
    step "installing ${missing[*]}"
    output=$(apt_get install -y --no-install-recommends "${missing[@]}" 2>&1) && return
    output=$(apt_get update 2>&1 && apt_get install -y --no-install-recommends "${missing[@]}" 2>&1) && return
    tail -n 20 <<<"$output" >&2
    die "packages could not be installed; try: apt-get update && apt-get install --no-install-recommends ${missing[*]}"
}

# SYSTEMD_OFFLINE: on a machine with systemd the packages' own services (Cyrus, etcd, containerd) are not started.
apt_get() { SYSTEMD_OFFLINE=1 DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -q "$@" </dev/null 9>&-; }

# The cached kubectl fits the local cluster; another cluster's is more likely the one in PATH.
kubectl_program() {
    local program=$KUBERNETES_BIN/kubectl
    [ -z "$FOREIGN_KUBECONFIG" ] || program=$(type -P kubectl || echo "$program")
    [ -x "$program" ] || die "there is no kubectl yet; run: hack/cluster up"
    echo "$program"
}

kubectl() { "$(kubectl_program)" --kubeconfig "$KUBECONFIG_FILE" "$@"; }
