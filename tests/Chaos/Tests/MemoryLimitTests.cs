using Chaos.Strikes;

namespace Chaos.Tests;

public sealed class MemoryLimitTests
{
    [Fact]
    public void The_limit_is_found_in_both_versions_of_cgroups()
    {
        MemoryLimit.FilesOf(["5:devices:/kubepods/a", "4:memory:/kubepods/b", "0::/kubepods/c"]).ShouldBe(
            ("/sys/fs/cgroup/memory/kubepods/b/memory.limit_in_bytes", "/sys/fs/cgroup/memory/kubepods/b/memory.usage_in_bytes"));
        MemoryLimit.FilesOf(["0::/kubepods/c"]).ShouldBe(("/sys/fs/cgroup/kubepods/c/memory.max", "/sys/fs/cgroup/kubepods/c/memory.current"));
    }
}
