# shellcheck shell=bash
# Sourced by hack/test and hack/bench: the programs that the tests' own API servers are started from.

ensure_apiserver() {
    apt_install ca-certificates etcd-server
    "$REPO/hack/lib/kubernetes-build.sh"
}
