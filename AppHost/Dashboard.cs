using System.Security.Cryptography;
using LocalServers;

namespace Ips.AppHost;

/// <summary>Where the dashboard is: on ports of its own, chosen anew at each start, because that of an earlier start may still be ending.</summary>
internal sealed class Dashboard
{
    /// <summary>The dashboard's name among the resources.</summary>
    public const string Resource = "aspire-dashboard";

    private readonly string address = $"http://localhost:{Ports.Free()}";
    private readonly string token = RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>The address with the token that signs in.</summary>
    public string Url => $"{address}/login?t={token}";

    /// <summary>The configuration that a launch profile gives elsewhere.</summary>
    public string[] Configuration =>
    [
        $"--ASPNETCORE_URLS={address}",
        $"--ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL=http://localhost:{Ports.Free()}",
        $"--ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL=http://localhost:{Ports.Free()}",
        $"--AppHost:BrowserToken={token}",
    ];
}
