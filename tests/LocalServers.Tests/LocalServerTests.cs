using LocalServers;
using Npgsql;
using Xunit;

namespace Ips.LocalServers.Tests;

public sealed class LocalServerTests : IDisposable
{
    private readonly string root = Path.Combine(Path.GetTempPath(), $"ips-local-{Path.GetRandomFileName()}");

    public void Dispose()
    {
        if (Directory.Exists(root)) Directory.Delete(root, recursive: true);
    }

    [Fact]
    public async Task PostgreSQL_keeps_data_password_and_port_over_stop_crash_and_second_start()
    {
        int port;
        string password;
        await using (var postgres = await StartPostgresAsync())
        {
            (port, password) = (postgres.Port, postgres.Password);
            await RunAsync(postgres, "create table kept (n int)");
            await RunAsync(postgres, "insert into kept values (1)");
            await postgres.StopAsync();
            await postgres.StartAsync();
            await RunAsync(postgres, "insert into kept values (2)");
            await postgres.KillAsync();
            await postgres.StartAsync();
            Assert.Equal(2L, await RunAsync(postgres, "select count(*) from kept"));
        }
        await using var again = await StartPostgresAsync();
        Assert.Equal((port, password), (again.Port, again.Password));
        Assert.Equal(2L, await RunAsync(again, "select count(*) from kept"));
    }

    [Fact]
    public async Task Servers_listen_on_loopback_only()
    {
        await using var postgres = await StartPostgresAsync();
        await using var rabbit = await StartRabbitAsync();
        var listeners = Listeners([postgres.ProcessId, rabbit.ProcessId]);
        Assert.Contains($"127.0.0.1:{postgres.Port}", listeners);
        Assert.Contains($"127.0.0.1:{rabbit.Port}", listeners);
        Assert.Contains($"127.0.0.1:{rabbit.ManagementPort}", listeners);
        Assert.All(listeners, listener => Assert.StartsWith("127.0.0.1:", listener));
    }

