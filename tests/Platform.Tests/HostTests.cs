using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ips.Testing;
using LocalServers;
using Xunit;

namespace Ips.Platform.Tests;

/// <summary>The AppHost as a user runs it: one command, its output, its end.</summary>
public sealed partial class HostTests : IDisposable
{
    private readonly string data = Path.Combine(Path.GetTempPath(), $"ips-host-{Path.GetRandomFileName()}");

    public void Dispose()
    {
        if (Directory.Exists(data)) Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task A_second_start_continues_a_killed_one_and_no_process_remains()
    {
        using (var first = new HostProcess("--data", data))
        {
            // The crash of the host itself, in the middle of the sandbox case.
            await Poll.Until(() => first.HasExited || File.Exists(Path.Combine(data, "sandbox.json")), TimeSpan.FromMinutes(4));
            await Poll.Until(async () => first.HasExited || await CountAsync("eligibility", "determinations") == 1, TimeSpan.FromMinutes(2));
            Assert.False(first.HasExited, first.Output);
            Native.Signal(first.Id, Native.SigKill);
            await Poll.Until(() => HostProcess.ProcessesOf(data).Count == 0);
        }

        using var second = new HostProcess("--data", data);
        await StartedAsync(second);
        foreach (var service in Platform.Services)
            Assert.Matches($@"(?m)^{service} +Running \(Healthy\) +http://localhost:\d+  grpc: http://localhost:\d+$", second.Output);
        Assert.Matches(@"^Dashboard: http://localhost:\d+/login\?t=[0-9a-f]+\n", second.Output);
        Assert.Matches(@"(?m)^migrations +Finished$", second.Output);
        Assert.Matches(@"(?m)^postgres +Running \(Healthy\) ", second.Output);
        Assert.Matches(@"(?m)^bus +Running \(Healthy\) ", second.Output);
        Assert.Contains("-- token --role mco --org alliance", second.Output);
        Assert.All(ListenersOf(data), listener => Assert.StartsWith("127.0.0.1", listener));

        // The data of the first start is stored once, and the second start finished the case.
        foreach (var (service, table, rows) in new[] { ("staffing", "staff", 2), ("eligibility", "individuals", 1), ("eligibility", "determinations", 1),
            ("eligibility", "referrals", 1), ("billing", "milestones", 2), ("billing", "claim_lines", 2), ("fidelity", "reviews", 1) })
            Assert.Equal((service, table, rows), (service, table, await CountAsync(service, table)));
        Assert.DoesNotContain("already exists", await ReadSharedAsync(Path.Combine(data, "logs", "postgres.log")));

        var (code, output) = await HostProcess.RunAsync("--data", data);
        Assert.Equal(1, code);
        Assert.Contains($"The data directory {data} is in use", output);
        Assert.Contains("choose another directory", output);

        Native.Signal(second.Id, Native.SigTerm);
        Assert.Equal(0, await second.ExitAsync(TimeSpan.FromSeconds(60)));
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_killed_orchestrator_ends_the_host_and_a_new_start_works()
    {
        using (var first = new HostProcess("--data", data, "--no-sandbox"))
        {
            await StartedAsync(first);
            Native.Signal(first.OrchestratorId, Native.SigKill);
            Assert.Equal(1, await first.ExitAsync(TimeSpan.FromSeconds(30)));
            Assert.Contains("orchestrator (dcp) ended unexpectedly", first.Output);
        }
        using var second = new HostProcess("--data", data, "--no-sandbox");
        await StartedAsync(second);
        Native.Signal(second.Id, Native.SigTerm);
        Assert.Equal(0, await second.ExitAsync(TimeSpan.FromSeconds(60)));
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_script_finds_every_address_in_endpoints_json_while_the_platform_runs()
    {
        using var host = new HostProcess("--data", data, "--no-sandbox");
        await StartedAsync(host);
        var file = Path.Combine(data, "endpoints.json");
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(file));
        using HttpClient http = new();
        foreach (var service in Platform.Services)
        {
            Assert.Matches(@"^http://localhost:\d+$", Address(service, "grpc"));
            using var answer = await http.GetAsync($"{Address(service, "http")}/alive");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
        using var page = await http.GetAsync(Address("dashboard", "http"));
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);

        Native.Signal(host.Id, Native.SigTerm);
        await host.ExitAsync(TimeSpan.FromSeconds(60));
        Assert.False(File.Exists(file));
        await NothingIsLeftAsync();

        string Address(string name, string endpoint) => json.RootElement.GetProperty(name).GetProperty(endpoint).GetString()!;
    }

    [Fact]
    public async Task The_token_command_prints_a_signed_token_and_nothing_else()
    {
        var (code, output) = await HostProcess.RunAsync("token", "--role", "mco", "--org", "alliance", "--subject", "ann", "--hours", "2", "--data", data);
        Assert.Equal(0, code);
        var parts = output.Trim().Split('.');
        Assert.Equal(3, parts.Length);
        using var claims = JsonDocument.Parse(Microsoft.IdentityModel.Tokens.Base64UrlEncoder.Decode(parts[1]));
        var claim = claims.RootElement;
        Assert.Equal(("ips", "mco", "alliance", "ann"), (Text("aud"), Text("role"), Text("org"), Text("sub")));
        Assert.Equal($"http://localhost:{await File.ReadAllTextAsync(Path.Combine(data, "identity.port"))}/", Text("iss"));
        Assert.Equal(2 * 3600, claim.GetProperty("exp").GetInt64() - claim.GetProperty("iat").GetInt64());

        var file = Path.Combine(data, "keys", "sandbox-es256.pem");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        using var key = System.Security.Cryptography.ECDsa.Create();
        key.ImportFromPem(await File.ReadAllTextAsync(file));
        Assert.True(key.VerifyData(
            System.Text.Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Microsoft.IdentityModel.Tokens.Base64UrlEncoder.DecodeBytes(parts[2]),
                System.Security.Cryptography.HashAlgorithmName.SHA256));

        string? Text(string name) => claim.GetProperty(name).GetString();
    }

    [Theory]
    [InlineData("There is no role 'king'; there are mco, provider, dvrs, state, ops.", "token", "--role", "king", "--org", "x")]
    [InlineData("A token needs --role and --org.", "token", "--role", "mco")]
    [InlineData("--hours is '0'; a whole number from 1 to 8760 is needed.", "token", "--role", "mco", "--org", "x", "--hours", "0")]
    [InlineData("'--contaners' is not known.", "--contaners", "yes")]
    [InlineData("--data needs a value.", "--data")]
    public async Task A_wrong_command_line_is_explained(string complaint, params string[] arguments)
    {
        var (code, output) = await HostProcess.RunAsync(arguments);
        Assert.Equal(2, code);
        Assert.StartsWith(complaint, output);
    }

    [Fact]
    public async Task A_taken_port_ends_the_host_with_a_reason_and_a_solution()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var (code, output) = await HostProcess.RunAsync("--data", data, "--Ports:billing:http", $"{port}");
        Assert.Equal(1, code);
        Assert.Contains($"Port {port}, wanted for endpoint 'http' of 'billing', is taken by another program.", output);
        Assert.Empty(HostProcess.ProcessesOf(data));
    }

    [Fact]
    public async Task A_data_directory_that_cannot_be_written_ends_the_host_with_a_reason()
    {
        await File.WriteAllTextAsync(data + ".file", "");
        var (code, output) = await HostProcess.RunAsync("--data", data + ".file/data");
        File.Delete(data + ".file");
        Assert.Equal(1, code);
        Assert.Contains("The platform did not start.", output);
        Assert.Contains(data, output);
    }

    [Fact]
    public async Task Without_a_container_engine_containers_are_refused_with_a_solution()
    {
        using var host = new HostProcess("/nowhere", ["--data", data, "--containers"]);
        Assert.Equal(1, await host.ExitAsync(TimeSpan.FromMinutes(1)));
        Assert.Contains("no container engine answers", host.Output);
        Assert.Contains("start without --containers", host.Output);
    }

    // The orchestrator ends what it started within seconds after the host.
    private Task NothingIsLeftAsync() => Poll.Until(() => HostProcess.ProcessesOf(data).Count == 0);

    private static async Task StartedAsync(HostProcess host)
    {
        await Poll.Until(() => host.HasExited || host.Output.Contains("Stop:    Ctrl+C"), TimeSpan.FromMinutes(4));
        Assert.False(host.HasExited, host.Output);
    }

    /// <summary>Rows of a table; -1 while there is no server, database or table.</summary>
    private async Task<long> CountAsync(string service, string table)
    {
        try
        {
            using var server = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(data, "postgres", "server.json")));
            var (port, password) = (server.RootElement.GetProperty("Ports").GetProperty("postgres"), server.RootElement.GetProperty("Password"));
            await using var connection = new Npgsql.NpgsqlConnection(
                $"Host=localhost;Port={port};Username=postgres;Password={password};Database={service}-db;Pooling=false");
            await connection.OpenAsync();
            await using var command = new Npgsql.NpgsqlCommand($"select count(*) from {table}", connection);
            return (long)(await command.ExecuteScalarAsync())!;
        }
        catch (Exception e) when (e is IOException or JsonException or Npgsql.NpgsqlException or KeyNotFoundException)
        {
            return -1;
        }
    }

    private static async Task<string> ReadSharedAsync(string file)
    {
        using StreamReader reader = new(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return await reader.ReadToEndAsync();
    }

    /// <summary>Addresses on which the processes of that data directory listen.</summary>
    private static List<string> ListenersOf(string directory)
    {
        var sockets = HostProcess.ProcessesOf(directory)
            .SelectMany(process => Directory.GetFiles($"/proc/{process.Split(' ')[0]}/fd"))
            .Select(fd => SocketNumber().Match(new FileInfo(fd).LinkTarget ?? "").Groups["number"].Value)
            .ToHashSet();
        return new[] { "/proc/net/tcp", "/proc/net/tcp6" }.Where(File.Exists)
            .SelectMany(table => File.ReadLines(table).Skip(1))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(cells => cells[3] == "0A" && sockets.Contains(cells[9]))
            .Select(cells => cells[1][..cells[1].IndexOf(':')] switch
            {
                "0100007F" or "00000000000000000000000001000000" => $"127.0.0.1 or ::1, port {Convert.ToInt32(cells[1].Split(':')[1], 16)}",
                var other => other,
            })
            .ToList();
    }

    [GeneratedRegex(@"^socket:\[(?<number>\d+)\]$", RegexOptions.None, 1000)]
    private static partial Regex SocketNumber();
}
