# shellcheck shell=bash
# Sourced by the scripts in hack/, after images.sh: the operator on the cluster.

# deploy_operator: applies config/ and makes sure that what runs is what was built last.
deploy_operator() {
    local built running
    step "installing the operator (kubectl apply -k config/)"
    kubectl apply -k "$REPO/config/" >/dev/null
    kubectl wait --for=condition=Established --timeout=30s crd/cyrusservers.cyrus-operator.dev >/dev/null
    # The tag is always the same, so a new build is told by the digest of what went into it.
    built=$(cat "$(archive_of localhost/cyrus-operator:dev).inputs")
    running=$(kubectl -n cyrus-system get deployment cyrus-operator -o jsonpath='{.spec.template.metadata.annotations.built}')
    if [ "$built" != "$running" ]; then
        kubectl -n cyrus-system patch deployment cyrus-operator --type merge \
            -p "{\"spec\":{\"template\":{\"metadata\":{\"annotations\":{\"built\":\"$built\"}}}}}" >/dev/null
    fi
    kubectl -n cyrus-system rollout status deployment/cyrus-operator --timeout=120s >/dev/null ||
        die "the operator does not become ready; see: hack/kubectl -n cyrus-system logs deployment/cyrus-operator"
    step "the operator is ready"
}

# need_dotnet: the one tool that no Debian package brings.
need_dotnet() {
    command -v dotnet >/dev/null || die "the .NET 10 SDK is missing; install it and put dotnet on the PATH"
    case $(dotnet --version) in
        10.*) ;;
        *) die "the .NET 10 SDK is needed, but dotnet --version says $(dotnet --version)" ;;
    esac
}
