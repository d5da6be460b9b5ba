using Operator.Reloader.Reload;

namespace Operator.Reloader.Tests.Reload;

public sealed class RestingMemoryTests
{
    private int collections;

    [Fact]
    public void Memory_is_given_back_once_after_the_start_and_once_after_each_reload()
    {
        var memory = new RestingMemory(() => collections++);

        memory.Rest();
        memory.Rest();
        collections.ShouldBe(1);

        memory.Work();
        memory.Work();
        memory.Rest();
        memory.Rest();
        collections.ShouldBe(2);
    }
}
