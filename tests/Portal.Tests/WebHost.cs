using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Logging;

namespace Ips.Portal.Tests;

/// <summary>A web project as its Program.cs makes it, on a real port.</summary>
/// <typeparam name="TMarker">Any type of the project.</typeparam>
internal sealed class WebHost<TMarker> : WebApplicationFactory<TMarker>
    where TMarker : class
{
    private readonly IReadOnlyDictionary<string, string> settings;
    private readonly string environment;

    private WebHost(IReadOnlyDictionary<string, string> settings, string environment) => (this.settings, this.environment) = (settings, environment);

    /// <summary>Where it listens.</summary>
    public Uri Address => ClientOptions.BaseAddress;

    /// <summary>Starts it; port 0 takes a free one.</summary>
    public static WebHost<TMarker> Start(int port, IReadOnlyDictionary<string, string> settings, string environment = "Development")
    {
        WebHost<TMarker> host = new(settings, environment);
        host.UseKestrel(port);
        host.StartServer();
        return host;
    }

    /// <summary>A browser without redirects.</summary>
    public HttpClient Browser() => new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new() }) { BaseAddress = Address };

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        foreach (var (name, value) in settings)
            builder.UseSetting(name, value);
        builder.UseEnvironment(environment);
        builder.ConfigureLogging(logging => logging.ClearProviders());
    }
}
