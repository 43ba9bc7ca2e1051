using OpenIddict.Abstractions;

namespace Ips.SandboxIdentity;

/// <summary>Removes the records of ended tokens, so that an issuer that runs for weeks does not grow.</summary>
internal sealed class TokenPruning(IServiceScopeFactory scopes, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<IOpenIddictTokenManager>().PruneAsync(clock.GetUtcNow() - Interval, stoppingToken);
        }
    }
}
