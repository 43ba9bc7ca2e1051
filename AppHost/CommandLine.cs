using LocalServers;

namespace Ips.AppHost;

/// <summary>
/// Runs what the command line requests: a token, a manifest, work on the databases, or the platform. User errors print a message instead of a stack trace.
/// </summary>
internal static class CommandLine
{
    /// <summary>Runs the command.</summary>
    /// <returns>The exit code: 0, 1 when the platform did not start or a command did not work, 2 when the command line is wrong.</returns>
    public static async Task<int> RunAsync(string[] args, Func<AppHostOptions, IDistributedApplicationBuilder> map)
    {
        var (options, complaint) = AppHostOptions.Parse(args);
        if (complaint is not null)
        {
            Console.Error.WriteLine(complaint);
            return complaint == AppHostOptions.Usage ? 0 : 2;
        }
        try
        {
            if (options.Maintenance is not null) return await Commands.Maintenance.RunAsync(options, CancellationToken.None);
            if (options.Partner is not null) return await Commands.AddPartner.RunAsync(options, CancellationToken.None);
            if (options.Token is not { } wanted) return await PlatformHost.RunAsync(options, map);
            Console.WriteLine(SandboxIssuer.In(options.Data).Mint(wanted, TimeProvider.System));
            return 0;
        }
        catch (Exception e) when (e is DistributedApplicationException or LocalServerException or IOException or UnauthorizedAccessException
            or HttpRequestException)
        {
            Console.Error.WriteLine(options.Maintenance is { Verb: var verb } ? $"{verb} did not work. {e.Message}"
                : $"\nThe platform did not start. {e.Message}\nThe log of each resource is in {Path.Combine(options.Data, "logs")}");
            return 1;
        }
    }
}
