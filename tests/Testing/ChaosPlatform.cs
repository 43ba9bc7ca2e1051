using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Security.Cryptography;
using Grpc.Core;
using Grpc.Net.Client;
using LocalServers;
using Npgsql;
using RabbitMQ.Client;
using Xunit;
using Xunit.Sdk;

namespace Ips.Testing;

/// <summary>
/// Two replicas of a service as separate processes, with their own PostgreSQL and RabbitMQ: each of the four can be killed and restarted on the same data, and so can
/// the services next to it.
/// </summary>
public sealed class ChaosPlatform : IAsyncDisposable
{
    private const string Watching = "chaos-watch";

    private readonly string service;
    private readonly Assembly assembly;
    private readonly IReadOnlyDictionary<string, string> settings;
    private readonly FakeService[] others;
    private int repeated;
    private readonly ChildProcess?[] replicas = new ChildProcess?[2];
    private readonly (int Http, int Grpc)[] ports = [(FreePort(), FreePort()), (FreePort(), FreePort())];
    private readonly string folder = Directory.CreateTempSubdirectory("ips-chaos-").FullName;
    private LocalPostgres postgres = null!;
    private LocalRabbitMq rabbit = null!;

    /// <summary>One channel per replica.</summary>
    public GrpcChannel[] Channels { get; private set; } = [];

    private ChaosPlatform(string service, Assembly assembly, IReadOnlyDictionary<string, string> settings, FakeService[] others) =>
        (this.service, this.assembly, this.settings, this.others) = (service, assembly, settings, others);

    /// <summary>What can be killed: the replicas, PostgreSQL, RabbitMQ, and the services next to it.</summary>
    public int Victims => replicas.Length + 2 + others.Length;

    /// <summary>How often a call was sent again because a process was down.</summary>
    public int Repeated => repeated;

    /// <summary>Starts everything and waits until both replicas are healthy.</summary>
    /// <param name="service">The name of the service, and of its database.</param>
    /// <param name="assembly">Its program.</param>
    /// <param name="settings">Its settings besides those of every service, as arguments.</param>
    /// <param name="others">The services next to it, which run.</param>
    public static async Task<ChaosPlatform> Start(
        string service, Assembly assembly, IReadOnlyDictionary<string, string>? settings = null, params FakeService[] others)
    {
        ChaosPlatform platform = new(service, assembly, settings ?? new Dictionary<string, string>(), others);
        (platform.postgres, platform.rabbit) = (await TestServers.OwnPostgresAsync(), await TestServers.OwnRabbitMqAsync());
        await platform.Run($"create database {service}");
        await using (var migrate = await ChildProcess.StartAsync(platform.Service(0, "migrate")))
        {
            if (await migrate.Exited is not 0 and var code)
                throw new InvalidOperationException($"migrate ended with {code}: {platform.Log(0)}");
        }

        for (var i = 0; i < platform.replicas.Length; i++)
            platform.replicas[i] = await ChildProcess.StartAsync(platform.Service(i));
        platform.Channels = [.. platform.ports.Select(p => GrpcChannel.ForAddress($"http://127.0.0.1:{p.Grpc}"))];
        await platform.UntilHealthy();
        return platform;
    }

    /// <summary>Kills a replica (0, 1), PostgreSQL (2), RabbitMQ (3) or a service next to it (4 and more), and starts it again.</summary>
    public async Task Strike(int what)
    {
        switch (what)
        {
            case 0 or 1:
                await replicas[what]!.DisposeAsync();
                replicas[what] = await ChildProcess.StartAsync(Service(what));
                break;
            case 2:
                await postgres.KillAsync();
                await postgres.StartAsync();
                break;
            case 3:
                await rabbit.KillAsync();
                await rabbit.StartAsync();
                break;
            default:
                await others[what - 4].Stop();
                await others[what - 4].Start();
                break;
        }
    }

