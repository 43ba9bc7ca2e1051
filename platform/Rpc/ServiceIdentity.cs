using System.Security.Claims;
using Grpc.Core;
using Ips.Contracts;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Ips.Platform.Rpc;

/// <summary>The service's name, as the AppHost and telemetry know it, such as <c>eligibility</c>.</summary>
public sealed record ServiceIdentity(string Name)
{
    /// <summary><c>OTEL_SERVICE_NAME</c>, which the host sets; else the application's name.</summary>
    public static ServiceIdentity Of(IHostApplicationBuilder builder) =>
        new((builder.Configuration["OTEL_SERVICE_NAME"] is { Length: > 0 } name ? name : builder.Environment.ApplicationName).ToLowerInvariant());
}

/// <summary>
/// Rpcs that only another service may call, with the token that the issuer gives it for its own calls. It names the provider it acts for in a header, so
/// that the provider's tenancy and the audit log hold for the call.
/// </summary>
public static class ServiceCalls
{
    /// <summary>The header with the code of the provider for which a service calls.</summary>
    public const string ActingForHeader = "ips-acting-for";

    /// <summary>The headers of a call for a provider. The call carries the service's own token, not that of the request being answered.</summary>
    public static Metadata ActingFor(string provider) => new() { { ActingForHeader, provider } };

    /// <summary>
    /// Whether the token is one of the service's own: role <c>ops</c>, organization <c>ips</c>, and as subject the service's name, or what
    /// <c>Authentication:Services:{name}</c> says where an issuer makes subjects of its own.
    /// </summary>
    internal static bool IsService(ClaimsPrincipal user, string service, IConfiguration configuration)
    {
        var caller = Caller.From(user);
        return caller is { Role: Roles.Ops, Organization: Tokens.OwnOrganization }
            && caller.Subject == (configuration[$"Authentication:Services:{service}"] ?? service);
    }

    /// <summary>The caller of an rpc that only services may call: the provider it acts for, if it names one.</summary>
    internal static Caller Of(HttpContext http, Caller service) =>
        http.GetEndpoint()?.Metadata.GetMetadata<ServicesOnly>() is not null
            && http.Request.Headers[ActingForHeader] is [{ } provider] && OrganizationCode.IsCode(provider)
            ? service with { Role = Roles.Provider, Organization = provider } : service;
}

/// <summary>On the endpoint of an rpc that only these services may call.</summary>
internal sealed record ServicesOnly(IReadOnlyList<string> Services);
