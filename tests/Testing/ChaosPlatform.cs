using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Grpc.Core;
using Grpc.Net.Client;
using Ips.Contracts.Common.V1;
using LocalServers;
using Npgsql;
using RabbitMQ.Client;
using Xunit;
using Xunit.Sdk;

namespace Ips.Testing;

/// <summary>
/// Eligibility, Billing and Staffing as separate processes, one of them with two replicas, on their own PostgreSQL and RabbitMQ: each of the six can be killed and
/// restarted on the same data. Reporting and Fidelity have databases only, because the commands work on those of all services.
/// </summary>
public sealed class ChaosPlatform : IAsyncDisposable
{
    private const string Watching = "chaos-watch";
    private const int Postgres = 2;
    private const int Rabbit = 3;

    private static readonly string[] Running = ["eligibility", "billing", "staffing"];
    private static readonly string[] Services = [.. Running, "fidelity", "reporting"];

    private readonly string service;
    private readonly string[] parts;
    private readonly ChildProcess?[] processes;
    private readonly (int Http, int Grpc)[] ports;
    private readonly Dictionary<string, GrpcChannel[]> channels;
    private readonly string folder = Directory.CreateTempSubdirectory("ips-chaos-").FullName;
    private readonly string ring = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private readonly Random random = new(Seed);
    private readonly List<int> struck = [];
    private int repeated;
    private LocalPostgres postgres = null!;
    private LocalRabbitMq rabbit = null!;

    private ChaosPlatform(string service)
    {
        this.service = service;
        parts = [service, service, "PostgreSQL", "RabbitMQ", .. Running.Except([service])];
        processes = new ChildProcess?[parts.Length];
        ports = [.. parts.Select(_ => (TestServers.FreePort(), TestServers.FreePort()))];
        channels = Started.GroupBy(part => parts[part]).ToDictionary(same => same.Key, same => same.Select(part => GrpcChannel.ForAddress(AddressOf(part))).ToArray());
    }

    /// <summary>How long a test kills: <c>CHAOS_SECONDS</c>; a short form by default.</summary>
    public static int Seconds => Setting("CHAOS_SECONDS", 20);

    /// <summary>Sets what the callers do and what is killed: <c>CHAOS_SEED</c>.</summary>
    public static int Seed => Setting("CHAOS_SEED", 1);

    /// <summary>How many can be killed.</summary>
    public int Parts => parts.Length;

    /// <summary>The seed, what was killed, and how often a call was sent again because a process was down.</summary>
    public string Summary => $"seed {Seed}: killed {string.Join(", ", struck.Select(Name))}; {repeated} calls sent again";

    /// <summary>Starts everything and waits until all are healthy.</summary>
    /// <param name="service">The service with two replicas.</param>
    public static async Task<ChaosPlatform> Start(string service)
    {
        ChaosPlatform platform = new(service);
        (platform.postgres, platform.rabbit) = (await TestServers.OwnPostgresAsync(), await TestServers.OwnRabbitMqAsync());
        foreach (var each in Services)
            await platform.Run($"create database \"{each}-db\"");
        if (await platform.Tool("migrate") is (not 0 and var code, var output))
            throw new InvalidOperationException($"migrate ended with {code}: {output}");
        foreach (var part in platform.Started)
            platform.processes[part] = await ChildProcess.StartAsync(platform.Process(part));
        await platform.UntilHealthy();
        return platform;
    }

