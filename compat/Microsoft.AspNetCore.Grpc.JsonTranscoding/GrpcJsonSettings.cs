namespace Microsoft.AspNetCore.Grpc.JsonTranscoding;

/// <summary>How messages are written as JSON. The defaults are those of the official package, not those of the proto3 JSON mapping.</summary>
public sealed class GrpcJsonSettings
{
    /// <summary>
    /// Leaves out fields that hold their default value and have no presence (plain proto3 scalars, lists, maps).
    /// False: they are written, so that a reader sees every field. Fields with presence are written only when set, either way.
    /// </summary>
    public bool IgnoreDefaultValues { get; set; }

    /// <summary>Writes enum values as numbers instead of names.</summary>
    public bool WriteEnumsAsIntegers { get; set; }

    /// <summary>Writes 64-bit integers as strings, as the proto3 JSON mapping asks (JavaScript numbers end at 2^53). Default false.</summary>
    public bool WriteInt64sAsStrings { get; set; }

    /// <summary>Writes unary answers on several lines. Streamed messages stay on one line each, since a line is a message.</summary>
    public bool WriteIndented { get; set; }
}
