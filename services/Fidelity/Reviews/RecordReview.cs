using Grpc.Core;
using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Contracts.Staffing.V1;
using Ips.Fidelity.Db;
using Ips.Policies;
using Ips.Policies.Fidelity;
using Proto = Ips.Contracts.Fidelity.V1;

namespace Ips.Fidelity.Reviews;

/// <summary>
/// Records a review with all its item scores and decides what follows: tier, certification, next review (NC-FID-008 to -012 and their siblings).
/// </summary>
public sealed partial class RecordReview(
    FidelityDb db, IdempotentRequests once, Teams.TeamsClient teams, PolicyService deciding, TimeProvider clock, ILogger<RecordReview> log)
{
    public Task<Result<Proto.Review>> Handle(Proto.RecordReviewRequest request, CancellationToken cancellationToken) =>
        once.Run(request.ValidateOnly, request.RequestId, request, (store, s) => Record(request, store, s), cancellationToken);

    private async Task<Result<Proto.Review>> Record(Proto.RecordReviewRequest request, bool store, CancellationToken cancellationToken)
    {
        // load
        RequestValidator fields = new();
        var team = fields.Id<TeamId>("team", request.Team);
        var today = deciding.Today(fields, "program", request.Program);
        fields.Choice("evaluator", request.Evaluator);
        var onsite = fields.Day("last_onsite_day", request.LastOnsiteDay);
        var received = fields.OptionalDay("final_report_received_date", request.FinalReportReceivedDate);
        fields.Require(onsite <= today, "last_onsite_day", "lies in the future; a review is recorded when it took place");
        fields.Require(!(received > today), "final_report_received_date", "lies in the future");
        fields.Require(!(received < onsite), "final_report_received_date", "lies before last_onsite_day");
        List<ItemScore> scores = [.. request.Scores.Select(s => new ItemScore(s.Item, s.Score))];
        foreach (var wrong in FidelityScale.Ips25.Check(scores))
            fields.Wrong("scores" + wrong.Field["items".Length..], $"has {wrong.Found}; send {wrong.Expected}");
        if (fields.Problem is { } bad)
            return bad;
        if (!(await Find(team, request.Program, cancellationToken)).Is(out var provider, out var unknown))
            return unknown;

        // decide
        var total = FidelityScale.Ips25.Total(scores);
        FidelityResultFacts facts = new()
        {
            FinalScore = received is null ? null : total,
            DraftScore = received is null ? total : null,
            FinalReportReceivedDate = received,
            Evaluator = WireCode.Lower(request.Evaluator) is { } code ? Codes.Parse<Evaluator>(code) ?? Codes.Parse<Evaluator>(code.ToUpperInvariant()) : null,
            ReviewDate = onsite,
        };
        if (!deciding.Decide(request.Program, FidelityResultDecision.Kind, today, facts).Is(out var ruled, out var problem))
            return problem;
        var values = ruled.Decision.Values;
        Review review = new()
        {
            Id = ReviewId.New(clock),
            TeamId = team,
            Provider = provider,
            Program = request.Program,
            Evaluator = request.Evaluator,
            LastOnsiteDay = onsite,
            FinalReportReceivedDate = received,
            Scores = [.. scores.OrderBy(s => s.Item).Select(s => s.Score)],
            Total = total,
            Tier = values.GetValueOrDefault("tier") as string ?? "",
            Certified = values.GetValueOrDefault("certified") is true,
            NextReviewDue = values.GetValueOrDefault("nextReviewDue") as DateOnly?,
            TechnicalAssistanceRequired = values.GetValueOrDefault("technicalAssistanceRequired") is true,
            ActionPlanRequired = values.GetValueOrDefault("actionPlanRequired") is true,
            DecisionId = ruled.Id,
            RecordedAt = clock.GetUtcNow(),
        };
        if (!store)
            return review.ToProto(ruled.ToProto(stored: false), stored: false);

        // save and publish
        var stored = deciding.Store(ruled, provider, review.Id.Name);
        db.Decisions.Add(stored);
        db.Reviews.Add(review);
        db.Publish(new ReviewRecordedV1
        {
            ReviewId = review.Id,
            TeamId = team,
            Provider = provider,
            Program = request.Program,
            Evaluator = WireCode.Lower(request.Evaluator)!,
            LastOnsiteDay = onsite,
            FinalReportReceivedOn = received,
            Total = total,
            Tier = review.Tier.Length == 0 ? null : review.Tier,
            Certified = review.Certified,
            NextReviewDue = review.NextReviewDue,
            Verdict = stored.Verdict,
            DecisionId = new(stored.Id),
            PackVersion = stored.PackVersion,
        });
        await db.SaveChangesAsync(cancellationToken);
        Recorded(log, review.Id, stored.Verdict, stored.PackVersion);
        return review.ToProto(ruled.ToProto(stored: true), stored: true);
    }

    private async Task<Result<string>> Find(TeamId team, string program, CancellationToken cancellationToken)
    {
        try
        {
            var found = await teams.GetTeamAsync(new() { Name = team.Name }, cancellationToken: cancellationToken);
            if (found.Program != program)
                return new Problem.Invalid("program", "is not the program that the team works under");
            return OrganizationCode.TryParse(found.Provider, out var provider) ? provider.Value : new Problem.NotFound("team", team.Name);
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.NotFound)
        {
            return new Problem.NotFound("team", team.Name);
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable)
        {
            return new Problem.Unavailable("staffing", TimeSpan.FromSeconds(2));
        }
    }

    [LoggerMessage(4101, LogLevel.Information, "Review {Review} recorded: {Verdict} with pack {PackVersion}")]
    private static partial void Recorded(ILogger log, ReviewId review, string verdict, string packVersion);
}