    /// <summary>
    /// All callers work while parts are killed, at first each in turn, then at random; then everything runs again and nothing is under way.
    /// </summary>
    /// <param name="callers">Each works until its token is cancelled.</param>
    /// <param name="done">How much they have done; some of it is done between two kills.</param>
    /// <param name="kills">How many at least.</param>
    /// <param name="time">How long at least.</param>
    public async Task Work(IEnumerable<Func<CancellationToken, Task>> callers, Func<int> done, int kills, TimeSpan time)
    {
        using CancellationTokenSource enough = new();
        var work = callers.Select(caller => Task.Run(() => caller(enough.Token))).ToArray();
        var began = TimeProvider.System.GetTimestamp();
        for (var n = 0; n < kills || TimeProvider.System.GetElapsedTime(began) < time; n++)
        {
            await More();
            struck.Add(struck.Count < Parts ? (struck.Count + Seed) % Parts : random.Next(Parts));
            await Strike(struck[^1]);
        }

        await More();
        await enough.CancelAsync();
        await Task.WhenAll(work);
        await UntilHealthy();

        Task More()
        {
            var before = done();
            return Poll.Until(() => done() > before + 20 || work.Any(w => w.IsFaulted), TimeSpan.FromMinutes(3));
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
    /// Puts the database of the service back, as <c>restore DIRECTORY --only SERVICE</c> does: its replicas are stopped, and the others send again what it had
    /// consumed since.
    /// </summary>
    public async Task Restore(Dump dump)
    {
        foreach (var replica in new[] { 0, 1 })
            await processes[replica]!.DisposeAsync();
        PostgresDumps dumps = new(postgres.ConnectionString);
        await dumps.RestoreAsync($"{service}-db", dump.Directory, default);
        foreach (var other in Services.Except([service]))
            await dumps.ExecuteAsync($"{other}-db", "update outbox_rows set sent_at = null where occurred_at >= $1", dump.TakenAt.AddHours(-1), default);
        NpgsqlConnection.ClearAllPools();
        foreach (var replica in new[] { 0, 1 })
            processes[replica] = await ChildProcess.StartAsync(Process(replica));
        await UntilHealthy();
    }

    /// <summary>A backup.</summary>
    public sealed record Dump(string Directory, DateTimeOffset TakenAt);

    /// <summary>Headers of a caller.</summary>
    public static Metadata As(string role, string organization) =>
        new() { { "authorization", $"Bearer {TestIssuer.Token(role, organization, "chaos")}" } };

    /// <summary>A client of the service that its contract names; <paramref name="turn"/> chooses the replica.</summary>
    public TClient Client<TClient>(int turn) where TClient : ClientBase<TClient>
    {
        var replicas = channels[typeof(TClient).Namespace!.Split('.')[2].ToLowerInvariant()];
        return (TClient)Activator.CreateInstance(typeof(TClient), replicas[turn % replicas.Length])!;
    }

    /// <summary>
    /// Sends the same request with the same id to either replica until one answers. Sends it again only when the error means that a process is down or that another
    /// call was faster.
    /// </summary>
    public async Task<TReply> Surely<TClient, TReply>(Func<TClient, string, Task<TReply>> call) where TClient : ClientBase<TClient>
    {
        var id = Guid.CreateVersion7().ToString();
        for (var attempt = Random.Shared.Next(2); ; attempt++)
        {
            try
            {
                return await call(Client<TClient>(attempt), id).WaitAsync(TimeSpan.FromSeconds(40));
            }
            catch (Exception again) when (
                again is TimeoutException || again is RpcException { StatusCode: StatusCode.Unavailable or StatusCode.Aborted or StatusCode.Cancelled }
                || again is RpcException { StatusCode: StatusCode.Internal, Status.DebugException: not null })
            {
                Interlocked.Increment(ref repeated);
                using PeriodicTimer pause = new(TimeSpan.FromMilliseconds(100));
                await pause.WaitForNextTickAsync();
            }
        }
    }

    /// <summary>A durable queue of an external consumer, bound before the first event.</summary>
    public async Task Watch()
    {
        await using var connection = await new ConnectionFactory { Uri = new(rabbit.ConnectionString) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.ExchangeDeclareAsync(RabbitSender.EventsExchange, ExchangeType.Topic, durable: true);
        await channel.QueueDeclareAsync(Watching, durable: true, exclusive: false, autoDelete: false,
            new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        await channel.QueueBindAsync(Watching, RabbitSender.EventsExchange, "#");
    }

    /// <summary>Expects that the events are stored once, in order per subject without gap, and all of them sent and received by the external consumer.</summary>
    /// <param name="lost">Events that a restore may have taken back: they may have been received too.</param>
    public async Task ExpectEvents(IReadOnlySet<Guid>? lost = null)
    {
        foreach (var each in Running)
        {
            await Poll.Until(async () => (await Rows("select count(*) from outbox_rows where sent_at is null", r => r.GetInt64(0), each))[0] == 0, TimeSpan.FromMinutes(2));
            Assert.Empty(await Rows(
                """
                select subject from (select subject, sequence, lag(sequence, 1, 0::bigint) over (partition by subject order by sequence) as before from outbox_rows) s
                where sequence <> before + 1 and sequence - 1 not in (select number from event_epochs)
                """, r => r.GetString(0), each));
        }

        await using var connection = await new ConnectionFactory { Uri = new(rabbit.ConnectionString) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        HashSet<Guid> received = [];
        HashSet<Guid> published = [];
        // The services' own consumers may still publish: both sides grow until they are equal.
        await Poll.Until(async () =>
        {
            while (await channel.BasicGetAsync(Watching, autoAck: true) is { } message)
                received.Add(Guid.Parse(message.BasicProperties.MessageId!));
            published.Clear();
            foreach (var each in Running)
                published.UnionWith(await Rows("select id from outbox_rows", r => r.GetGuid(0), each));
            return published.IsSubsetOf(received) && received.Except(published).All(id => lost?.Contains(id) == true);
        }, TimeSpan.FromMinutes(2));
        Assert.NotEmpty(published);
    }

    /// <summary>Expects that every acknowledged decision, computed again, gives the same bytes, and that the audit log of the service has no break.</summary>
    /// <param name="decisions">Their ids.</param>
    /// <param name="replay">Computes one again.</param>
    public async Task ExpectReplays(IEnumerable<string> decisions, Func<DecisionRequest, Metadata, AsyncUnaryCall<DecisionReplay>> replay)
    {
        foreach (var id in decisions.Distinct())
        {
            var replayed = await replay(new() { Name = $"decisions/{id}" }, As(Roles.Ops, Tokens.OwnOrganization));
            Assert.True(replayed.Outcome == ReplayOutcome.Same, $"decisions/{id}: {replayed.Outcome} {replayed.Why}");
        }

        Assert.Equal(0, await Command("verify-audit"));
    }

    /// <summary>The units that claim lines have, by authorization and line.</summary>
    public async Task<List<KeyValuePair<(string Authorization, string Line), int>>> Ledger() =>
        [.. (await Rows("select 'authorizations/' || authorization_id, 'claimLines/' || claim_line_id, units from unit_draws where released_at is null",
            r => KeyValuePair.Create((Authorization: r.GetString(0), Line: r.GetString(1)), r.GetInt32(2)), "eligibility")).OrderBy(u => u.Key)];

    /// <summary>Rows of a query against the database of the service, or of another one, as superuser.</summary>
    public async Task<List<T>> Rows<T>(string sql, Func<NpgsqlDataReader, T> read, string? of = null)
    {
        await using var source = NpgsqlDataSource.Create(postgres.ConnectionStringOf($"{of ?? service}-db"));
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        List<T> rows = [];
        while (await reader.ReadAsync())
            rows.Add(read(reader));
        return rows;
    }

    /// <summary>A command of the service (<c>SERVICE.dll NAME</c>), or of another one, and its exit code.</summary>
    public async Task<int> Command(string name, string? of = null)
    {
        await using var command = await ChildProcess.StartAsync(Process(Array.IndexOf(parts, of ?? service), name));
        return await command.Exited;
    }

    /// <summary>A command of the tool for all services, its exit code and what it writes.</summary>
    public async Task<(int Code, string Output)> Tool(string name)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(Checkout.Programs, "DbTool.dll"), name])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            WorkingDirectory = Checkout.Programs,
        };
        foreach (var each in Services)
            start.Environment[$"ConnectionStrings__{each}-db"] = postgres.ConnectionStringOf($"{each}-db");
        foreach (var (key, value) in Keys)
            start.Environment[key] = value;
        using var process = System.Diagnostics.Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in channels.Values.SelectMany(c => c))
            channel.Dispose();
        foreach (var process in processes)
            await (process?.DisposeAsync() ?? default);
        await rabbit.DisposeAsync();
        await postgres.DisposeAsync();
        rabbit.DeleteData();
        postgres.DeleteData();
        Directory.Delete(folder, recursive: true);
    }

