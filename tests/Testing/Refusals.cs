using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Xunit;

namespace Ips.Testing;

/// <summary>Reads the status of a refused call.</summary>
public static class Refusals
{
    /// <summary>The call's failure with that code and exactly one ErrorInfo.</summary>
    public static async Task<Google.Rpc.Status> Refused<T>(this AsyncUnaryCall<T> call, StatusCode code)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        Assert.True(refused.StatusCode == code, $"{code} expected, {refused.StatusCode} found: {refused.Status.Detail}");
        var status = refused.GetRpcStatus()!;
        Assert.Single(status.Details, d => d.Is(ErrorInfo.Descriptor));
        return status;
    }

    /// <summary>Fields that are wrong.</summary>
    public static string[] Fields(this Google.Rpc.Status status) => [.. status.Detail<BadRequest>().FieldViolations.Select(v => v.Field)];

    /// <summary>The one detail of that type.</summary>
    public static T Detail<T>(this Google.Rpc.Status status) where T : class, IMessage<T>, new() =>
        Assert.Single(status.Details.Select(d => d.TryUnpack<T>(out var detail) ? detail : null).OfType<T>());
}
