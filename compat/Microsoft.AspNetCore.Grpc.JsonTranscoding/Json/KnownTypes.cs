using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Microsoft.Extensions.Options;

namespace Microsoft.AspNetCore.Grpc.JsonTranscoding.Json;

/// <summary>The types an <c>Any</c> may hold (those the user registered, then the standard error details), and the reader and writer over them.</summary>
internal sealed class KnownTypes
{
    private static readonly TypeRegistry ErrorDetails = TypeRegistry.FromFiles(ErrorDetailsReflection.Descriptor, StatusReflection.Descriptor);
    private readonly TypeRegistry registered;

    public KnownTypes(IOptions<GrpcJsonTranscodingOptions> options)
    {
        registered = options.Value.TypeRegistry;
        Parser = new JsonParser(JsonParser.Settings.Default.WithTypeRegistry(registered));
        Settings = options.Value.JsonSettings;
    }

    public GrpcJsonSettings Settings { get; }

    /// <summary>Reads the well-known types, whose JSON form is special.</summary>
    public JsonParser Parser { get; }

    public MessageDescriptor? Find(string typeUrl)
    {
        var name = typeUrl[(typeUrl.LastIndexOf('/') + 1)..];
        return registered.Find(name) ?? ErrorDetails.Find(name) ?? WellKnown.Find(name);
    }
}
