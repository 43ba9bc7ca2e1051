using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Ips.Contracts.Fidelity.V1;
using Ips.Testing;
using Microsoft.Extensions.DependencyInjection;
using MiniExcelLibs;
using Npgsql;
using Xunit;

namespace Ips.Fidelity.Tests;

/// <summary>A review as it runs: planned, scored by each evaluator apart, agreed on, issued as a draft.</summary>
public sealed class VisitTests(FidelityService fidelity) : IClassFixture<FidelityService>
{
    private readonly string agency = FidelityService.NewCode("agency");

    private Metadata First => fidelity.As(Roles.State, "nc-dhhs", "reviewer-one");

    private Metadata Second => fidelity.As(Roles.Provider, "other-agency", "reviewer-two");

    private Metadata Team => fidelity.As(Roles.Provider, agency);

    [Fact]
    public async Task Each_evaluator_scores_apart_and_the_draft_has_the_agreed_scores()
    {
        var visit = await fidelity.Visits.ScheduleVisitAsync(Plan("nc-core"), fidelity.State);
        Assert.Equal((VisitState.Scheduled, "IPS-25", 2), (visit.State, visit.Scale, visit.Sheets.Count));
        var first = Sheet(visit, 4);
        first.Evidence.Add(Evidence(3, "2024-08-01"));
        visit = await fidelity.Visits.ScoreItemsAsync(first, First);
        Assert.Equal((VisitState.Scoring, 25, 1), (visit.State, visit.Sheets[0].Scores.Count, visit.Evidence.Count));

        // The second does not see the first one's scores before the own sheet is closed; the team sees none.
        var seen = await fidelity.Visits.GetVisitAsync(new() { Name = visit.Name }, Second);
        Assert.Equal((0, 0), (seen.Sheets.Sum(s => s.Scores.Count), seen.Evidence.Count));
        await fidelity.Visits.RecordConsensusAsync(Agree(seen), Second).Refused(StatusCode.FailedPrecondition);
        var second = Sheet(seen, 4);
        (second.Scores[1].Score, second.Scores[2].Score) = (3, 5);
        visit = await fidelity.Visits.ScoreItemsAsync(second, Second);
        Assert.Equal(VisitState.Scored, visit.State);
        Assert.Equal([2, 3], visit.DifferingItems);
        Assert.Equal(50, visit.Sheets.Sum(s => s.Scores.Count));
        seen = await fidelity.Visits.GetVisitAsync(new() { Name = visit.Name }, Team);
        Assert.Equal((0, 0, 0), (seen.Sheets.Sum(s => s.Scores.Count), seen.Evidence.Count, seen.DifferingItems.Count));

        Assert.Equal(["items"], (await fidelity.Visits.RecordConsensusAsync(Agree(visit, (2, 4, "Time sheets")), First).Refused(StatusCode.InvalidArgument))
            .Fields());
        Assert.Equal(["items[1].reason"],
            (await fidelity.Visits.RecordConsensusAsync(Agree(visit, (2, 4, "Time sheets"), (3, 4, " ")), First).Refused(StatusCode.InvalidArgument)).Fields());
        await fidelity.Visits.RecordConsensusAsync(Agree(visit, (2, 4, "Time sheets"), (3, 4, "Five phases")), Team).Refused(StatusCode.PermissionDenied);
        await fidelity.Visits.IssueDraftAsync(Issue(visit), fidelity.State).Refused(StatusCode.FailedPrecondition);
        visit = await fidelity.Visits.RecordConsensusAsync(Agree(visit, (2, 4, "Time sheets"), (3, 4, "Five phases")), Second);
        Assert.Equal((VisitState.Agreed, 100, "Five phases"), (visit.State, visit.Consensus.Sum(c => c.Score), visit.Consensus[2].Reason));
        await fidelity.Visits.IssueDraftAsync(Issue(visit), fidelity.As(Roles.State, "la-ldh")).Refused(StatusCode.NotFound);

        var draft = await fidelity.Visits.IssueDraftAsync(Issue(visit), fidelity.State);
        Assert.Equal((ReviewState.Draft, 100, visit.Name, "2024-08-02", "IPS-25"), (draft.State, draft.Total, draft.Visit, draft.DraftIssuedDate, draft.Scale));
        Assert.Equal([("staffing", 12, 15), ("organization", 32, 40), ("services", 56, 70)], draft.Sections.Select(s => (s.Section, s.Total, s.Highest)));
        seen = await fidelity.Visits.GetVisitAsync(new() { Name = visit.Name }, Team);
        Assert.Equal((VisitState.DraftIssued, draft.Name, 25, 1, 0),
            (seen.State, seen.Review, seen.Consensus.Count, seen.Evidence.Count, seen.Sheets.Sum(s => s.Scores.Count)));
        await fidelity.Visits.CancelVisitAsync(Cancel(seen), fidelity.State).Refused(StatusCode.FailedPrecondition);
        Assert.Equal(["scheduled", "scoring", "scored", "agreed", "draft_issued"], await Published(visit));

        // From here the review goes on as before: received, contested, final.
        var received = await fidelity.Reviews.ReceiveDraftAsync(new()
        {
            Name = draft.Name,
            Etag = draft.Etag,
            DraftReceivedDate = "2024-08-02",
            RequestId = Guid.CreateVersion7().ToString(),
        }, Team);
        Assert.Equal((ReviewState.DraftReceived, "2024-08-16"), (received.State, received.ContestDue));
    }

