# shellcheck shell=bash
# Sourced by hack/test: the servers that the tests run against. Cyrus 3.6 is installed from this machine's
# own packages; another Debian release's Cyrus is unpacked into a directory of its own, into which the
# tests change their root.

OTHER_SUITE=trixie # Cyrus 3.10
OTHER_ROOT=$CACHE/cyrus/$OTHER_SUITE
CYRUS_PACKAGES=(cyrus-imapd cyrus-pop3d cyrus-admin cyrus-caldav cyrus-murder cyrus-replication
    sasl2-bin libsasl2-modules libsasl2-modules-db)

ensure_cyrus_servers() {
    apt_install "${CYRUS_PACKAGES[@]}" gcc libc6-dev # the tests compile images/cyrus/preload
    ensure_cyrus_root
}

ensure_cyrus_root() {
    local wanted sources
    wanted=$({ printf '%s\n' "$OTHER_SUITE" "${CYRUS_PACKAGES[@]}"; getent passwd cyrus; } | sha256sum)
    [ "$(cat "$OTHER_ROOT.made-of" 2>/dev/null)" != "$wanted" ] || return 0
    apt_install mmdebstrap
    mapfile -t sources < <(debian_sources "$OTHER_SUITE")
    [ ${#sources[@]} -gt 0 ] || die "no APT source for Debian's own packages was found; see: apt-get indextargets"
    step "unpacking the Cyrus of Debian $OTHER_SUITE"
    rm -rf "$OTHER_ROOT" "$OTHER_ROOT.made-of"
    mkdir -p "$OTHER_ROOT"
    run_quietly mmdebstrap "${DEBIAN_OPTIONS[@]}" --format=directory --skip=check/empty --aptopt='APT::Install-Recommends "false"' \
        --include="$(tr ' ' , <<<"${CYRUS_PACKAGES[*]} msmtp-mta libstdc++6")" \
        "$OTHER_SUITE" "$OTHER_ROOT" "${sources[@]}" ||
        die "the Cyrus of Debian $OTHER_SUITE could not be unpacked; see whether this works: apt-get update"
    # The same user number inside as outside: the tests own their directories as this machine's cyrus.
    sed -i "s/^cyrus:.*/$(getent passwd cyrus | sed 's/[/&]/\\&/g')/" "$OTHER_ROOT/etc/passwd"
    mkdir -p "$OTHER_ROOT/host" # where the tests mount this machine's own root
    echo "$wanted" >"$OTHER_ROOT.made-of"
}
