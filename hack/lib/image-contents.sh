# shellcheck shell=bash
# shellcheck disable=SC2153  # BASE and ARCH are set by hack/images
# Sourced by hack/images: what an image says of itself, and what is said of it beside its archive.

PROJECT_VERSION=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' "$REPO/Directory.Build.props")
PROJECT_LICENSE=$(sed -n 's:.*<PackageLicenseExpression>\(.*\)</PackageLicenseExpression>.*:\1:p' "$REPO/Directory.Build.props")

# Sets LABELS, REVISION and EPOCH from the files that `describe` has named. The revision and the time are those of the last commit that changed one
# of them, and not of the last commit: images made of the same files are the same.
label_image() {
    local created source base
    REVISION=$(git -C "$REPO" log -1 --format=%H -- "${FILES[@]}" 2>/dev/null || true)
    EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$REPO" log -1 --format=%ct -- "${FILES[@]}" 2>/dev/null || true)}
    EPOCH=${EPOCH:-0}
    REVISION=${REVISION:-unknown}
    [ "$REVISION" = unknown ] || [ -z "$(git -C "$REPO" status --porcelain -- "${FILES[@]}")" ] || REVISION+=-modified
    created=$(date --utc --date "@$EPOCH" +%Y-%m-%dT%H:%M:%SZ)
    source=$(git -C "$REPO" config remote.origin.url 2>/dev/null | grep -E '^https://[^@]*$' || true) # an address with a password stays here
    LABELS=(--build-arg "REVISION=$REVISION")
    base=scratch
    [ "$CONTEXT" = "$REPO" ] || base=$(debian_image "$BASE")
    label title "${TITLE%%,*}"
    label description "${TITLE#*, }"
    label version "$PROJECT_VERSION"
    label revision "$REVISION"
    label created "$created"
    label licenses "$PROJECT_LICENSE"
    [ -z "$source" ] || label source "$source"
    label base.name "$base"
}

# Both: labels are what survives in an archive, annotations are what registries show.
label() { LABELS+=(--label "org.opencontainers.image.$1=$2" --annotation "org.opencontainers.image.$1=$2"); }

# describe_contents IMAGE ARCHIVE: writes ARCHIVE's list of contents, and the line for the table.
describe_contents() {
    local image=$1 archive=$2 container root list=${2%.tar}.spdx.json
    ensure_sbom_tool
    container=$(build_from "$image" "$image-contents")
    root=$(buildah mount "$container")
    "$SBOM_TOOL" --root "$root" --program "$PROGRAM" --name "${TITLE%%,*}" --version "$PROJECT_VERSION" --license "$PROJECT_LICENSE" \
        --suite "$BASE" --created "$EPOCH" --archive "$archive" --nuget "$NUGET_CACHE" --output "$list" ||
        die "the list of contents of $image could not be written"
    buildah rm "$container" >/dev/null
    printf '%s %s %s %s %s %s %s %s\n' "$image" "$ARCH" "$(stat -c %s "$archive")" "$(gzip -6 <"$archive" | wc -c)" \
        "$(grep -c '"referenceType": "purl"' "$list")" "$list" "$REVISION" "$EPOCH" >"$archive.facts"
}

SBOM_TOOL=$REPO/artifacts/bin/Sbom/debug/Sbom

ensure_sbom_tool() {
    [ ! -x "$SBOM_TOOL" ] || [ -n "$(find "$REPO/hack/Sbom" "$REPO/Directory.Build.props" -type f -newer "$SBOM_TOOL" -print -quit)" ] || return 0
    step "building hack/Sbom"
    run_quietly dotnet build "$REPO/hack/Sbom" -v quiet || die "hack/Sbom could not be built; the reason is above"
    touch "$SBOM_TOOL"
}

print_table() {
    local facts=() image arch size compressed packages list
    mapfile -t facts < <(find "$ARCHIVES" -name '*.tar.facts' 2>/dev/null | sort)
    [ ${#facts[@]} -gt 0 ] || die "no image has been built yet; run: hack/images"
    printf '%-32s %-6s %9s %11s %9s  %s\n' IMAGE ARCH 'SIZE' 'COMPRESSED' PACKAGES SBOM
    while read -r image arch size compressed packages list _; do
        printf '%-32s %-6s %6d MB %8d MB %9d  %s\n' "$image" "$arch" "$(((size + 500000) / 1000000))" "$(((compressed + 500000) / 1000000))" \
            "$packages" "$list"
    done < <(cat "${facts[@]}")
}