    [Theory]
    [InlineData("nc-core", Evaluator.Dhhs, "NC-FID-002")]
    [InlineData("nc-core", Evaluator.Provider, "NC-FID-002")]
    [InlineData("la-acla", Evaluator.ApprovedContractor, "LA-FID-004")]
    [InlineData("la-acla", Evaluator.Provider, null)]
    [InlineData("mo-dmh-vr", Evaluator.ApprovedContractor, null)]
    public async Task An_evaluator_of_the_same_agency_is_refused_where_the_program_forbids_it(string program, Evaluator evaluator, string? rule)
    {
        var request = Plan(program);
        request.Evaluator = evaluator;
        request.Evaluators[1].Organization = $"organizations/{agency}";
        var state = fidelity.As(Roles.State, program[..2] switch { "nc" => "nc-dhhs", "la" => "la-ldh", _ => "mo-dmh" });
        if (rule is null)
        {
            var visit = await fidelity.Visits.ScheduleVisitAsync(request, state);
            Assert.True(visit.Sheets[1].Inside);
            Assert.Equal(program == "mo-dmh-vr" ? 1 : 0, visit.Advice.Count(a => a.StartsWith("MO-FID-003", StringComparison.Ordinal)));
            return;
        }

        var refused = await fidelity.Visits.ScheduleVisitAsync(request, state).Refused(StatusCode.InvalidArgument);
        Assert.Equal(["evaluators[1].organization"], refused.Fields());
        Assert.Contains(rule, refused.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await fidelity.Count($"visits where team_id = '{request.Team[6..]}'"));
    }

