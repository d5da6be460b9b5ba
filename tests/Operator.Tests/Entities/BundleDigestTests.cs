using Operator.Entities.Contract;

namespace Operator.Tests.Entities;

public sealed class BundleDigestTests
{
    [Fact]
    public void The_order_of_files_does_not_matter()
    {
        var one = new Dictionary<string, byte[]> { ["a"] = [1], ["b"] = [2] };
        var two = new Dictionary<string, byte[]> { ["b"] = [2], ["a"] = [1] };

        BundleDigest.Compute(one).ShouldBe(BundleDigest.Compute(two));
        BundleDigest.Compute(one).Length.ShouldBe(BundleDigest.Length);
    }

    [Fact]
    public void Moving_a_byte_from_a_name_to_a_content_changes_it()
    {
        var one = new Dictionary<string, byte[]> { ["ab"] = "c"u8.ToArray() };
        var two = new Dictionary<string, byte[]> { ["a"] = "bc"u8.ToArray() };

        BundleDigest.Compute(one).ShouldNotBe(BundleDigest.Compute(two));
    }

    [Fact]
    public void Two_bundles_share_one_key_space_without_mixing()
    {
        var data = new Dictionary<string, byte[]>
        {
            ["current.imapd.conf"] = [1],
            ["last-good.imapd.conf"] = [2],
            ["desired"] = [3],
        };

        BundleFiles.Take(data, BundleFiles.CurrentPrefix)["imapd.conf"].ShouldBe([1]);
        BundleFiles.Take(data, BundleFiles.LastGoodPrefix)["imapd.conf"].ShouldBe([2]);
        BundleFiles.Take(data, BundleFiles.CurrentPrefix).Count.ShouldBe(1);
    }
}
