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
        Should.Throw<ArgumentException>(() => ResourceRequests.Apply(Resources.Services, s_key, new WriteOptions()));
    }

    [Fact]
    public void A_write_can_be_a_dry_run_and_an_apply_need_not_be_forced()
    {
        var options = new WriteOptions { FieldManager = "o", DryRun = true, Force = false };

        ResourceRequests.Apply(Resources.Pods, s_key, options).PathAndQuery.ShouldEndWith("?fieldManager=o&dryRun=All&force=false");
        ResourceRequests.MergePatch(Resources.Pods, s_key, options).PathAndQuery.ShouldEndWith("?fieldManager=o&dryRun=All");
        ResourceRequests.ReplaceStatus(Resources.Pods, s_key, options).PathAndQuery.ShouldEndWith("?fieldManager=o&dryRun=All");
        ResourceRequests.Create(Resources.Pods, "mail", options).PathAndQuery.ShouldEndWith("?fieldManager=o&dryRun=All");
    }

    [Fact]
    public void Status_and_scale_have_their_own_paths_and_can_only_be_read_and_patched()
    {
        var scale = Resources.StatefulSets.Scale();

        ResourceRequests.Get(scale, s_key).PathAndQuery.ShouldBe("/apis/apps/v1/namespaces/mail/statefulsets/one/scale");
        ResourceRequests.MergePatch(Resources.Pods.Status(), s_key, "o").PathAndQuery
            .ShouldBe("/api/v1/namespaces/mail/pods/one/status?fieldManager=o");
        ResourceRequests.ReplaceStatus(Resources.Services, s_key, "o").PathAndQuery
            .ShouldStartWith("/api/v1/namespaces/mail/services/one/status?");
        Should.Throw<ArgumentException>(() => ResourceRequests.List(scale, "mail", new ListOptions()));
        Should.Throw<ArgumentException>(() => ResourceRequests.Watch(scale, "mail", new WatchOptions(), 300));
        Should.Throw<ArgumentException>(() => ResourceRequests.Create(scale, "mail", "o"));
        Should.Throw<ArgumentException>(() => ResourceRequests.Apply(scale, s_key, "o"));
        Should.Throw<ArgumentException>(() => ResourceRequests.Delete(scale, s_key));
    }

    [Fact]
    public void An_eviction_is_created_below_its_pod_and_never_repeated_by_itself()
    {
        var request = ResourceRequests.Evict(s_key);

        (request.Method, request.PathAndQuery).ShouldBe((HttpMethod.Post, $"/api/v1/namespaces/{s_key.Namespace}/pods/{s_key.Name}/eviction"));
        request.IsIdempotent.ShouldBeFalse();
    }

    [Fact]
    public void Discovery_asks_for_a_group_and_version()
    {
        ResourceRequests.Discover("", "v1").PathAndQuery.ShouldBe("/api/v1");
        ResourceRequests.Discover("apps", "v1").PathAndQuery.ShouldBe("/apis/apps/v1");
        Should.Throw<ArgumentException>(() => ResourceRequests.Discover("a/b", "v1"));
        Should.Throw<ArgumentException>(() => ResourceRequests.Discover("apps", ""));
    }

    [Fact]
    public void No_request_replaces_a_whole_object_which_would_remove_the_fields_that_a_type_does_not_know()
    {
        ApiRequest[] all =
        [
            ResourceRequests.Create(Resources.Pods, "mail", "o"),
            ResourceRequests.Apply(Resources.Pods, s_key, "o"),
            ResourceRequests.ReplaceStatus(Resources.Pods, s_key, "o"),
            ResourceRequests.MergePatch(Resources.Pods, s_key, "o"),
            ResourceRequests.Delete(Resources.Pods, s_key),
            ResourceRequests.Evict(s_key),
        ];

        all.Select(request => request.Method).ShouldNotContain(HttpMethod.Put);
        typeof(ResourceRequests).GetMethods().Count(method => method.ReturnType == typeof(ApiRequest))
            .ShouldBe(all.Length + 4, "get, list, watch and discovery are the others; a new write belongs into this list");
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
    public void A_request_says_verb_resource_and_subresource_for_metrics_and_the_key_for_messages()
    {
        var request = ResourceRequests.ReplaceStatus(Resources.StatefulSets, s_key, "o");

        (request.Verb, request.Resource, request.Subresource).ShouldBe(("patch", "statefulsets.apps", "status"));
        request.Description.ShouldBe("patch statefulsets.apps/status mail/one");
        ResourceRequests.Apply(Resources.StatefulSets, s_key, "o").Description.ShouldBe("apply statefulsets.apps mail/one");
        ResourceRequests.List(Resources.Pods, "mail", new ListOptions()).Description.ShouldBe("list pods in mail");
        ResourceRequests.List(Resources.Pods, null, new ListOptions()).Description.ShouldBe("list pods");
        ResourceRequests.Discover("apps", "v1").Description.ShouldBe("discover apis/apps/v1");
    }
}