    [Fact]
    public async Task Only_appointed_evaluators_score()
    {
        var visit = await fidelity.Visits.ScheduleVisitAsync(Plan("nc-core"), fidelity.State);
        foreach (var (caller, status) in new[]
        {
            (fidelity.State, StatusCode.PermissionDenied), (Team, StatusCode.PermissionDenied),
            (fidelity.As(Roles.Provider, "other-agency", "somebody-else"), StatusCode.PermissionDenied),
            (fidelity.As(Roles.Provider, "third-agency", "reviewer-two"), StatusCode.NotFound),
        })
        {
            await fidelity.Visits.ScoreItemsAsync(Sheet(visit, 4), caller).Refused(status);
        }

        visit = await fidelity.Visits.ScoreItemsAsync(Sheet(visit, 4), First);
        await fidelity.Visits.ScoreItemsAsync(Sheet(visit, 5), First).Refused(StatusCode.FailedPrecondition);
        var without = Change(visit);
        without.Evaluators.RemoveAt(0);
        Assert.Equal(["evaluators"], (await fidelity.Visits.ChangeVisitAsync(without, fidelity.State).Refused(StatusCode.InvalidArgument)).Fields());
        await fidelity.Visits.ChangeVisitAsync(Change(visit), Team).Refused(StatusCode.PermissionDenied);
        var fewer = Change(visit);
        fewer.Evaluators.RemoveAt(1);
        visit = await fidelity.Visits.ChangeVisitAsync(fewer, fidelity.State);
        Assert.Equal((VisitState.Scored, 1), (visit.State, visit.Sheets.Count));
        await fidelity.Visits.GetVisitAsync(new() { Name = visit.Name }, Second).Refused(StatusCode.NotFound);
        visit = await fidelity.Visits.CancelVisitAsync(Cancel(visit), fidelity.State);
        Assert.Equal((VisitState.Cancelled, VisitCancelReason.Emergency), (visit.State, visit.CancelReason));
        await fidelity.Visits.RecordConsensusAsync(Agree(visit), First).Refused(StatusCode.FailedPrecondition);
    }

    [Fact]
    public async Task Wrong_scores_evidence_and_days_are_named()
    {
        var visit = await fidelity.Visits.ScheduleVisitAsync(Plan("nc-core"), fidelity.State);
        var request = Sheet(visit, 4);
        request.Submit = false;
        (request.Scores[0].Item, request.Scores[1].Score, request.Scores[2].Item) = (26, 6, 4);
        request.Evidence.Add(Evidence(3, "2024-08-02"));
        request.Evidence.Add(Evidence(0, "2024-08-01"));
        Assert.Equal(["scores[0].item", "scores[1].score", "scores[3].item", "evidence[0].practice_date", "evidence[1].item"],
            (await fidelity.Visits.ScoreItemsAsync(request, First).Refused(StatusCode.InvalidArgument)).Fields());
        var part = Sheet(visit, 4);
        part.Scores.RemoveAt(24);
        Assert.Equal(["scores"], (await fidelity.Visits.ScoreItemsAsync(part, First).Refused(StatusCode.InvalidArgument)).Fields());
        var early = Plan("nc-core");
        (early.FirstOnsiteDay, early.LastOnsiteDay, early.Scale) = ("2024-08-02", "2024-08-01", "IPS-15");
        Assert.Equal(["last_onsite_day"], (await fidelity.Visits.ScheduleVisitAsync(early, fidelity.State).Refused(StatusCode.InvalidArgument)).Fields());
        early.FirstOnsiteDay = "2024-08-01";
        early.Evaluators.Add(early.Evaluators[0].Clone());
        Assert.Equal(["evaluators[2]", "scale"],
            (await fidelity.Visits.ScheduleVisitAsync(early, fidelity.State).Refused(StatusCode.InvalidArgument)).Fields());
        var future = Plan("nc-core");
        (future.FirstOnsiteDay, future.LastOnsiteDay) = ("2094-08-01", "2094-08-02");
        visit = await fidelity.Visits.ScheduleVisitAsync(future, fidelity.State);
        Assert.Equal(["submit"], (await fidelity.Visits.ScoreItemsAsync(Sheet(visit, 4), First).Refused(StatusCode.InvalidArgument)).Fields());
        await fidelity.Visits.ScheduleVisitAsync(Plan("nc-core"), fidelity.As(Roles.Mco, "payer-foreign")).Refused(StatusCode.PermissionDenied);
    }

