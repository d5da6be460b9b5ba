using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;

namespace Operator.Kubernetes.Tests.Client;

public sealed class ResourceRequestsTests
{
    private static readonly ObjectKey s_key = new("mail", "one");

    [Fact]
    public void The_core_group_and_the_others_have_their_own_roots()
    {
        ResourceRequests.Get(Resources.Pods, s_key).PathAndQuery.ShouldBe("/api/v1/namespaces/mail/pods/one");
        ResourceRequests.Get(Resources.StatefulSets, s_key).PathAndQuery.ShouldBe("/apis/apps/v1/namespaces/mail/statefulsets/one");
    }

    [Fact]
    public void Cluster_scoped_kinds_have_no_namespace_in_their_path()
    {
        ResourceRequests.Get(Resources.Namespaces, new ObjectKey(null, "mail")).PathAndQuery.ShouldBe("/api/v1/namespaces/mail");
    }

    [Fact]
    public void A_list_carries_selectors_and_page_escaped()
    {
        var options = new ListOptions
        {
            LabelSelector = "a=b,c!=d",
            FieldSelector = "metadata.name=x",
            Limit = 5,
            Continue = "t/=",
            ResourceVersion = "0",
        };

        ResourceRequests.List(Resources.Pods, "mail", options).PathAndQuery.ShouldBe(
            "/api/v1/namespaces/mail/pods?labelSelector=a%3Db%2Cc%21%3Dd&fieldSelector=metadata.name%3Dx"
            + "&limit=5&continue=t%2F%3D&resourceVersion=0");
    }

    [Fact]
    public void A_list_of_all_namespaces_names_none()
    {
        ResourceRequests.List(Resources.Pods, null, new ListOptions()).PathAndQuery.ShouldBe("/api/v1/pods");
    }

    [Fact]
    public void A_watch_asks_for_bookmarks_and_for_an_end()
    {
        ResourceRequests.Watch(Resources.Pods, "mail", new WatchOptions { ResourceVersion = "7" }, 321).PathAndQuery.ShouldBe(
            "/api/v1/namespaces/mail/pods?watch=true&allowWatchBookmarks=true&resourceVersion=7&timeoutSeconds=321");
    }

    [Fact]
    public void An_apply_is_forced_and_names_its_manager()
    {
        var request = ResourceRequests.Apply(Resources.Services, s_key, "my operator");

        request.Method.ShouldBe(HttpMethod.Patch);
        request.ContentType.ShouldBe("application/apply-patch+yaml");
        request.PathAndQuery.ShouldBe("/api/v1/namespaces/mail/services/one?fieldManager=my%20operator&force=true");
        ResourceRequests.ReplaceStatus(Resources.Services, s_key, "o").PathAndQuery
            .ShouldStartWith("/api/v1/namespaces/mail/services/one/status?");
    }

    [Fact]
    public void A_merge_patch_has_its_own_media_type()
    {
        var request = ResourceRequests.MergePatch(Resources.Pods, s_key, "o");

        request.ContentType.ShouldBe("application/merge-patch+json");
        request.IsIdempotent.ShouldBeTrue();
    }

    [Fact]
    public void Only_a_create_may_not_be_repeated()
    {
        ResourceRequests.Create(Resources.Pods, "mail", "o").IsIdempotent.ShouldBeFalse();
        ResourceRequests.Delete(Resources.Pods, s_key).IsIdempotent.ShouldBeTrue();
    }

    [Fact]
    public void Metadata_only_asks_for_a_list_or_for_single_objects()
    {
        var secrets = Resources.Secrets.MetadataOnly();

        const string Single = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
        const string List = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
        ResourceRequests.List(secrets, null, new ListOptions()).Accept.ShouldBe(List);
        ResourceRequests.Watch(secrets, null, new WatchOptions(), 300).Accept.ShouldBe(Single);
        ResourceRequests.Get(secrets, s_key).Accept.ShouldBe(Single);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a%2fb")]
    public void A_name_that_would_hit_something_else_is_refused(string? name)
    {
        Should.Throw<ArgumentException>(() => ResourceRequests.Delete(Resources.Pods, new ObjectKey("mail", name!)));
        Should.Throw<ArgumentException>(() => ResourceRequests.Get(Resources.Pods, new ObjectKey(name, "one")));
    }

    [Fact]
    public void Descriptions_say_verb_resource_and_key()
    {
        ResourceRequests.Apply(Resources.StatefulSets, s_key, "o").Description.ShouldBe("apply statefulsets.apps mail/one");
        ResourceRequests.List(Resources.Pods, "mail", new ListOptions()).Description.ShouldBe("list pods in mail");
    }
}
