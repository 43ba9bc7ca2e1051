using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ips.Platform.Tests;

/// <summary>Receives what the services export over OTLP and keeps it, unpacked, in files: one each for traces, metrics and logs.</summary>
public sealed class TelemetrySink : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly string _directory;

    private TelemetrySink(WebApplication app, string directory) => (_app, _directory) = (app, directory);

    /// <summary>Where services send to, http/protobuf.</summary>
    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public static async Task<TelemetrySink> Start(string directory)
    {
        Directory.CreateDirectory(directory);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        TelemetrySink sink = new(builder.Build(), directory);
        sink._app.MapPost("/v1/{signal}", sink.Keep);
        await sink._app.StartAsync();
        return sink;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _turn.Dispose();
    }

    private async Task Keep(HttpContext http, string signal)
    {
        await _turn.WaitAsync();
        try
        {
            await using var file = new FileStream(Path.Combine(_directory, Path.GetFileName(signal)), FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
            Stream body = http.Request.Headers.ContentEncoding == "gzip" ? new GZipStream(http.Request.Body, CompressionMode.Decompress) : http.Request.Body;
            await body.CopyToAsync(file);
        }
        finally
        {
            _turn.Release();
        }

        http.Response.ContentType = "application/x-protobuf";
    }
}
