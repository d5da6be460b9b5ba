# shellcheck shell=bash
# Sourced by hack/cluster: the certificates and kubeconfigs, made once and kept over `down`,
# so that a kubeconfig which somebody holds stays good.

PKI=$CACHE/pki

ensure_certificates() {
    [ ! -d "$PKI" ] || return 0
    step "creating the certificates"
    rm -rf "$PKI.new"
    mkdir -m 700 "$PKI.new"
    make_certificates "$PKI.new" >"$CACHE/openssl.log" 2>&1 || {
        tail -n 20 "$CACHE/openssl.log" >&2
        die "the certificates could not be created"
    }
    mv "$PKI.new" "$PKI" # all of them or none
}

make_certificates() {
    local directory=$1 days=3650
    openssl req -x509 -newkey rsa:2048 -nodes -days $days -subj /CN=cyrus-operator-ca \
        -keyout "$directory/ca.key" -out "$directory/ca.crt" &&
        openssl genrsa -out "$directory/service-account.key" 2048 &&
        openssl rsa -in "$directory/service-account.key" -pubout -out "$directory/service-account.pub" &&
        issue "$directory" kube-apiserver /CN=kube-apiserver \
            "IP:$NODE_IP,IP:$API_SERVICE_IP,IP:127.0.0.1,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local" &&
        issue "$directory" kubelet-client /O=system:masters/CN=kube-apiserver-kubelet-client &&
        issue "$directory" kubelet "/O=system:nodes/CN=system:node:$NODE_NAME" "IP:$NODE_IP,DNS:$NODE_NAME" &&
        issue "$directory" admin /O=system:masters/CN=kubernetes-admin &&
        issue "$directory" kube-controller-manager /CN=system:kube-controller-manager &&
        issue "$directory" kube-scheduler /CN=system:kube-scheduler &&
        issue "$directory" kube-proxy /CN=system:kube-proxy || return
    local name
    for name in admin kubelet kube-controller-manager kube-scheduler kube-proxy; do
        make_kubeconfig "$directory" "$name" >"$directory/$name.kubeconfig" || return
    done
    chmod 600 "$directory"/*
}

# issue DIRECTORY NAME SUBJECT [SUBJECT-ALTERNATIVE-NAMES]
issue() {
    local file=$1/$2 subject=$3 names=${4:-DNS:$2} days=3650
    openssl req -new -newkey rsa:2048 -nodes -subj "$subject" -keyout "$file.key" -out "$file.csr" &&
        openssl x509 -req -in "$file.csr" -CA "$1/ca.crt" -CAkey "$1/ca.key" -CAcreateserial -days $days \
            -extfile <(printf 'extendedKeyUsage=serverAuth,clientAuth\nsubjectAltName=%s\n' "$names") -out "$file.crt"
}

make_kubeconfig() {
    local file=$1/$2
    cat <<YAML
apiVersion: v1
kind: Config
current-context: cyrus-operator
contexts:
- name: cyrus-operator
  context: {cluster: cyrus-operator, user: $2}
clusters:
- name: cyrus-operator
  cluster:
    server: https://$NODE_IP:$API_PORT
    certificate-authority-data: $(base64 -w0 "$1/ca.crt")
users:
- name: $2
  user:
    client-certificate-data: $(base64 -w0 "$file.crt")
    client-key-data: $(base64 -w0 "$file.key")
YAML
}
