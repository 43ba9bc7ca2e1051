using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Xunit;
using Xunit.Abstractions;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests.Fhir;

/// <summary>
/// The same request by gRPC and by <c>$submit</c>, in turns and by several callers at once. With <c>IPS_SUBMITS=400</c> it is the benchmark of
/// <c>bench/submit.sh</c>, which compares both rates.
/// </summary>
[Collection("eligibility")]
public sealed class RequestRateTests(EligibilityService service, ITestOutputHelper output)
{
    private const int Callers = 8;
    private const int Turns = 4;

    [Fact]
    public async Task Both_doors_take_requests_of_many_callers()
    {
        var isBench = int.TryParse(Environment.GetEnvironmentVariable("IPS_SUBMITS"), CultureInfo.InvariantCulture, out var count);
        var each = isBench ? count / Turns : 2;
        using HttpClient http = new() { BaseAddress = service.Address, DefaultRequestVersion = HttpVersion.Version11 };
        if (isBench)
        {
            // Compiled code and open connections.
            await Grpc(await People(each));
            await Fhir(http, await People(each));
        }

        var (grpc, fhir) = (TimeSpan.Zero, TimeSpan.Zero);
        for (var turn = 0; turn < Turns; turn++)
        {
            grpc += await Grpc(await People(each));
            fhir += await Fhir(http, await People(each));
        }

        var (byGrpc, byFhir) = (each * Turns / grpc.TotalSeconds, each * Turns / fhir.TotalSeconds);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"result: {each * Turns} requests each, {Callers} callers: RequestAuthorization {byGrpc:F0}/s, Claim/$submit {byFhir:F0}/s, ratio {byFhir / byGrpc:F2}"));
    }

    private async Task<List<PersonBuilder>> People(int count)
    {
        List<PersonBuilder> people = [];
        for (var i = 0; i < count; i++)
            people.Add(await PersonBuilder.Register(service));
        return people;
    }

    private static async Task<TimeSpan> Grpc(List<PersonBuilder> people)
    {
        List<(Proto.Authorizations.AuthorizationsClient Authorizations, Proto.RequestAuthorizationRequest Request, Grpc.Core.Metadata Headers)> requests = [];
        foreach (var one in people)
            requests.Add((one.Authorizations, await one.Request(), one.AsProvider));
        var watch = Stopwatch.StartNew();
        await Parallel.ForEachAsync(requests, new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (of, s) =>
            Assert.Equal(Proto.AuthorizationState.UnderReview,
                (await of.Authorizations.RequestAuthorizationAsync(of.Request, of.Headers, cancellationToken: s)).State));
        return watch.Elapsed;
    }

    private async Task<TimeSpan> Fhir(HttpClient http, List<PersonBuilder> people)
    {
        var requests = people.ConvertAll(one => PasRequest.Of(service, one)).ConvertAll(request => (Text: request.Json.ToJsonString(), Token: request.Token()));
        var watch = Stopwatch.StartNew();
        await Parallel.ForEachAsync(requests, new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (of, s) =>
        {
            using HttpRequestMessage message = new(HttpMethod.Post, "/fhir/Claim/$submit")
            {
                Content = new StringContent(of.Text, Encoding.UTF8, "application/fhir+json"),
                Headers = { Authorization = new AuthenticationHeaderValue("Bearer", of.Token) },
            };
            using var answer = await http.SendAsync(message, s);
            var body = await answer.Content.ReadAsStringAsync(s);
            Assert.True(answer.StatusCode == HttpStatusCode.OK && body.Contains("\"A4\"", StringComparison.Ordinal), body);
        });
        return watch.Elapsed;
    }
}
