using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ips.Platform.Rpc;

/// <summary>What a part of the platform does after the start so that the first call does not wait for it. It writes nothing and reads no one's data.</summary>
public interface IWarmsUp
{
    /// <summary>Runs once, beside the first calls.</summary>
    Task WarmUp(CancellationToken cancellationToken);
}

/// <summary>
/// After the service has started: fetches the issuer's keys, makes one gRPC call to itself (with its own token, if it has a client) and runs every
/// <see cref="IWarmsUp"/>. Off with the setting <c>WarmUp=false</c>.
/// </summary>
internal sealed partial class WarmUp(
    OwnToken token, IOptionsMonitor<JwtBearerOptions> bearer, IEnumerable<IWarmsUp> parts, IHostApplicationLifetime lifetime, IConfiguration configuration,
    TimeProvider clock, ILogger<WarmUp> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!configuration.GetValue("WarmUp", true))
            return;
        var started = new TaskCompletionSource();
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        await Task.Yield();
        var begun = clock.GetTimestamp();
        foreach (var part in parts.Select(part => (Func<CancellationToken, Task>)part.WarmUp).Prepend(CallItself))
        {
            try
            {
                await part(stoppingToken);
            }
            catch (Exception skipped) when (!stoppingToken.IsCancellationRequested)
            {
                // The first call will do it, or report what is wrong.
                Skipped(log, skipped.GetType().Name);
            }
        }

        Warm(log, (long)clock.GetElapsedTime(begun).TotalMilliseconds);
    }

    private async Task CallItself(CancellationToken cancellationToken)
    {
        if (bearer.Get(JwtBearerDefaults.AuthenticationScheme).ConfigurationManager is { } issuer)
            await issuer.GetConfigurationAsync(cancellationToken);
        if (configuration["Kestrel:Endpoints:grpc:Url"] is not { } address)
            return;
        Metadata headers = [];
        if (configuration["Authentication:ClientId"] is { Length: > 0 })
            headers.Add("authorization", $"Bearer {await token.Get(cancellationToken)}");
        using var channel = GrpcChannel.ForAddress(address.Replace("*", "localhost", StringComparison.Ordinal));
        await new Health.HealthClient(channel).CheckAsync(new(), headers, cancellationToken: cancellationToken);
    }

    [LoggerMessage(1006, LogLevel.Information, "Ready for the first call after {Milliseconds} ms")]
    private static partial void Warm(ILogger log, long milliseconds);

    [LoggerMessage(1007, LogLevel.Debug, "A part of the warm-up was skipped: {Code}")]
    private static partial void Skipped(ILogger log, string code);
}
