# shellcheck shell=bash
# Sourced by hack/test: Debian's Prometheus, which the tests start themselves, and promtool. It is unpacked, not installed: the package's
# service would start.

PROMETHEUS=$CACHE/prometheus

ensure_prometheus() {
    local work=$PROMETHEUS.new
    [ ! -x "$PROMETHEUS/usr/bin/promtool" ] || return 0
    step "unpacking Debian's prometheus"
    rm -rf "$work"
    mkdir -p "$work"
    (cd "$work" && { apt_get download prometheus || { apt_get update && apt_get download prometheus; }; }) >/dev/null 2>&1 ||
        die "the package prometheus could not be downloaded; see whether this works: apt-get update && apt-get download prometheus"
    dpkg-deb -x "$work"/prometheus_*.deb "$work"
    rm -rf "$PROMETHEUS" "$work"/*.deb
    mv "$work" "$PROMETHEUS"
}