    /// <summary>Waits until both replicas report that everything they need answers.</summary>
    public async Task UntilHealthy()
    {
        using HttpClient http = new() { Timeout = TimeSpan.FromSeconds(10) };
        foreach (var (replica, (port, _)) in ports.Index())
        {
            var page = "";
            try
            {
                await Poll.Until(async () =>
                {
                    if (replicas[replica]!.Exited.IsCompleted)
                        throw new InvalidOperationException($"Replica {replica} ended: {Log(replica)}");
                    try
                    {
                        using var answer = await http.GetAsync($"http://127.0.0.1:{port}/health");
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
                throw new XunitException($"Replica {replica} is not healthy: {page}\n{Log(replica)}", late);
            }
        }
    }

    /// <summary>Headers of a caller.</summary>
    public Metadata As(string role, string organization) =>
        new() { { "authorization", $"Bearer {TestIssuer.Token(role, organization, "chaos")}" } };

    /// <summary>
    /// Sends the same request with the same id to either replica until one answers. Sends it again only when the error means that a process is down or that another
    /// call was faster.
    /// </summary>
    public async Task<TReply> Surely<TClient, TReply>(Random random, Func<ChannelBase, TClient> client, Func<TClient, string, Task<TReply>> call)
    {
        var id = Guid.CreateVersion7().ToString();
        for (var attempt = random.Next(2); ; attempt++)
        {
            try
            {
                return await call(client(Channels[attempt % Channels.Length]), id).WaitAsync(TimeSpan.FromSeconds(40));
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
    public async Task ExpectEvents()
    {
        await Poll.Until(async () => (await Rows("select count(*) from outbox_rows where sent_at is null", r => r.GetInt64(0)))[0] == 0, TimeSpan.FromMinutes(2));
        Assert.Empty(await Rows("select subject from outbox_rows group by subject having min(sequence) <> 1 or max(sequence) <> count(*)", r => r.GetString(0)));
        await using var connection = await new ConnectionFactory { Uri = new(rabbit.ConnectionString) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        HashSet<string> received = [];
        HashSet<string> published = [];
        // The service's own consumers may still publish: both sides grow until they are equal.
        await Poll.Until(async () =>
        {
            while (await channel.BasicGetAsync(Watching, autoAck: true) is { } message)
                received.Add(message.BasicProperties.MessageId!);
            published = [.. await Rows("select id from outbox_rows", r => r.GetGuid(0).ToString())];
            return published.SetEquals(received);
        }, TimeSpan.FromMinutes(2));
        Assert.NotEmpty(published);
    }

    /// <summary>Rows of a query against the service's database, as superuser.</summary>
    public async Task<List<T>> Rows<T>(string sql, Func<NpgsqlDataReader, T> read)
    {
        await using var source = NpgsqlDataSource.Create(postgres.ConnectionStringOf(service));
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        List<T> rows = [];
        while (await reader.ReadAsync())
            rows.Add(read(reader));
        return rows;
    }

    /// <summary>A command of the service (<c>SERVICE.dll NAME</c>) and its exit code.</summary>
    public async Task<int> Command(string name)
    {
        await using var command = await ChildProcess.StartAsync(Service(0, name));
        return await command.Exited;
    }

    /// <summary>The end of a replica's log.</summary>
    public string Log(int replica) => string.Join('\n', File.ReadLines(Path.Combine(folder, $"{replica}.log")).TakeLast(30));

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in Channels)
            channel.Dispose();
        foreach (var replica in replicas)
            await (replica?.DisposeAsync() ?? default);
        await rabbit.DisposeAsync();
        await postgres.DisposeAsync();
        rabbit.DeleteData();
        postgres.DeleteData();
        Directory.Delete(folder, recursive: true);
    }

    private readonly string ring = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private ChildStart Service(int replica, params string[] arguments) => new(
        // Passed as an argument: a shell between us and the service may drop environment variables whose name contains a hyphen.
        "dotnet",
        [assembly.Location, .. arguments, $"--ConnectionStrings:{service}-db={postgres.ConnectionStringOf(service)}", .. settings.Select(s => $"--{s.Key}={s.Value}")])
    {
        LogFile = Path.Combine(folder, $"{replica}.log"),
        WorkingDirectory = Path.GetDirectoryName(assembly.Location),
        Environment = new Dictionary<string, string?>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["OTEL_SERVICE_NAME"] = service,
            ["ConnectionStrings__bus"] = rabbit.ConnectionString,
            ["Authentication__Authority"] = TestIssuer.Authority,
            ["PersonalData__Current"] = "k1",
            ["PersonalData__Keys__k1"] = ring,
            ["PersonalData__HashKey"] = ring,
            ["Outbox__ConfirmTimeout"] = "00:00:05",
            ["Kestrel__Endpoints__http__Url"] = $"http://127.0.0.1:{ports[replica].Http}",
            ["Kestrel__Endpoints__http__Protocols"] = "Http1",
            ["Kestrel__Endpoints__grpc__Url"] = $"http://127.0.0.1:{ports[replica].Grpc}",
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