    [Fact]
    public async Task RabbitMQ_starts_again_on_its_data_after_a_crash_even_when_its_port_was_taken_meanwhile()
    {
        int port;
        await using (var rabbit = await StartRabbitAsync())
        {
            port = rabbit.Port;
            await DeclareAsync(rabbit, passive: false);
            // RabbitMQ writes the names of queues to disk some moments later; a clean stop writes them at once.
            await rabbit.StopAsync();
            await rabbit.StartAsync();
            await rabbit.KillAsync();
            await rabbit.StartAsync();
            await DeclareAsync(rabbit, passive: true);
        }
        Assert.Empty(ProcessesIn("rabbitmq"));
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, port);
        taken.Start();
        await using var again = await StartRabbitAsync();
        Assert.NotEqual(port, again.Port);
        await DeclareAsync(again, passive: true);
    }

    [Fact]
    public async Task A_data_directory_has_one_owner_at_a_time()
    {
        await using var postgres = await StartPostgresAsync();
        var refusal = await Assert.ThrowsAsync<LocalServerException>(StartPostgresAsync);
        Assert.Contains("in use by another process", refusal.Message);
    }

    [Fact]
    public async Task Data_of_a_killed_owner_are_removed_and_those_in_use_are_not()
    {
        var (left, used) = (Path.Combine(root, "run-left"), Path.Combine(root, "run-used"));
        await (await LocalPostgres.StartAsync(new() { DataDirectory = left })).DisposeAsync();
        await using var running = await LocalPostgres.StartAsync(new() { DataDirectory = used });
        Leftovers.Remove(root, "run-");
        Assert.Equal([used], Directory.GetDirectories(root));
        await RunAsync(running, "select 1");
    }

    [Fact]
    public async Task A_data_directory_with_another_password_is_refused()
    {
        await using (await StartPostgresAsync())
        {
        }
        var refusal = await Assert.ThrowsAsync<LocalServerException>(
            () => LocalPostgres.StartAsync(new() { DataDirectory = Path.Combine(root, "postgres"), Password = "other" }));
        Assert.Contains("another user or password", refusal.Message);
    }

    [Fact]
    public async Task An_unusable_data_directory_is_named_with_a_solution()
    {
        Directory.CreateDirectory(root);
        var file = Path.Combine(root, "file");
        await File.WriteAllTextAsync(file, "");
        var refusal = await Assert.ThrowsAsync<LocalServerException>(() => LocalPostgres.StartAsync(new() { DataDirectory = Path.Combine(file, "postgres") }));
        Assert.Contains("choose another directory", refusal.Message);
    }

    [Theory]
    [InlineData(false, true, true, "cannot be run privately on this operating system", "--containers")]
    [InlineData(true, false, true, "no apt-get to install it with", "Install the package 'postgresql'")]
    [InlineData(true, true, false, "only root may install it", "apt-get install postgresql")]
    public void A_missing_server_that_cannot_be_installed_is_reported_with_a_solution(bool linux, bool apt, bool root, string why, string wayOn)
    {
        var obstacle = Installer.Obstacle("PostgreSQL 15 or newer", "postgresql", linux, apt, root);
        Assert.StartsWith("PostgreSQL 15 or newer", obstacle);
        Assert.Contains(why, obstacle);
        Assert.Contains(wayOn, obstacle);
        Assert.Contains("connection string", obstacle);
        Assert.Null(Installer.Obstacle("PostgreSQL 15 or newer", "postgresql", linux: true, apt: true, root: true));
    }

    [Fact]
    public void A_node_sees_the_plugins_that_are_on_and_what_they_build_on()
    {
        App("rabbit-4", "rabbit", "[kernel,\n  stdlib, ra,'rabbit_common']");
        App("ra-2", "ra", "[aten]");
        App("aten-1", "aten", "[]");
        App("rabbit_common-4", "rabbit_common", "[kernel]");
        App("mqtt-4", "rabbitmq_mqtt", "[rabbit]");
        Assert.Equal(["rabbit-4", "ra-2", "rabbit_common-4", "aten-1"], RabbitMqPlugins.Needed(root, "rabbit")!.Select(Path.GetFileName));
        // The code does not read archives: the node gets everything.
        File.WriteAllText(Path.Combine(root, "rabbitmq_management-4.ez"), "");
        Assert.Null(RabbitMqPlugins.Needed(root, "rabbit", "rabbitmq_management"));
        Assert.Null(RabbitMqPlugins.Needed(Path.Combine(root, "nowhere"), "rabbit"));

        void App(string directory, string name, string applications)
        {
            var ebin = Directory.CreateDirectory(Path.Combine(root, directory, "ebin")).FullName;
            File.WriteAllText(Path.Combine(ebin, $"{name}.app"),
                $"{{application,{name},[{{modules,[a,b]}},{{applications,{applications}}},{{mod,{{x,[]}}}}]}}.");
        }
    }

    private Task<LocalPostgres> StartPostgresAsync() => LocalPostgres.StartAsync(new() { DataDirectory = Path.Combine(root, "postgres") });

    private Task<LocalRabbitMq> StartRabbitAsync() => LocalRabbitMq.StartAsync(new() { DataDirectory = Path.Combine(root, "rabbitmq"), Management = true });

    private static async Task<object?> RunAsync(LocalPostgres postgres, string sql)
    {
        await using var connection = new NpgsqlConnection($"{postgres.ConnectionString};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private static async Task DeclareAsync(LocalRabbitMq rabbit, bool passive)
    {
        var factory = new RabbitMQ.Client.ConnectionFactory { Uri = new(rabbit.ConnectionString) };
        await using var connection = await factory.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        if (passive) await channel.QueueDeclarePassiveAsync("kept");
        else await channel.QueueDeclareAsync("kept", durable: true, exclusive: false, autoDelete: false);
    }

    /// <summary>Processes started with that data directory in their environment, daemons among them.</summary>
    private List<string> ProcessesIn(string name) => Directory.GetDirectories("/proc")
        .Where(process => int.TryParse(Path.GetFileName(process), out _) && EnvironmentOf(process).Contains($"HOME={Path.Combine(root, name)}\0"))
        .Select(process => File.ReadAllText(Path.Combine(process, "comm")).Trim())
        .ToList();

    private static string EnvironmentOf(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "environ"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";   // ended meanwhile, or another user's
        }
    }

    private static List<string> Listeners(int[] pids)
    {
        var inodes = pids
            .SelectMany(pid => Directory.GetFiles($"/proc/{pid}/fd"))
            .Select(fd => new FileInfo(fd).LinkTarget ?? "")
            .Where(target => target.StartsWith("socket:["))
            .Select(target => target[8..^1])
            .ToHashSet();
        return new[] { "/proc/net/tcp", "/proc/net/tcp6" }
            .Where(File.Exists)
            .SelectMany(table => File.ReadLines(table).Skip(1))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(cells => cells[3] == "0A" && inodes.Contains(cells[9]))
            .Select(cells => cells[1].Split(':'))
            .Select(address => $"{(address[0] == "0100007F" ? "127.0.0.1" : address[0])}:{Convert.ToInt32(address[1], 16)}")
            .ToList();
    }
}
