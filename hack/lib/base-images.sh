# shellcheck shell=bash
# Sourced by hack/images: stand-ins for the public base images, made from this machine's
# own packages because there may be no registry.

SUITE=bookworm
DEBIAN_IMAGE=localhost/debian:$SUITE
SDK_IMAGE=localhost/dotnet-sdk:dev
ROOTFS=$CACHE/rootfs/debian-$SUITE.tar
APT_OPTIONS=$CACHE/apt-options

# The machine's APT sources are lent to a build as volumes. They are never part of an
# image: where packages come from here is nobody else's business.
prepare_apt_loan() {
    mkdir -p "$APT_OPTIONS"
    apt-config dump | grep -E '^Acquire::[^ ]+ "[^"]' >"$APT_OPTIONS/host" # proxies and the like
    APT_VOLUMES=(--volume "$APT_OPTIONS:/etc/apt/apt.conf.d:ro" --volume /etc/apt/sources.list.d:/etc/apt/sources.list.d:ro)
    [ ! -s /etc/apt/sources.list ] || APT_VOLUMES+=(--volume /etc/apt/sources.list:/etc/apt/sources.list:ro)
}

ensure_rootfs() {
    local sources
    [ ! -f "$ROOTFS" ] || return 0
    apt_install mmdebstrap
    step "creating a minimal Debian $SUITE"
    mkdir -p "$(dirname "$ROOTFS")"
    mapfile -t sources < <(find /etc/apt/sources.list /etc/apt/sources.list.d -type f -size +0 \
        \( -name '*.list' -o -name '*.sources' \) 2>/dev/null)
    # shellcheck disable=SC2016  # $1 is for mmdebstrap's shell
    run_quietly mmdebstrap --variant=minbase --format=tar --include=ca-certificates \
        --aptopt='Acquire::Languages "none"' \
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
        --dpkgopt='path-exclude=/usr/share/info/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
        --customize-hook='rm -rf "$1"/etc/apt/sources.list "$1"/etc/apt/sources.list.d/*' \
        "$SUITE" "$ROOTFS.new" "${sources[@]}" ||
        die "no minimal Debian; see whether this works: apt-get update"
    sha256sum <"$ROOTFS.new" >"$ROOTFS.digest"
    mv "$ROOTFS.new" "$ROOTFS"
}

# The label tells which rootfs or SDK an image was made of.
is_made_of() { [ "$(buildah inspect --type image --format '{{index .OCIv1.Config.Labels "made-of"}}' "$1" 2>/dev/null)" = "$2" ]; }

ensure_debian_image() {
    local container digest
    ensure_rootfs
    digest=$(cut -c1-64 "$ROOTFS.digest")
    is_made_of "$DEBIAN_IMAGE" "$digest" && return
    step "building $DEBIAN_IMAGE"
    container=$(build_from scratch "$DEBIAN_IMAGE")
    buildah add --quiet "$container" "$ROOTFS" / >/dev/null
    buildah config --cmd bash --label "made-of=$digest" "$container"
    commit_image "$container" "$DEBIAN_IMAGE"
}

# Debian and this machine's .NET SDK, with the certificate authorities that it trusts.
ensure_sdk_image() {
    local container dotnet made_of
    dotnet=$(readlink -f "$(type -P dotnet)")
    ensure_debian_image
    made_of="$(cd "$REPO" && dotnet --version) $(cat "$ROOTFS.digest" "$REPO/hack/lib/base-images.sh" | sha256sum)"
    is_made_of "$SDK_IMAGE" "$made_of" && return
    step "building $SDK_IMAGE"
    container=$(build_from "$DEBIAN_IMAGE" "$SDK_IMAGE")
    run_quietly buildah run --isolation chroot "${APT_VOLUMES[@]}" "$container" -- \
        sh -c 'apt-get update -q && apt-get install -qy --no-install-recommends libssl3 libstdc++6 zlib1g && rm -rf /var/lib/apt/lists/*' ||
        die "$SDK_IMAGE could not be built"
    buildah copy --quiet "$container" "$(dirname "$dotnet")" /usr/share/dotnet >/dev/null
    buildah copy --quiet "$container" /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt >/dev/null
    buildah run --isolation chroot "$container" -- ln -s /usr/share/dotnet/dotnet /usr/bin/dotnet
    buildah config --label "made-of=$made_of" --env DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 \
        --env NUGET_CERT_REVOCATION_MODE="${NUGET_CERT_REVOCATION_MODE:-online}" "$container"
    commit_image "$container" "$SDK_IMAGE"
}

# run_quietly COMMAND...: shows the command's output only if it fails.
run_quietly() {
    local output
    output=$("$@" 2>&1 </dev/null 9>&-) || {
        tail -n 40 <<<"$output" >&2
        return 1
    }
}
