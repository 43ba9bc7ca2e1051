using Ips.Billing.Db;
using Ips.Contracts;
using Ips.Policies;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Claims;

/// <summary>Shows what a milestone has and what it lacks, by deciding it on the records as they are now.</summary>
public sealed class GetMilestoneChecklist(BillingDb db, Caller caller, MilestoneReader reader, PolicyService policies, TimeProvider clock)
{
    /// <summary>Facts that come from someone else than the provider, by their names.</summary>
    private static readonly Dictionary<string, Proto.EvidenceSource> Sources = new(StringComparer.Ordinal)
    {
        ["vrStatus"] = Proto.EvidenceSource.Vr,
        ["vrNonFundingDocumentDate"] = Proto.EvidenceSource.Vr,
        ["funding"] = Proto.EvidenceSource.Payer,
        ["sarFrom"] = Proto.EvidenceSource.Payer,
        ["sarTo"] = Proto.EvidenceSource.Payer,
        ["sarUnits"] = Proto.EvidenceSource.Payer,
        ["sarUnitsUsed"] = Proto.EvidenceSource.Payer,
    };

    public async Task<Result<Proto.MilestoneChecklist>> Handle(Proto.GetMilestoneChecklistRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var individual = fields.Id<IndividualId>("individual", request.Individual);
        var provider = fields.Organization("provider", request.Provider);
        var today = policies.Today(fields, "program", request.Program);
        var number = fields.Number("number", request.Number, 1, 9);
        var day = fields.Day("event_date", request.EventDate);
        fields.UpTo("event_date", day, today);
        if (fields.Problem is { } bad)
            return bad;
        if (provider != caller.Organization)
            return new Problem.Forbidden("a provider reads checklists of its own organization");

        // read: what was sent last, and for milestone 1 every note that could be billed.
        var account = await db.Account(individual, provider, cancellationToken);
        var person = account.IndividualId;
        var latest = await db.Milestones.AsNoTracking()
            .Where(m => m.IndividualId == person && m.Program == request.Program && m.Number == number)
            .OrderByDescending(m => m.Id).FirstOrDefaultAsync(cancellationToken);
        var notes = number == 1 ? (await reader.Unbilled([person], provider, request.Program, day, cancellationToken))[person].ToList() : [];
        SubmittedMilestone submitted = new(individual, provider, request.Program, today, number, day, notes, latest?.Evidence ?? new());
        if (!(await reader.Gather(submitted, cancellationToken)).Is(out var evidence, out var problem))
            return problem;
        submitted = submitted with { Individual = person };
        var records = await reader.Records(submitted, null, cancellationToken);
        // A milestone that stands is not the reason why it could not be submitted.
        var others = records with { Approved = [.. records.Approved.Where(m => m.Id != latest?.Id)] };
        return MilestoneRules.Decide(evidence with { Submitted = submitted }, others, policies, clock.GetUtcNow())
            .Then(decided => Checklist(decided, person, latest));
    }

    private static Proto.MilestoneChecklist Checklist(DecidedMilestone decided, IndividualId person, Milestone? latest)
    {
        var milestone = decided.Milestone;
        var wire = decided.Decision.ToProto(stored: false);
        Proto.MilestoneChecklist list = new()
        {
            Individual = person.Name,
            Number = milestone.Number,
            State = milestone.State,
            Funder = milestone.Funder,
            PayableUnits = milestone.PayableUnits,
            Amount = milestone.Amount.Dollars(),
            Latest = latest?.Id.Name ?? "",
            Route = milestone.Route,
        };
        foreach (var (finding, shown) in decided.Decision.Decision.Findings.Zip(wire.Findings)
            .Where(f => f.First.Decides || f.First.Verdict == Verdict.NeedsReview))
        {
            list.Items.Add(new Proto.MilestoneChecklistItem
            {
                Finding = shown,
                Records = { Records(finding, decided) },
                ProvidedBy = Source(finding),
            });
        }

        return list;
    }

    private static Proto.EvidenceSource Source(Finding finding) => finding.Verdict switch
    {
        Verdict.Met => Proto.EvidenceSource.Unspecified,
        Verdict.NeedsReview when !finding.Decides => Proto.EvidenceSource.NetworkEvaluation,
        _ => finding.MissingFacts.Select(Sources.GetValueOrDefault).FirstOrDefault(source => source != Proto.EvidenceSource.Unspecified) is var source
            && source != Proto.EvidenceSource.Unspecified ? source : Proto.EvidenceSource.Provider,
    };

    private static IEnumerable<string> Records(Finding finding, DecidedMilestone decided) =>
        finding.FactsRead.SelectMany(fact => decided.RestsOn.GetValueOrDefault(fact.Split('[')[0]) ?? []).Distinct(StringComparer.Ordinal);
}
