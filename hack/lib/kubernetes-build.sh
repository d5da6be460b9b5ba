#!/usr/bin/env bash
# Builds the Kubernetes binaries from Debian's source package, once, into the cache.
# There is no prebuilt kubelet to install: Debian packages only kubectl.
set -euo pipefail
# shellcheck source=hack/lib/common.sh
. "$(dirname "$0")/common.sh"

COMMANDS=(kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy kubectl)
BUILD=$CACHE/kubernetes-build.tmp
TREE=$BUILD/go/src/k8s.io/kubernetes

main() {
    [ ! -d "$KUBERNETES_BIN" ] || return 0
    take_lock kubernetes-build
    [ ! -d "$KUBERNETES_BIN" ] || return 0 # the run that we waited for has built it
    step "building Kubernetes $KUBERNETES_VERSION; this happens once and takes some minutes"
    apt_install golang-go golang-github-modern-go-reflect2-dev gcc libc6-dev
    remove_build
    trap remove_build EXIT
    mkdir -p "$TREE" "$BUILD/out"
    download_source
    tar -xzf "$BUILD"/*.orig.tar.gz -C "$TREE" --strip-components=1
    replace_reflect2
    open_up_hostpath_volumes
    generate_openapi
    compile
    rm -rf "$CACHE/kubernetes-$KUBERNETES_VERSION"*/ # earlier builds
    # One rename: an interrupted build never leaves half a cache.
    mkdir -p "$(dirname "$KUBERNETES_BIN")"
    mv "$BUILD/out" "$KUBERNETES_BIN"
    step "Kubernetes $KUBERNETES_VERSION is built: $KUBERNETES_BIN"
}

remove_build() {
    [ ! -d "$BUILD" ] || chmod -R u+w "$BUILD"
    rm -rf "$BUILD"
}

# Asks APT with a private copy of the machine's sources, so that its own set-up stays as it is.
download_source() {
    local file apt output
    mkdir -p "$BUILD/sources" "$BUILD/lists/partial"
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
        [ ! -s "$file" ] || sed -E 's/^deb(-src)?[[:space:]]/deb-src /' "$file" >"$BUILD/sources/${file##*/}.list"
    done
    for file in /etc/apt/sources.list.d/*.sources; do
        [ ! -s "$file" ] || sed -E 's/^Types:.*/Types: deb-src/' "$file" >"$BUILD/sources/${file##*/}"
    done
    apt=(apt-get -q -o APT::Sandbox::User=root -o Dir::State::lists="$BUILD/lists"
        -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$BUILD/sources")
    step "downloading Debian's source package kubernetes"
    output=$(cd "$BUILD" && "${apt[@]}" update 2>&1 && "${apt[@]}" source --download-only kubernetes 2>&1) || {
        tail -n 20 <<<"$output" >&2
        die "the source package could not be downloaded; see whether this works: apt-get update"
    }
    compgen -G "$BUILD/kubernetes_*$KUBERNETES_VERSION.orig.tar.gz" >/dev/null ||
        die "this needs Kubernetes $KUBERNETES_VERSION, as in Debian 12, but APT has $(cd "$BUILD" && ls kubernetes_*.dsc)"
}

# The vendored reflect2 1.0.1 walks maps in a way that Go 1.18 put an end to: kube-apiserver
# would crash on a custom resource with labels. Debian has 1.0.2, which knows both ways.
replace_reflect2() {
    local path=github.com/modern-go/reflect2
    rm "$TREE/vendor/$path"/*.go
    cp "/usr/share/gocode/src/$path"/*.go "/usr/share/gocode/src/$path"/*.s "$TREE/vendor/$path/"
    rm -f "$TREE/vendor/$path"/*_test.go
}

# Directories made by the controller manager's host-path provisioner are 0750 and
# root's; a pod that does not run as root could not use its volume.
open_up_hostpath_volumes() {
    local file=$TREE/pkg/volume/hostpath/host_path.go
    sed -i 's/os.MkdirAll(pv.Spec.HostPath.Path, 0750)/os.MkdirAll(pv.Spec.HostPath.Path, 0777)/' "$file"
    grep -q 'Path, 0777)' "$file" || die "$file is not as expected"
}

# GOPATH mode: with Go 1.19 the vendor directory of this release is refused in module mode.
# No -trimpath: it would take from openapi-gen the knowledge of where Go's own packages are.
in_tree() {
    (cd "$TREE" && env GO111MODULE=off CGO_ENABLED=0 GOFLAGS= \
        GOPATH="$BUILD/go" GOCACHE="$BUILD/gocache" "$@")
}

# kube-apiserver does not compile without this file, which the source package lacks.
generate_openapi() {
    local directories
    step "generating the OpenAPI definitions"
    in_tree go build -o "$BUILD/openapi-gen" k8s.io/kubernetes/vendor/k8s.io/kube-openapi/cmd/openapi-gen
    directories=$(cd "$TREE" && grep -RlE --include='*.go' '^// \+k8s:openapi-gen=' vendor/k8s.io pkg cmd plugin |
        grep -vE '/(code-generator|sample-apiserver|kube-openapi)/' |
        xargs -n1 dirname | sort -u | sed 's#^#k8s.io/kubernetes/#' | paste -sd,)
    in_tree "$BUILD/openapi-gen" --logtostderr -v 0 \
        --go-header-file vendor/k8s.io/code-generator/hack/boilerplate.go.txt \
        --input-dirs "$directories" --output-base "$BUILD/go/src" \
        --output-package k8s.io/kubernetes/pkg/generated/openapi \
        --output-file-base zz_generated.openapi --report-filename "$BUILD/violations.txt"
}

compile() {
    local package flags="-s -w" command
    for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
        package=k8s.io/kubernetes/vendor/$package
        flags+=" -X $package.gitVersion=v$KUBERNETES_VERSION -X $package.gitMajor=1 -X $package.gitMinor=20"
    done
    for command in "${COMMANDS[@]}"; do
        step "compiling $command"
        in_tree go build -ldflags "$flags" -o "$BUILD/out/$command" "k8s.io/kubernetes/cmd/$command"
    done
    # The program of the pod sandbox; hack/cluster makes an image of it.
    gcc -Os -static -DVERSION="$KUBERNETES_VERSION" -o "$BUILD/out/pause" "$TREE/build/pause/linux/pause.c"
    strip "$BUILD/out/pause"
}

main
