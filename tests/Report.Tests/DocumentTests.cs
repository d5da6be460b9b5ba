using System.Xml.Linq;

namespace Report.Tests;

public sealed class DocumentTests
{
    private static readonly LinePlot s_plot = new(
        "Memory & <more>",
        "workers",
        "MB",
        [new PlotLine("RSS", [(10, 28), (100, 29), (1000, 31)]), new PlotLine("goal", [(10, 32), (1000, 32)]) { IsGoal = true }]);

    [Fact]
    public void Sections_are_put_one_level_deeper_in_a_fixed_order_and_their_pictures_are_found()
    {
        var runtime = new Section("runtime", "The controller runtime", "`hack/bench runtime`.");
        var reloader = new Section("reloader", "The sidecar", "`hack/bench reloader`.").Heading("Memory").Plot("memory", s_plot);

        var text = Document.Assemble([(runtime.Name, runtime.Markdown), (reloader.Name, reloader.Markdown)]);

        text.ShouldStartWith(Document.Mark + "\n# Benchmarks\n");
        text.ShouldContain("- [The sidecar](#the-sidecar)\n- [The controller runtime](#the-controller-runtime)\n");
        text.ShouldEndWith(
            """

            ## The sidecar

            `hack/bench reloader`.

            ### Memory

            ![Memory & <more>](benchmarks/reloader-memory.svg)

            ## The controller runtime

            `hack/bench runtime`.

            """);
        text.Split(Document.Mark).Length.ShouldBe(2);
    }

    [Fact]
    public async Task A_section_that_is_measured_again_replaces_itself_and_its_pictures_only()
    {
        var stop = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("benchmarks-").FullName;
        try
        {
            await Document.WriteAsync(folder, new Section("operator", "The operator", "before").Plot("old", s_plot), stop);
            await Document.WriteAsync(folder, new Section("reloader", "The sidecar", "before").Plot("memory", s_plot), stop);

            var document = await Document.WriteAsync(folder, new Section("operator", "The operator", "after").Plot("new", s_plot), stop);

            Directory.EnumerateFiles(Path.Combine(folder, "benchmarks")).Select(Path.GetFileName).Order(StringComparer.Ordinal)
                .ShouldBe(["operator-new.svg", "operator.md", "reloader-memory.svg", "reloader.md"]);
            var text = await File.ReadAllTextAsync(document, stop);
            text.ShouldContain("after");
            text.ShouldContain("## The sidecar\n\nbefore");
            text.ShouldNotContain("operator-old");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_plot_is_well_formed_with_a_dot_for_each_measured_value_and_all_of_it_inside()
    {
        var svg = XElement.Parse(s_plot.ToSvg());
        XNamespace space = "http://www.w3.org/2000/svg";

        svg.Elements(space + "circle").Count().ShouldBe(3 + 1); // and one in the legend
        svg.Elements(space + "polyline").Count().ShouldBe(2);
        var corners = svg.Elements(space + "polyline").SelectMany(static line => line.Attribute("points")!.Value.Split(' ')).Select(static corner =>
            corner.Split(',').Select(static number => double.Parse(number, System.Globalization.CultureInfo.InvariantCulture)).ToArray());
        corners.ShouldAllBe(static corner => corner[0] >= 0 && corner[0] <= 720 && corner[1] >= 0 && corner[1] <= 372);
        svg.Elements(space + "text").Select(static text => text.Value).ShouldContain("Memory & <more>");
    }
}
