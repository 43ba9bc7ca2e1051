using Ips.Contracts;
using Ips.Contracts.Staffing.V1;
using Ips.Fidelity.Db;
using Ips.Policies.Fidelity;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Fidelity.V1;

namespace Ips.Fidelity.Reviews;

/// <summary>
/// Records a review with all its item scores and decides what follows: tier, certification, next review (NC-FID-008 to -012 and their siblings).
/// </summary>
public sealed partial class RecordReview(
    FidelityDb db, Requests requests, Teams.TeamsClient teams, ReviewRights rights, PolicyService policies, Caller caller, TimeProvider clock,
        ILogger<RecordReview> log)
{
    private sealed record Reviewed(
        TeamId Team, string Program, DateOnly Today, Proto.Evaluator Evaluator, DateOnly LastOnsiteDay, DateOnly? Received, List<int> Scores,
            ReviewTerms Terms);

    public Task<Result<Proto.Review>> Handle(Proto.RecordReviewRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.ValidateOnly, request.RequestId, request, s => Gather(request, s), async (gathered, store, s) =>
        {
            var (team, program) = (gathered.Reviewed.Team, gathered.Reviewed.Program);
            var onFile = await db.Reviews.AsNoTracking().Where(r => r.TeamId == team && r.Program == program).ToListAsync(s);
            return Recorded(gathered.Reviewed, onFile) is { } recorded
                ? new Problem.Exists("review", recorded.Name)
                : Decide(gathered.Reviewed, gathered.Provider, new(policies, program, onFile), store);
        }, cancellationToken);

    /// <summary>The review on file with the same days and scores. A report that came later, or another score, is another review.</summary>
    private static ReviewId? Recorded(Reviewed reviewed, List<Review> onFile) => onFile.Find(r =>
        r.Evaluator == reviewed.Evaluator && r.LastOnsiteDay == reviewed.LastOnsiteDay && r.FinalReportReceivedDate == reviewed.Received
        && r.State is not (Proto.ReviewState.Withdrawn or Proto.ReviewState.Corrected) && r.Scores.SequenceEqual(reviewed.Scores))?.Id;

    /// <summary>The scores of a request in the order of the items; what is wrong with them is added to the fields.</summary>
    internal static List<int> Scores(RequestValidator fields, IEnumerable<Proto.ItemScore> sent, DateOnly onsite)
    {
        List<ItemScore> scores = [.. sent.Select(s => new ItemScore(s.Item, s.Score))];
        foreach (var wrong in FidelityScale.On(onsite).Check(scores))
            fields.Wrong("scores" + wrong.Field["items".Length..], $"has {wrong.Found}; send {wrong.Expected}");
        return [.. scores.OrderBy(s => s.Item).Select(s => s.Score)];
    }

    private async Task<Result<(Reviewed Reviewed, string Provider)>> Gather(Proto.RecordReviewRequest request, CancellationToken cancellationToken)
    {
        if (!Read(request).Is(out var reviewed, out var problem))
            return problem;
        var name = reviewed.Team.Name;
        if (!(await teams.GetTeamAsync(new() { Name = name }, cancellationToken: cancellationToken).Answer("staffing", "team", name))
            .Is(out var team, out problem))
            return problem;
        if (team.Program != reviewed.Program)
            return new Problem.Invalid("program", "is not the program that the team works under");
        if (!OrganizationCode.TryParse(team.Provider, out var provider))
            return new Problem.NotFound("team", name);
        return await rights.Refused(reviewed.Program, reviewed.Evaluator, provider.Value, cancellationToken) is { } refused ? refused
            : (reviewed, provider.Value);
    }

    private Result<Decided<Proto.Review>> Decide(Reviewed reviewed, string provider, TeamHistory team, bool store)
    {
        Changes changes = new(clock.GetUtcNow());
        Review review = new()
        {
            Id = ReviewId.New(clock),
            TeamId = reviewed.Team,
            Provider = provider,
            Program = reviewed.Program,
            Evaluator = reviewed.Evaluator,
            Scale = FidelityScale.On(reviewed.LastOnsiteDay).Id,
            LastOnsiteDay = reviewed.LastOnsiteDay,
            FinalReportReceivedDate = reviewed.Received,
            Scores = reviewed.Scores,
            Total = reviewed.Scores.Sum(),
            RecordedBy = caller.Organization,
            RecordedAt = changes.Now,
        };
        review.Take(reviewed.Terms);
        if (!team.Decide(review, reviewed.Today).Is(out var decision, out var problem))
            return problem;
        review.Take(decision);
        if (!store)
            return new Decided<Proto.Review>(review.ToProto(decision.ToProto(stored: false), stored: false), changes);

        var stored = changes.Insert(policies.Store(decision, provider, review.Id.Name, team.Used(review)));
        changes.Insert(review);
        var after = team.With(review);
        if (after.DecideLater(review, reviewed.Today, changes) is { } wrong)
            return wrong;
        changes.Publish(review.ToEvent(stored, after, reviewed.Today));
        return new Decided<Proto.Review>(review.ToProto(decision.ToProto(stored: true), stored: true), changes,
            () => Recorded(log, review.Id, stored.Verdict, stored.PackVersion));
    }

    private Result<Reviewed> Read(Proto.RecordReviewRequest request)
    {
        RequestValidator fields = new();
        var team = fields.Id<TeamId>("team", request.Team);
        var today = policies.Today(fields, "program", request.Program);
        var evaluator = fields.Choice("evaluator", request.Evaluator);
        var onsite = fields.Day("last_onsite_day", request.LastOnsiteDay);
        Reviewed reviewed = new(
            team,
            request.Program,
            today,
            evaluator,
            onsite,
            fields.OptionalDay("final_report_received_date", request.FinalReportReceivedDate),
            Scores(fields, request.Scores, onsite),
            ReviewTerms.Read(fields, request.Terms));
        fields.Require(reviewed.LastOnsiteDay <= reviewed.Today, "last_onsite_day", "lies in the future; a review is recorded when it took place");
        fields.UpTo("final_report_received_date", reviewed.Received, reviewed.Today);
        return fields.Problem is { } bad ? bad : reviewed;
    }

    [LoggerMessage(4101, LogLevel.Information, "Review {Review} recorded: {Verdict} with pack {PackVersion}")]
    private static partial void Recorded(ILogger log, ReviewId review, string verdict, string packVersion);
}
