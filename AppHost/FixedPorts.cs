using Microsoft.Extensions.Configuration;

namespace Ips.AppHost;

/// <summary>Ports that the user fixed with <c>--Ports:SERVICE:ENDPOINT</c>.</summary>
internal static class FixedPorts
{
    /// <summary>The fixed port of an endpoint; null when none was given.</summary>
    /// <exception cref="DistributedApplicationException">Another program listens on it.</exception>
    public static int? Of(IConfiguration configuration, string service, string endpoint)
    {
        if (configuration[$"Ports:{service}:{endpoint}"] is not { } text) return null;
        if (!int.TryParse(text, out var port) || port is < 1 or > 65535)
            throw new DistributedApplicationException($"--Ports:{service}:{endpoint} is '{text}'; a number from 1 to 65535 is needed.");
        return LocalServers.Ports.IsFree(port)
            ? port
            : throw new DistributedApplicationException(
                $"Port {port}, wanted for endpoint '{endpoint}' of '{service}', is taken by another program. "
                + $"End it, or choose another port with --Ports:{service}:{endpoint}.");
    }
}
