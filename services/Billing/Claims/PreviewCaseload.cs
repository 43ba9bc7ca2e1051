using Ips.Billing.Db;
using Ips.Contracts;
using Ips.Policies;
using Ips.Policies.Milestones;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Claims;

/// <summary>
/// What can be billed for a caseload now, soon or never, and why: every milestone of every person is decided on the records as they are, like a checklist. It
/// calls the other services once for a person, and for milestones 2 and 6 about their authorization.
/// </summary>
public sealed class PreviewCaseload(BillingDb db, Caller caller, GetMilestoneChecklist checklist, MilestoneReader reader, PolicyService policies, TimeProvider clock)
{
    private const int MostPeople = 25;
    private const int Milestones = 9;

    public async Task<Result<Proto.CaseloadPreview>> Handle(Proto.PreviewCaseloadRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var provider = fields.Organization("provider", request.Provider);
        var today = policies.Today(fields, "program", request.Program);
        if (today != default)
            fields.Require(MilestoneDecision.Kind.AppliesTo(policies.Engine.Programs[request.Program]), "program", "pays no milestones");
        var day = fields.Day("event_date", request.EventDate);
        if (today != default)
            fields.UpTo("event_date", day, today);
        List<IndividualId> named = [.. request.Individuals.Select((name, i) => fields.Id<IndividualId>($"individuals[{i}]", name))];
        fields.Require(named.Count is > 0 and <= MostPeople, "individuals", $"are {named.Count}; send 1 to {MostPeople}");
        fields.Require(named.Distinct().Count() == named.Count, "individuals", "name a person twice");
        if (fields.Problem is { } bad)
            return bad;
        if (provider != caller.Organization)
            return new Problem.Forbidden("a provider previews its own caseload");

        // gather: the answers differ by the kind of authorization, which milestones 2 and 6 need and the others do not.
        SubmittedMilestone Of(IndividualId person, int number) => new(person, provider, request.Program, today, number, day, [], new());
        if (!(await reader.Gather([.. named.SelectMany(person => new[] { 1, 2, 6 }.Select(number => Of(person, number)))], cancellationToken))
            .Is(out var gathered, out var problem))
            return problem;

        Proto.CaseloadPreview preview = new();
        var (now, soon) = (0m, 0m);
        foreach (var (i, person) in named.Index())
        {
            var (any, second, sixth) = (gathered[3 * i], gathered[(3 * i) + 1], gathered[(3 * i) + 2]);
            var account = await db.Account(person, provider, cancellationToken);
            var survivor = account.IndividualId;
            var latest = (await db.Milestones.AsNoTracking().Where(m => m.IndividualId == survivor && m.Program == request.Program).ToListAsync(cancellationToken))
                .GroupBy(m => m.Number).ToDictionary(m => m.Key, m => m.OrderByDescending(each => each.Id.Value).First());
            foreach (var number in Enumerable.Range(1, Milestones))
            {
                var before = latest.GetValueOrDefault(number);
                var notes = number == 1 ? await checklist.Unbilled(survivor, request.Program, day, cancellationToken) : [];
                var submitted = Of(survivor, number) with { Notes = notes, Evidence = before?.Evidence ?? new() };
                var evidence = (number switch { 2 => second, 6 => sixth, _ => any }) with { Submitted = submitted };
                if (!(await Decide(evidence, before, cancellationToken)).Is(out var item, out problem))
                    return problem;
                preview.Items.Add(item);
                now += item.Timing == Proto.PreviewTiming.Now ? item.Amount?.ToDollars() ?? 0 : 0;
                soon += item.Timing == Proto.PreviewTiming.Soon ? item.Amount?.ToDollars() ?? 0 : 0;
            }
        }

        (preview.Now, preview.Soon) = (now.Dollars(), soon.Dollars());
        return preview;
    }

    private async Task<Result<Proto.CaseloadPreviewItem>> Decide(MilestoneEvidence evidence, Milestone? latest, CancellationToken cancellationToken)
    {
        // One that stands and is not claimed yet is what it is; any other is decided as if it were submitted now.
        if (latest is { State: Proto.MilestoneState.Billable or Proto.MilestoneState.UnderReview or Proto.MilestoneState.Approved or Proto.MilestoneState.PaidByVr })
            return Item(latest, latest, [], stored: true);
        var records = await reader.Records(evidence.Submitted, null, cancellationToken);
        if (!MilestoneRules.Decide(evidence, records, policies, clock.GetUtcNow()).Is(out var decided, out var problem))
            return problem;
        List<Contracts.Common.V1.Finding> unmet = [.. decided.Decision.Decision.Findings.Zip(decided.Decision.ToProto(stored: false).Findings)
            .Where(f => f.First.Decides && f.First.Verdict != Verdict.Met).Select(f => f.Second)];
        // No rule refuses it, and there is nothing to bill yet, such as notes of milestone 1.
        if (decided.Milestone.State == Proto.MilestoneState.Denied && unmet.Count == 0)
            decided.Milestone.State = Proto.MilestoneState.Collecting;
        return Item(decided.Milestone, latest, unmet, stored: false);
    }

    private static Proto.CaseloadPreviewItem Item(Milestone milestone, Milestone? latest, IEnumerable<Contracts.Common.V1.Finding> unmet, bool stored) => new()
    {
        Individual = milestone.IndividualId.Name,
        Number = milestone.Number,
        Timing = milestone.State switch
        {
            // Only a milestone that was submitted can be claimed; one that could be has to be first.
            Proto.MilestoneState.Billable => Proto.PreviewTiming.Now,
            Proto.MilestoneState.Denied or Proto.MilestoneState.PaidByVr => Proto.PreviewTiming.Never,
            _ => Proto.PreviewTiming.Soon,
        },
        State = milestone.State,
        Funder = milestone.Funder,
        PayableUnits = milestone.PayableUnits,
        Amount = milestone.Amount.Dollars(),
        Unmet = { unmet },
        Milestone = stored ? milestone.Id.Name : "",
        Latest = latest?.Id.Name ?? "",
    };
}