    private Dictionary<string, string?> Keys => new() { ["PersonalData__Current"] = "k1", ["PersonalData__Keys__k1"] = ring, ["PersonalData__HashKey"] = ring };

    private IEnumerable<int> Started => Enumerable.Range(0, Parts).Except([Postgres, Rabbit]);

    private string Name(int part) => part < Postgres ? $"{parts[part]} {part}" : parts[part];

    private string AddressOf(int part) => $"http://127.0.0.1:{ports[part].Grpc}";

    private string Log(int part) => string.Join('\n', File.ReadLines(Path.Combine(folder, $"{part}.log")).TakeLast(30));

    private async Task Strike(int part)
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
                processes[part] = await ChildProcess.StartAsync(Process(part));
                break;
        }
    }

    // Until every process reports that everything it needs answers.
    private async Task UntilHealthy()
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
                        throw new InvalidOperationException($"{Name(part)} ended: {Log(part)}");
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
                throw new XunitException($"{Name(part)} is not healthy: {page}\n{Log(part)}", late);
            }
        }
    }

    private ChildStart Process(int part, params string[] arguments) => new(
        // Passed as an argument: a shell between us and the service may drop environment variables whose name contains a hyphen.
        "dotnet",
        [
            Path.Combine(Checkout.Programs, $"{char.ToUpperInvariant(parts[part][0])}{parts[part][1..]}.dll"), .. arguments,
            $"--ConnectionStrings:{parts[part]}-db={postgres.ConnectionStringOf($"{parts[part]}-db")}",
            .. Started.GroupBy(other => parts[other]).SelectMany(same => same.Index().Select(r => $"--services:{same.Key}:grpc:{r.Index}={AddressOf(r.Item)}")),
        ])
    {
        LogFile = Path.Combine(folder, $"{part}.log"),
        WorkingDirectory = Checkout.Programs,
        Environment = new Dictionary<string, string?>(Keys)
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["OTEL_SERVICE_NAME"] = parts[part],
            ["ConnectionStrings__bus"] = rabbit.ConnectionString,
            ["Authentication__Authority"] = TestIssuer.Authority,
            ["Authentication__ClientId"] = parts[part],
            ["Authentication__ClientSecret"] = TestIssuer.ClientSecret,
            ["Outbox__ConfirmTimeout"] = "00:00:05",
            // The checker looks for differences when nothing is under way.
            ["Units__Settle"] = "00:00:00",
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

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : otherwise;
}
