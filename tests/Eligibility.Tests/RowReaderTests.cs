using System.Text.Json;
using Ips.Contracts;
using Ips.Eligibility.Individuals;
using Ips.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Xunit;

namespace Ips.Eligibility.Tests;

/// <summary>Rows read without EF are those that EF reads, for each caller.</summary>
[Collection("eligibility")]
public sealed class RowReaderTests(EligibilityService service)
{
    private static readonly DateOnly Day = new(2026, 3, 4);

    private static readonly DateTimeOffset At = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    [Fact]
    public async Task A_fact_of_each_kind_has_every_value_that_EF_reads()
    {
        var provider = EligibilityService.NewCode("agency");
        Individual individual = new()
        {
            Id = IndividualId.New(TimeProvider.System),
            Provider = provider,
            Payers = ["one \"quoted\"", "two,{}"],
            PersonalData = [1, 2],
            RecordedAt = At,
        };
        var corrected = new Diagnosis(Guid.NewGuid(), "SPMI", null, true, null, Day, null, At);
        corrected.Supersede(At.AddDays(1), provider, "typing-error", [3]);
        Fact[] facts =
        [
            corrected,
            new Enrollment(Guid.NewGuid(), "payer", Day, null, "state", "plan", null, Day, At),
            new Assessment(Guid.NewGuid(), Day, null, "licence", At) { JoinedAt = At.AddDays(2), RecordedBy = provider, Version = 3 },
            new Intake(Guid.NewGuid(), true, Day, null, false, null, true, Day, null, null, true, At),
            new NecessityFinding(Guid.NewGuid(), "met", Day, "payer", At),
            new OtherService(Guid.NewGuid(), OtherService.Act, "org", Day, Day.AddDays(1), Absent: true, At),
            new MyChoice(Guid.NewGuid(), "diverted", Day, At),
            new Recommendation(Guid.NewGuid(), "lmhp", Day, At),
            new PlanReference(Guid.NewGuid(), Day, "home", "sha", ListsEmployment: true, CareerProfileAttached: false, At),
            new CrisisCoverage(Guid.NewGuid(), "org", Day, null, At),
            new Consent(Guid.NewGuid(), "payer", ["payment", "a,b"], ["sud"], Day, Day.AddDays(9), null, "sha", At),
            new ReferralSource(Guid.NewGuid(), new(Guid.NewGuid()), "CLINIC", "org", Day, At),
            new Death(Guid.NewGuid(), Day, At),
            new FormerPersonalData(Guid.NewGuid(), [4], At),
        ];
        Assert.Equal(typeof(Fact).Assembly.GetTypes().Count(type => type.IsSubclassOf(typeof(Fact))), facts.Length);
        await service.Use<GroupWriter>(async writer =>
        {
            Platform.Data.Changes changes = new(At);
            changes.Insert(individual);
            foreach (var fact in facts)
                changes.Insert(fact with { IndividualId = individual.Id });
            Assert.Equal(Written.Stored, await writer.Write(Caller.None, changes, default));
        });

        await service.Use<Db.EligibilityDb>(async db =>
        {
            var expected = await db.Individuals.AsNoTracking().AsSingleQuery().SingleAsync(i => i.Id == individual.Id);
            await service.Use<IndividualReader>(async people =>
                Assert.Equal(Values(expected), Values((await people.Find(Caller.None, individual.Id, default))!)));
        });
    }

