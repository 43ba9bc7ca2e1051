using System.Diagnostics;
using System.Text;

namespace LocalServers;

/// <summary>Runs a tool to its end and returns its output.</summary>
internal static class Command
{
    public sealed record Result(int ExitCode, string Output)
    {
        public string LastLines(int count) => string.Join('\n', Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(count));
    }

    public static async Task<Result> RunAsync(ChildStart start, TimeSpan patience, CancellationToken cancellationToken = default)
    {
        var output = new StringBuilder();
        await using var child = await ChildProcess.StartAsync(start with { OnLine = line => { lock (output) output.AppendLine(line); } });
        var ended = await Task.WhenAny(child.Exited, Task.Delay(patience, cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
        if (ended != child.Exited)
        {
            await child.KillAsync();
            return new(-1, $"{output}\n{start.Program} did not end within {patience.TotalSeconds:0} s.");
        }
        return new(await child.Exited, output.ToString());
    }

    /// <summary>The first of <paramref name="names"/> found on PATH.</summary>
    public static string? FindOnPath(params string[] names) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(directory => names.Select(name => Path.Combine(directory, name)))
            .FirstOrDefault(File.Exists);

    /// <summary>Follows links to the real file, as the directory beside it matters.</summary>
    public static string Real(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
}
