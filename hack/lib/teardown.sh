# shellcheck shell=bash
# Sourced by hack/cluster: `down`. Each part can be repeated, also after an interruption.

GOING_DOWN=$CACHE/cluster.going-down # outside of $STATE, which goes away in between
HOSTPATH_VOLUMES=/tmp/hostpath_pv    # fixed in the controller manager's provisioner

teardown() {
    [ -d "$STATE" ] || [ -e "$GOING_DOWN" ] || return 0
    : >"$GOING_DOWN"
    step "stopping the components"
    stop kube-scheduler
    stop kube-controller-manager
    stop kube-proxy
    stop kubelet
    stop kube-apiserver
    stop etcd
    remove_containers
    stop containerd
    remove_shims
    unmount_all
    remove_network
    remove_cgroups
    remove_pod_logs
    rm -rf --one-file-system "$HOSTPATH_VOLUMES" "$STATE"
    rm -f "$GOING_DOWN"
}

remove_containers() {
    local container
    is_running containerd && is_containerd_up || return 0
    step "removing the pods"
    for container in $(containerd_client tasks ls -q); do
        containerd_client tasks kill --signal SIGKILL --all "$container" >/dev/null 2>&1 || true
        retry 5 remove_task "$container" || info "left to be ended with its shim: $container"
    done
    # Without tasks, all of them go at once.
    containerd_client containers ls -q | xargs -r ctr --address "$CONTAINERD_SOCKET" -n k8s.io containers delete >/dev/null 2>&1 || true
}

remove_task() {
    containerd_client tasks delete --force "$1" || true
    ! containerd_client tasks ls -q | grep -qxF "$1"
}

# A shim outlives a containerd that was killed. It is ours if it serves our socket;
# ending it by force leaves its containers, so those are ended first.
remove_shims() {
    local pid file
    for file in "$STATE"/containerd/state/io.containerd.runtime.v2.task/k8s.io/*/init.pid; do
        [ -s "$file" ] || continue
        pid=$(<"$file")
        if grep -qs kubepods "/proc/$pid/cgroup"; then kill -KILL "$pid" 2>/dev/null || true; fi
    done
    for file in /proc/[0-9]*/cmdline; do
        is_our_shim "$file" || continue
        pid=${file#/proc/}
        kill -KILL "${pid%/cmdline}" 2>/dev/null || true
    done
}

is_our_shim() {
    local arguments=()
    { mapfile -d '' -t arguments <"$1"; } 2>/dev/null || return 1
    [[ ${arguments[0]:-} == */containerd-shim-runc-v2 ]] && [[ " ${arguments[*]} " == *" $CONTAINERD_SOCKET "* ]]
}

# The last mounted first: a volume may be mounted within another.
unmount_all() {
    local path
    awk -v state="$STATE/" 'index($5, state) == 1 { print $5 }' /proc/self/mountinfo | tac |
        while read -r path; do
            umount "$path" 2>/dev/null || umount --lazy "$path"
        done
}

remove_cgroups() {
    local directory
    for directory in /sys/fs/cgroup/kubepods /sys/fs/cgroup/*/kubepods; do
        [ ! -d "$directory" ] || retry 5 remove_cgroup "$directory" || info "left behind: $directory"
    done
}

remove_cgroup() { find "$1" -depth -type d -exec rmdir {} +; }

# The kubelet keeps pod logs outside of its root directory.
remove_pod_logs() {
    local directory
    for directory in "$STATE"/kubelet/pods/*; do
        [ ! -d "$directory" ] || rm -rf /var/log/pods/*_"${directory##*/}"
    done
    [ ! -d /var/log/containers ] || find /var/log/containers -xtype l -delete
}
