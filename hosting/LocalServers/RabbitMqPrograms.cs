using System.Text.RegularExpressions;

namespace LocalServers;

/// <summary>Where RabbitMQ's own scripts are, not the wrappers that distributions put on PATH: those change user and log to /var/log.</summary>
internal sealed partial record RabbitMqPrograms(string Server, string Epmd, Version Version)
{
    private static readonly Version Lowest = new(3, 10);

    /// <summary>What comes with the broker, on or off.</summary>
    public string Plugins => Path.Combine(Directory.GetParent(Server)!.Parent!.FullName, "plugins");

    public static Task<RabbitMqPrograms> GetAsync(CancellationToken cancellationToken) =>
        Installer.FindOrInstallAsync(Find, "RabbitMQ 3.10 or newer", "rabbitmq-server", cancellationToken);

    private static RabbitMqPrograms? Find()
    {
        if (FindEpmd() is not { } epmd) return null;
        var onPath = Command.FindOnPath("rabbitmq-server") is { } script ? Directory.GetParent(Command.Real(script))?.Parent?.FullName : null;
        return new[] { "/usr/lib/rabbitmq/lib", "/usr/local/lib/rabbitmq/lib", "/opt" }
            .Where(Directory.Exists)
            .SelectMany(directory => Directory.GetDirectories(directory, "rabbitmq_server-*"))
            .Append(onPath)
            .OfType<string>()
            .Select(directory => (Server: Path.Combine(directory, "sbin", "rabbitmq-server"), Match: VersionAtEnd().Match(directory)))
            .Where(found => found.Match.Success && File.Exists(found.Server))
            .Select(found => new RabbitMqPrograms(found.Server, epmd, Version.Parse(found.Match.Groups["version"].Value)))
            .Where(found => found.Version >= Lowest)
            .MaxBy(found => found.Version);
    }

    private static string? FindEpmd() =>
        Command.FindOnPath("epmd")
        ?? (Directory.Exists("/usr/lib/erlang") ? Directory.GetDirectories("/usr/lib/erlang", "erts-*").Select(erts => Path.Combine(erts, "bin", "epmd"))
        .FirstOrDefault(File.Exists) : null);

    [GeneratedRegex(@"rabbitmq_server-(?<version>\d+\.\d+\.\d+)$", RegexOptions.None, 1000)]
    private static partial Regex VersionAtEnd();
}
