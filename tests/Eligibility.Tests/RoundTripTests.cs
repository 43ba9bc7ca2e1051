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
    public async Task From_a_request_to_its_approval_there_are_four_round_trips()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        await one.Approve(await one.Requested());
        var next = await (await PersonBuilder.Register(service, provider: one.Provider, payer: one.Payer)).WithFacts();

        Proto.Authorization requested = null!;
        var request = await Commands(async () => requested = await next.Requested());
        var approval = await Commands(() => next.Approve(requested));

        Assert.Equal((2, 2), (RoundTrips(request), RoundTrips(approval)));
        Assert.Equal((4, 4), (request.Count, approval.Count));
    }

    [Fact]
    public async Task A_draw_of_units_is_one_read_and_one_write()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var approved = await one.Approved(Proto.AuthorizationKind.Ips, 10);
        await Draw(one, approved);
        Assert.Equal(2, (await Commands(() => Draw(one, approved))).Count);
    }

    private async Task<Proto.UnitMovement> Draw(PersonBuilder one, Proto.Authorization from) => await one.Authorizations.DrawUnitsAsync(new()
    {
        Name = from.Name,
        ClaimLine = $"claimLines/{EligibilityService.NewId()}",
        ServiceDate = service.Day(),
        Units = 1,
        RequestId = EligibilityService.NewId(),
    }, one.AsProvider);

    // Npgsql starts an activity for each command or batch that it sends. Those of the audit log are not part of the use case.
    private async Task<List<Activity>> Commands(Func<Task> call)
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
                if (activity.TraceId == test.TraceId)
                    sent.Enqueue(activity);
            },
        };
        ActivitySource.AddActivityListener(listener);
        await call();
        var commands = sent.OrderBy(a => a.StartTimeUtc).ToList();
        foreach (var command in commands)
            output.WriteLine($"{command.StartTimeUtc:ss.ffffff} {command.Duration.TotalMilliseconds:0.0} ms {command.DisplayName}");
        return commands;
    }

    // Commands that run at the same time are one round trip.
    private static int RoundTrips(List<Activity> commands)
    {
        var (count, until) = (0, DateTime.MinValue);
        foreach (var command in commands)
        {
            var end = command.StartTimeUtc + command.Duration;
            if (command.StartTimeUtc >= until)
                (count, until) = (count + 1, end);
        }

        return count;
    }
}
