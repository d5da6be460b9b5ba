# shellcheck shell=bash
# Sourced by the scripts in hack/, after images.sh and helm.sh: the operator on the cluster.

NAMESPACE=cyrus-system
RELEASE=cyrus-operator

# deploy_operator: installs the chart, or upgrades what is there, with the images that were built last.
deploy_operator() {
    local image values=()
    for image in operator reloader server; do
        values+=(--set "image.$image.tag=dev")
    done
    step "installing the operator (helm upgrade --install $RELEASE charts/cyrus-operator)"
    kubectl create namespace "$NAMESPACE" --dry-run=client -o yaml | kubectl apply -f - >/dev/null
    kubectl label --overwrite namespace "$NAMESPACE" pod-security.kubernetes.io/enforce=restricted >/dev/null
    # The tag is always the same: a new build is told by the digest of what went into it.
    helm upgrade --install "$RELEASE" "$REPO/charts/cyrus-operator" --namespace "$NAMESPACE" "${values[@]}" \
        --set-string "podAnnotations.built=$(cat "$(archive_of localhost/cyrus-operator:dev).inputs")" --wait --timeout 150s >/dev/null ||
        die "the operator does not become ready; see: hack/kubectl -n $NAMESPACE logs deployment/$RELEASE"
    step "the operator is ready"
}

# bring_up_operator: cluster, images and operator, whatever of it is missing; programs that are started after it know where.
bring_up_operator() {
    "$REPO/hack/cluster" up
    "$REPO/hack/images"
    KUBECONFIG=$("$REPO/hack/cluster" kubeconfig)
    export KUBECONFIG CLUSTER_STATE=$STATE
    deploy_operator
}

remove_operator() {
    helm uninstall "$RELEASE" --namespace "$NAMESPACE" --ignore-not-found >/dev/null
    kubectl delete --ignore-not-found crd/cyrusservers.cyrus-operator.dev namespace/"$NAMESPACE" >/dev/null
}
