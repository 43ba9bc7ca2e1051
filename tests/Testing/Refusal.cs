using Google.Rpc;
using Grpc.Core;
using Xunit;

namespace Ips.Testing;

/// <summary>How a call was refused.</summary>
/// <param name="Code">The gRPC status.</param>
/// <param name="Message">Its text.</param>
/// <param name="Fields">The fields that are wrong.</param>
public sealed record Refusal(StatusCode Code, string Message, IReadOnlyList<string> Fields)
{
    /// <summary>Expects the service to refuse the call.</summary>
    public static async Task<Refusal> Of(Func<Task> call)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(call);
        var details = refused.GetRpcStatus()?.Details.FirstOrDefault(d => d.Is(BadRequest.Descriptor))?.Unpack<BadRequest>();
        return new(refused.StatusCode, refused.Status.Detail, [.. details?.FieldViolations.Select(v => v.Field) ?? []]);
    }
}
