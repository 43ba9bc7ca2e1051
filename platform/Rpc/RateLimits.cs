using System.Globalization;
using System.Threading.RateLimiting;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Ips.Platform.Rpc;

/// <summary>Metadata of an endpoint that is no rpc and counts like one.</summary>
/// <param name="Name">Its name in <see cref="RateLimitOptions.Rpcs"/>.</param>
public sealed record LimitedCall(string Name);

/// <summary>How many calls a caller may make; section <c>RateLimits</c> of the configuration.</summary>
public sealed class RateLimitOptions
{
    /// <summary>Calls a minute of one caller, of all rpcs together. So many may come at once.</summary>
    public int PerMinute { get; set; } = 120_000;

    /// <summary>
    /// Calls a minute of one caller, by the name of the rpc or of the <see cref="LimitedCall"/>. Stricter where a call opens a record, or its answer says whether a
    /// person is on file.
    /// </summary>
    public Dictionary<string, int> Rpcs { get; } = new(StringComparer.Ordinal)
    {
        ["OpenDisclosure"] = 30,
        ["FindIndividual"] = 6_000,
        ["Claim/$inquire"] = 6_000,
        ["cds-services"] = 6_000,
        ["RegisterIndividual"] = 60_000,
    };
}

/// <summary>
/// Limits of each caller: issuer, organization, role and subject of its token. The platform's own services have none. A refused call gets
/// RESOURCE_EXHAUSTED, over HTTP 429, with the time after which to send it again.
/// </summary>
internal sealed class RateLimits(IOptions<RateLimitOptions> options) : IConfigureOptions<RateLimiterOptions>, IDisposable
{
    private readonly PartitionedRateLimiter<HttpContext> all = PartitionedRateLimiter.Create<HttpContext, (string, string)>(
        http => Partition(http, "", options.Value.PerMinute));

    private readonly PartitionedRateLimiter<HttpContext> rpcs = PartitionedRateLimiter.Create<HttpContext, (string, string)>(
        http => RpcOf(http) is { } rpc && options.Value.Rpcs.TryGetValue(rpc, out var limit) ? Partition(http, rpc, limit) : NoLimit);

    private static RateLimitPartition<(string Caller, string Rpc)> NoLimit => RateLimitPartition.GetNoLimiter(("", ""));

    /// <inheritdoc/>
    public void Configure(RateLimiterOptions limiter)
    {
        // The stricter one first: what it refuses does not count for all rpcs.
        limiter.GlobalLimiter = PartitionedRateLimiter.CreateChained(rpcs, all);
        limiter.OnRejected = (refused, _) =>
        {
            Show(refused.HttpContext);
            var after = refused.Lease.TryGetMetadata(MetadataName.RetryAfter, out var known) && known > TimeSpan.Zero ? known : TimeSpan.FromSeconds(1);
            return new(StatusAnswer.Write(refused.HttpContext, new Problem.TooMany("This caller sends more calls than it may", after).ToStatus()));
        };
    }

    public void Dispose()
    {
        all.Dispose();
        rpcs.Dispose();
    }

    /// <summary>The headers of draft-ietf-httpapi-ratelimit-headers: each limit that applies, and what is left of it.</summary>
    public void Show(HttpContext http)
    {
        if (StatusAnswer.IsGrpc(http.Request))
            return;
        List<string> policies = [];
        List<string> left = [];
        Add("caller", options.Value.PerMinute, all);
        if (RpcOf(http) is { } rpc && options.Value.Rpcs.TryGetValue(rpc, out var limit))
            Add(rpc, limit, rpcs);
        if (left.Count == 0)
            return;
        http.Response.Headers["RateLimit-Policy"] = string.Join(", ", policies);
        http.Response.Headers["RateLimit"] = string.Join(", ", left);

        void Add(string name, int most, PartitionedRateLimiter<HttpContext> limiter)
        {
            if (limiter.GetStatistics(http) is not { CurrentAvailablePermits: var permits and < int.MaxValue })
                return;
            policies.Add(string.Create(CultureInfo.InvariantCulture, $"\"{name}\";q={most};w=60"));
            left.Add(string.Create(CultureInfo.InvariantCulture, $"\"{name}\";r={permits};t={Math.Ceiling(Refill(most).TotalSeconds)}"));
        }
    }

    private static string? RpcOf(HttpContext http) => http.GetEndpoint()?.Metadata is not { } endpoint ? null
        : endpoint.GetMetadata<GrpcMethodMetadata>()?.Method.Name ?? endpoint.GetMetadata<LimitedCall>()?.Name;

    private static RateLimitPartition<(string Caller, string Rpc)> Partition(HttpContext http, string rpc, int perMinute)
    {
        var caller = Caller.From(http.User);
        if (RpcOf(http) is null || caller.Role.Length == 0 || caller is { Role: Roles.Ops, Organization: Tokens.OwnOrganization, IsPerson: false })
            return NoLimit;
        return RateLimitPartition.GetTokenBucketLimiter((caller.Key, rpc), _ => new()
        {
            TokenLimit = perMinute,
            TokensPerPeriod = Math.Max(1, perMinute / 60),
            ReplenishmentPeriod = Refill(perMinute),
            QueueLimit = 0,
        });
    }

    // A second's share each second, and one call at a time where that is less than one.
    private static TimeSpan Refill(int perMinute) => perMinute >= 60 ? TimeSpan.FromSeconds(1) : TimeSpan.FromMinutes(1) / perMinute;
}

/// <summary>Adds the limits to a service.</summary>
internal static class RateLimiting
{
    public static void AddRateLimits(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<RateLimitOptions>().Bind(builder.Configuration.GetSection("RateLimits"))
            .Validate(limits => limits.PerMinute > 0 && limits.Rpcs.Values.All(limit => limit > 0), "RateLimits: a limit is not above 0.").ValidateOnStart();
        builder.Services.AddSingleton<RateLimits>().AddSingleton<IConfigureOptions<RateLimiterOptions>>(services => services.GetRequiredService<RateLimits>());
        builder.Services.AddRateLimiter(_ => { });
    }

    /// <summary>After authorization: the caller is known, and a call without a valid token is refused already.</summary>
    public static void UseRateLimits(this WebApplication app)
    {
        var limits = app.Services.GetRequiredService<RateLimits>();
        app.UseRateLimiter();
        app.Use((http, next) =>
        {
            limits.Show(http);
            return next(http);
        });
    }
}
