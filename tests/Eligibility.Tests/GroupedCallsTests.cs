using Ips.Contracts;
using Npgsql;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>Calls that share a round trip keep their caller's rights, their own answer and their own fault.</summary>
[Collection("eligibility")]
public sealed class GroupedCallsTests(EligibilityService service)
{
    [Fact]
    public async Task A_row_of_another_tenant_is_refused_alone_and_the_rest_of_its_group_is_stored()
    {
        var (mine, other) = (EligibilityService.NewCode("agency"), EligibilityService.NewCode("agency"));
        var caller = new Caller(Roles.Provider, mine, "client");
        List<Task<Written>> writes = [];
        await service.Use<GroupWriter>(async writer =>
        {
            for (var i = 0; i < 30; i++)
            {
                var changes = NewChanges();
                changes.Insert(Decision(i == 17 ? other : mine));
                writes.Add(writer.Write(caller, changes, default));
            }

            await Task.WhenAll(writes.Select(async write => await write.ContinueWith(_ => { }, TaskScheduler.Default)));
        });
        var refused = await Assert.ThrowsAsync<PostgresException>(() => writes[17]);
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        Assert.All(writes.Where((_, i) => i != 17), write => Assert.Equal(Written.Stored, write.Result));
        Assert.Equal(29, await service.Count($"decisions where provider = '{mine}'"));
        Assert.Equal(0, await service.Count($"decisions where provider = '{other}'"));
    }

    [Fact]
    public async Task Agencies_that_call_at_once_store_their_own_rows_only()
    {
        var people = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => PersonBuilder.Register(service)));
        var made = await Task.WhenAll(Enumerable.Range(0, 60).Select(async i =>
        {
            var one = people[i % people.Length];
            return (one, await one.Determinations.DetermineAsync(one.Determination(), one.AsProvider));
        }));
        foreach (var (one, determination) in made)
        {
            Assert.Equal($"organizations/{one.Provider}", determination.Provider);
            Assert.Equal(1, await service.Count(
                $"determinations d join decisions c on c.id = d.decision_id and c.provider = d.provider where d.provider = '{one.Provider}' "
                    + $"and 'determinations/' || d.id = '{determination.Name}'"));
        }

        Assert.All(people, one => Assert.Equal(10, (int)service.Count($"determinations where provider = '{one.Provider}'").Result));
    }

    [Fact]
    public async Task A_retry_gets_the_whole_first_answer_though_the_stored_one_holds_no_receipt()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var request = one.Determination();
        var first = await one.Determinations.DetermineAsync(request, one.AsProvider);
        var bytes = Convert.ToInt32(await service.Scalar($"select length(answer) from answered_requests where request_id = '{request.RequestId}'"));
        Assert.InRange(bytes, 1, 500);
        Assert.InRange(first.CalculateSize(), 5_000, int.MaxValue);
        Assert.Equal(first, await one.Determinations.DetermineAsync(request, one.AsProvider));
    }

    [Fact]
    public async Task A_retry_gets_the_first_answer_when_the_step_could_not_be_taken_again()
    {
        var one = await PersonBuilder.Register(service);
        var made = await one.Determinations.DetermineAsync(one.Determination(), one.AsProvider);
        Proto.WithdrawDeterminationRequest request = new() { Name = made.Name, Etag = made.Etag, RequestId = EligibilityService.NewId() };
        var first = await one.Determinations.WithdrawDeterminationAsync(request, one.AsProvider);
        Assert.Equal(first, await one.Determinations.WithdrawDeterminationAsync(request, one.AsProvider));
        Assert.Equal(1, await service.Count($"determination_steps where 'determinations/' || determination_id = '{made.Name}'"));
    }

    [Fact]
    public async Task A_correction_between_reading_and_writing_is_not_lost()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var id = IndividualId.TryParse(one.Name, out var named) ? named : throw new InvalidOperationException(one.Name);
        var caller = new Caller(Roles.Provider, one.Provider, "client");
        await service.Use<Individuals.IndividualReader>(async people =>
        {
            var read = await people.Find(caller, id, default);
            await one.Individuals.RecordIntakeAsync(
                new() { Individual = one.Name, Intake = new() { DesireToWork = false }, RequestId = EligibilityService.NewId() }, one.AsProvider);
            var changes = NewChanges();
            changes.Expect(read!);
            changes.Insert(Decision(one.Provider));
            await service.Use<GroupWriter>(async writer => Assert.Equal(Written.Changed, await writer.Write(caller, changes, default)));
        });
    }

    private static Platform.Data.Changes NewChanges() => new(DateTimeOffset.UtcNow);

    private static StoredDecision Decision(string provider) => new()
    {
        Id = Guid.CreateVersion7(),
        Provider = provider,
        Subject = "none",
        Question = "admission",
        Program = "nc-core",
        PackVersion = "1",
        PackHash = new string('a', 64),
        AsOf = new DateOnly(2026, 7, 1),
        Verdict = "Met",
        Facts = [],
        Receipt = [],
        ReceiptSha256 = new string('b', 64),
        RecordedAt = DateTimeOffset.UtcNow,
    };
}
