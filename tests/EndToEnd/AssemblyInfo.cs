[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
[assembly: Xunit.AssemblyFixture(typeof(EndToEnd.WrittenDuringTheRun))]
