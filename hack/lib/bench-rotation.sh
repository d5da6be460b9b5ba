# shellcheck shell=bash
# Sourced by hack/bench: certificates that are replaced under load, on the local cluster.

# shellcheck source=hack/lib/images.sh
. "$REPO/hack/lib/images.sh"
# shellcheck source=hack/lib/helm.sh
. "$REPO/hack/lib/helm.sh"
# shellcheck source=hack/lib/operator.sh
. "$REPO/hack/lib/operator.sh"

bench_rotation() {
    bring_up_operator
    run_bench RotationBench
}
