using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Ips.Testing;
using Xunit;

namespace Ips.Reporting.Tests;

/// <summary>Runs the session of docs/integrators/dashboards.md as written, with both of its programs.</summary>
public sealed class DashboardsPageTests(PartnerService service) : IClassFixture<PartnerService>, IAsyncLifetime
{
    private static readonly DateTimeOffset Start = TimeProvider.System.GetUtcNow().AddHours(-1);
    private readonly List<Process> started = [];

    [Fact]
    public async Task The_page_works_as_written()
    {
        var story = new Story(Start, "harbor-works").Journey(new(Guid.CreateVersion7(Start)));
        await service.Join(story);
        await service.Store([.. story.Events]);
        var port = LocalServers.Ports.Free();
        Process? receiver = null, reader = null;
        PageSession session = new("dashboards", service.Address, new()
        {
            ["state"] = Bearer(Roles.State, "nc-dhhs"),
            ["other-state"] = Bearer(Roles.State, "la-ldh"),
            ["day"] = DateOnly.FromDateTime(Start.UtcDateTime).ToString("O", CultureInfo.InvariantCulture),
            ["receiver"] = $"http://127.0.0.1:{port}/events",
        }, service.SendWebhooks, async (name, code, words) =>
        {
            if (name == "receiver.js")
                receiver = await StartProgram(name, code, port.ToString(CultureInfo.InvariantCulture));
            else
                reader = await StartProgram(name, code, await Partner(words["day"]));
        });
        Assert.Equal(9, await session.Run());

        // The secret came with the answer; what was refused before is sent again.
        await receiver!.StandardInput.WriteLineAsync(session.Words["secret"]);
        await receiver.StandardInput.FlushAsync();
        var ids = story.Events.Select(e => e.EventId.ToString()).ToHashSet();
        foreach (var process in new[] { receiver, reader! })
        {
            HashSet<string> got = [];
            while (!got.IsSupersetOf(ids))
                got.Add((await Line(process)).Split(' ')[1]);
        }
    }

    private string Bearer(string role, string organization) => service.As(role, organization)[0].Value["Bearer ".Length..];

    private async Task<string[]> Partner(string day)
    {
        var (code, printed) = await service.AddPartner(("role", "state"), ("org", "nc-dhhs"), ("from-day", day));
        Assert.Equal(0, code);
        await service.SendToPartners();
        var made = JsonDocument.Parse(printed).RootElement;
        return [made.GetProperty("address").GetString()!, made.GetProperty("queue").GetString()!];
    }

    private async Task<Process> StartProgram(string name, string code, params string[] arguments)
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("ips-page-").FullName, name);
        await File.WriteAllTextAsync(file, code);
        var process = await NodePeers.Start(file, arguments);
        started.Add(process);
        return process;
    }

    private static async Task<string> Line(Process process)
    {
        using CancellationTokenSource patience = new(Poll.Patience);
        return await process.StandardOutput.ReadLineAsync(patience.Token) ?? throw new InvalidOperationException("The program ended.");
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var process in started)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }
}
