using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Security.Cryptography;
using Grpc.Core;
using Grpc.Net.Client;
using Ips.Testing;
using LocalServers;
using Npgsql;
using Xunit.Sdk;

namespace Ips.Eligibility.Tests.Chaos;

/// <summary>
/// Two replicas of Eligibility, Billing and Staffing as separate processes, with their own PostgreSQL and RabbitMQ: each of the six can be killed and restarted
/// on the same data. Reporting and Fidelity have databases only, because the commands work on those of all services.
/// </summary>
internal sealed class ChaosPlatform : IAsyncDisposable
{
    /// <summary>How many can be killed.</summary>
    public const int Parts = 6;

    private const int Postgres = 2;
    private const int Rabbit = 3;

    private static readonly string[] Services = ["eligibility", "billing", "staffing", "fidelity", "reporting"];

    private static readonly string Programs = typeof(ChaosPlatform).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Services").Value!;

    private readonly string[] names = ["eligibility", "eligibility", "", "", "billing", "staffing"];
    private readonly ChildProcess?[] processes = new ChildProcess?[Parts];
    private readonly (int Http, int Grpc)[] ports = [.. Enumerable.Range(0, Parts).Select(_ => (FreePort(), FreePort()))];
    private readonly string folder = Directory.CreateTempSubdirectory("ips-chaos-").FullName;
    private LocalPostgres postgres = null!;
    private LocalRabbitMq rabbit = null!;

    /// <summary>One channel per replica of Eligibility.</summary>
    public GrpcChannel[] Channels { get; private set; } = [];

    /// <summary>The channel of Billing.</summary>
    public GrpcChannel[] Billing { get; private set; } = [];

    /// <summary>The channel of Staffing.</summary>
    public GrpcChannel[] Staffing { get; private set; } = [];

    /// <summary>The broker, for an external consumer.</summary>
    public Uri Broker => new(rabbit.ConnectionString);

    /// <summary>Starts everything and waits until all are healthy.</summary>
    public static async Task<ChaosPlatform> Start()
    {
        ChaosPlatform platform = new();
        (platform.postgres, platform.rabbit) = (await TestServers.OwnPostgresAsync(), await TestServers.OwnRabbitMqAsync());
        foreach (var service in Services)
            await platform.Run($"create database \"{service}-db\"");
        if (await platform.Tool("migrate") is (not 0 and var code, var output))
            throw new InvalidOperationException($"migrate ended with {code}: {output}");
        foreach (var part in platform.Started)
            platform.processes[part] = await ChildProcess.StartAsync(platform.Service(part));
        platform.Channels = [platform.ChannelOf(0), platform.ChannelOf(1)];
        (platform.Billing, platform.Staffing) = ([platform.ChannelOf(4)], [platform.ChannelOf(5)]);
        await platform.UntilHealthy();
        return platform;
    }

    /// <summary>Kills a replica of Eligibility (0 or 1), PostgreSQL, RabbitMQ, Billing or Staffing, and starts it again.</summary>
    public async Task Strike(int part)
    {
        switch (part)
        {
            case Postgres:
                await postgres.KillAsync();
                await postgres.StartAsync();
                break;
            case Rabbit:
                await rabbit.KillAsync();
                await rabbit.StartAsync();
                break;
            default:
                await processes[part]!.DisposeAsync();
                processes[part] = await ChildProcess.StartAsync(Service(part));
                break;
        }
    }

    /// <summary>Waits until every process reports that everything it needs answers.</summary>
    public async Task UntilHealthy()
    {
        using HttpClient http = new() { Timeout = TimeSpan.FromSeconds(10) };
        foreach (var part in Started)
        {
            var page = "";
            try
            {
                await Poll.Until(async () =>
                {
                    if (processes[part]!.Exited.IsCompleted)
                        throw new InvalidOperationException($"{names[part]} {part} ended: {Log(part)}");
                    try
                    {
                        using var answer = await http.GetAsync($"http://127.0.0.1:{ports[part].Http}/health");
                        page = await answer.Content.ReadAsStringAsync();
                        return HealthPage.Listens(page);
                    }
                    catch (Exception notYet) when (notYet is HttpRequestException or TaskCanceledException)
                    {
                        page = notYet.Message;
                        return false;
                    }
                }, TimeSpan.FromMinutes(3));
            }
            catch (XunitException late)
            {
                throw new XunitException($"{names[part]} {part} is not healthy: {page}\n{Log(part)}", late);
            }
        }
    }

    /// <summary>Writes a dump of all databases at one moment, while everything runs.</summary>
    public async Task<Dump> Backup()
    {
        Dump dump = new(Directory.CreateDirectory(Path.Combine(folder, $"backup-{Guid.NewGuid()}")).FullName, TimeProvider.System.GetUtcNow());
        await new PostgresDumps(postgres.ConnectionString).WriteAsync([.. Services.Select(s => $"{s}-db")], dump.Directory, default);
        return dump;
    }