    [Theory]
    [InlineData(Roles.State, "nc-dhhs", 1, 2, 1)]
    [InlineData(Roles.Provider, "other-agency", 1, 2, 1)]
    [InlineData(Roles.Provider, null, 1, 0, 1)]
    [InlineData(Roles.Provider, "third-agency", 0, 0, 0)]
    [InlineData(Roles.State, "la-ldh", 0, 0, 0)]
    [InlineData(Roles.Mco, "payer-foreign", 0, 0, 0)]
    public async Task The_database_shows_sheets_only_to_those_who_do_the_review(string role, string? organization, long visits, long sheets, long evidence)
    {
        var visit = await fidelity.Visits.ScheduleVisitAsync(Plan("nc-core"), fidelity.State);
        var scored = Sheet(visit, 4);
        scored.Evidence.Add(Evidence(3, "2024-08-01"));
        await fidelity.Visits.ScoreItemsAsync(scored, First);

        // Without any filter of the service.
        var requests = fidelity.Services.GetRequiredService<RequestDatabase>();
        await using var connection = await requests.Source.OpenConnectionAsync();
        await requests.Take(connection, new(role, organization ?? agency, "client-one"), default);
        foreach (var (table, column, expected) in new[] { ("visits", "id", visits), ("score_sheets", "visit_id", sheets),
            ("item_evidence", "visit_id", evidence) })
        {
            await using NpgsqlCommand count = new($"select count(*) from {table} where {column} = '{visit.Name[7..]}'", connection);
            Assert.Equal((table, expected), (table, (long)(await count.ExecuteScalarAsync())!));
        }
    }

