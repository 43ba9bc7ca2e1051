using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ips.Policies;

/// <summary>Writes a fact. <see cref="FactReader"/> reads: it collects every problem, where a converter stops at the first.</summary>
internal abstract class FactConverter<T> : JsonConverter<T>
{
    public sealed override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Facts are read by FactReader.");
}
