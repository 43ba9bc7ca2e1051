using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>What every resource prints: kept in a file of its name, and shown here with its name before each line.</summary>
internal sealed class ConsoleLogs(AppData data, bool echo) : IDisposable
{
    private const long RollAt = 10_000_000;
    private static readonly Lock Terminal = new();
    private readonly ConcurrentDictionary<IResource, ResourceLog> logs = [];

    public ResourceLog Of(IResource resource) => logs.GetOrAdd(resource, _ => new ResourceLog(PathOf(resource), line => Echo(resource, line)));

    public void Dispose()
    {
        foreach (var log in logs.Values) log.Dispose();
    }

    private string PathOf(IResource resource)
    {
        var path = Path.Combine(data.Logs, $"{resource.Name}.log");
        if (new FileInfo(path) is { Exists: true, Length: > RollAt }) File.Move(path, path + ".1", overwrite: true);
        return path;
    }

    private void Echo(IResource resource, string line)
    {
        if (!echo) return;
        lock (Terminal) Console.Out.WriteLine($"[{resource.Name}] {line}");
    }
}

/// <summary>The log of one resource. Several programs may write to the file at once: each appends whole lines.</summary>
internal sealed partial class ResourceLog(string path, Action<string> echo) : IDisposable
{
    private readonly Lock gate = new();
    private readonly Queue<string> last = [];
    private StreamWriter? file;

    public string Path => path;

    public void Write(string line)
    {
        line = Colour().Replace(line, "");   // programs colour their lines when told that a dashboard reads them; files and greps do not want it
        lock (gate)
        {
            file ??= new StreamWriter(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete)) { AutoFlush = true };
            try
            {
                file.WriteLine(line);
            }
            catch (IOException e)
            {
                echo($"this line could not be kept in {path}: {e.Message}");   // a full disk must not end the application
            }
            last.Enqueue(line);
            if (last.Count > 20) last.Dequeue();
        }
        echo(line);
    }

    /// <summary>The last lines written through this object, oldest first.</summary>
    public string Tail(int lines)
    {
        lock (gate) return string.Join('\n', last.TakeLast(lines));
    }

    /// <summary>Echoes what a program appends to the file by itself, until told to stop.</summary>
    public async Task FollowAsync(CancellationToken stop)
    {
        await using var growing = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        growing.Seek(0, SeekOrigin.End);
        using var reader = new StreamReader(growing);
        using var every = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        try
        {
            do
            {
                while (await reader.ReadLineAsync(stop) is { } line) echo(line);
            }
            while (await every.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException)
        {
            while (reader.ReadLine() is { } line) echo(line);
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            file?.Dispose();
            file = null;
        }
    }

    [GeneratedRegex(@"\x1B\[[0-9;]*m", RegexOptions.None, 1000)]
    private static partial Regex Colour();
}
