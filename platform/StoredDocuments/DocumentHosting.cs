using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Proto = Ips.Contracts.Common.V1;

namespace Ips.Platform.StoredDocuments;

/// <summary>Documents of a service: what it needs, its HTTP endpoints, and the streams of its rpcs.</summary>
public static class DocumentHosting
{
    private const string Upload = "/v1/documents:upload";
    private const long MostDrained = 4 * 1024 * 1024;
    private static readonly JsonFormatter Json = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true));

    /// <summary>
    /// Registers the use cases with the subjects of the service. Its database maps the tables with <see cref="DocumentTables.HasDocuments"/>.
    /// </summary>
    public static WebApplicationBuilder AddStoredDocuments<TSubjects>(this WebApplicationBuilder builder)
        where TSubjects : class, IDocumentSubjects
    {
        var services = builder.Services;
        services.Configure<DocumentOptions>(builder.Configuration.GetSection("Documents"));
        services.AddScoped<IDocumentSubjects, TSubjects>();
        services.AddScoped<DocumentReader>().AddScoped<UploadDocument>().AddScoped<ScanDocuments>();
        services.AddScoped<IRetiresRecords, RetireDocuments>();
        services.AddSingleton(sp => S3Content.Client(Options(sp).S3)).AddScoped<S3Content>().AddScoped<DatabaseContent>();
        services.AddScoped<IContentStore>(sp => Options(sp).S3.Address.Length > 0 ? sp.GetRequiredService<S3Content>() : sp.GetRequiredService<DatabaseContent>());
        services.AddSingleton<ClamdScanner>().AddSingleton<NoScanner>();
        services.AddSingleton<IDocumentScanner>(sp => Options(sp).Scanner.Length > 0 ? sp.GetRequiredService<ClamdScanner>() : sp.GetRequiredService<NoScanner>());
        services.AddHostedService<ScanTurns>();
        return builder;
    }

    /// <summary>Maps upload and download over HTTP: HTTP/1.1 has no form for a stream of messages.</summary>
    public static void MapStoredDocuments(this WebApplication app)
    {
        AuthorizeAttribute agencies = new() { Roles = Roles.Provider };
        app.MapPost(Upload, Receive).WithMetadata(new LimitedCall("UploadDocument"), agencies);
        app.MapGet("/v1/documents/{id}:download", Send).WithMetadata(new LimitedCall("DownloadDocument"), agencies);
    }

    /// <summary>Receives a document by rpc.</summary>
    public static async Task<Result<Proto.Document>> Handle(
        this UploadDocument upload, IAsyncStreamReader<UploadDocumentRequest> pieces, CancellationToken cancellationToken)
    {
        if (!await pieces.MoveNext(cancellationToken))
            return new Problem.Invalid("kind", "is missing; send a first message with the fields of the document");
        var first = pieces.Current;
        var answer = await upload.Handle(first, Pieces(first.Content, pieces, cancellationToken), cancellationToken);
        // An answer before the end of the request resets its stream, and a connection with many resets is closed: a short rest is read.
        for (var rest = 0L; answer.Problem is not null && rest < MostDrained && await pieces.MoveNext(cancellationToken);)
            rest += pieces.Current.Content.Length;
        return answer;
    }

    /// <summary>Sends the bytes of a document by rpc.</summary>
    public static async Task Handle(
        this DocumentReader reader, DocumentRequest request, IServerStreamWriter<DocumentPiece> answer, CancellationToken cancellationToken)
    {
        var (_, bytes) = (await reader.Open(request.Name, cancellationToken)).OrThrow();
        await foreach (var piece in bytes)
            await answer.WriteAsync(new() { Content = UnsafeByteOperations.UnsafeWrap(piece) }, cancellationToken);
    }

    private static DocumentOptions Options(IServiceProvider services) => services.GetRequiredService<IOptions<DocumentOptions>>().Value;

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Pieces(
        ByteString first, IAsyncStreamReader<UploadDocumentRequest> later, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return first.Memory;
        while (await later.MoveNext(cancellationToken))
        {
            var piece = later.Current;
            yield return piece.Equals(new UploadDocumentRequest { Content = piece.Content }) ? piece.Content.Memory
                : throw new ProblemException(new Problem.Invalid("content", "stands beside other fields in a later message; only the first message has them"));
        }
    }

    private static async Task<IResult> Receive(HttpContext http, UploadDocument upload, IOptions<DocumentOptions> options)
    {
        if (!TryRead(http.Request, out var request, out var problem))
            throw new ProblemException(problem);
        if (http.Request.ContentLength is { } length && request.Size == 0)
            request.Size = length;
        // The size is checked by itself, so that the answer names it.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = options.Value.MostBytes + 1;
        var document = (await upload.Handle(request, Pieces(http.Request.Body, http.RequestAborted), http.RequestAborted)).OrThrow();
        return Results.Text(Json.Format(document), "application/json");
    }

    // The fields are query parameters by their names in JSON.
    private static bool TryRead(HttpRequest http, out UploadDocumentRequest request, out Problem problem)
    {
        (request, problem) = (new(), new Problem.Invalid("content", "stands in the query; send the bytes as body"));
        try
        {
            var fields = http.Query.Where(field => field.Value.Count == 1).ToDictionary(field => field.Key, field => field.Value.ToString(), StringComparer.Ordinal);
            request = JsonParser.Default.Parse<UploadDocumentRequest>(System.Text.Json.JsonSerializer.Serialize(fields));
            if (fields.Count == http.Query.Count)
                return request.Content.IsEmpty;
            problem = new Problem.Invalid(http.Query.First(field => field.Value.Count > 1).Key, "stands twice in the query");
        }
        catch (InvalidProtocolBufferException unknown)
        {
            problem = new Problem.Invalid("query", $"cannot be read: {unknown.Message}");
        }

        return false;
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Pieces(Stream body, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var piece = new byte[64 * 1024];
        while (await body.ReadAsync(piece, cancellationToken) is > 0 and var read)
            yield return piece.AsMemory(0, read);
    }

    private static async Task Send(HttpContext http, string id, DocumentReader reader)
    {
        var (document, bytes) = (await reader.Open($"documents/{id}", http.RequestAborted)).OrThrow();
        var response = http.Response;
        (response.ContentType, response.ContentLength) = (document.Content!.MediaType, document.Content.Size);
        response.Headers.ContentDisposition = $"attachment; filename=\"{WireCode.Lower(document.Kind)}-{document.Revision}.{MediaTypes.Ending(document.Content.MediaType)}\"";
        response.Headers.XContentTypeOptions = "nosniff";
        try
        {
            await foreach (var piece in bytes)
                await response.Body.WriteAsync(piece, http.RequestAborted);
        }
        catch (CryptographicException) when (response.HasStarted)
        {
            // Half a document looks whole to a reader that counts no bytes: the connection ends instead.
            http.Abort();
        }
    }
}
