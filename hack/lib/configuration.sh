# shellcheck shell=bash
# Sourced by hack/cluster: the configuration files of the components which need one.

write_configuration() {
    mkdir -p "$STATE/config" "$STATE/containerd" "$STATE/cni"
    write_cni_configuration | replace_file "$STATE/cni/10-$CNI_NETWORK.conflist"
    write_containerd_configuration | replace_file "$STATE/config/containerd.toml"
    write_kubelet_configuration | replace_file "$STATE/config/kubelet.yaml"
    write_kube_proxy_configuration | replace_file "$STATE/config/kube-proxy.yaml"
    : >"$STATE/config/resolv.conf" # there is no DNS in this cluster: look-ups shall fail at once
}

# restrict_oom_score_adj: where root lacks CAP_SYS_RESOURCE, as in many sandboxes, a
# container's OOM score can't be lowered and without this no sandbox starts.
write_containerd_configuration() {
    cat <<TOML
version = 2
root = "$STATE/containerd/root"
state = "$STATE/containerd/state"
disabled_plugins = [
  "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs",
]

[grpc]
  address = "$CONTAINERD_SOCKET"

[plugins."io.containerd.internal.v1.opt"]
  path = "$STATE/containerd/opt"

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "$PAUSE_IMAGE"
  restrict_oom_score_adj = true
  disable_apparmor = true

[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "/usr/lib/cni"
  conf_dir = "$STATE/cni"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
  SystemdCgroup = false
TOML
}

# syncFrequency stays at its default of one minute: how soon a pod sees a changed Secret
# hangs on it, and that is what the project is about. No image is ever collected as
# garbage, for there is no registry to get it back from.
write_kubelet_configuration() {
    cat <<YAML
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: $NODE_IP
readOnlyPort: 0
authentication:
  anonymous: {enabled: false}
  webhook: {enabled: true}
  x509: {clientCAFile: $PKI/ca.crt}
authorization: {mode: Webhook}
tlsCertFile: $PKI/kubelet.crt
tlsPrivateKeyFile: $PKI/kubelet.key
cgroupDriver: cgroupfs
failSwapOn: false
oomScoreAdj: 0
maxPods: 110
resolvConf: $STATE/config/resolv.conf
volumePluginDir: $STATE/kubelet/volume-plugins
imageGCHighThresholdPercent: 100
evictionHard: {memory.available: 100Mi, nodefs.available: 1%, imagefs.available: 1%}
nodeStatusUpdateFrequency: 5s
kubeAPIQPS: 50
kubeAPIBurst: 100
eventRecordQPS: 50
YAML
}

# nodePortAddresses: node ports are served on the test network only, not to the world.
write_kube_proxy_configuration() {
    cat <<YAML
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
bindAddress: $NODE_IP
healthzBindAddress: 127.0.0.1:10256
metricsBindAddress: 127.0.0.1:10249
hostnameOverride: $NODE_NAME
clientConnection: {kubeconfig: $PKI/kube-proxy.kubeconfig}
mode: iptables
clusterCIDR: $POD_CIDR
nodePortAddresses: [$TEST_CIDR]
conntrack: {maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}
YAML
}
