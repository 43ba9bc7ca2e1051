using System.Globalization;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Ips.Contracts;
using Ips.Eligibility.Determinations;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>
/// What a verification reads: the same answer as a plain model over all rows of the person, for random histories, and no more rows when the history is longer.
/// </summary>
[Collection("eligibility")]
public sealed class VerifyReadTests(EligibilityService service)
{
    private static readonly string[] Programs = ["nc-core", "nc-state"];
    private static readonly DateTimeOffset Start = new(2025, 6, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6)]
    public async Task Any_history_is_answered_as_a_model_over_all_rows_answers(int seed)
    {
        Random random = new(seed);
        var people = Histories(random);
        await Store(people);
        var callers = people.SelectMany(p => p.Payers.Select(payer => (Role: Roles.Mco, Organization: payer)).Append((Roles.Provider, p.Provider)))
            .Distinct().Append((Roles.Ops, "platform")).Append((Roles.Provider, "another-agency")).ToList();
        foreach (var (role, organization) in callers)
        {
            List<Proto.VerifyRequest> requests = [.. Enumerable.Range(0, 300).Select(_ => Question(random, people))];
            Proto.Determinations.DeterminationsClient client = new(service.Channel);
            var answers = await Stream(client, requests, service.As(role, organization));
            for (var i = 0; i < requests.Count; i++)
            {
                var expected = Expected(people, requests[i], role, organization);
                Assert.True(expected == Summary(answers[i]), $"seed {seed}, {role} {organization}, {requests[i]}: {expected} expected, found {answers[i]}");
            }

            // One by one and at the same time, so that the calls share reads.
            await Task.WhenAll(requests.Take(40).Select(async (request, i) =>
            {
                Proto.VerifyBatchResponse answer = new() { ItemId = answers[i].ItemId };
                try
                {
                    answer.Verified = await client.VerifyAsync(request, service.As(role, organization));
                }
                catch (RpcException missing) when (missing.StatusCode == StatusCode.NotFound)
                {
                    answer.Problem = answers[i].Problem;
                }

                Assert.Equal(answers[i], answer);
            }));
        }
    }

    [Fact]
    public async Task The_pages_and_rows_of_a_read_do_not_grow_with_the_history()
    {
        var (one, many) = (New(new(1), "agency-short"), New(new(2), "agency-long"));
        for (var i = 0; i < 2_000; i++)
        {
            var person = i == 0 ? one : many;
            var (day, at) = (DateOnly.FromDateTime(Start.UtcDateTime).AddDays(i / 8), Start.AddHours(i));
            many.Determinations.Add(Decided(day, at));
            if (i == 0)
                one.Determinations.Add(Decided(day, at));
        }

        foreach (Person person in (Person[])[one, many])
            person.Enrollments.Add(new(Guid.NewGuid(), 1, "payer-a", DateOnly.FromDateTime(Start.UtcDateTime), null, Start, null, null));
        await Store([one, many]);
        // Enough other people that PostgreSQL does not prefer to read the small tables from end to end.
        await service.Scalar(
            """
            insert into individuals (id, provider, payers, referred_to, personal_data, recorded_at)
            select gen_random_uuid(), 'agency-others', '{}', '{}', '', now() from generate_series(1, 5000);
            insert into facts (id, version, kind, individual_id, recorded_by, recorded_at, from_day)
            select gen_random_uuid(), 1, 'enrollment', id, 'agency', now(), '2025-01-01' from individuals where provider = 'agency-others';
            analyze determinations, facts, individuals
            """);

        var today = DateOnly.FromDateTime(service.Clock.GetUtcNow().UtcDateTime);
        foreach (DateTimeOffset? knownAt in new DateTimeOffset?[] { null, service.Clock.GetUtcNow() })
        {
            var (little, much) = (await Plan(one, today, knownAt), await Plan(many, today, knownAt));
            Assert.Equal((1, 1), (little.Rows, much.Rows));
            Assert.InRange(little.Pages, 1, 30);
            // A level or two of an index more; 2,000 rows read one by one would be hundreds.
            Assert.InRange(much.Pages, 1, little.Pages + 6);
        }

        // Of a day long ago known long ago only the entries of the index are compared that lie between; the rows are not read.
        Assert.Equal(1, (await Plan(many, today, Start.AddHours(3))).Rows);

        static DeterminationRow Decided(DateOnly day, DateTimeOffset at) =>
            new(Guid.CreateVersion7(at), "nc-core", Proto.DeterminationState.Eligible, day, null, at, null);
    }

    /// <summary>Rows of determinations that were read, and pages in all.</summary>
    private async Task<(int Rows, int Pages)> Plan(Person person, DateOnly day, DateTimeOffset? knownAt)
    {
        Caller caller = new(Roles.Provider, person.Provider, "client-one");
        var requests = service.Services.GetRequiredService<RequestDatabase>();
        await using var connection = await requests.Source.OpenConnectionAsync();
        await requests.Take(connection, caller, default);
        await using NpgsqlCommand command = new($"explain (analyze, buffers, format json) {EligibilityRecords.Sql}", connection);
        EligibilityRecords.AddParameters(command, caller, [new(new IndividualId(person.Id), "nc-core", day, knownAt)]);
        using var plan = JsonDocument.Parse((string)(await command.ExecuteScalarAsync())!);
        var root = plan.RootElement[0].GetProperty("Plan");
        var rows = Nodes(root).Where(n => n.TryGetProperty("Relation Name", out var table) && table.GetString() == "determinations")
            .Sum(n => (n.GetProperty("Actual Rows").GetDouble() + (n.TryGetProperty("Rows Removed by Filter", out var removed) ? removed.GetDouble() : 0))
                * n.GetProperty("Actual Loops").GetDouble());
        return ((int)rows, root.GetProperty("Shared Hit Blocks").GetInt32() + root.GetProperty("Shared Read Blocks").GetInt32());

        static IEnumerable<JsonElement> Nodes(JsonElement node) =>
            (node.TryGetProperty("Plans", out var inner) ? inner.EnumerateArray().SelectMany(Nodes) : []).Append(node);
    }

    private static async Task<List<Proto.VerifyBatchResponse>> Stream(
        Proto.Determinations.DeterminationsClient client, List<Proto.VerifyRequest> requests, Metadata caller)
    {
        using var call = client.VerifyBatch(caller);
        foreach (var (i, request) in requests.Index())
            await call.RequestStream.WriteAsync(new() { ItemId = $"{i}", Verify = request });
        await call.RequestStream.CompleteAsync();
        List<Proto.VerifyBatchResponse> answers = [];
        await foreach (var answer in call.ResponseStream.ReadAllAsync())
            answers.Add(answer);
        return answers;
    }

    private static string Summary(Proto.VerifyBatchResponse answer) => answer.Verified is not { } verified
        ? $"{(StatusCode)answer.Problem.Code}"
        : $"{verified.Eligible} {verified.Determination} {verified.State} {verified.EligibleThrough} {verified.Payer} {verified.Reason.Split(", ")[^1]} "
            + string.Join(' ', verified.Coverages.Select(c => c.Payer));

    /// <summary>The answer, from every row of the person, in the words of NC-ELIG-008.</summary>
    private static string Expected(List<Person> people, Proto.VerifyRequest request, string role, string organization)
    {
        var named = people.SingleOrDefault(p => p.Name == request.Individual);
        var person = named?.MergedInto is { } survivor ? people.Single(p => p.Id == survivor) : named;
        var at = request.KnownAt?.ToDateTimeOffset();
        if (named is null || person is null || !Sees(named) || !Sees(person) || at < person.RecordedAt)
            return "NotFound";
        var day = Day(request.ServiceDate);
        var decision = person.Determinations.Where(d => d.Program == request.Program && d.AsOf <= day && d.DecidedAt is { } decided && !(decided > at))
            .MaxBy(d => (d.AsOf, d.DecidedAt, d.Id));
        var live = person.Enrollments
            .Where(e => e.From <= day && !(e.Through < day) && (at is null ? e.SupersededAt is null : e.KnownFrom <= at && !(e.SupersededAt <= at))).ToList();
        var span = live.OrderByDescending(e => e.From).ThenBy(e => e.KnownFrom).ThenBy(e => e.Id).FirstOrDefault();
        var ended = decision?.EndedAt is not null && !(decision.EndedAt > at);
        var admits = decision is not null && decision.State != Proto.DeterminationState.NotEligible;
        var through = decision?.EndedAt > at ? null : decision?.Through;
        var state = decision is null ? default : at is null || !admits || ended ? decision.State : Proto.DeterminationState.Eligible;
        var eligible = admits && !(through < day) && span is not null;
        return $"{eligible} {(decision is null ? "" : new DeterminationId(decision.Id).Name)} {state} {through:yyyy-MM-dd} "
            + $"{(span is null ? "" : $"organizations/{span.Payer}")} {(span is null ? $"no enrolment covers {day:yyyy-MM-dd}" : $"enrolled from {span.From:yyyy-MM-dd}")} "
            + string.Join(' ', live.Select(e => $"organizations/{e.Payer}").Distinct().Order(StringComparer.Ordinal));

        bool Sees(Person p) => role == Roles.Ops || (role == Roles.Provider && p.Provider == organization)
            || (role == Roles.Mco && p.Payers.Contains(organization));
    }

    private static Proto.VerifyRequest Question(Random random, List<Person> people) => new()
    {
        Individual = random.Next(20) == 0 ? $"individuals/{Guid.NewGuid()}" : people[random.Next(people.Count)].Name,
        Program = Programs[random.Next(2)],
        ServiceDate = AnyDay(random).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        KnownAt = random.Next(2) == 0 ? null : AnyInstant(random).ToTimestamp(),
    };

    /// <summary>People with every kind of row that matters: open, denied, ended and late decisions; corrected, retracted, joined spans; merged records.</summary>
    private static List<Person> Histories(Random random)
    {
        List<Person> people = [.. Enumerable.Range(0, 6).Select(i => New(random, $"agency-{random.Next(2)}"))];
        foreach (var person in people)
        {
            for (var i = random.Next(8); i > 0; i--)
            {
                var state = (Proto.DeterminationState)random.Next(1, System.Enum.GetValues<Proto.DeterminationState>().Length);
                var ended = state is Proto.DeterminationState.Lapsed or Proto.DeterminationState.Discharged;
                DateTimeOffset? decided = random.Next(5) == 0 ? null : AnyInstant(random);
                person.Determinations.Add(new(Guid.NewGuid(), Programs[random.Next(2)], state, AnyDay(random), ended ? AnyDay(random) : null, decided,
                    ended ? decided?.AddDays(random.Next(5)) : null));
            }

            for (var i = random.Next(5); i > 0; i--)
            {
                var (id, from, at) = (Guid.NewGuid(), AnyDay(random), AnyInstant(random));
                for (var version = 1; version <= random.Next(1, 4); version++, at = at.AddDays(random.Next(1, 20)))
                {
                    DateTimeOffset? superseded = random.Next(2) == 0 ? null : at.AddDays(random.Next(1, 30));
                    person.Enrollments.Add(new(id, version, $"payer-{random.Next(3)}", from.AddDays(random.Next(3)),
                        random.Next(2) == 0 ? null : from.AddDays(random.Next(40)), at, random.Next(4) == 0 ? at.AddDays(random.Next(1, 9)) : null, superseded));
                }
            }
        }

        // A merge leaves the rows at the survivor, so a merged record has none of its own.
        var (merged, survivor) = (people[0], people.Skip(1).FirstOrDefault(p => p.Provider == people[0].Provider));
        if (survivor is not null)
        {
            merged.MergedInto = survivor.Id;
            merged.Determinations.Clear();
            merged.Enrollments.Clear();
        }

        return people;
    }

    private static Person New(Random random, string provider) => new(Guid.NewGuid(), provider,
        [.. Enumerable.Range(0, 3).Where(_ => random.Next(2) == 0).Select(i => $"payer-{i}")], Start.AddDays(random.Next(5)));

    // Few days and instants, so that they often meet.
    private static DateOnly AnyDay(Random random) => DateOnly.FromDateTime(Start.UtcDateTime).AddDays(random.Next(40));

    private static DateTimeOffset AnyInstant(Random random) => Start.AddDays(random.Next(45)).AddTicks(random.Next(2) * 10);

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private async Task Store(List<Person> people)
    {
        await using NpgsqlConnection connection = new(service.ConnectionString);
        await connection.OpenAsync();
        await using NpgsqlBatch batch = new(connection);
        // The rows stand for themselves: a decision and the call that made them are not needed.
        Add("set session_replication_role = replica");
        foreach (var p in people)
        {
            Add("insert into individuals (id, provider, payers, referred_to, personal_data, recorded_at, merged_into) values ($1, $2, $3, '{nc-dvrs}', '', $4, $5)",
                p.Id, p.Provider, p.Payers, p.RecordedAt, p.MergedInto);
            foreach (var d in p.Determinations)
            {
                Add("insert into determinations (id, individual_id, provider, program, as_of, state, decision_id, recorded_at, decided_at, eligible_through, ended_at) "
                    + "values ($1, $2, $3, $4, $5, $6, $1, now(), $7, $8, $9)",
                    d.Id, p.Id, p.Provider, d.Program, d.AsOf, d.State.ToString(), d.DecidedAt, d.Through, d.EndedAt);
            }

            foreach (var e in p.Enrollments)
            {
                Add("insert into facts (id, version, kind, individual_id, recorded_by, recorded_at, joined_at, superseded_at, payer, funding, from_day, through_day) "
                    + "values ($1, $2, 'enrollment', $3, 'agency', $4, $5, $6, $7, 'state', $8, $9)",
                    e.Id, e.Version, p.Id, e.RecordedAt, e.JoinedAt, e.SupersededAt, e.Payer, e.From, e.Through);
            }

            // A span of another kind, which never counts.
            Add("insert into facts (id, version, kind, individual_id, recorded_by, recorded_at, from_day) values ($1, 1, 'other_service', $2, 'agency', $3, $4)",
                Guid.NewGuid(), p.Id, Start, DateOnly.FromDateTime(Start.UtcDateTime));
        }

        Add("set session_replication_role = origin");
        await batch.ExecuteNonQueryAsync();

        void Add(string sql, params object?[] values)
        {
            NpgsqlBatchCommand command = new(sql);
            foreach (var value in values)
                command.Parameters.Add(new() { Value = value ?? DBNull.Value });
            batch.BatchCommands.Add(command);
        }
    }

    private sealed record Person(Guid Id, string Provider, string[] Payers, DateTimeOffset RecordedAt)
    {
        public Guid? MergedInto { get; set; }
        public List<DeterminationRow> Determinations { get; } = [];
        public List<EnrollmentRow> Enrollments { get; } = [];
        public string Name => new IndividualId(Id).Name;
    }

    private sealed record DeterminationRow(
        Guid Id, string Program, Proto.DeterminationState State, DateOnly AsOf, DateOnly? Through, DateTimeOffset? DecidedAt, DateTimeOffset? EndedAt);

    private sealed record EnrollmentRow(
        Guid Id, int Version, string Payer, DateOnly From, DateOnly? Through, DateTimeOffset RecordedAt, DateTimeOffset? JoinedAt, DateTimeOffset? SupersededAt)
    {
        public DateTimeOffset KnownFrom => JoinedAt ?? RecordedAt;
    }
}
