using System.Threading.Channels;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Task = System.Threading.Tasks.Task;

namespace Ips.FhirKit;

/// <summary>Receives the notifications of the deployment.</summary>
internal sealed class Hook : IAsyncDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);
    private static readonly FhirJsonDeserializer Reader = new(new DeserializerSettings().UsingMode(DeserializationMode.Recoverable));
    private readonly Channel<Bundle> received = Channel.CreateUnbounded<Bundle>();
    private readonly WebApplication app;

    private Hook(string address, WebApplication app) => (Address, this.app) = (address, app);

    /// <summary>Where the deployment sends to.</summary>
    public string Address { get; }

    /// <summary>Starts it.</summary>
    /// <param name="address">The address at which the deployment reaches it.</param>
    /// <param name="port">The port on which it listens.</param>
    public static async Task<Hook> Start(string address, int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add($"http://*:{port}");
        Hook hook = new(address, app);
        app.MapPost("/{**any}", hook.Receive);
        await app.StartAsync();
        return hook;
    }

    /// <summary>The next notification that is meant; null when none comes in time.</summary>
    public async Task<Bundle?> Next(Func<Bundle, bool> isMeant)
    {
        using CancellationTokenSource late = new(Longest);
        try
        {
            await foreach (var bundle in received.Reader.ReadAllAsync(late.Token))
            {
                if (isMeant(bundle))
                    return bundle;
            }
        }
        catch (OperationCanceledException)
        {
            // None came.
        }

        return null;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task<IResult> Receive(HttpRequest request)
    {
        using StreamReader body = new(request.Body);
        Reader.TryDeserializeResource(await body.ReadToEndAsync(), out var resource, out _);
        if (resource is Bundle bundle)
            received.Writer.TryWrite(bundle);
        return Results.Ok();
    }
}
