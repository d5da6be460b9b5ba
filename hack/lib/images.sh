# shellcheck shell=bash
# Sourced by hack/cluster and hack/images: images as archive files, and their way into the cluster.

ARCHIVES=$CACHE/images
PAUSE_IMAGE=localhost/pause:dev

# archive_of IMAGE: localhost/cyrus-imapd:dev -> .../cyrus-imapd.tar, localhost/cyrus-imapd:trixie -> .../cyrus-imapd-trixie.tar
archive_of() {
    local name=${1#localhost/}
    name=${name%:dev}
    echo "$ARCHIVES/${name/:/-}.tar"
}

# build_from BASE IMAGE: prints the name of a new working container. It's a fixed one,
# so that what an interrupted run has left goes away.
build_from() {
    local name=${2//[\/:]/-}
    buildah rm "$name" >/dev/null 2>&1 || true
    buildah from --name "$name" "$1"
}

image_id() { buildah images --quiet "$1" 2>/dev/null || true; }

# remove_replaced ID IMAGE: removes the image that had this name before, if there was one.
remove_replaced() {
    [ -z "$1" ] || [ "$1" = "$(image_id "$2")" ] || buildah rmi "$1" >/dev/null 2>&1 || true
}

# commit_image CONTAINER IMAGE
commit_image() {
    local old
    old=$(image_id "$2")
    buildah commit --quiet --rm "$1" "$2" >/dev/null
    remove_replaced "$old" "$2"
}

# write_archive IMAGE [ARCHIVE NAME]: NAME is what the image is called when the archive is read.
write_archive() {
    local archive=${2:-$(archive_of "$1")}
    mkdir -p "${archive%/*}"
    rm -f "$archive.new"
    # By its number: by name, that name would be in the archive, too.
    buildah push --quiet "$(image_id "$1")" "docker-archive:$archive.new:${3:-$1}"
    mv "$archive.new" "$archive"
}

# The sandbox of every pod: a small static program that waits, and reaps the children
# of pods whose containers share their process namespace.
ensure_pause_image() {
    local container
    [ ! -f "$(archive_of "$PAUSE_IMAGE")" ] || return 0
    apt_install buildah
    step "building $PAUSE_IMAGE"
    container=$(build_from scratch "$PAUSE_IMAGE")
    buildah copy --quiet --chmod 0755 "$container" "$KUBERNETES_BIN/pause" /pause >/dev/null
    buildah config --entrypoint '["/pause"]' --user 65535:65535 "$container"
    commit_image "$container" "$PAUSE_IMAGE"
    write_archive "$PAUSE_IMAGE"
}

containerd_client() { ctr --address "$CONTAINERD_SOCKET" --namespace k8s.io "$@"; }

is_containerd_up() { [ -S "$CONTAINERD_SOCKET" ] && timeout 5 ctr --address "$CONTAINERD_SOCKET" version >/dev/null 2>&1; }

# digest_in_containerd IMAGE: empty if it's not there.
digest_in_containerd() { containerd_client images ls "name==$1" 2>/dev/null | awk 'NR == 2 { print $3 }'; }

import_archive() { containerd_client images import "$1" >/dev/null; }