    [Fact]
    public async Task Two_issue_the_draft_at_once_and_one_does()
    {
        var request = Plan("nc-core");
        request.Evaluators.RemoveAt(1);
        var visit = await fidelity.Visits.ScheduleVisitAsync(request, fidelity.State);
        visit = await fidelity.Visits.ScoreItemsAsync(Sheet(visit, 3), First);
        visit = await fidelity.Visits.RecordConsensusAsync(Agree(visit), First);
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ =>
        {
            try
            {
                return (await fidelity.Visits.IssueDraftAsync(Issue(visit), fidelity.State)).State.ToString();
            }
            catch (RpcException e)
            {
                return e.StatusCode.ToString();
            }
        }));
        Assert.Equal((1, 4), (answers.Count(a => a == "Draft"), answers.Count(a => a == "Aborted")));
        Assert.Equal(1, await fidelity.Stored(visit.Team));

        // A repetition gets the first answer.
        var again = Plan("nc-core");
        Assert.Equal(await fidelity.Visits.ScheduleVisitAsync(again, fidelity.State), await fidelity.Visits.ScheduleVisitAsync(again, fidelity.State));
    }

    [Fact]
    public async Task A_filled_sheet_is_imported_and_each_bad_cell_is_named()
    {
        var visit = await fidelity.Visits.ScheduleVisitAsync(Plan("nc-core"), fidelity.State);
        const string csv = "Item,Score,Source,Practice_Date,Reference,Note\r\n1,4,record_review,2024-08-01,Log 12,\"Caseloads, June\"\r\n2,3.5,,,,\r\n27,4,,,,\r\n"
            + "3,6,,,,\r\n4,five,,,,\r\n5,,,,,\r\n6,5,rumour,2024-08-01,,\r\n7,5,interview,2024-08-02,,\r\n8,2,,,,Late\r\n1,3,,,,\r\n";
        var import = await fidelity.Visits.ImportScoreSheetAsync(Import(visit, ByteString.CopyFromUtf8("\ufeff" + csv)), First);
        Assert.Equal((4, 1), (import.Scores, import.Evidence));
        Assert.Equal([(3, "score"), (4, "item"), (5, "score"), (6, "score"), (7, "score"), (8, "source"), (9, "practice_date"), (10, "source"), (11, "score")],
            import.Errors.Select(e => (e.Line, e.Column)));
        Assert.Contains("no scores in between", import.Errors[0].Why, StringComparison.Ordinal);
        Assert.Equal(21, import.ItemsWithoutScore.Count);
        Assert.Equal([1, 6, 7, 8], import.Visit.Sheets[0].Scores.Select(s => s.Item));

        using MemoryStream book = new();
        book.SaveAs(Enumerable.Range(1, 25)
            .Select(item => new { item, score = 4, source = item == 9 ? "document" : "", practice_date = item == 9 ? "2024-07-31" : "" }).ToList());
        import = await fidelity.Visits.ImportScoreSheetAsync(Import(import.Visit, ByteString.CopyFrom(book.ToArray())), First);
        Assert.Equal((25, 1, 0, 0), (import.Scores, import.Evidence, import.Errors.Count, import.ItemsWithoutScore.Count));
        Assert.Equal(2, import.Visit.Evidence.Count);
        await fidelity.Visits.ImportScoreSheetAsync(Import(import.Visit, ByteString.CopyFromUtf8(csv)), Team).Refused(StatusCode.PermissionDenied);
        foreach (var bad in new[] { "", "number,score\n1,2\n", "item,score,total\n1,2,3\n", "item,score,item\n", "PK\u0003\u0004nothing" })
        {
            Assert.Equal(["content"],
                (await fidelity.Visits.ImportScoreSheetAsync(Import(import.Visit, ByteString.CopyFrom(Encoding.UTF8.GetBytes(bad))), First)
                    .Refused(StatusCode.InvalidArgument)).Fields());
        }
    }

    private ScheduleVisitRequest Plan(string program) => new()
    {
        Team = fidelity.Teams.Make(agency, program),
        Program = program,
        Evaluator = Evaluator.ApprovedContractor,
        FirstOnsiteDay = "2024-07-31",
        LastOnsiteDay = "2024-08-01",
        Evaluators =
        {
            new Appointment { Organization = "organizations/nc-dhhs", Subject = "reviewer-one", Trained = true },
            new Appointment { Organization = "organizations/other-agency", Subject = "reviewer-two" },
        },
        RequestId = Guid.CreateVersion7().ToString(),
    };

    private static ScoreItemsRequest Sheet(Visit visit, int score) => new()
    {
        Name = visit.Name,
        Etag = visit.Etag,
        Scores = { Enumerable.Range(1, 25).Select(item => new ItemScore { Item = item, Score = score }) },
        Submit = true,
        RequestId = Guid.CreateVersion7().ToString(),
    };

    private static ItemEvidence Evidence(int item, string day) =>
        new() { Item = item, Source = EvidenceSource.RecordReview, PracticeDate = day, Reference = "Log 4", Note = "Ten of twelve records" };

    private static ChangeVisitRequest Change(Visit visit) => new()
    {
        Name = visit.Name,
        Etag = visit.Etag,
        FirstOnsiteDay = visit.FirstOnsiteDay,
        LastOnsiteDay = visit.LastOnsiteDay,
        Evaluators = { visit.Sheets.Select(s => s.Evaluator.Clone()) },
        RequestId = Guid.CreateVersion7().ToString(),
    };

    private static CancelVisitRequest Cancel(Visit visit) =>
        new() { Name = visit.Name, Etag = visit.Etag, Reason = VisitCancelReason.Emergency, RequestId = Guid.CreateVersion7().ToString() };

    private static RecordConsensusRequest Agree(Visit visit, params (int Item, int Score, string Reason)[] items) => new()
    {
        Name = visit.Name,
        Etag = visit.Etag,
        Items = { items.Select(i => new ConsensusItem { Item = i.Item, Score = i.Score, Reason = i.Reason }) },
        RequestId = Guid.CreateVersion7().ToString(),
    };

    private static IssueDraftRequest Issue(Visit visit) =>
        new() { Name = visit.Name, Etag = visit.Etag, IssuedOn = "2024-08-02", RequestId = Guid.CreateVersion7().ToString() };

    private static ImportScoreSheetRequest Import(Visit visit, ByteString content) =>
        new() { Name = visit.Name, Etag = visit.Etag, Content = content, RequestId = Guid.CreateVersion7().ToString() };

    private async Task<string[]> Published(Visit visit) => ((string)(await fidelity.Scalar(
        $"select string_agg(body->>'toState', ',' order by sequence) from outbox_rows where subject = '{visit.Name}'"))!).Split(',');
}
