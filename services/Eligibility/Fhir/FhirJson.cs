using System.Buffers;
using System.Text.Json;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hl7.Fhir.Utility;
using Hl7.Fhir.Validation;
using Microsoft.Net.Http.Headers;
using IssueType = Hl7.Fhir.Model.OperationOutcome.IssueType;
using Task = System.Threading.Tasks.Task;

namespace Ips.Eligibility.Fhir;

/// <summary>A request's Bundle with the bytes that it was read from.</summary>
internal sealed record SentBundle(Bundle Bundle, byte[] Bytes);

/// <summary>Reads and writes FHIR R4 as JSON. What cannot be read is reported by element, never by value: a value may be about a person.</summary>
internal static class FhirJson
{
    /// <summary>The media type of answers.</summary>
    public const string MediaType = "application/fhir+json";

    /// <summary>Bytes of a request, the last included: a Bundle whose documents are referenced by address is far smaller.</summary>
    public const int MostBytes = 4 * 1024 * 1024;

    /// <summary>Levels of objects and arrays in a request. The deepest official example has 17.</summary>
    private const int MostLevels = 40;

    private static readonly string[] MediaTypes = [MediaType, "application/json"];

    private static readonly FhirJsonDeserializer Reader = new(new DeserializerSettings().UsingMode(DeserializationMode.Strict, NarrativeValidationKind.None));

    private static readonly FhirJsonSerializer Writer = new();

    /// <summary>Reads the Bundle of a request.</summary>
    public static async Task<(SentBundle? Sent, FhirFault? Fault)> Read(HttpRequest request, CancellationToken cancellationToken)
    {
        var (bundle, bytes, fault) = await Read<Bundle>(request, cancellationToken);
        return fault is null ? (new(bundle!, bytes), null) : (null, fault);
    }

    /// <summary>Reads the resource of a request, and the bytes that it was read from.</summary>
    public static async Task<(TResource? Resource, byte[] Bytes, FhirFault? Fault)> Read<TResource>(HttpRequest request, CancellationToken cancellationToken)
        where TResource : Resource
    {
        if (Unsupported(request, typeof(TResource).Name) is { } unsupported)
            return (null, [], unsupported);
        if (await Bytes(request, MostBytes, cancellationToken) is not { } bytes)
        {
            return (null, [], FhirFault.Of(StatusCodes.Status413PayloadTooLarge, IssueType.TooLong, typeof(TResource).Name,
                $"is larger than the {MostBytes} bytes that this service takes; send documents by address"));
        }

        var (resource, fault) = Parse(bytes, typeof(TResource).Name);
        return (resource as TResource, bytes, fault);
    }

    /// <summary>Reads the bytes of a resource.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="type">The type that is expected.</param>
    public static (Resource? Resource, FhirFault? Fault) Parse(byte[] bytes, string type)
    {
        if (Unreadable(bytes, type) is { } unreadable)
            return (null, unreadable);
        try
        {
            Utf8JsonReader json = new(bytes, new JsonReaderOptions { MaxDepth = MostLevels });
            Reader.TryDeserializeResource(ref json, out var resource, out var faults);
            if (resource is not null && resource.TypeName != type)
                return (null, FhirFault.Of(StatusCodes.Status400BadRequest, IssueType.Structure, resource.TypeName, $"is a {resource.TypeName}; send a {type}"));
            List<FhirIssue> issues = [.. faults.Select(fault => Issue(fault, type)).OfType<FhirIssue>()];
            if (resource is not null && issues.Count == 0)
                return (resource, null);
            return (null, FhirFault.Of(issues) ?? FhirFault.Of(StatusCodes.Status400BadRequest, IssueType.Structure, type, $"is no FHIR resource; send a {type}"));
        }
        catch (JsonException)
        {
            return (null, FhirFault.Of(StatusCodes.Status400BadRequest, IssueType.Structure, type, $"is no JSON; send a {type} as JSON"));
        }
    }

