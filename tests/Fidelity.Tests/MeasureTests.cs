using Grpc.Core;
using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Contracts.Fidelity.V1;
using Ips.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Ips.Fidelity.Tests;

/// <summary>Numbers of a team's work from events of other services, checked against numbers computed by hand.</summary>
public sealed class MeasureTests(FidelityService fidelity) : IClassFixture<FidelityService>
{
    private readonly string agency = FidelityService.NewCode("agency");

    private readonly string team = $"teams/{Guid.CreateVersion7()}";

    private readonly StaffMemberId one = new(Guid.CreateVersion7());

    private readonly StaffMemberId two = new(Guid.CreateVersion7());

    private readonly List<DomainEvent> log = [];

    private Metadata Agency => fidelity.As(Roles.Provider, agency);

    // Measures look up whose fact an operation is; caseloads are a copy of assignments, which Staffing moves.
    [Fact]
    public async Task Every_table_with_a_person_is_known_to_the_merge() =>
        Assert.Equal(["caseloads", "operation_facts"], await fidelity.WithDb(db => Task.FromResult(PersonTables.Of(db))));

    // Half a year of two specialists: the first all the time, the second from 1 May, in a period of 1 January to 30 June 2024 (182 days, 26 weeks).
    //   Caseload: the ends of January to April 21 people for one specialist; of May and June 21 + 9 people for two, 15. (4 x 21 + 2 x 15) / 6 = 19.
    //   Employment share: the first 900 of 1000 minutes, 90; the second 100 of 100, 100. On average 95.
    //   Outside the office: the first 400 of 1000, 40; the second 100 of 100. On average 70.
    //   Rapid search: 10 and 71 days, 40.5 on average; a third person has no employer contact yet.
    //   Employer contacts: the first 3 in 26 weeks, 0.1154; the second 1 in 61 days, 0.1148. 0.1 on average.
    //   Turned away: 1 of 4 admissions and 1 of 2 referrals, 2 of 6, 33.3 %.
    private IReadOnlyList<DomainEvent> HalfAYear()
    {
        Role(one, "2023-01-01");
        Role(two, "2024-05-01");
        Role(new(Guid.CreateVersion7()), "2023-01-01", "TEAM_LEAD");
        var people = Enumerable.Range(0, 30).Select(_ => new IndividualId(Guid.CreateVersion7())).ToList();
        foreach (var person in people.Take(21))
            Assigned(one, person, "2023-12-01");
        foreach (var person in people.Skip(21))
            Assigned(two, person, "2024-05-15");

        // An assignment that ended before the first end of a month counts in none, and one record of a merged person not twice.
        var gone = Assigned(one, new(Guid.CreateVersion7()), "2023-12-01");
        Add(gone.Subject, new AssignmentEndedV1
        {
            AssignmentId = gone.AssignmentId,
            IndividualId = gone.IndividualId,
            StaffMemberId = one,
            Program = "nc-core",
            Provider = agency,
            From = gone.From,
            Through = new(2024, 1, 30),
        });
        IndividualId twin = new(Guid.CreateVersion7());
        Assigned(one, twin, "2024-02-01");
        Add($"individuals/{people[0].Value}", new IndividualsMergedV1 { IndividualId = people[0], MergedId = twin, Provider = agency });

        Admitted(people[0], "2024-01-10", "eligible");
        Admitted(people[1], "2024-02-01", "eligible");
        Admitted(people[2], "2024-03-01", "eligible");
        Admitted(new(Guid.CreateVersion7()), "2024-03-05", "not_eligible");
        Note(one, people[0], "2024-01-20", "employer_contact_for_individual", 100, inPerson: true, outside: true);
        Note(one, people[0], "2024-01-12", "employer_contact_for_individual", 100, inPerson: false, outside: false);
        Note(one, people[1], "2024-04-12", "employer_contact_for_individual", 100, inPerson: true, outside: true);
        Note(one, people[1], "2024-04-15", "employer_outreach_generic", 200, inPerson: true, outside: true);
        Note(one, people[2], "2024-04-20", "direct_support", 400, inPerson: true, outside: false);
        Note(one, people[2], "2024-04-22", "recreation", 100, inPerson: true, outside: false);
        Note(two, people[25], "2024-05-20", "employer_contact_for_individual", 100, inPerson: true, outside: true);

        // Not in the period, voided, or without what was done: they change nothing.
        Note(one, people[1], "2023-12-31", "recreation", 999, inPerson: true, outside: false);
        Note(one, people[1], "2024-07-01", "recreation", 999, inPerson: true, outside: false);
        var voided = Note(one, people[1], "2024-03-03", "recreation", 999, inPerson: true, outside: false);
        Add(voided.Subject, new ServiceNoteVoidedV1
        {
            ServiceNoteId = voided.ServiceNoteId,
            IndividualId = people[1],
            Provider = agency,
            Program = "nc-core",
            ServiceDate = voided.ServiceDate,
            Outcome = "duplicate",
        });
        Note(one, people[1], "2024-03-04", null, null, inPerson: null, outside: null);
        Referred("declined");
        Referred("converted");
        return log;
    }

