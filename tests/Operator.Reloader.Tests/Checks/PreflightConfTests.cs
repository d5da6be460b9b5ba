using Operator.Entities.Configuration;
using Operator.Reloader.Checks;

namespace Operator.Reloader.Tests.Checks;

public sealed class PreflightConfTests
{
    [Fact]
    public void A_value_that_ends_in_a_backslash_does_not_take_up_the_next_option()
    {
        var text = PreflightConf.Render("servername: x\\ \ndefaultpartition: default\nconfigdirectory: /live\n", "imap", "/scratch");

        var options = ImapdConf.Parse(text).Options.ToDictionary(static option => option.Key, static option => option.Value);
        options["servername"].ShouldBe("x\\");
        options["defaultpartition"].ShouldBe("default");
        options["configdirectory"].ShouldBe("/scratch");
    }
}
