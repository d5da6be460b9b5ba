using System.Runtime.Versioning;

[assembly: SupportedOSPlatform("linux")]
// Real servers and a real clock: one test at a time, or they would disturb each other's timing on a small machine.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