    [Fact]
    public async Task Half_a_year_gives_the_numbers_that_were_computed_by_hand_in_any_order()
    {
        var events = HalfAYear();
        var shuffled = events.OrderByDescending(e => e.EventId.ToString()[^4..]).ToList();
        await fidelity.Send(shuffled);
        await Poll.Until(async () => await fidelity.Count($"operation_facts where provider = '{agency}'") == events.Count);
        var measures = await Measure();
        Assert.Equal(("IPS-25", "2024-01-01", "2024-06-30", 25), (measures.Scale, measures.From, measures.Through, measures.Items.Count));
        Assert.Equal(
            [(1, "19.0", 5, true), (2, "95.0", 4, true), (9, "33.3", 0, false), (15, "40.5", 4, false), (17, "0.1", 1, false), (24, "70.0", 5, false)],
            measures.Items.Where(i => i.Number.Length > 0).Select(i => (i.Item, i.Number, i.Anchor, i.AnchorChecked)));
        Assert.Equal([(1, 33), (2, 7), (9, 6), (15, 4)], measures.Items.Where(i => i.Item is 1 or 2 or 9 or 15).Select(i => (i.Item, i.Facts)));
        Assert.Contains("1 of 3 people had no face-to-face contact with an employer by 2024-06-30", measures.Items[14].Missing);
        Assert.Contains("1 of 8 notes do not show minutes with what was done or where", measures.Items[1].Missing);
        Assert.All(measures.Items.Where(i => i.Number.Length == 0), item => Assert.NotEmpty(item.Missing));

        // One item with its events: they are the ones that were sent.
        var caseload = Assert.Single((await Measure(item: 1)).Items);
        Assert.Equal(33, caseload.EventIds.Distinct().Count());
        Assert.Subset(events.Select(e => e.EventId.ToString()).ToHashSet(), caseload.EventIds.ToHashSet());

        // Rebuilt from the log in another order, byte for byte; a repetition adds nothing.
        await fidelity.Scalar($"delete from operation_facts where provider = '{agency}'");
        await fidelity.Scalar("delete from inbox_rows");
        await fidelity.Send(events.Reverse().ToList());
        await fidelity.Send(events.Take(5).ToList());
        await Poll.Until(async () => await fidelity.Count($"operation_facts where provider = '{agency}'") == events.Count);
        Assert.Equal(measures.ToString(), (await Measure()).ToString());
    }

    [Fact]
    public async Task After_an_undone_merge_the_twin_counts_again_with_what_was_published_under_the_survivors_name()
    {
        HalfAYear();
        var merge = Assert.Single(log.OfType<IndividualsMergedV1>());
        var assignment = Assert.Single(log.OfType<AssignmentMadeV1>(), e => e.IndividualId == merge.MergedId);
        // While both were one record, the end of the twin's assignment was published with the survivor.
        Add(assignment.Subject, new AssignmentEndedV1
        {
            AssignmentId = assignment.AssignmentId,
            IndividualId = merge.IndividualId,
            StaffMemberId = one,
            Program = "nc-core",
            Provider = agency,
            From = assignment.From,
            Through = new(2024, 12, 31),
        });
        Add(merge.Subject, new IndividualsSeparatedV1 { IndividualId = merge.IndividualId, SeparatedId = merge.MergedId, Provider = agency });
        foreach (var events in new[] { log.ToList(), log.AsEnumerable().Reverse().ToList() })
        {
            await fidelity.Scalar($"delete from operation_facts where provider = '{agency}'");
            await fidelity.Scalar("delete from inbox_rows");
            await fidelity.Send(events);
            await Poll.Until(async () => await fidelity.Count($"operation_facts where provider = '{agency}'") == events.Count);
            // January 21 for one; February to April 22; May and June 22 + 9 for two. (21 + 3 x 22 + 2 x 15.5) / 6 = 19.7.
            Assert.Equal("19.7", Assert.Single((await Measure(item: 1)).Items).Number);
        }
    }

