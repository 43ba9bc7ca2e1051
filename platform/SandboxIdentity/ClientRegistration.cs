using Ips.SandboxIdentity.Keys;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Ips.SandboxIdentity;

/// <summary>Registers the clients of the sandbox before the first request.</summary>
internal sealed class ClientRegistration(IServiceScopeFactory scopes, SandboxKeys keys, PortalAddresses portals) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var applications = scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>();
        await applications.CreateAsync(PortalClient(), cancellationToken);
        foreach (var machine in Clients.Machines)
            await applications.CreateAsync(Machine(machine), cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private OpenIddictApplicationDescriptor PortalClient()
    {
        OpenIddictApplicationDescriptor client = new()
        {
            ClientId = Clients.Portal,
            ClientSecret = keys.SecretOf(Clients.Portal),
            ClientType = ClientTypes.Confidential,
            ConsentType = ConsentTypes.Implicit,
            DisplayName = "IPS Portal",
            Permissions =
            {
                Permissions.Endpoints.Authorization, Permissions.Endpoints.Token, Permissions.Endpoints.EndSession,
                Permissions.GrantTypes.AuthorizationCode, Permissions.ResponseTypes.Code, Permissions.Scopes.Profile,
            },
            Requirements = { Requirements.Features.ProofKeyForCodeExchange },
        };
        client.RedirectUris.UnionWith(portals.All.Select(portal => new Uri(portal, "signin-oidc")));
        client.PostLogoutRedirectUris.UnionWith(portals.All.Select(portal => new Uri(portal, "signout-callback-oidc")));
        return client;
    }

    private OpenIddictApplicationDescriptor Machine(MachineClient machine)
    {
        var assertionKey = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(keys.OfClient(machine.Id).PublicOnly());
        assertionKey.Use = JsonWebKeyUseNames.Sig;
        OpenIddictApplicationDescriptor client = new()
        {
            ClientId = machine.Id,
            ClientSecret = keys.SecretOf(machine.Id),
            ClientType = ClientTypes.Confidential,
            JsonWebKeySet = new() { Keys = { assertionKey } },
            Permissions = { Permissions.Endpoints.Token, Permissions.GrantTypes.ClientCredentials },
        };
        client.Permissions.UnionWith(machine.Scopes.Select(scope => Permissions.Prefixes.Scope + scope));
        return client;
    }
}
