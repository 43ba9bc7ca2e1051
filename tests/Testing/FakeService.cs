using System.Net;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ips.Testing;

/// <summary>
/// A service next to the one under test: small gRPC services on cleartext HTTP/2, answering what a test sets. It can go down and come back at the same address.
/// </summary>
public sealed class FakeService : IAsyncDisposable
{
    private readonly List<Action<IServiceCollection>> services = [];
    private readonly List<Action<WebApplication>> maps = [];
    private WebApplication? app;
    private int port;

    public string Address => $"http://127.0.0.1:{port}";

    /// <summary>Adds a service; call it before <see cref="Start"/>.</summary>
    public FakeService Serve<T>(T service) where T : class
    {
        services.Add(s => s.AddSingleton(service));
        maps.Add(a => a.MapGrpcService<T>());
        return this;
    }

    /// <summary>Adds an interceptor of every call; call it before <see cref="Start"/>.</summary>
    public FakeService Intercept<T>() where T : Interceptor
    {
        services.Add(s => s.AddGrpc(grpc => grpc.Interceptors.Add<T>()));
        return this;
    }

    public async Task<FakeService> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        services.ForEach(add => add(builder.Services));
        app = builder.Build();
        maps.ForEach(map => map(app));
        await app.StartAsync();
        port = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
        return this;
    }

    /// <summary>Goes down: connections are closed and new ones refused.</summary>
    public async Task Stop()
    {
        await app!.StopAsync();
        await app.DisposeAsync();
        app = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
            await Stop();
    }
}