    /// <summary>Writes a resource.</summary>
    public static async Task Write(HttpResponse response, int status, Resource resource)
    {
        response.StatusCode = status;
        response.ContentType = MediaType + "; charset=utf-8";
        await response.Body.WriteAsync(Writer.SerializeToBytes(resource));
    }

    private static FhirFault? Unsupported(HttpRequest request, string sent)
    {
        FhirFault Of(string text) => FhirFault.Of(StatusCodes.Status415UnsupportedMediaType, IssueType.NotSupported, sent, text);
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !MediaTypes.Contains(type.MediaType.Value, StringComparer.OrdinalIgnoreCase))
            return Of($"has a content type that this service does not take; send {string.Join(" or ", MediaTypes)}");
        if (request.Headers.ContentEncoding is { Count: > 0 } encoding && encoding != "identity")
            return Of("has a content encoding, such as gzip; send it without");
        if (type.Charset.HasValue && !type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
            return Of("has a charset that is not UTF-8; send UTF-8");
        var accepts = request.GetTypedHeaders().Accept;
        return accepts.Count == 0 || accepts.Any(range => range.MatchesAllTypes || range.MatchesAllSubTypes
            || MediaTypes.Contains(range.MediaType.Value, StringComparer.OrdinalIgnoreCase))
            ? null
            : FhirFault.Of(StatusCodes.Status406NotAcceptable, IssueType.NotSupported, "", $"Answers are {MediaType}; accept it.");
    }

    /// <summary>The body; null when it has more than <paramref name="most"/> bytes.</summary>
    public static async Task<byte[]?> Bytes(HttpRequest request, int most, CancellationToken cancellationToken)
    {
        if (request.ContentLength > most)
            return null;
        ArrayBufferWriter<byte> read = new((int)(request.ContentLength ?? 16 * 1024) + 1);
        while (true)
        {
            var count = await request.Body.ReadAsync(read.GetMemory(4096), cancellationToken);
            if (count == 0)
                return read.WrittenSpan.ToArray();
            read.Advance(count);
            if (read.WrittenCount > most)
                return null;
        }
    }

    // What no reader of FHIR has to see: too deep, no JSON, a name that stands twice in one object.
    private static FhirFault? Unreadable(byte[] bytes, string type)
    {
        Stack<HashSet<string>> objects = new();
        Utf8JsonReader json = new(bytes, new JsonReaderOptions { MaxDepth = 1000 });
        try
        {
            while (json.Read())
            {
                if (json.CurrentDepth > MostLevels)
                {
                    return FhirFault.Of(StatusCodes.Status400BadRequest, IssueType.TooCostly, type,
                        $"has more than {MostLevels} levels of objects and arrays; send fewer");
                }

                if (json.TokenType == JsonTokenType.StartObject)
                    objects.Push(new(StringComparer.Ordinal));
                else if (json.TokenType == JsonTokenType.EndObject)
                    objects.Pop();
                else if (json.TokenType == JsonTokenType.PropertyName && !objects.Peek().Add(json.GetString()!))
                {
                    return FhirFault.Of(
                        StatusCodes.Status400BadRequest, IssueType.Structure, type, "has an object in which a name stands twice; send each once");
                }
            }

            return null;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return FhirFault.Of(StatusCodes.Status400BadRequest, IssueType.Structure, type, $"is no JSON, or is nested too deep; send a {type} as JSON");
        }
    }

    // The library's own text may repeat the value.
    private static FhirIssue? Issue(CodedException fault, string type)
    {
        if (fault is not ExtendedCodedException { InstancePath: var path } known)
            return new(IssueType.Structure, type, $"could not be read ({fault.ErrorCode})");
        return known.IssueSeverity is OperationOutcome.IssueSeverity.Warning or OperationOutcome.IssueSeverity.Information
            ? null : new(IssueType.Structure, path is null or "" or "$this" ? type : path, $"is not as FHIR R4 defines the element ({known.ErrorCode}); send it as its definition says");
    }
}
