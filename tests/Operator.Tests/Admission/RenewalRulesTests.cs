using System.Security.Cryptography.X509Certificates;
using Operator.Admission.Certificates;
using Operator.Kubernetes.Api;
using Operator.Testing;

namespace Operator.Tests.Admission;

public sealed class RenewalRulesTests
{
    private static readonly string[] Names = ["hook.mail.svc", "hook.mail.svc.cluster.local"];
    private readonly ManualTimeProvider clock = new();
    private readonly KeptCertificates fresh;

    public RenewalRulesTests() => fresh = Renew(Renewal.Afresh, null);

    [Fact]
    public void From_nothing_all_is_made()
    {
        Decide(null).ShouldBe(Renewal.Afresh);
        Decide(KeptCertificates.From(new V1Secret())).ShouldBe(Renewal.Afresh);
        Decide(fresh).ShouldBe(Renewal.None);
    }

    [Fact]
    public void What_is_made_is_what_was_asked_for()
    {
        using var leaf = X509Certificate2.CreateFromPem(fresh.Leaf, fresh.PrivateKey);
        using var authority = X509Certificate2.CreateFromPem(fresh.Authorities, fresh.AuthorityKey);

        leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single().EnumerateDnsNames().ShouldBe(Names);
        (leaf.NotAfter.ToUniversalTime() - clock.GetUtcNow().UtcDateTime).ShouldBe(TimeSpan.FromDays(90));
        (authority.NotAfter.ToUniversalTime() - clock.GetUtcNow().UtcDateTime).ShouldBe(TimeSpan.FromDays(3650));
        leaf.GetECDsaPublicKey()!.ExportParameters(false).Curve.Oid.Value.ShouldBe("1.2.840.10045.3.1.7");
        IsTrusted(fresh.Leaf, fresh.Authorities).ShouldBeTrue();
    }

    [Fact]
    public void A_Secret_gives_back_what_was_put_into_it()
    {
        var read = KeptCertificates.From(new V1Secret { Data = fresh.ToData() });

        read.ShouldBe(fresh);
        read!.ToString().ShouldNotContain("PRIVATE");
    }

    [Fact]
    public void The_leaf_is_renewed_at_two_thirds_of_its_time_by_the_same_authority()
    {
        clock.Advance(TimeSpan.FromDays(59));
        Decide(fresh).ShouldBe(Renewal.None);
        clock.Advance(TimeSpan.FromDays(1));
        Decide(fresh).ShouldBe(Renewal.Leaf);

        var renewed = Renew(Renewal.Leaf, fresh);

        Decide(renewed).ShouldBe(Renewal.None);
        (renewed.Authorities, renewed.AuthorityKey).ShouldBe((fresh.Authorities, fresh.AuthorityKey));
        renewed.Leaf.ShouldNotBe(fresh.Leaf);
    }

    [Fact]
    public void An_authority_is_trusted_before_anything_that_it_signed_is_served()
    {
        clock.Advance(TimeSpan.FromDays(2430));
        var late = Renew(Renewal.Leaf, fresh);
        Decide(late).ShouldBe(Renewal.None);
        clock.Advance(TimeSpan.FromDays(10));
        Decide(late).ShouldBe(Renewal.Authority);

        var both = Renew(Renewal.Authority, late);

        both.Leaf.ShouldBe(late.Leaf);
        RenewalRules.ReadAuthorities(both.Authorities).Count.ShouldBe(2);
        IsTrusted(both.Leaf, both.Authorities).ShouldBeTrue();
        Decide(both).ShouldBe(Renewal.None);
        clock.Advance(TimeSpan.FromDays(60));
        Decide(both).ShouldBe(Renewal.Leaf);
        var next = Renew(Renewal.Leaf, both);
        IsTrusted(next.Leaf, both.Authorities).ShouldBeTrue();
        IsTrusted(next.Leaf, fresh.Authorities).ShouldBeFalse();
    }

    [Fact]
    public void An_authority_that_has_ended_leaves_the_bundle_with_the_next_one()
    {
        clock.Advance(TimeSpan.FromDays(2500));
        var two = Renew(Renewal.Authority, fresh);
        clock.Advance(TimeSpan.FromDays(2500));

        var three = RenewalRules.ReadAuthorities(Renew(Renewal.Authority, two).Authorities);

        three.Count.ShouldBe(2);
        three.ShouldAllBe(one => !RenewalRules.HasEnded(one, clock.GetUtcNow()));
    }

