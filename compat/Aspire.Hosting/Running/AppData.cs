using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Running;

/// <summary>Where the application keeps what outlives a run: configuration Data:Directory, else .data in the host's directory.</summary>
internal sealed record AppData(string Directory, bool UseContainers)
{
    // RabbitMQ blocks publishers below 100 MB, and PostgreSQL ends when it cannot write its log: with less than this neither would run long.
    private const long LeastFree = 500_000_000;

    public string Logs => Path.Combine(Directory, "logs");

    public static AppData Of(IConfiguration configuration, string appHostDirectory) => new(
        Path.GetFullPath(configuration["Data:Directory"] ?? ".data", appHostDirectory),
        string.Equals(configuration["Containers"], "true", StringComparison.OrdinalIgnoreCase));

    /// <exception cref="DistributedApplicationException">The directory cannot be made; says why and what to do.</exception>
    public void Create()
    {
        try
        {
            if (OperatingSystem.IsWindows()) System.IO.Directory.CreateDirectory(Logs);
            else System.IO.Directory.CreateDirectory(Logs, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DistributedApplicationException($"The data directory {Directory} cannot be made: {e.Message} Free some space, give this user the right to write there, or choose another directory.", e);
        }
    }

    /// <exception cref="DistributedApplicationException">So little is free that the servers would stop soon.</exception>
    public void ThrowIfFull(long free)
    {
        if (free < LeastFree)
            throw new DistributedApplicationException($"The disk of the data directory {Directory} has {free / 1_000_000} MB free; {LeastFree / 1_000_000} MB are needed. Free some space there, or choose another directory.");
    }

    /// <summary>Owns the directory until disposed, or until this process ends in whatever way.</summary>
    /// <exception cref="DistributedApplicationException">Another application runs there.</exception>
    public IDisposable Own()
    {
        Create();
        ThrowIfFull(new DriveInfo(Directory).AvailableFreeSpace);
        try
        {
            return new FileStream(Path.Combine(Directory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DistributedApplicationException($"The data directory {Directory} is in use by an application that runs already, or this user may not write there. End that application, or choose another directory.", e);
        }
    }
}

/// <summary>Generated secrets, readable by their owner alone.</summary>
internal static class Secrets
{
    private static readonly Lock Gate = new();

    public static string GetOrAdd(AppData data, string key, Func<string> make)
    {
        lock (Gate)
        {
            data.Create();
            var file = Path.Combine(data.Directory, "secrets.json");
            var known = File.Exists(file) ? JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(file))! : [];
            if (known.TryGetValue(key, out var value)) return value;
            known[key] = make();
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var draft = new FileStream(file + ".new", options)) JsonSerializer.Serialize(draft, known);
            File.Move(file + ".new", file, overwrite: true);
            return known[key];
        }
    }
}