    [Fact]
    public async Task What_would_raise_the_latest_review_is_named()
    {
        var events = HalfAYear();
        await fidelity.Send(events.ToList());
        await Poll.Until(async () => await fidelity.Count($"operation_facts where provider = '{agency}'") == events.Count);
        fidelity.Teams.Put(team, agency, "nc-core");
        var request = FidelityService.Review(team, 98, received: "2024-03-01");
        request.LastOnsiteDay = "2024-02-01";
        var review = await fidelity.Reviews.RecordReviewAsync(request, fidelity.State);
        var measures = await Measure();
        // 98 of 125: items 1 to 23 have a 4, items 24 and 25 a 3.
        Assert.Equal((review.Name, 2), (measures.Review, measures.PointsToGood));
        Assert.Equal([(24, 3, 5), (1, 4, 5)], measures.Raisable.Select(r => (r.Item, r.Score, r.Anchor)));
    }

    [Fact]
    public async Task An_evaluator_confirms_a_number_or_overrides_it_with_a_reason()
    {
        var events = HalfAYear();
        await fidelity.Send(events.ToList());
        await Poll.Until(async () => await fidelity.Count($"operation_facts where provider = '{agency}'") == events.Count);
        fidelity.Teams.Put(team, agency, "nc-core");
        var visit = await fidelity.Visits.ScheduleVisitAsync(new()
        {
            Team = team,
            Program = "nc-core",
            Evaluator = Evaluator.Dhhs,
            FirstOnsiteDay = "2024-06-29",
            LastOnsiteDay = "2024-06-30",
            Evaluators = { new Appointment { Organization = "organizations/outside-agency", Subject = "reviewer-one" } },
            RequestId = Guid.CreateVersion7().ToString(),
        }, fidelity.State);
        var reviewer = fidelity.As(Roles.Provider, "outside-agency", "reviewer-one");
        Assert.Equal(["items[1].item", "items[2].reason"], (await fidelity.Visits.ConfirmMeasuresAsync(
            Confirm(visit, (1, 5, ""), (10, 4, ""), (2, 5, "")), reviewer).Refused(StatusCode.InvalidArgument)).Fields());
        await fidelity.Visits.ConfirmMeasuresAsync(Confirm(visit, (1, 5, "")), Agency).Refused(StatusCode.PermissionDenied);
        visit = await fidelity.Visits.ConfirmMeasuresAsync(Confirm(visit, (1, 5, ""), (2, 5, "Recreation was a job club")), reviewer);
        Assert.Equal([(1, 5), (2, 5)], visit.Sheets[0].Scores.Select(s => (s.Item, s.Score)));
        Assert.Equal(["19.0 active people for each full-time specialist; 33 events; confirmed",
            "95.0 per cent of working time in employment services; 7 events; overridden: Recreation was a job club"], visit.Evidence.Select(e => e.Note));
        Assert.All(visit.Evidence, e => Assert.Equal((EvidenceSource.Operations, 64), (e.Source, e.Reference.Length)));

        // The evaluator sees the numbers of the agency under review; another agency sees none.
        Assert.Equal("19.0", (await Measure(caller: reviewer)).Items[0].Number);
        Assert.Equal("", (await Measure(caller: fidelity.As(Roles.Provider, "third-agency"))).Items[0].Number);
        Assert.Equal("", (await Measure(caller: fidelity.As(Roles.Mco, "payer-foreign"))).Items[0].Number);
    }

    /// <summary>
    /// The figure of bench/README.md: <c>IPS_FIGURES=1000000</c> stores so many notes in groups, as a rebuild from the log does, and measures a team among
    /// them.
    /// </summary>
    [Fact]
    public async Task Many_notes_are_stored_and_measured()
    {
        var notes = int.Parse(Environment.GetEnvironmentVariable("IPS_FIGURES") ?? "2000", System.Globalization.CultureInfo.InvariantCulture);
        Role(one, "2023-01-01");
        var consumer = ActivatorUtilities.CreateInstance<Ips.Fidelity.Measures.OperationFactsConsumer>(fidelity.Services);
        await consumer.Store("figures", log, default);
        List<IndividualId> people = [.. Enumerable.Range(0, 20).Select(_ => new IndividualId(Guid.CreateVersion7()))];
        System.Diagnostics.Stopwatch watch = new();
        for (var done = 0; done < notes; done += 200)
        {
            // One note in a hundred is of this team's agency.
            log.Clear();
            List<DomainEvent> batch = [.. Enumerable.Range(done, 200)
                .Select(i => Note(one, people[i % 20], "2024-06-03", "direct_support", 60, true, i % 2 == 0)
                with { Provider = i % 100 == 0 ? agency : $"agency-{i % 97}" })];
            watch.Start();
            await consumer.Store("figures", batch, default);
            watch.Stop();
        }

        var stored = watch.Elapsed;
        watch.Restart();
        var community = (await Measure()).Items[23];
        Console.WriteLine($"{notes} notes stored in {stored.TotalSeconds:0.0} s, {notes / stored.TotalSeconds:0}/s; a team measured over {community.Facts} of them in {watch.ElapsedMilliseconds} ms");
        Assert.Equal((notes / 100, "100.0"), (community.Facts, community.Number));
    }

