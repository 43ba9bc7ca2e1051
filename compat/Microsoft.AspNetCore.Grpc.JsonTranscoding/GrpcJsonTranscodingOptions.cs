using Google.Protobuf.Reflection;

namespace Microsoft.AspNetCore.Grpc.JsonTranscoding;

/// <summary>Options of the transcoded wire; set with <c>AddJsonTranscoding(options => ...)</c>.</summary>
public sealed class GrpcJsonTranscodingOptions
{
    /// <summary>
    /// Message types that may stand in a <c>google.protobuf.Any</c>, beyond the standard error details
    /// (<c>google.rpc.ErrorInfo</c>, <c>BadRequest</c> and their neighbours), which are always known.
    /// </summary>
    public TypeRegistry TypeRegistry { get; set; } = TypeRegistry.Empty;

    /// <summary>How messages are written.</summary>
    public GrpcJsonSettings JsonSettings { get; set; } = new();
}
