# shellcheck shell=bash
# Sourced by the scripts in hack/, after images.sh: the operator on the cluster.

# deploy_operator: applies config/ and makes sure that what runs is what was built last.
deploy_operator() {
    local deployment=deployment/cyrus-operator before built running
    step "installing the operator (kubectl apply -k config/)"
    before=$(kubectl -n cyrus-system get "$deployment" --ignore-not-found -o name)
    kubectl apply -k "$REPO/config/" >/dev/null
    kubectl wait --for=condition=Established --timeout=30s crd/cyrusservers.cyrus-operator.dev >/dev/null
    # The tag is always the same, so a new build is told by the digest of what went into it. A Deployment that has only just been made
    # is left alone: kubelet takes most of a minute to remove a pod that is taken away while it starts.
    built=$(cat "$(archive_of localhost/cyrus-operator:dev).inputs")
    running=$(kubectl -n cyrus-system get "$deployment" -o jsonpath='{.metadata.annotations.built}')
    if [ -n "$before" ] && [ "$built" != "$running" ]; then
        kubectl -n cyrus-system rollout restart "$deployment" >/dev/null
    fi
    kubectl -n cyrus-system annotate --overwrite "$deployment" "built=$built" >/dev/null
    kubectl -n cyrus-system rollout status "$deployment" --timeout=120s >/dev/null ||
        die "the operator does not become ready; see: hack/kubectl -n cyrus-system logs $deployment"
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
