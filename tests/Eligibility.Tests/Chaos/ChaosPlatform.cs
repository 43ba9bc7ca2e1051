using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Grpc.Core;
using Grpc.Net.Client;
using Ips.Testing;
using LocalServers;
using Npgsql;
using Xunit.Sdk;

namespace Ips.Eligibility.Tests.Chaos;

/// <summary>
/// Two replicas of Eligibility as separate processes, with their own PostgreSQL and RabbitMQ: each of the four can be killed and restarted on the same data.
/// </summary>
internal sealed class ChaosPlatform : IAsyncDisposable
{
    private readonly ChildProcess?[] replicas = new ChildProcess?[2];
    private readonly (int Http, int Grpc)[] ports = [(FreePort(), FreePort()), (FreePort(), FreePort())];
    private readonly string folder = Directory.CreateTempSubdirectory("ips-chaos-").FullName;
    private LocalPostgres postgres = null!;
    private LocalRabbitMq rabbit = null!;

    /// <summary>One channel per replica.</summary>
    public GrpcChannel[] Channels { get; private set; } = [];

    /// <summary>The broker, for an external consumer.</summary>
    public Uri Broker => new(rabbit.ConnectionString);

    /// <summary>Starts everything and waits until both replicas are healthy.</summary>
    public static async Task<ChaosPlatform> Start()
    {
        ChaosPlatform platform = new();
        (platform.postgres, platform.rabbit) = (await TestServers.OwnPostgresAsync(), await TestServers.OwnRabbitMqAsync());
        await platform.Run("create database eligibility");
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

    /// <summary>Kills a replica, PostgreSQL or RabbitMQ, and starts it again.</summary>
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
            default:
                await rabbit.KillAsync();
                await rabbit.StartAsync();
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

    /// <summary>Rows of a query against the service's database, as superuser.</summary>
    public async Task<List<T>> Rows<T>(string sql, Func<NpgsqlDataReader, T> read)
    {
        await using var source = NpgsqlDataSource.Create(postgres.ConnectionStringOf("eligibility"));
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        List<T> rows = [];
        while (await reader.ReadAsync())
            rows.Add(read(reader));
        return rows;
    }

    /// <summary>A command of the service (<c>Eligibility.dll NAME</c>) and its exit code.</summary>
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
        [typeof(Db.EligibilityDb).Assembly.Location, .. arguments, $"--ConnectionStrings:eligibility-db={postgres.ConnectionStringOf("eligibility")}"])
    {
        LogFile = Path.Combine(folder, $"{replica}.log"),
        WorkingDirectory = Path.GetDirectoryName(typeof(Db.EligibilityDb).Assembly.Location),
        Environment = new Dictionary<string, string?>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["OTEL_SERVICE_NAME"] = "eligibility",
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
