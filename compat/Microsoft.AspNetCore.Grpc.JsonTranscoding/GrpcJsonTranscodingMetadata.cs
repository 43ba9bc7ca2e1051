using Google.Api;
using Google.Protobuf.Reflection;

namespace Microsoft.AspNetCore.Grpc.JsonTranscoding;

/// <summary>Endpoint metadata: which rpc a transcoded endpoint answers, and by which rule.</summary>
/// <param name="methodDescriptor">The rpc.</param>
/// <param name="httpRule">The <c>google.api.http</c> rule, or the additional binding of it, that made the endpoint.</param>
public sealed class GrpcJsonTranscodingMetadata(MethodDescriptor methodDescriptor, HttpRule httpRule)
{
    /// <summary>The rpc.</summary>
    public MethodDescriptor MethodDescriptor { get; } = methodDescriptor;

    /// <summary>The rule that made the endpoint; for an additional binding, that binding alone.</summary>
    public HttpRule HttpRule { get; } = httpRule;
}
