using Ips.SandboxIdentity.Keys;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Ips.SandboxIdentity;

/// <summary>Registers the clients of the sandbox and of its partners before the first request.</summary>
internal sealed class ClientRegistration(IServiceScopeFactory scopes, SandboxKeys keys, PartnerClients clients, PortalAddresses portals) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var applications = scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>();
        await applications.CreateAsync(PortalClient(), cancellationToken);
        foreach (var machine in clients.Machines)
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
        OpenIddictApplicationDescriptor client = new()
        {
            ClientId = machine.Id,
            ClientSecret = machine.Keys is null ? keys.SecretOf(machine.Id) : null,
            ClientType = ClientTypes.Confidential,
            JsonWebKeySet = machine.Keys ?? Own(machine.Id),
            Permissions = { Permissions.Endpoints.Token, Permissions.GrantTypes.ClientCredentials },
        };
        client.Permissions.UnionWith(machine.Scopes.Select(scope => Permissions.Prefixes.Scope + scope));
        return client;
    }

    private JsonWebKeySet Own(string client)
    {
        var key = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(keys.OfClient(client).PublicOnly());
        key.Use = JsonWebKeyUseNames.Sig;
        return new() { Keys = { key } };
    }
}