    [Fact]
    public async Task Wrong_questions_are_named()
    {
        MeasureTeamRequest request = new() { Team = team, Program = "nc-core", Through = "2094-01-01", Months = 25, Item = 26 };
        Assert.Equal(["through"], (await fidelity.Measures.MeasureTeamAsync(request, Agency).Refused(StatusCode.InvalidArgument)).Fields());
        request.Through = "2024-06-30";
        Assert.Equal(["months", "item"], (await fidelity.Measures.MeasureTeamAsync(request, Agency).Refused(StatusCode.InvalidArgument)).Fields());
        Assert.All((await Measure()).Items, item => Assert.Equal("", item.Number));
    }

    private async Task<TeamMeasures> Measure(int item = 0, Metadata? caller = null) => await fidelity.Measures.MeasureTeamAsync(
        new() { Team = team, Program = "nc-core", Through = "2024-06-30", Item = item }, caller ?? Agency);

    private static ConfirmMeasuresRequest Confirm(Visit visit, params (int Item, int Score, string Reason)[] items) => new()
    {
        Name = visit.Name,
        Etag = visit.Etag,
        Items = { items.Select(i => new MeasuredScore { Item = i.Item, Score = i.Score, Reason = i.Reason }) },
        RequestId = Guid.CreateVersion7().ToString(),
    };

    private T Add<T>(string subject, T happened) where T : DomainEvent
    {
        var numbered = (T)(happened with
        {
            EventId = Guid.CreateVersion7(),
            OccurredAt = TimeProvider.System.GetUtcNow(),
            Sequence = log.Count(e => e.Subject == subject) + 1,
        });
        log.Add(numbered);
        return numbered;
    }

    private void Role(StaffMemberId staff, string from, string role = "ESP") => Add(staff.Name, new RoleAssignedV1
    {
        StaffMemberId = staff,
        TeamId = new(Guid.Parse(team[6..])),
        Role = role,
        From = DateOnly.Parse(from, null),
        Through = null,
        Provider = agency,
    });

    private AssignmentMadeV1 Assigned(StaffMemberId staff, IndividualId person, string from)
    {
        AssignmentId id = new(Guid.CreateVersion7());
        return Add(id.Name, new AssignmentMadeV1
        {
            AssignmentId = id,
            IndividualId = person,
            StaffMemberId = staff,
            Program = "nc-core",
            Role = "ESP",
            From = DateOnly.Parse(from, null),
            ActiveCount = 1,
            Limit = 25,
            Provider = agency,
        });
    }

    private void Admitted(IndividualId person, string on, string state)
    {
        DeterminationId id = new(Guid.CreateVersion7());
        Add(id.Name, new DeterminationMadeV1
        {
            DeterminationId = id,
            IndividualId = person,
            Program = "nc-core",
            AsOf = DateOnly.Parse(on, null),
            State = state,
            Verdict = state == "eligible"
                ? "Met" : "NotMet",
            AssessmentValidThrough = null,
            DecisionId = new(Guid.CreateVersion7()),
            PackVersion = "1",
            Provider = agency,
        });
    }

    private ServiceNoteRecordedV1 Note(StaffMemberId staff, IndividualId person, string on, string? activity, int? minutes, bool? inPerson, bool? outside)
    {
        ServiceNoteId id = new(Guid.CreateVersion7());
        return Add(id.Name, new ServiceNoteRecordedV1
        {
            ServiceNoteId = id,
            IndividualId = person,
            StaffMemberId = staff,
            Program = "nc-core",
            ServiceDate = DateOnly.Parse(on, null),
            Verdict = "Met",
            BillableMinutes = 0,
            DayUnits = 0,
            DecisionId = new(Guid.CreateVersion7()),
            PackVersion = "1",
            Provider = agency,
            Activity = activity,
            DurationMinutes = minutes,
            InPerson = inPerson,
            OutsideOffice = outside,
            Rendered = true,
        });
    }

    private void Referred(string state)
    {
        IntakeReferralId id = new(Guid.CreateVersion7());
        Add(id.Name, new IntakeReferralMovedV1
        {
            IntakeReferralId = id,
            Program = "nc-core",
            Source = "clinic",
            FromState = "contacted",
            ToState = state,
            On = new(2024, 2, 5),
            ReceivedOn = new(2024, 2, 1),
            DaysToFirstContact = 2,
            Provider = agency,
        });
    }
}
