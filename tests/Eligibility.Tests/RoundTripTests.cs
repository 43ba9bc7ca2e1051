using System.Collections.Concurrent;
using System.Diagnostics;
using Xunit;
using Xunit.Abstractions;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>How often a use case goes to the database: its reads run side by side, and everything that it writes is one batch.</summary>
[Collection("eligibility")]
public sealed class RoundTripTests(EligibilityService service, ITestOutputHelper output)
{
    [Fact]
    public async Task A_request_and_its_approval_each_read_side_by_side_and_write_once()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        Proto.Authorization requested = null!;
        Assert.Equal((3, 1), await Commands(async () => requested = await one.Requested()));
        Assert.Equal((3, 1), await Commands(() => one.Approve(requested)));
    }

    [Fact]
    public async Task A_draw_of_units_is_one_read_and_one_write()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var approved = await one.Approved(Proto.AuthorizationKind.Ips, 10);
        Assert.Equal((1, 1), await Commands(() => Draw(one, approved)));
    }

    private async Task<Proto.UnitMovement> Draw(PersonBuilder one, Proto.Authorization from) => await one.Authorizations.DrawUnitsAsync(new()
    {
        Name = from.Name,
        ClaimLine = $"claimLines/{EligibilityService.NewId()}",
        ServiceDate = service.Day(),
        Units = 1,
        RequestId = EligibilityService.NewId(),
    }, one.AsProvider);

    // Npgsql starts an activity for each command or batch that it sends. A connection that another caller used last is first given its caller: that statement
    // names no table, and is not counted.
    private async Task<(int Reads, int Writes)> Commands(Func<Task> call)
    {
        ConcurrentQueue<Activity> sent = [];
        using Activity test = new("test");
        test.Start();
        using ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name is "Npgsql",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == test.TraceId && activity.DisplayName != "SELECT")
                    sent.Enqueue(activity);
            },
        };
        ActivitySource.AddActivityListener(listener);
        await call();
        foreach (var command in sent)
            output.WriteLine($"{command.StartTimeUtc:ss.ffffff} {command.Duration.TotalMilliseconds:0.0} ms {command.DisplayName}");
        var writes = sent.Count(command => command.DisplayName.StartsWith("INSERT", StringComparison.Ordinal));
        return (sent.Count - writes, writes);
    }
}
