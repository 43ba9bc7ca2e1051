using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ips.AppHost;
using Ips.Testing;
using LocalServers;
using Npgsql;
using Xunit;

namespace Ips.Platform.Tests;

/// <summary>The drill: the platform is backed up, works on, and the database of one service is restored.</summary>
public sealed partial class RestoreTests : IDisposable
{
    private readonly string data = Path.Combine(Path.GetTempPath(), $"ips-restore-{Path.GetRandomFileName()}");

    public void Dispose()
    {
        if (Directory.Exists(data)) Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task A_restored_service_says_so_in_its_feed_and_reconcile_lists_exactly_what_it_lost()
    {
        var backup = Path.Combine(data, "backup");
        string cursor;
        IReadOnlyDictionary<string, string> made;
        using (var host = new HostProcess("--data", data, "--no-sandbox"))
        {
            await StartedAsync(host);
            await SucceedsAsync("backup", backup);
            Assert.Equal(
                ["backup.json", "billing-db.dump", "eligibility-db.dump", "fidelity-db.dump", "particulars.keys", "reporting-db.dump", "roles.sql",
                    "staffing-db.dump"],
                Directory.GetFiles(backup).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));

            await Sandbox.LoadAsync(data, name => Address(name), SandboxIssuer.In(data), transport: null, default);
            using var file = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(data, "sandbox.json")));
            made = file.RootElement.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.String)
                .ToDictionary(p => p.Name, p => p.Value.GetString()!);
            var (status, feed) = await FeedAsync("");
            Assert.Equal((HttpStatusCode.OK, 1), (status, feed.GetProperty("items").GetArrayLength()));
            cursor = feed.GetProperty("nextCursor").GetString()!;
            await SucceedsAsync("reconcile");
            Native.Signal(host.Id, Native.SigTerm);
            Assert.Equal(0, await host.ExitAsync(TimeSpan.FromSeconds(60)));
        }

        var lost = await ConsumedElsewhereAsync();
        Assert.NotEmpty(lost);
        await SucceedsAsync("restore", backup, "--only", "eligibility");
        var (code, output) = await HostProcess.RunAsync("reconcile", "--data", data);
        Assert.Equal(1, code);
        Assert.Equal(lost.Select(id => id.ToString()).Order(), Event().Matches(output).Select(match => match.Groups["id"].Value).Order());
        var named = Resource().Matches(output).Select(match => match.Groups["name"].Value).ToList();
        Assert.Contains(made["individual"], named);
        Assert.Contains(made["authorization"], named);
        Assert.Matches($"{made["authorization"]}: .*billing.claim_lines.authorization", output);
        Assert.Contains($"referral.moved.v1 {made["referral"]} 1", output);
        Assert.DoesNotContain("Sandbox", output);

        using var second = new HostProcess("--data", data, "--no-sandbox");
        await StartedAsync(second);
        var (refused, answer) = await FeedAsync(cursor);
        Assert.Equal((HttpStatusCode.BadRequest, "OTHER_EPOCH"), (refused, answer.GetProperty("details")[0].GetProperty("reason").GetString()));
        var resume = answer.GetProperty("details")[0].GetProperty("metadata").GetProperty("resume").GetString()!;
        var (ok, rest) = await FeedAsync(resume);
        Assert.Equal(HttpStatusCode.OK, ok);
        Assert.Equal(0, rest.TryGetProperty("items", out var items) ? items.GetArrayLength() : 0);
        Native.Signal(second.Id, Native.SigTerm);
        Assert.Equal(0, await second.ExitAsync(TimeSpan.FromSeconds(60)));
    }

    [GeneratedRegex(@"(?m)^lost event (?<id>[0-9a-f-]{36})", RegexOptions.None, 1000)]
    private static partial Regex Event();

    [GeneratedRegex(@"(?m)^eligibility lost (?<name>\S+):", RegexOptions.None, 1000)]
    private static partial Regex Resource();

    private static async Task StartedAsync(HostProcess host)
    {
        await Poll.Until(() => host.HasExited || host.Output.Contains("Stop:    Ctrl+C"), TimeSpan.FromMinutes(4));
        Assert.False(host.HasExited, host.Output);
    }

    private async Task SucceedsAsync(params string[] arguments)
    {
        var (code, output) = await HostProcess.RunAsync([.. arguments, "--data", data]);
        Assert.True(code == 0, output);
    }

    /// <summary>The events of Eligibility that other services have consumed; the platform does not run.</summary>
    private async Task<HashSet<Guid>> ConsumedElsewhereAsync()
    {
        await using var server = await LocalPostgres.StartAsync(new() { DataDirectory = Path.Combine(data, "postgres") });
        HashSet<Guid> consumed = [];
        foreach (var service in Platform.Services.Except(["eligibility"]))
            consumed.UnionWith(await IdsAsync(service, "select message_id from inbox_rows"));
        consumed.IntersectWith(await IdsAsync("eligibility", "select id from outbox_rows"));
        return consumed;

        async Task<List<Guid>> IdsAsync(string service, string sql)
        {
            await using NpgsqlConnection connection = new($"{server.ConnectionStringOf($"{service}-db")};Pooling=false");
            await connection.OpenAsync();
            await using NpgsqlCommand command = new(sql, connection);
            await using var reader = await command.ExecuteReaderAsync();
            List<Guid> ids = [];
            while (await reader.ReadAsync()) ids.Add(reader.GetGuid(0));
            return ids;
        }
    }

    private Uri Address(string service)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(data, "endpoints.json")));
        return new(json.RootElement.GetProperty(service).GetProperty("http").GetString()!);
    }

    private async Task<(HttpStatusCode Status, JsonElement Answer)> FeedAsync(string cursor)
    {
        using HttpClient http = new() { BaseAddress = Address("eligibility") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", SandboxIssuer.In(data).Mint(new TokenRequest("dvrs", "nc-dvrs", "test-dvrs", 1), TimeProvider.System));
        using var answer = await http.GetAsync($"/v1/feeds/dvrs-referrals?cursor={cursor}");
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return (answer.StatusCode, json.RootElement.Clone());
    }
}
