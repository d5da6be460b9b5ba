using Operator.Kubernetes.Api;

namespace Operator.Kubernetes.Tests.Api;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("1Gi", 1073741824)]
    [InlineData("1024Mi", 1073741824)]
    [InlineData("1.5Ki", 1536)]
    [InlineData("2G", 2000000000)]
    [InlineData("2e9", 2000000000)]
    [InlineData("2E9", 2000000000)]
    [InlineData("1E", 1000000000000000000)]
    [InlineData("3k", 3000)]
    [InlineData("0", 0)]
    [InlineData("5000m", 5)]
    [InlineData("-1Ki", -1024)]
    public void A_quantity_is_a_number(string text, long value)
    {
        Quantity.TryParse(text, out var quantity).ShouldBeTrue();

        quantity.Value.ShouldBe(value);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Gi")]
    [InlineData("1K")]
    [InlineData("1ki")]
    [InlineData("1 Gi")]
    [InlineData("1GiB")]
    [InlineData("1,5Gi")]
    [InlineData("99999999999999999999999Ei")]
    public void Anything_else_is_none(string? text) => Quantity.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void Quantities_are_compared_by_what_they_mean()
    {
        Quantity.TryParse("1000Mi", out var less).ShouldBeTrue();
        Quantity.TryParse("1Gi", out var more).ShouldBeTrue();

        less.ShouldBeLessThan(more);
        (less < more).ShouldBeTrue();
        (less > more).ShouldBeFalse();
    }
}
