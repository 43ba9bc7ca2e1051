using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ips.Testing;

/// <summary>A web project as its Program.cs builds it, on real ports, with a test's settings.</summary>
/// <typeparam name="TMarker">Any type of the project.</typeparam>
public sealed class WebHost<TMarker>(IReadOnlyDictionary<string, string> settings, string environment = "Development", TimeProvider? clock = null)
    : WebApplicationFactory<TMarker>
    where TMarker : class
{
    /// <summary>Where a project with one port listens.</summary>
    public Uri Address => new(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Starts a project with one port, for pages; port 0 takes a free one.</summary>
    public static WebHost<TMarker> Start(int port, IReadOnlyDictionary<string, string> settings, string environment = "Development")
    {
        WebHost<TMarker> host = new(settings, environment);
        // With UseKestrel(port) the factory sets the address while the project's own thread may already have started the server.
        host.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        host.StartServer();
        return host;
    }

    /// <summary>A browser without redirects.</summary>
    public HttpClient Browser() => new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new() }) { BaseAddress = Address };

    /// <inheritdoc/>
    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        foreach (var (name, value) in settings)
            builder.UseSetting(name, value);
        builder.UseEnvironment(environment);
        builder.ConfigureLogging(logging => logging.ClearProviders());
        if (clock is not null)
            builder.ConfigureTestServices(services => services.AddSingleton(clock));
    }
}

/// <summary>The two ports of a service: JSON and gRPC.</summary>
internal static class ServicePorts
{
    /// <summary>Listens on two free ports of this machine, with HTTP/1.1 and with HTTP/2.</summary>
    public static void ListenOnBoth(this KestrelServerOptions kestrel)
    {
        kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
        kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
    }

    /// <summary>The addresses of a started service.</summary>
    public static (Uri Http, Uri Grpc) Addresses(this IServiceProvider services)
    {
        var addresses = services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToArray();
        return (new Uri(addresses[0]), new Uri(addresses[1]));
    }
}
