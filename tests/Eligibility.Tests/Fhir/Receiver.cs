using System.Collections.Concurrent;
using System.Net;
using Hl7.Fhir.Model;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Task = System.Threading.Tasks.Task;

namespace Ips.Eligibility.Tests.Fhir;

/// <summary>A server of an agency that gets notifications.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<(IHeaderDictionary Headers, Bundle Notification)> received = new();
    private readonly WebApplication app;

    private Receiver(WebApplication app) => this.app = app;

    /// <summary>The status that it answers.</summary>
    public int Status { get; set; } = 200;

    public string Address => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/hook";

    public static async Task<Receiver> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        Receiver receiver = new(builder.Build());
        receiver.app.MapPost("/hook", receiver.Receive);
        await receiver.app.StartAsync();
        return receiver;
    }

    /// <summary>What came since the last call.</summary>
    public IReadOnlyList<(IHeaderDictionary Headers, Bundle Notification)> Take()
    {
        List<(IHeaderDictionary, Bundle)> taken = [];
        while (received.TryDequeue(out var one))
            taken.Add(one);
        return taken;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private async Task Receive(HttpContext http)
    {
        using StreamReader body = new(http.Request.Body);
        received.Enqueue((new HeaderDictionary(http.Request.Headers.ToDictionary(h => h.Key, h => h.Value)), (Bundle)PasRequest.Read(await body.ReadToEndAsync())));
        http.Response.StatusCode = Status;
    }
}
