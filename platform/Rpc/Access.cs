using System.Reflection;
using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Ips.Contracts.Common.V1;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Ips.Platform.Rpc;

/// <summary>Which roles may call an rpc: read from the method's <c>(ips.common.v1.access)</c> option and put on its endpoints, on both wires.</summary>
public static class Access
{
    /// <summary>The roles that may call, as the token names them.</summary>
    /// <exception cref="InvalidOperationException">The rpc has no option that names the roles.</exception>
    public static IReadOnlyList<string> RolesOf(MethodDescriptor method)
    {
        var access = method.GetOptions()?.GetExtension(AccessExtensions.Access);
        if (access is null || access.Roles.Count == 0 || access.Roles.Contains(CallerRole.Unspecified))
            throw new InvalidOperationException(
                $"{method.FullName} does not say who may call it; add option (ips.common.v1.access) = {{ roles: [...] }} to the rpc.");
        return [.. access.Roles.Select(role => role.ToString().ToLowerInvariant())];
    }

    /// <summary>The services whose own token alone may call; empty where any caller of the roles may.</summary>
    public static IReadOnlyList<string> ServicesOf(MethodDescriptor method) =>
        [.. method.GetOptions()?.GetExtension(AccessExtensions.Access)?.Services ?? []];

    /// <summary>The proto service that a C# service implements.</summary>
    internal static ServiceDescriptor Descriptor(Type service)
    {
        for (var at = service; at is not null; at = at.BaseType)
        {
            if (at.GetCustomAttribute<BindServiceMethodAttribute>(inherit: false) is { } bound)
                return (ServiceDescriptor)bound.BindType.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;
        }

        throw new InvalidOperationException($"{service.Name} implements no generated gRPC service.");
    }

    internal static void Require(EndpointBuilder endpoint, ServiceDescriptor service)
    {
        if (endpoint.Metadata.OfType<GrpcMethodMetadata>().FirstOrDefault() is not { } rpc)
            return;
        var method = service.FindMethodByName(rpc.Method.Name)
            ?? throw new InvalidOperationException($"{service.FullName} has no rpc {rpc.Method.Name}.");
        endpoint.Metadata.Add(new AuthorizeAttribute { Roles = string.Join(',', RolesOf(method)) });
        endpoint.Metadata.Add(MemberAccess.Of(method));
        if (ServicesOf(method) is not { Count: > 0 } services)
            return;
        endpoint.Metadata.Add(new ServicesOnly(services));
        endpoint.Metadata.Add(new AuthorizationPolicyBuilder().RequireAssertion(call => call.Resource is HttpContext http
            && services.Any(name => ServiceCalls.IsService(call.User, name, http.RequestServices.GetRequiredService<IConfiguration>()))).Build());
    }
}
