using Xunit;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server;
using Google.Rpc;
using Ips.Rpc.Tests.V1;
using Ips.Platform.Rpc.JsonRequests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ips.Rpc.Tests;

/// <summary>A real Kestrel with the catalog on it: HTTP/1.1 for JSON, HTTP/2 for gRPC.</summary>
public sealed class TranscodedServer : IAsyncDisposable, IDisposable
{
    private readonly WebApplication app;

    private TranscodedServer(WebApplication app)
    {
        this.app = app;
        var addresses = app.Urls.Select(url => new Uri(url)).ToList();
        (Json, GrpcAddress) = (new HttpClient { BaseAddress = addresses[0] }, addresses[1]);
    }

    public HttpClient Json { get; }

    public Uri GrpcAddress { get; }

    public IServiceProvider Services => app.Services;

    public CatalogRpc.Probe Probe => app.Services.GetRequiredService<CatalogRpc.Probe>();

    public static async Task<TranscodedServer> Start(
        Action<GrpcJsonTranscodingOptions>? json = null,
        Action<GrpcServiceOptions>? grpc = null,
        Action<IServiceCollection>? services = null,
        Action<WebApplication>? pipeline = null,
        Action<KestrelServerOptions>? kestrel = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http1);
            server.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2);
            kestrel?.Invoke(server);
        });
        builder.Services.AddSingleton<CatalogRpc.Probe>();
        builder.Services.AddRouting().AddStrictJson();
        builder.Services.AddGrpc(options => grpc?.Invoke(options)).AddJsonTranscoding(options =>
        {
            options.TypeRegistry = TypeRegistry.FromFiles(CatalogReflection.Descriptor, ErrorDetailsReflection.Descriptor);
            json?.Invoke(options);
        });
        services?.Invoke(builder.Services);
        var built = builder.Build();
        pipeline?.Invoke(built);
        built.MapGrpcService<CatalogRpc>().WithStrictJson();
        await built.StartAsync();
        return new TranscodedServer(built);
    }

    /// <summary>Sends a request and reads the answer as JSON; null when the answer has no body.</summary>
    public async Task<(HttpStatusCode Code, JsonNode? Body)> Send(
        string method, string path, string? body = null, string contentType = "application/json", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            if (contentType.Length > 0)
                request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await Json.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text));
    }

    public void Dispose() => Json.Dispose();

    public async ValueTask DisposeAsync()
    {
        Json.Dispose();
        await app.DisposeAsync();
    }
}

/// <summary>One server for the tests that do not need a special one.</summary>
public sealed class CatalogFixture : IAsyncLifetime
{
    public TranscodedServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await TranscodedServer.Start(json => json.JsonSettings.WriteInt64sAsStrings = true);

    public async Task DisposeAsync() => await Server.DisposeAsync();
}
