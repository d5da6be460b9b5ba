# shellcheck shell=bash disable=SC2034 # the variables are used by the other parts
# Sourced by hack/cluster: how each component is started, and how to see that it is well.

COMPONENTS=(etcd containerd kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy)
ETCD_PORT=23790 # not the usual 2379: on a machine with systemd, Debian's own etcd is there

start_etcd() {
    # No fsync: after a power cut this cluster is set up anew.
    start etcd etcd --name default --data-dir "$STATE/etcd" --unsafe-no-fsync --logger zap \
        --listen-client-urls "http://127.0.0.1:$ETCD_PORT" --advertise-client-urls "http://127.0.0.1:$ETCD_PORT" \
        --listen-peer-urls "http://127.0.0.1:$((ETCD_PORT + 1))" \
        --initial-advertise-peer-urls "http://127.0.0.1:$((ETCD_PORT + 1))" \
        --initial-cluster "default=http://127.0.0.1:$((ETCD_PORT + 1))"
}

start_containerd() {
    local config=$STATE/config/containerd.toml
    DAEMON_CONFIG=$config start containerd containerd --config "$config"
}

start_kube-apiserver() {
    start kube-apiserver "$KUBERNETES_BIN/kube-apiserver" --etcd-servers="http://127.0.0.1:$ETCD_PORT" \
        --bind-address="$NODE_IP" --advertise-address="$NODE_IP" --secure-port="$API_PORT" --insecure-port=0 \
        --cert-dir="$STATE/kube-apiserver" --client-ca-file="$PKI/ca.crt" \
        --tls-cert-file="$PKI/kube-apiserver.crt" --tls-private-key-file="$PKI/kube-apiserver.key" \
        --kubelet-client-certificate="$PKI/kubelet-client.crt" --kubelet-client-key="$PKI/kubelet-client.key" \
        --kubelet-certificate-authority="$PKI/ca.crt" --kubelet-preferred-address-types=InternalIP \
        --service-account-issuer=https://kubernetes.default.svc \
        --service-account-key-file="$PKI/service-account.pub" \
        --service-account-signing-key-file="$PKI/service-account.key" \
        --service-cluster-ip-range="$SERVICE_CIDR" --authorization-mode=Node,RBAC \
        --enable-admission-plugins=NodeRestriction --allow-privileged=true
}

start_kube-controller-manager() {
    # The host-path provisioner serves the StorageClass "standard"; the umask lets
    # pods of any user write to the directories that it creates.
    DAEMON_UMASK=0 start kube-controller-manager "$KUBERNETES_BIN/kube-controller-manager" \
        --kubeconfig="$PKI/kube-controller-manager.kubeconfig" --bind-address=127.0.0.1 --port=0 \
        --cert-dir="$STATE/kube-controller-manager" --leader-elect=false --use-service-account-credentials=true \
        --service-account-private-key-file="$PKI/service-account.key" --root-ca-file="$PKI/ca.crt" \
        --cluster-signing-cert-file="$PKI/ca.crt" --cluster-signing-key-file="$PKI/ca.key" \
        --enable-hostpath-provisioner=true --kube-api-qps=100 --kube-api-burst=200
}

start_kube-scheduler() {
    start kube-scheduler "$KUBERNETES_BIN/kube-scheduler" --kubeconfig="$PKI/kube-scheduler.kubeconfig" \
        --bind-address=127.0.0.1 --port=0 --cert-dir="$STATE/kube-scheduler" --leader-elect=false
}

start_kubelet() {
    local config=$STATE/config/kubelet.yaml
    # Without the variable, it asks for AWS credentials at an address outside, for 5 s.
    AWS_EC2_METADATA_DISABLED=true DAEMON_CONFIG=$config start kubelet "$KUBERNETES_BIN/kubelet" --config="$config" \
        --kubeconfig="$PKI/kubelet.kubeconfig" --hostname-override="$NODE_NAME" --node-ip="$NODE_IP" \
        --root-dir="$STATE/kubelet" --cert-dir="$STATE/kubelet/pki" --container-runtime=remote \
        --container-runtime-endpoint="unix://$CONTAINERD_SOCKET" --pod-infra-container-image="$PAUSE_IMAGE"
}

start_kube-proxy() {
    local config=$STATE/config/kube-proxy.yaml
    DAEMON_CONFIG=$config start kube-proxy "$KUBERNETES_BIN/kube-proxy" --config="$config"
}

# is_healthy COMPONENT
is_healthy() {
    case $1 in
        etcd) answers "http://127.0.0.1:$ETCD_PORT/health" ;;
        containerd) timeout 5 ctr --address "$CONTAINERD_SOCKET" version ;;
        kube-apiserver) kubectl get --raw /readyz ;;
        kube-controller-manager) answers https://127.0.0.1:10257/healthz ;;
        kube-scheduler) answers https://127.0.0.1:10259/healthz ;;
        kubelet) answers http://127.0.0.1:10248/healthz ;;
        kube-proxy) answers http://127.0.0.1:10256/healthz ;;
    esac >/dev/null 2>&1
}

# The certificates on the loopback ports are self-signed, hence --insecure.
answers() { curl --fail --silent --insecure --noproxy '*' --max-time 5 --output /dev/null "$1"; }

wait_healthy() {
    local name=$1 seconds=$2
    retry "$seconds" is_healthy "$name" || fail "$name" "$name was not healthy within $seconds s"
}

is_node_ready() {
    kubectl get node "$NODE_NAME" -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}' 2>/dev/null | grep -q True
}
