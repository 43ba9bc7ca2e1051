using System.Collections.Concurrent;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Ips.SandboxIdentity;

/// <summary>Accepts every client assertion once. OpenIddict checks key, audience, type and expiry, but not repetition.</summary>
internal sealed class AssertionReplay(TimeProvider clock) : IOpenIddictServerHandler<ProcessAuthenticationContext>
{
    private readonly ConcurrentDictionary<(string Client, string Id), DateTimeOffset> used = new();

    /// <summary>Runs last, so that only an otherwise valid assertion is used up.</summary>
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor.CreateBuilder<ProcessAuthenticationContext>()
        .UseSingletonHandler<AssertionReplay>()
        .SetOrder(int.MaxValue)
        .Build();

    public ValueTask HandleAsync(ProcessAuthenticationContext context)
    {
        if (context.ClientAssertionPrincipal is not { } assertion)
            return default;
        if (assertion.GetClaim(Claims.JwtId) is not { Length: > 0 } id)
            context.Reject(Errors.InvalidClient, "The client assertion has no jti; expected an id that is used once.");
        else if (!used.TryAdd((context.ClientId ?? "", id), assertion.GetExpirationDate() ?? DateTimeOffset.MaxValue))
            context.Reject(Errors.InvalidClient, "The client assertion was used before; sign a new one for every token request.");
        Forget(clock.GetUtcNow().AddMinutes(-10));
        return default;
    }

    private void Forget(DateTimeOffset expired)
    {
        foreach (var (assertion, expires) in used)
        {
            if (expires < expired)
                used.TryRemove(assertion, out _);
        }
    }
}
