using Operator.Entities.Contract;
using Operator.Reloader.Settings;

namespace Operator.Reloader.Tests.Settings;

public sealed class ReloaderOptionsTests
{
    [Fact]
    public void Defaults_are_the_paths_of_the_pod()
    {
        var options = ReloaderOptions.From(static _ => null);

        options.Current.ShouldBe(PodPaths.Current);
        options.Generations.ShouldBe(PodPaths.Generations);
        options.ServiceBinaries.ShouldBe(PodPaths.ServiceBinaries);
        options.MasterPidFile.ShouldBe(PodPaths.MasterPidFile);
        options.ReportPort.ShouldBe(PodPaths.ReportPort);
        options.ConvergeLimit.ShouldBeNull(); // the settings have it
    }

    [Fact]
    public void Environment_overrides_them()
    {
        var options = ReloaderOptions.From(name => name switch
        {
            "CYRUS_RELOADER_RUN" => "/tmp/x",
            "CYRUS_RELOADER_CONVERGE_SECONDS" => "2.5",
            "CYRUS_RELOADER_BUMP" => "0",
            _ => null,
        });

        options.HeldFile.ShouldBe("/tmp/x/held");
        options.ConvergeLimit.ShouldBe(TimeSpan.FromSeconds(2.5));
        options.BumpBinaries.ShouldBeFalse();
    }
}
