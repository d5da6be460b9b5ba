using System.Text;
using Operator.Reloader.Reports;

namespace Operator.Reloader.Tests.Reports;

public sealed class HttpRequestTests
{
    [Fact]
    public void A_request_is_read()
    {
        var request = Parse("GET /v1/report?after=1&instance=a%20b&wait HTTP/1.1\r\nHost: x\r\ncyrus-report-nonce:\t n \r\nEmpty:")!;

        (request.Method, request.Path, request.Target).ShouldBe(("GET", "/v1/report", "/v1/report?after=1&instance=a%20b&wait"));
        (request.Query("after"), request.Query("instance"), request.Query("wait"), request.Query("none")).ShouldBe(("1", "a b", "", null));
        (request.Header("Cyrus-Report-Nonce"), request.Header("Empty"), request.Header("None")).ShouldBe(("n", "", null));
    }

    [Fact]
    public void A_header_given_twice_is_neither_of_both() => Parse("GET / HTTP/1.1\r\nA: 1\r\na: 2")!.Header("A").ShouldBe("1, 2");

    [Theory]
    [InlineData("")]
    [InlineData("GET")]
    [InlineData("GET  HTTP/1.1")]
    [InlineData("GET / HTTP/2.0")]
    [InlineData("GET / HTTP/1.1 x")]
    [InlineData("GET http://host/ HTTP/1.1")]
    [InlineData("GET / HTTP/1.1\r\nno colon")]
    [InlineData("GET / HTTP/1.1\r\n: no name")]
    [InlineData("GET / HTTP/1.1\r\nA: 1\r\n continued: 2")]
    [InlineData("GET / HTTP/1.1\r\nName : value")]
    public void What_is_none_is_not_read(string head) => Parse(head).ShouldBeNull();

    private static HttpRequest? Parse(string head) => HttpRequest.Parse(Encoding.ASCII.GetBytes(head));
}
