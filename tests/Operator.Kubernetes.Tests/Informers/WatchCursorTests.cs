using System.Net;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Informers;

namespace Operator.Kubernetes.Tests.Informers;

public sealed class WatchCursorTests
{
    private readonly WatchCursor cursor = new();

    [Fact]
    public void At_first_a_list_is_needed()
    {
        cursor.MustList.ShouldBeTrue();
    }

    [Fact]
    public void A_watch_goes_on_from_the_list_and_then_from_each_event()
    {
        cursor.Listed("5");
        cursor.ResourceVersion.ShouldBe("5");
        cursor.Advance("7");

        cursor.ResourceVersion.ShouldBe("7");
        cursor.MustList.ShouldBeFalse();
    }

    [Fact]
    public void A_version_that_is_too_old_forces_a_list_in_both_forms()
    {
        cursor.Listed("5");
        cursor.Fail(new ApiException("watch pods", HttpStatusCode.Gone));
        cursor.MustList.ShouldBeTrue();

        cursor.Listed("6");
        cursor.Fail(new ApiException("watch pods", HttpStatusCode.InternalServerError, new V1Status { Reason = "Expired" }));
        cursor.MustList.ShouldBeTrue();
    }

    [Fact]
    public void A_broken_connection_keeps_the_version_however_often()
    {
        cursor.Listed("5");

        for (var i = 0; i < 100; i++)
            cursor.Fail(new HttpRequestException("connection refused"));

        cursor.ResourceVersion.ShouldBe("5");
    }

    [Fact]
    public void A_busy_server_keeps_the_version_however_often()
    {
        cursor.Listed("5");

        for (var i = 0; i < 100; i++)
            cursor.Fail(new ApiException("watch pods", HttpStatusCode.TooManyRequests));

        cursor.ResourceVersion.ShouldBe("5");
    }

    [Fact]
    public void Five_watches_in_a_row_that_end_at_once_and_empty_force_a_list()
    {
        cursor.Listed("5");

        for (var i = 0; i < WatchCursor.FruitlessWatches - 1; i++)
            cursor.Ended(fruitful: false);
        cursor.MustList.ShouldBeFalse();
        cursor.Ended(fruitful: false);

        cursor.MustList.ShouldBeTrue();
    }

    [Fact]
    public void An_event_that_cannot_be_read_five_times_forces_a_list_past_it()
    {
        cursor.Listed("5");

        for (var i = 0; i < WatchCursor.FruitlessWatches; i++)
            cursor.Fail(new InvalidDataException("too long"));

        cursor.MustList.ShouldBeTrue();
    }

    [Fact]
    public void One_fruitful_watch_starts_the_count_anew()
    {
        cursor.Listed("5");

        for (var i = 0; i < 20; i++)
            cursor.Ended(fruitful: i % 4 == 3);

        cursor.MustList.ShouldBeFalse();
    }

    [Fact]
    public void A_list_without_a_version_is_listed_again()
    {
        cursor.Listed("");

        cursor.MustList.ShouldBeTrue();
    }
}
