# shellcheck shell=bash disable=SC2034 # the variables are used by the other parts
# Sourced by hack/cluster: the bridge that the pods are on, and its removal. All addresses
# are of the range reserved for test networks, 198.18.0.0/15, so that nothing real is hidden.

NODE_NAME=cyrus-node
NODE_IP=198.18.0.1
NODE_MAC=02:c7:25:00:00:01 # set, or the bridge would change its own with every pod
POD_CIDR=198.18.0.0/16
SERVICE_CIDR=198.19.0.0/16
API_SERVICE_IP=198.19.0.1
TEST_CIDR=198.18.0.0/15
API_PORT=6443
BRIDGE=cni0
CNI_NETWORK=cyrus-operator
OUR_RULES="KUBE-|cyrus-operator-chaos" # in iptables
CNI_RESULTS=/var/lib/cni/results # fixed in the CNI library

ensure_network() {
    if ! ip link show "$BRIDGE" >/dev/null 2>&1; then
        step "creating the bridge $BRIDGE"
        ip link add "$BRIDGE" address "$NODE_MAC" type bridge
    fi
    ip -4 addr show dev "$BRIDGE" | grep -qE 'inet ' && ! ip -4 addr show dev "$BRIDGE" | grep -q "inet $NODE_IP/" &&
        die "there is a bridge $BRIDGE that is not ours; if nothing needs it, run: ip link delete $BRIDGE"
    ip addr replace "$NODE_IP/${POD_CIDR#*/}" dev "$BRIDGE"
    ip link set "$BRIDGE" up
    # Keeps calls to services inside the machine even before kube-proxy has its rules.
    ip route replace "$SERVICE_CIDR" dev "$BRIDGE"
    set_sysctl net/ipv4/ip_forward 1
    # Without it, a pod that calls a service whose pod is on the same bridge gets no answer.
    [ -e /proc/sys/net/bridge ] || modprobe br_netfilter ||
        die "the kernel module br_netfilter is missing; run: apt-get install kmod && modprobe br_netfilter"
    set_sysctl net/bridge/bridge-nf-call-iptables 1
}

# set_sysctl PATH VALUE: remembers the old value, for `down`.
set_sysctl() {
    local file=/proc/sys/$1 old=$STATE/sysctl/$1
    [ "$(<"$file")" != "$2" ] || return 0
    mkdir -p "$(dirname "$old")"
    [ -e "$old" ] || cat "$file" >"$old"
    echo "$2" >"$file"
}

# The only route is that of the test range: a pod can reach nothing outside this machine.
write_cni_configuration() {
    cat <<JSON
{
  "cniVersion": "0.4.0",
  "name": "$CNI_NETWORK",
  "plugins": [{
    "type": "bridge",
    "bridge": "$BRIDGE",
    "isGateway": true,
    "ipMasq": false,
    "hairpinMode": true,
    "ipam": {
      "type": "host-local",
      "dataDir": "$STATE/ipam",
      "ranges": [[{"subnet": "$POD_CIDR", "gateway": "$NODE_IP"}]],
      "routes": [{"dst": "$TEST_CIDR"}]
    }
  }]
}
JSON
}

remove_network() {
    local file link
    remove_network_namespaces
    # A namespace lives on while one of its connections is half closed; the cable to it would stay as long.
    for link in $(ip -o link show master "$BRIDGE" 2>/dev/null | sed -E 's/^[0-9]+: ([^@:]+).*/\1/'); do
        ip link delete "$link" 2>/dev/null || true
    done
    ! ip link show "$BRIDGE" >/dev/null 2>&1 || ip link delete "$BRIDGE"
    remove_iptables_rules
    for file in net/ipv4/ip_forward net/bridge/bridge-nf-call-iptables; do
        [ ! -e "$STATE/sysctl/$file" ] || cat "$STATE/sysctl/$file" >"/proc/sys/$file"
    done
}

# What the CNI library noted is the record of the network namespaces that are ours.
remove_network_namespaces() {
    local file namespace
    for file in "$CNI_RESULTS/$CNI_NETWORK"-*; do
        [ -e "$file" ] || continue
        for namespace in $(jq -r '.result.interfaces[]?.sandbox // empty' "$file" | sort -u); do
            umount "$namespace" 2>/dev/null || true
            rm -f "$namespace"
        done
        rm -f "$CNI_RESULTS/cni-loopback-$(jq -r .containerId "$file")"-* "$file"
    done
}

# kube-proxy and kubelet put all of their rules into chains whose names begin with KUBE-.
# (kube-proxy --cleanup leaves the kubelet's.) Rules with the comment are of a chaos run that was killed.
remove_iptables_rules() {
    local command rules
    for command in iptables ip6tables; do
        rules=$("$command-save" 2>/dev/null) || continue
        grep -qE "$OUR_RULES" <<<"$rules" || continue
        grep -vE "$OUR_RULES" <<<"$rules" | "$command-restore"
    done
}
