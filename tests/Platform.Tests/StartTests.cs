using System.Net;
using Xunit;

namespace Ips.Platform.Tests;

[Collection("platform")]
public sealed class StartTests(Platform platform)
{
    [Fact]
    public async Task Every_service_is_healthy()
    {
        foreach (var service in Platform.Services)
        {
            using var anybody = new HttpClient { BaseAddress = new Uri(platform.Http(service, "ops", "ips").BaseAddress!, "/") };
            using var answer = await anybody.GetAsync("/health");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task A_service_takes_the_tokens_of_this_host_and_no_others()
    {
        using var known = platform.Http("eligibility", "mco", "alliance");
        using var anybody = new HttpClient { BaseAddress = known.BaseAddress };
        using var forged = new HttpClient { BaseAddress = known.BaseAddress };
        var token = platform.Token("mco", "alliance");
        forged.DefaultRequestHeaders.Authorization = new("Bearer", token[..(token.LastIndexOf('.') + 1)] + new string('A', 86));

        using var refused = await anybody.GetAsync("/v1/individuals/none");
        using var alsoRefused = await forged.GetAsync("/v1/individuals/none");
        using var taken = await known.GetAsync("/v1/individuals/none");
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (refused.StatusCode, alsoRefused.StatusCode));
        Assert.NotEqual(HttpStatusCode.Unauthorized, taken.StatusCode);
    }
}
