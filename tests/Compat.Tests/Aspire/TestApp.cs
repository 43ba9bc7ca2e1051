using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;

namespace Ips.Compat.Tests.Aspire;

/// <summary>An application under test with data in a directory of its own, and the order in which its resources changed state.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    private readonly CancellationTokenSource watching = new();
    private readonly List<string> changes = [];
    private DistributedApplication? app;

    public string Data { get; } = Path.Combine(Path.GetTempPath(), $"ips-app-{Path.GetRandomFileName()}");
    public IDistributedApplicationTestingBuilder Builder { get; }
    public DistributedApplication App => app ?? throw new InvalidOperationException("Start the application first.");
    public ResourceNotificationService States => App.ResourceNotifications;

    public TestApp(params string[] args)
    {
        Builder = DistributedApplicationTestingBuilder.Create(args);
        Builder.Configuration["Data:Directory"] = Data;
    }

    /// <summary>"name: state" in the order of the changes.</summary>
    public List<string> Changes
    {
        get
        {
            lock (changes) return [.. changes];
        }
    }

    public IResourceBuilder<ProjectResource> AddProbe(string name) => Builder.AddProject<global::Projects.Probe>(name).WithHttpEndpoint(name: "http");

    public async Task<TestApp> StartAsync()
    {
        app = await Builder.BuildAsync();
        _ = RecordAsync();
        await app.StartAsync();
        return this;
    }

    public Task<ResourceEvent> HealthyAsync(string name) => States.WaitForResourceHealthyAsync(name).WaitAsync(TimeSpan.FromMinutes(2));

    public async Task<string> GetAsync(string resource, string path)
    {
        using var client = App.CreateHttpClient(resource);
        return await client.GetStringAsync(path);
    }

    /// <summary>Waits until a program that runs also listens.</summary>
    public async Task AnswersAsync(string resource)
    {
        await States.WaitForResourceAsync(resource);
        await Ips.Testing.Poll.Until(async () =>
        {
            try
            {
                return (await GetAsync(resource, "/pid")).Length > 0;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
    }

    public async Task PostAsync(string resource, string path)
    {
        using var client = App.CreateHttpClient(resource);
        using var answer = await client.PostAsync(path, null);
    }

    public CustomResourceSnapshot State(string name) => States.TryGetCurrentState(name, out var known) ? known!.Snapshot : throw new ArgumentException($"no resource {name}", nameof(name));

    public object? Property(string name, string property) => State(name).Properties.FirstOrDefault(found => found.Name == property)?.Value;

    public string Log(string resource) => ReadShared(Path.Combine(Data, "logs", $"{resource}.log"));

    public int Pid(string name) => int.Parse((string)Property(name, KnownProperties.Executable.Pid)!);

    public async ValueTask DisposeAsync()
    {
        if (app is not null) await app.DisposeAsync();
        await watching.CancelAsync();
        watching.Dispose();
        if (Directory.Exists(Data)) Directory.Delete(Data, recursive: true);
    }

    public static bool IsAlive(int pid) => Directory.Exists($"/proc/{pid}") && !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ");

    public static string ReadShared(string file)
    {
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return reader.ReadToEnd();
    }

    private async Task RecordAsync()
    {
        try
        {
            await foreach (var change in States.WatchAsync(watching.Token))
            {
                lock (changes)
                {
                    var text = $"{change.Resource.Name}: {change.Snapshot.State?.Text}{(change.Snapshot.HealthStatus is { } health ? $" {health}" : "")}";
                    if (changes.Count == 0 || changes[^1] != text) changes.Add(text);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }
}
