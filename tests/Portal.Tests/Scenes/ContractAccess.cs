using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Ips.Contracts.Billing.V1;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Eligibility.V1;
using Ips.Contracts.Fidelity.V1;
using Ips.Contracts.Staffing.V1;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Ips.Portal.Tests.Scenes;

/// <summary>The fake services refuse whom the contract refuses: a page that calls what its reader may not call fails here as it would there.</summary>
public sealed class ContractAccess : Interceptor
{
    private static readonly IReadOnlyDictionary<string, MethodDescriptor> Methods =
        new[] { AuthorizationsReflection.Descriptor, MilestonesReflection.Descriptor, StaffReflection.Descriptor, ReviewsReflection.Descriptor }
            .SelectMany(Around).SelectMany(file => file.Services).SelectMany(service => service.Methods)
            .ToDictionary(method => $"/{method.Service.FullName}/{method.Name}", StringComparer.Ordinal);

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        var token = context.RequestHeaders.GetValue("authorization") is { } header ? new JsonWebToken(header["Bearer ".Length..]) : null;
        var role = token?.GetClaim("role").Value ?? throw new RpcException(new(StatusCode.Unauthenticated, "no token"));
        var roles = Methods[context.Method].GetOptions().GetExtension(AccessExtensions.Access).Roles;
        return roles.Any(allowed => allowed.ToString().Equals(role, StringComparison.OrdinalIgnoreCase))
            ? continuation(request, context)
            : throw new RpcException(new(StatusCode.PermissionDenied, $"Not allowed: role {role} may not call this."));
    }

    // All files of a service's package.
    private static IEnumerable<FileDescriptor> Around(FileDescriptor one) => one.MessageTypes[0].ClrType.Assembly.GetTypes()
        .Where(type => type.Namespace == one.MessageTypes[0].ClrType.Namespace && type.Name.EndsWith("Reflection", StringComparison.Ordinal))
        .Select(type => (FileDescriptor)type.GetProperty("Descriptor")!.GetValue(null)!);
}

/// <summary>Errors as the services make them.</summary>
public static class Refuse
{
    /// <summary>INVALID_ARGUMENT with one wrong field.</summary>
    public static RpcException Field(string field, string description) => new Google.Rpc.Status
    {
        Code = (int)Code.InvalidArgument,
        Message = $"{field}: {description}",
        Details = { Google.Protobuf.WellKnownTypes.Any.Pack(new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = field, Description = description } } }) },
    }.ToRpcException();

    /// <summary>NOT_FOUND.</summary>
    public static RpcException NotFound(string name) => new(new(StatusCode.NotFound, $"There is no {name}."));

    /// <summary>ABORTED: the etag is not the present one.</summary>
    public static void Stale(string present, string sent)
    {
        if (present != sent)
            throw new RpcException(new(StatusCode.Aborted, "It has changed since it was read."));
    }
}
