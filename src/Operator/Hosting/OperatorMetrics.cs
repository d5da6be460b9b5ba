using Operator.Metrics;

namespace Operator.Hosting;

/// <summary>All that the operator tells on <c>/metrics</c>.</summary>
internal static class OperatorMetrics
{
    /// <summary>Which build this is.</summary>
    public static readonly MetricDefinition Build = new(
        "cyrus_operator_build_info", MetricType.Gauge, "1; the operator's version, the commit that it was built from, and the .NET that runs it.", "version", "revision", "dotnet");

    private static readonly BuildInfo s_build = BuildInfo.Of(typeof(OperatorMetrics).Assembly);

    /// <summary>Everything as it is now.</summary>
    /// <param name="measured">Listens to the runtime's and the operator's meters.</param>
    public static IEnumerable<MetricFamily> Read(PrometheusExporter measured) =>
        [Build.With(Build.Series(1, s_build.Version, s_build.Revision, BuildInfo.Dotnet)), .. measured.Read(), .. ProcessMetrics.Read()];
}
