using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Caching.Distributed;

namespace Ips.Portal.SignIn;

/// <summary>
/// Keeps sessions and their tokens on the server, encrypted, until the token ends. The cache is this process's memory; several replicas of the portal
/// register a shared <see cref="IDistributedCache"/> instead.
/// </summary>
internal sealed class SessionStore(IDistributedCache cache, IDataProtectionProvider protection) : ITicketStore
{
    private readonly IDataProtector protector = protection.CreateProtector("session");

    /// <inheritdoc/>
    public async Task<string> StoreAsync(AuthenticationTicket ticket)
    {
        var key = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
        await RenewAsync(key, ticket);
        return key;
    }

    /// <inheritdoc/>
    public Task RenewAsync(string key, AuthenticationTicket ticket) => cache.SetAsync(
        Name(key), protector.Protect(TicketSerializer.Default.Serialize(ticket)), new() { AbsoluteExpiration = ticket.Properties.ExpiresUtc });

    /// <inheritdoc/>
    public async Task<AuthenticationTicket?> RetrieveAsync(string key) =>
        await cache.GetAsync(Name(key)) is { } stored ? TicketSerializer.Default.Deserialize(protector.Unprotect(stored)) : null;

    /// <inheritdoc/>
    public Task RemoveAsync(string key) => cache.RemoveAsync(Name(key));

    private static string Name(string key) => $"session:{key}";
}
