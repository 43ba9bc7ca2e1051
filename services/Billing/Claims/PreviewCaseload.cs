using Ips.Billing.Db;
using Ips.Contracts;
using Ips.Policies;
using Ips.Policies.Milestones;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Claims;

/// <summary>
/// What can be billed for a caseload now, soon or never, and why: every milestone of every person is decided on the records as they are, like a checklist. It
/// calls the other services once for a person, and for milestones 2 and 6 about their authorization; its statements do not grow with the people.
/// </summary>
public sealed class PreviewCaseload(BillingDb db, Caller caller, MilestoneReader reader, PolicyService policies, TimeProvider clock)
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

        // gather
        var all = named.SelectMany(person => Enumerable.Range(1, Milestones).Select(number => new SubmittedMilestone(person, provider, request.Program, today, number, day, [], new())))
            .ToList();
        if (!(await reader.Answers(all, cancellationToken)).Is(out var answers, out var problem))
            return problem;

        // read: every table once for all people
        var survivors = await Survivors(named, provider, cancellationToken);
        List<IndividualId> people = [.. survivors.Values.Distinct()];
        var latest = (await db.Milestones.AsNoTracking().Where(m => people.Contains(m.IndividualId) && m.Program == request.Program).ToListAsync(cancellationToken))
            .GroupBy(m => (m.IndividualId, m.Number)).ToDictionary(m => m.Key, m => m.MaxBy(each => each.Id.Value)!);
        var unbilled = await reader.Unbilled(people, provider, request.Program, day, cancellationToken);
        all = [.. all.Select(each => survivors[each.Individual] is var person ? each with
        {
            Individual = person,
            Notes = each.Number == 1 ? [.. unbilled[person]] : [],
            Evidence = latest.GetValueOrDefault((person, each.Number))?.Evidence ?? new(),
        } : each)];
        var records = await reader.Records(all, null, cancellationToken);
        if (!(await reader.Roles(all, records, cancellationToken)).Is(out var roles, out problem))
            return problem;

        // decide
        Proto.CaseloadPreview preview = new();
        var (now, soon) = (0m, 0m);
        foreach (var (i, submitted) in all.Index())
        {
            if (!Decide(answers[i] with { Submitted = submitted, Roles = roles }, records[i], latest.GetValueOrDefault((submitted.Individual, submitted.Number)))
                .Is(out var item, out problem))
                return problem;
            preview.Items.Add(item);
            now += item.Timing == Proto.PreviewTiming.Now ? item.Amount?.ToDollars() ?? 0 : 0;
            soon += item.Timing == Proto.PreviewTiming.Soon ? item.Amount?.ToDollars() ?? 0 : 0;
        }

        (preview.Now, preview.Soon) = (now.Dollars(), soon.Dollars());
        return preview;
    }

    /// <summary>The people whose records count: of a merged one the survivor.</summary>
    private async Task<Dictionary<IndividualId, IndividualId>> Survivors(
        IReadOnlyCollection<IndividualId> named, string provider, CancellationToken cancellationToken)
    {
        var merged = await db.Accounts.Where(a => a.Provider == provider && named.Contains(a.IndividualId) && a.MergedInto != null)
            .Select(a => a.IndividualId).ToListAsync(cancellationToken);
        var survivors = named.ToDictionary(person => person);
        foreach (var person in merged)
            survivors[person] = (await db.Account(person, provider, cancellationToken)).IndividualId;
        return survivors;
    }

    private Result<Proto.CaseloadPreviewItem> Decide(MilestoneEvidence evidence, MilestoneRecords records, Milestone? latest)
    {
        // One that stands and is not claimed yet is what it is; any other is decided as if it were submitted now.
        if (latest is { State: Proto.MilestoneState.Billable or Proto.MilestoneState.UnderReview or Proto.MilestoneState.Approved or Proto.MilestoneState.PaidByVr })
            return Item(latest, latest, [], stored: true);
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
        Route = milestone.Route,
    };
}
