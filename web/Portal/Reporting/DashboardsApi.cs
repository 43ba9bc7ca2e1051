using Grpc.Core;
using Ips.Contracts.Reporting.V1;
using Microsoft.AspNetCore.Authentication;

namespace Ips.Portal.Reporting;

/// <summary>Calls the reporting service with the token of the signed-in person.</summary>
internal sealed class DashboardsApi(Dashboards.DashboardsClient client, IHttpContextAccessor requests, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The numbers of a program.</summary>
    public Task<Reply<Dashboard>> Dashboard(GetDashboardRequest request) => Call(options => client.GetDashboardAsync(request, options));

    /// <summary>The events behind a number.</summary>
    public Task<Reply<ListFigureEventsResponse>> Events(ListFigureEventsRequest request) => Call(options => client.ListFigureEventsAsync(request, options));

    /// <summary>Deadlines ahead.</summary>
    public Task<Reply<ListDeadlinesResponse>> Deadlines(ListDeadlinesRequest request) => Call(options => client.ListDeadlinesAsync(request, options));

    private async Task<Reply<T>> Call<T>(Func<CallOptions, AsyncUnaryCall<T>> rpc)
        where T : class
    {
        var http = requests.HttpContext!;
        Metadata headers = new() { { "authorization", $"Bearer {await http.GetTokenAsync("access_token")}" } };
        try
        {
            return new(await rpc(new(headers, clock.GetUtcNow().UtcDateTime + Patience, http.RequestAborted)), null);
        }
        catch (RpcException refused) when (Refusal.Of(refused) is { } refusal)
        {
            http.Response.StatusCode = refusal.HttpStatus;
            return new(null, refusal);
        }
    }
}

/// <summary>The service's answer: a value, or why there is none.</summary>
internal sealed record Reply<T>(T? Value, Refusal? Refusal)
    where T : class;
