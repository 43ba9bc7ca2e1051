using Grpc.Core;
using Ips.Eligibility.Determinations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>
/// The monthly re-verification of a program and the report of what changed.
/// The tests have their own service: they move the clock by months and recheck everyone.
/// </summary>
public sealed class ReverifyProgramTests(EligibilityService service) : IClassFixture<EligibilityService>
{
    [Fact]
    public async Task Once_a_month_every_eligible_person_is_rechecked_and_each_reads_what_changed()
    {
        var (one, same) = (await Admitted(), await Admitted());
        // The enrollment ends: it is a criterion that lasts.
        var facts = (await one.Individuals.ListFactsAsync(new() { Individual = one.Name, StandingOnly = true }, one.AsProvider)).Facts;
        var enrollment = Assert.Single(facts, f => f.Enrollment is not null);
        var ended = enrollment.Enrollment.Clone();
        ended.Through = service.Day(1);
        await one.Individuals.CorrectFactAsync(new()
        {
            Name = enrollment.Name,
            Etag = enrollment.Etag,
            Fact = new() { Enrollment = ended },
            Reason = Proto.CorrectionReason.ChangedSince,
            RequestId = EligibilityService.NewId(),
        }, one.AsProvider);
        await service.Everything();
        await NextMonth();
        Assert.True(await Run() >= 2);
        var change = Assert.Single((await one.Determinations.ListReverificationChangesAsync(new() { Individual = one.Name }, one.AsProvider)).Changes);
        Assert.Equal((Proto.DeterminationState.Eligible, Proto.DeterminationState.ReverifyDue, $"organizations/{one.Provider}", Month()),
            (change.FromState, change.ToState, change.Provider, change.Month));
        Assert.NotEmpty(change.RuleIds);
        Assert.Equal([change], (await one.Determinations.ListReverificationChangesAsync(new() { Month = Month(), Program = "nc-core" }, one.AsPayer)).Changes);
        Assert.Equal(Proto.DeterminationState.ReverifyDue,
            (await one.Determinations.GetDeterminationAsync(new() { Name = change.Determination }, one.AsProvider)).State);
        Assert.Empty((await same.Determinations.ListReverificationChangesAsync(new(), same.AsProvider)).Changes);
        Assert.Empty((await one.Determinations.ListReverificationChangesAsync(new(), service.As(Roles.Mco, "payer-foreign"))).Changes);

        // It has ended: the same month is not checked again, and only operations see the counts of all agencies.
        Assert.Equal(0, await Run());
        var seen = (await one.Determinations.ListReverificationsAsync(new() { Program = "nc-core", MonthFrom = Month() }, one.AsProvider)).Reverifications;
        Assert.Equal((Month(), 0, true), (Assert.Single(seen).Month, seen[0].CheckedCount, seen[0].EndTime is not null));
        var counted = Assert.Single((await one.Determinations.ListReverificationsAsync(
            new() { Program = "nc-core", MonthFrom = Month() }, service.As(Roles.Ops, "platform"))).Reverifications);
        Assert.True(counted.CheckedCount >= 2 && counted.ChangedCount >= 1);

        // A determination that was marked before is no change of the next month.
        await NextMonth();
        await Run();
        Assert.Single((await one.Determinations.ListReverificationChangesAsync(new() { Individual = one.Name }, one.AsProvider)).Changes);
    }

    [Fact]
    public async Task It_goes_on_where_it_stopped_and_two_at_a_time_change_each_once()
    {
        var people = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Admitted()));
        await NextMonth();
        var (month, today) = (DateOnly.Parse(Month()), DateOnly.Parse(service.Day()));
        var first = await Page(month, today, size: 1);
        Assert.Equal((1, false), (first.Checked, first.Ended));
        await Task.WhenAll(Run(), Run());
        Assert.True((await Page(month, today, 1)).Ended);
        var counted = Assert.Single((await people[0].Determinations.ListReverificationsAsync(
            new() { Program = "nc-core", MonthFrom = Month() }, service.As(Roles.Ops, "platform"))).Reverifications);
        Assert.NotNull(counted.EndTime);
        Assert.Equal(0, await service.Count("(select from reverification_changes group by determination_id, month having count(*) > 1) twice"));
    }

    [Fact]
    public async Task Before_its_day_and_for_no_program_nothing_runs()
    {
        await Admitted();
        await NextMonth();
        Assert.Equal(0, await Run(new() { Programs = ["nc-core"], FromDay = 32 }));
        Assert.Equal(0, await Run(new()));
    }

    private async Task<PersonBuilder> Admitted()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        Assert.Equal(Proto.DeterminationState.Eligible, (await one.Determinations.DetermineAsync(one.Determination(), one.AsProvider)).State);
        return one;
    }

    private string Month() => service.Day()[..8] + "01";

    // The second day of the next month, in every time zone.
    private Task NextMonth()
    {
        var next = DateOnly.Parse(Month()).AddMonths(1).AddDays(1);
        service.Clock.Advance(new DateTimeOffset(next, new TimeOnly(12, 0), TimeSpan.Zero) - service.Clock.GetUtcNow());
        return Task.CompletedTask;
    }

    private Task<int> Run(ReverificationOptions? options = null) => new ReverifyProgram(
        service.Services.GetRequiredService<IServiceScopeFactory>(), service.Services.GetRequiredService<PolicyService>(),
        Options.Create(options ?? new() { Programs = ["nc-core"] }), service.Services.GetRequiredService<SweepClock>(), NullLogger<ReverifyProgram>.Instance)
            .RunDue(default);

    private async Task<ReverifyPage.Page> Page(DateOnly month, DateOnly today, int size)
    {
        await using var scope = service.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<ReverifyPage>().Run("nc-core", month, today, size, default);
    }
}