    [Fact]
    public void A_leaf_that_has_ended_is_replaced_before_the_authority_is()
    {
        clock.Advance(TimeSpan.FromDays(3000));
        Decide(fresh).ShouldBe(Renewal.Leaf);

        Decide(Renew(Renewal.Leaf, fresh)).ShouldBe(Renewal.Authority);
    }

    [Fact]
    public void Nothing_outlives_what_signed_it()
    {
        clock.Advance(TimeSpan.FromDays(3640));

        using var leaf = X509Certificate2.CreateFromPem(Renew(Renewal.Leaf, fresh).Leaf);
        using var authority = X509Certificate2.CreateFromPem(fresh.Authorities);

        leaf.NotAfter.ShouldBe(authority.NotAfter);
        clock.Advance(TimeSpan.FromDays(10));
        Decide(fresh).ShouldBe(Renewal.Afresh);
    }

    [Fact]
    public void Other_names_a_foreign_leaf_and_a_foreign_key_cost_the_leaf_only()
    {
        var foreign = Renew(Renewal.Afresh, null);

        RenewalRules.Decide(fresh, [.. Names, "more.example.org"], clock.GetUtcNow()).ShouldBe(Renewal.Leaf);
        Decide(fresh with { Leaf = foreign.Leaf, PrivateKey = foreign.PrivateKey }).ShouldBe(Renewal.Leaf);
        Decide(fresh with { PrivateKey = foreign.PrivateKey }).ShouldBe(Renewal.Leaf);
        Decide(fresh with { Leaf = "garbage" }).ShouldBe(Renewal.Leaf);
    }

    [Fact]
    public void An_authority_that_cannot_sign_costs_everything()
    {
        var foreign = Renew(Renewal.Afresh, null);

        Decide(fresh with { AuthorityKey = foreign.AuthorityKey }).ShouldBe(Renewal.Afresh);
        Decide(fresh with { AuthorityKey = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n" }).ShouldBe(Renewal.Afresh);
        Decide(fresh with { Authorities = "garbage" }).ShouldBe(Renewal.Afresh);
        Decide(fresh with { Authorities = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" }).ShouldBe(Renewal.Afresh);
    }

    [Fact]
    public void A_clock_that_is_behind_changes_nothing()
    {
        RenewalRules.Decide(fresh, Names, clock.GetUtcNow().AddDays(-2)).ShouldBe(Renewal.None);
    }

    [Fact]
    public void A_bundle_is_applied_only_where_it_differs_and_names_nothing_else()
    {
        byte[] bundle = [1, 2];
        var configuration = new V1ValidatingWebhookConfiguration
        {
            Metadata = new V1ObjectMeta { Name = "hooks", ResourceVersion = "7" },
            Webhooks = [new() { Name = "a", ClientConfig = new() { CaBundle = bundle } }, new() { Name = "b" }],
        };

        var change = CertificateStore.WithBundle(configuration, bundle)!;

        change.Metadata.ShouldBe(new V1ObjectMeta { Name = "hooks" });
        change.Webhooks!.Select(static webhook => webhook.Name).ShouldBe(["a", "b"]);
        change.Webhooks!.ShouldAllBe(webhook => webhook.ClientConfig!.CaBundle == bundle);
        CertificateStore.WithBundle(change, bundle).ShouldBeNull();
        CertificateStore.WithBundle(configuration with { Webhooks = null }, bundle).ShouldBeNull();
    }

    private Renewal Decide(KeptCertificates? kept) => RenewalRules.Decide(kept, Names, clock.GetUtcNow());

    private KeptCertificates Renew(Renewal step, KeptCertificates? kept) => CertificateIssuer.Renew(step, kept, Names, clock.GetUtcNow());

    private bool IsTrusted(string leaf, string authorities)
    {
        using var certificate = X509Certificate2.CreateFromPem(leaf);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.ImportFromPem(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = clock.GetUtcNow().UtcDateTime;
        chain.ChainPolicy.ApplicationPolicy.Add(new("1.3.6.1.5.5.7.3.1"));
        return chain.Build(certificate) && certificate.MatchesHostname(Names[0]);
    }
}
