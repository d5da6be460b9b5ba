# shellcheck shell=bash
# Sourced by hack/bench: the rotation bench on the local cluster (bench/RotationBench, with KUBECONFIG and KUBELET_ROOT in its environment).

bench_rotation() {
    die "hack/bench rotation: not wired up yet; run hack/cluster up and hack/images, then bench/RotationBench with KUBECONFIG and KUBELET_ROOT"
}