    [Fact]
    public async Task A_deadline_has_every_value_that_EF_reads()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var approved = await one.Approved();
        await service.Use<Db.EligibilityDb>(async db =>
        {
            var expected = await db.Deadlines.AsNoTracking().IgnoreQueryFilters().Where(d => d.Subject == approved.Name).OrderBy(d => d.Id).ToListAsync();
            Assert.NotEmpty(expected);
            await service.Use<IRowReader>(async rows =>
            {
                var found = await rows.Read(Caller.None, [new(typeof(Deadline), nameof(Deadline.Subject), new[] { approved.Name })]);
                Assert.Equal(expected.Select(Value), found[0].Select(Value));
            });
        });
    }

    [Fact]
    public async Task A_person_and_facts_read_together_are_of_one_moment()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        IndividualId[] id = [new(Guid.Parse(one.Name[12..]))];
        IReadOnlyList<IReadOnlyList<object>> before = [], during = [];
        await service.Use<IRowReader>(async rows => before = await Read(rows));
        await using NpgsqlConnection other = new(service.ConnectionString);
        await other.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        // The read has the person and waits for the facts, until the other transaction has changed both.
        await Execute("lock table facts in access exclusive mode");
        var reading = service.Use<IRowReader>(async rows => during = await Read(rows));
        await Poll.Until(async () => await service.Count("pg_locks where relation = 'facts'::regclass and not granted") == 1);
        await Execute($"update individuals set version = version + 1 where id = '{id[0].Value}'");
        await Execute($"update facts set version = version + 1 where individual_id = '{id[0].Value}'");
        await transaction.CommitAsync();
        await reading;

        Assert.NotEmpty(before[1]);
        Assert.Equal(Versions(before), Versions(during));

        Task<IReadOnlyList<IReadOnlyList<object>>> Read(IRowReader rows) => rows.Read(
            Caller.None, [new(typeof(Individual), nameof(Individual.Id), id), new(typeof(Fact), nameof(Fact.IndividualId), id)]);

        static IEnumerable<int> Versions(IReadOnlyList<IReadOnlyList<object>> read) =>
            [.. read[0].Cast<Individual>().Select(person => person.Version), .. read[1].Cast<Fact>().Select(fact => fact.Version)];

        async Task Execute(string sql)
        {
            await using NpgsqlCommand command = new(sql, other, transaction);
            await command.ExecuteNonQueryAsync();
        }
    }

    [Fact]
    public async Task Each_caller_finds_whom_the_query_filter_shows()
    {
        var mine = await PersonBuilder.Register(service);
        var other = await PersonBuilder.Register(service);
        await mine.Referrals.CreateReferralAsync(mine.Referral(), mine.AsProvider);
        Caller[] callers =
        [
            Caller.None, new(Roles.Ops, "platform", "s"), new(Roles.Dvrs, "nc-dvrs", "s"), new(Roles.Dvrs, "mo-vr", "s"),
            new(Roles.State, "nc-dhhs", "s"), new("unknown", mine.Provider, "s"),
            .. new[] { mine, other }.SelectMany(one => new Caller[]
            {
                new(Roles.Provider, one.Provider, "s"), new(Roles.Provider, one.Payer, "s"), new(Roles.Mco, one.Payer, "s"), new(Roles.Mco, one.Provider, "s"),
            }),
        ];
        IndividualId[] ids = [.. new[] { mine, other }.Select(one => new IndividualId(Guid.Parse(one.Name[12..])))];
        List<string> seen = [];
        foreach (var caller in callers)
        {
            await service.Use<CallerContexts<Db.EligibilityDb>>(async contexts =>
            {
                await using var db = contexts.Open(caller);
                var shown = await db.Individuals.AsNoTracking().Where(i => ids.Contains(i.Id)).Select(i => i.Id).ToListAsync();
                await service.Use<IndividualReader>(async people =>
                {
                    foreach (var id in ids)
                        Assert.Equal(shown.Contains(id), await people.Find(caller, id, default) is not null);
                });
                seen.Add($"{caller.Role} {shown.Count}");
            });
        }

        // The callers differ in what they see.
        string[] each = ["provider 1", "provider 0", "mco 1", "mco 0"];
        Assert.Equal([" 2", "ops 2", "dvrs 1", "dvrs 0", "state 0", "unknown 0", .. each, .. each], seen);
    }

    private static IEnumerable<string> Values(Individual individual) =>
    [
        string.Join(' ', individual.Id, individual.Version, individual.PersonalDataVersion, individual.Provider, string.Join('|', individual.Payers),
            string.Join('|', individual.RegisteringPayers), individual.MergedInto, string.Join('|', individual.ReferredTo), Convert.ToHexString(individual.PersonalData),
            Convert.ToHexString(individual.PersonHash ?? []), individual.RecordedAt.ToString("O")),
        .. individual.Facts.OrderBy(fact => fact.Id).Select(Value),
    ];

    private static string Value(object row) => $"{row.GetType().Name} {JsonSerializer.Serialize(row, row.GetType())}";
}
