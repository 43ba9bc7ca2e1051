using System.Text;
using Grpc.Core;
using Ips.Contracts.Fidelity.V1;
using Ips.Testing;
using UglyToad.PdfPig;
using Xunit;

namespace Ips.Fidelity.Tests;

/// <summary>The report of a review as a page and as a document.</summary>
public sealed class FileTests(FidelityService fidelity) : IClassFixture<FidelityService>
{
    private readonly string team = fidelity.Teams.Make(FidelityService.Provider, "nc-core");

    [Fact]
    public async Task The_report_shows_items_sections_changes_and_the_trend_in_both_forms()
    {
        await fidelity.Reviews.RecordReviewAsync(FidelityService.Review(team, 90, received: "2024-08-31"), fidelity.State);
        var request = FidelityService.Review(team, 101, received: "2025-03-31");
        request.LastOnsiteDay = "2025-03-01";
        var review = await fidelity.Reviews.RecordReviewAsync(request, fidelity.State);
        var page = await fidelity.Reviews.GetReviewFileAsync(new() { Name = review.Name }, fidelity.State);
        var html = page.Data.ToStringUtf8();
        Assert.Equal("text/html; charset=utf-8", page.ContentType);
        foreach (var text in new[]
        {
            "Fidelity review: final report", "101 of 125 (90 on 2024-08-01)", "Next review due", "2026-03-31", "NC-FID-011", "Assertive engagement",
                "&lt;= 20 active clients",
            "<td class=\"n\">+1</td>", "2025-03-01 (this review)", "were not checked against a published copy",
        })
        {
            Assert.Contains(text, html, StringComparison.Ordinal);
        }

        var file = await fidelity.Reviews.GetReviewFileAsync(new() { Name = review.Name, Format = ReviewFileFormat.Pdf },
            fidelity.As(Roles.Provider, FidelityService.Provider));
        Assert.Equal("application/pdf", file.ContentType);
        if (Environment.GetEnvironmentVariable("REPORT_PICTURES") is { Length: > 0 } folder)
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, "review.pdf"), file.Data.ToByteArray());
            await File.WriteAllTextAsync(Path.Combine(folder, "review.html"), html);
        }

        using var pdf = PdfDocument.Open(file.Data.ToByteArray());
        var all = string.Join(' ', pdf.GetPages().Select(p => string.Join(' ', p.GetWords().Select(w => w.Text))));
        foreach (var text in new[] { "101 of 125", "Caseload size", "Assertive engagement", "Trend of the team", "2025-03-01", "page 2" })
            Assert.Contains(text, all, StringComparison.Ordinal);
        Assert.All(pdf.GetPages().SelectMany(p => p.Letters.Select(l => (p.Width, l.EndBaseLine.X))), at => Assert.InRange(at.X, 0, at.Width - 30));
    }

    [Fact]
    public async Task Reasons_and_evidence_of_the_visit_stand_beside_the_item_and_nothing_of_them_is_markup()
    {
        var visit = await fidelity.Visits.ScheduleVisitAsync(new()
        {
            Team = team,
            Program = "nc-core",
            Evaluator = Evaluator.Dhhs,
            FirstOnsiteDay = "2024-07-31",
            LastOnsiteDay = "2024-08-01",
            Evaluators = { new Appointment { Organization = "organizations/nc-dhhs", Subject = "reviewer-one" } },
            RequestId = Guid.CreateVersion7().ToString(),
        }, fidelity.State);
        var reviewer = fidelity.As(Roles.State, "nc-dhhs", "reviewer-one");
        visit = await fidelity.Visits.ScoreItemsAsync(new()
        {
            Name = visit.Name,
            Etag = visit.Etag,
            Submit = true,
            RequestId = Guid.CreateVersion7().ToString(),
            Scores = { Enumerable.Range(1, 25).Select(item => new ItemScore { Item = item, Score = 3 }) },
            Evidence = { new ItemEvidence { Item = 4, Source = EvidenceSource.Document, PracticeDate = "2024-07-01", Reference = "Roster 7",
                Note = "<b>Two teams</b> \u2713" } },
        }, reviewer);
        visit = await fidelity.Visits.RecordConsensusAsync(new()
        {
            Name = visit.Name,
            Etag = visit.Etag,
            RequestId = Guid.CreateVersion7().ToString(),
            Items = { new ConsensusItem { Item = 5, Score = 4, Reason = "Seen at both meetings" } },
        }, reviewer);
        var draft = await fidelity.Visits.IssueDraftAsync(new()
        {
            Name = visit.Name,
            Etag = visit.Etag,
            IssuedOn = "2024-08-02",
            RequestId = Guid.CreateVersion7().ToString()
        }, fidelity.State);
        var html = (await fidelity.Reviews.GetReviewFileAsync(new() { Name = draft.Name, Format = ReviewFileFormat.Html }, fidelity.State)).Data.ToStringUtf8();
        Assert.Contains("Fidelity review: draft report", html, StringComparison.Ordinal);
        Assert.Contains("Consensus: Seen at both meetings", html, StringComparison.Ordinal);
        Assert.Contains("document of 2024-07-01: Roster 7; &lt;b&gt;Two teams&lt;/b&gt;", html, StringComparison.Ordinal);
        var pdf = (await fidelity.Reviews.GetReviewFileAsync(new() { Name = draft.Name, Format = ReviewFileFormat.Pdf }, fidelity.State)).Data;
        Assert.StartsWith("%PDF", Encoding.ASCII.GetString(pdf.Span[..4]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_does_not_see_the_review_gets_no_file()
    {
        var review = await fidelity.Reviews.RecordReviewAsync(FidelityService.Review(team, 90), fidelity.State);
        await fidelity.Reviews.GetReviewFileAsync(new() { Name = review.Name }, fidelity.As(Roles.Provider, "another-agency")).Refused(StatusCode.NotFound);
        Assert.Equal(["format"], (await fidelity.Reviews.GetReviewFileAsync(new() { Name = review.Name, Format = (ReviewFileFormat)9 }, fidelity.State)
            .Refused(StatusCode.InvalidArgument)).Fields());
    }
}
