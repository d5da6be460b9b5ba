"""What Debian's python3-kubernetes needs to list all widgets, page by page, and to begin to watch them: the floor for hack/bench."""
import sys
import time

from kubernetes import client, config, watch

KIND = ("bench.example.com", "v1", "widgets")


def rss_mb():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:")) / 1024


def main():
    config.load_kube_config(sys.argv[1])
    api = client.CustomObjectsApi()
    objects, token, started = {}, None, time.monotonic()
    while True:
        page = api.list_cluster_custom_object(*KIND, limit=500, _continue=token or "")
        for item in page["items"]:
            item["metadata"].pop("managedFields", None)
            objects[item["metadata"]["namespace"], item["metadata"]["name"]] = item
        token = page["metadata"].get("continue")
        if not token:
            break
    print(f"sync.seconds={time.monotonic() - started:.3f}")
    version = page["metadata"]["resourceVersion"]
    for _ in watch.Watch().stream(api.list_cluster_custom_object, *KIND, resource_version=version, timeout_seconds=1):
        pass
    print(f"sync.rss={rss_mb():.3f}")


main()