    /// <summary>
    /// Puts Eligibility's database back, as <c>restore DIRECTORY --only eligibility</c> does: its replicas are stopped, and the others send again what it
    /// had consumed since.
    /// </summary>
    public async Task Restore(Dump dump)
    {
        foreach (var replica in new[] { 0, 1 })
            await processes[replica]!.DisposeAsync();
        PostgresDumps dumps = new(postgres.ConnectionString);
        await dumps.RestoreAsync("eligibility-db", dump.Directory, default);
        foreach (var other in Services.Except(["eligibility"]))
            await dumps.ExecuteAsync($"{other}-db", "update outbox_rows set sent_at = null where occurred_at >= $1", dump.TakenAt.AddHours(-1), default);
        NpgsqlConnection.ClearAllPools();
        foreach (var replica in new[] { 0, 1 })
            processes[replica] = await ChildProcess.StartAsync(Service(replica));
        await UntilHealthy();
    }

    /// <summary>A backup.</summary>
    public sealed record Dump(string Directory, DateTimeOffset TakenAt);

    /// <summary>Headers of a caller.</summary>
    public Metadata As(string role, string organization) =>
        new() { { "authorization", $"Bearer {TestIssuer.Token(role, organization, "chaos")}" } };

    /// <summary>Rows of a query against a service's database, as superuser.</summary>
    public async Task<List<T>> Rows<T>(string sql, Func<NpgsqlDataReader, T> read, string service = "eligibility")
    {
        await using var source = NpgsqlDataSource.Create(postgres.ConnectionStringOf($"{service}-db"));
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        List<T> rows = [];
        while (await reader.ReadAsync())
            rows.Add(read(reader));
        return rows;
    }

    /// <summary>A command of a service (<c>Eligibility.dll NAME</c>) and its exit code.</summary>
    public async Task<int> Command(string name, int part = 0)
    {
        await using var command = await ChildProcess.StartAsync(Service(part, name));
        return await command.Exited;
    }

    /// <summary>A command of the tool for all services, its exit code and what it writes.</summary>
    public async Task<(int Code, string Output)> Tool(string name)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(Programs, "DbTool.dll"), name])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            WorkingDirectory = Programs,
        };
        foreach (var service in Services)
            start.Environment[$"ConnectionStrings__{service}-db"] = postgres.ConnectionStringOf($"{service}-db");
        foreach (var (key, value) in Keys)
            start.Environment[key] = value;
        using var process = System.Diagnostics.Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }

    /// <summary>The end of the log of a process.</summary>
    public string Log(int part) => string.Join('\n', File.ReadLines(Path.Combine(folder, $"{part}.log")).TakeLast(30));

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in Channels.Concat(Billing).Concat(Staffing))
            channel.Dispose();
        foreach (var process in processes)
            await (process?.DisposeAsync() ?? default);
        await rabbit.DisposeAsync();
        await postgres.DisposeAsync();
        rabbit.DeleteData();
        postgres.DeleteData();
        Directory.Delete(folder, recursive: true);
    }

    private readonly string ring = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private Dictionary<string, string?> Keys => new() { ["PersonalData__Current"] = "k1", ["PersonalData__Keys__k1"] = ring, ["PersonalData__HashKey"] = ring };

    private IEnumerable<int> Started => Enumerable.Range(0, Parts).Where(part => names[part].Length > 0);

    private GrpcChannel ChannelOf(int part) => GrpcChannel.ForAddress(AddressOf(part));

    private string AddressOf(int part) => $"http://127.0.0.1:{ports[part].Grpc}";

    // Passed as an argument: a shell between us and the service may drop environment variables whose name contains a hyphen.
    private string ConnectionOf(string service) => $"--ConnectionStrings:{service}-db={postgres.ConnectionStringOf($"{service}-db")}";

    private ChildStart Service(int part, params string[] arguments) => new(
        "dotnet", [Path.Combine(Programs, $"{char.ToUpperInvariant(names[part][0])}{names[part][1..]}.dll"), .. arguments, ConnectionOf(names[part])])
    {
        LogFile = Path.Combine(folder, $"{part}.log"),
        WorkingDirectory = Programs,
        Environment = new Dictionary<string, string?>(Keys)
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["OTEL_SERVICE_NAME"] = names[part],
            ["ConnectionStrings__bus"] = rabbit.ConnectionString,
            ["Authentication__Authority"] = TestIssuer.Authority,
            ["Authentication__ClientId"] = names[part],
            ["Authentication__ClientSecret"] = TestIssuer.ClientSecret,
            ["Outbox__ConfirmTimeout"] = "00:00:05",
            // The checker looks for differences when nothing is under way.
            ["Units__Settle"] = "00:00:00",
            ["services__eligibility__grpc__0"] = AddressOf(0),
            ["services__eligibility__grpc__1"] = AddressOf(1),
            ["services__staffing__grpc__0"] = AddressOf(5),
            ["Kestrel__Endpoints__http__Url"] = $"http://127.0.0.1:{ports[part].Http}",
            ["Kestrel__Endpoints__http__Protocols"] = "Http1",
            ["Kestrel__Endpoints__grpc__Url"] = AddressOf(part),
            ["Kestrel__Endpoints__grpc__Protocols"] = "Http2",
        },
    };

    private async Task Run(string sql)
    {
        await using var source = NpgsqlDataSource.Create(postgres.ConnectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
