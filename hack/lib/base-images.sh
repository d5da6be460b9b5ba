# shellcheck shell=bash
# Sourced by hack/images: stand-ins for the public base images, made from this machine's
# own packages because there may be no registry.

SUITE=bookworm # this machine's own, and that of all images but one
SDK_IMAGE=localhost/dotnet-sdk:dev
APT_LOAN=/tmp/apt-loan # in the container
# What mmdebstrap leaves out of every root; the licences stay.
DEBIAN_OPTIONS=(--variant=minbase --aptopt='Acquire::Languages "none"'
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' --dpkgopt='path-exclude=/usr/share/man/*'
    --dpkgopt='path-exclude=/usr/share/info/*' --dpkgopt='path-exclude=/usr/share/locale/*')
DEBIAN_KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

debian_image() { echo "localhost/debian:$1"; }
rootfs_of() { echo "$CACHE/rootfs/debian-$1.tar"; }

# debian_sources SUITE: where this machine has Debian's own packages from, for another suite.
debian_sources() {
    # shellcheck disable=SC2016  # apt-get's own variables
    apt-get indextargets --format '$(ORIGIN) $(CODENAME) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
        awk -v suite="$1" -v keyring="$DEBIAN_KEYRING" '$1 == "Debian" && $3 == "main" {
            sub(/^[^-]*/, suite, $2)
            line = "deb [signed-by=" keyring "] " $4 " " $2 " main"
            if (!seen[line]++) print line
        }'
}

# prepare_apt_loan SUITE: the machine's APT sources are lent to a build as a volume, which APT_CONFIG in the base images names. They are never
# part of an image: where packages come from here is nobody else's business.
prepare_apt_loan() {
    local loan=$CACHE/apt-loan/$1
    rm -rf "$loan"
    mkdir -p "$loan/sources.list.d"
    {
        apt-config dump | grep -E '^Acquire::[^ ]+ "[^"]' # proxies and the like
        printf 'Dir::Etc::sourcelist "/dev/null";\nDir::Etc::sourceparts "%s/sources.list.d";\n' "$APT_LOAN"
    } >"$loan/apt.conf"
    if [ "$1" = "$SUITE" ]; then
        local_sources | xargs -I{} cp {} "$loan/sources.list.d/"
    else
        debian_sources "$1" >"$loan/sources.list.d/debian.list"
    fi
    APT_VOLUMES=(--volume "$loan:$APT_LOAN:ro")
}

local_sources() {
    find /etc/apt/sources.list /etc/apt/sources.list.d -type f -size +0 \( -name '*.list' -o -name '*.sources' \) 2>/dev/null || true
}

# ensure_rootfs SUITE
ensure_rootfs() {
    local rootfs wanted sources
    rootfs=$(rootfs_of "$1")
    wanted=$(printf '%s\n' "${DEBIAN_OPTIONS[@]}" | sha256sum)
    [ ! -f "$rootfs" ] || [ "$(cat "$rootfs.made-of" 2>/dev/null)" != "$wanted" ] || return 0
    apt_install mmdebstrap
    step "creating a minimal Debian $1"
    mkdir -p "$(dirname "$rootfs")"
    if [ "$1" = "$SUITE" ]; then
        mapfile -t sources < <(local_sources)
    else
        mapfile -t sources < <(debian_sources "$1")
    fi
    # shellcheck disable=SC2016  # $1 is for mmdebstrap's shell
    SOURCE_DATE_EPOCH=0 run_quietly mmdebstrap "${DEBIAN_OPTIONS[@]}" --format=tar --include=ca-certificates --skip=output/dev \
        --customize-hook='rm -rf "$1"/etc/apt/sources.list "$1"/etc/apt/sources.list.d/* "$1"/etc/resolv.conf "$1"/etc/hostname' \
        "$1" "$rootfs.new" "${sources[@]}" ||
        die "no minimal Debian $1; see whether this works: apt-get update"
    sha256sum <"$rootfs.new" >"$rootfs.digest"
    mv "$rootfs.new" "$rootfs"
    echo "$wanted" >"$rootfs.made-of"
}

# The label tells which rootfs or SDK an image was made of.
is_made_of() { [ "$(buildah inspect --type image --format '{{index .OCIv1.Config.Labels "made-of"}}' "$1" 2>/dev/null)" = "$2" ]; }

# ensure_debian_image SUITE
ensure_debian_image() {
    local container made_of image
    image=$(debian_image "$1")
    ensure_rootfs "$1"
    made_of=$(cat "$(rootfs_of "$1").digest" "$REPO/hack/lib/base-images.sh" | sha256sum | cut -c1-64)
    is_made_of "$image" "$made_of" && return
    step "building $image"
    container=$(build_from scratch "$image")
    buildah add --quiet "$container" "$(rootfs_of "$1")" / >/dev/null
    buildah config --cmd bash --env "APT_CONFIG=$APT_LOAN/apt.conf" --label "made-of=$made_of" "$container"
    commit_image "$container" "$image"
}

# Debian and this machine's .NET SDK, with the certificate authorities that it trusts.
ensure_sdk_image() {
    local container dotnet made_of
    dotnet=$(readlink -f "$(type -P dotnet)")
    ensure_debian_image "$SUITE"
    made_of="$(cd "$REPO" && dotnet --version) $(cat "$(rootfs_of "$SUITE").digest" "$REPO/hack/lib/base-images.sh" | sha256sum)"
    is_made_of "$SDK_IMAGE" "$made_of" && return
    step "building $SDK_IMAGE"
    container=$(build_from "$(debian_image "$SUITE")" "$SDK_IMAGE")
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
