using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Policies;
using Ips.Policies.Staffing;
using Ips.Staffing.Clearances;
using Ips.Staffing.Training;
using Proto = Ips.Contracts.Staffing.V1;
using StaffRole = Ips.Contracts.Common.V1.StaffRole;
using Verdict = Ips.Policies.Verdict;

namespace Ips.Staffing.StaffMembers;

/// <summary>What everything on file allows a staff member on a day.</summary>
/// <param name="State">Qualified, restricted or blocked.</param>
/// <param name="Items">What keeps the person from being qualified; empty when qualified.</param>
/// <param name="Qualification">The decision on the role.</param>
/// <param name="Clearance">The decision on clearance; null where the program or the role has none.</param>
/// <param name="Training">The decision on training; null where it cannot be taken, such as for a day before the text.</param>
public sealed record Gate(
    Proto.QualificationGate State, IReadOnlyList<Proto.OpenItem> Items, DecisionRecord Qualification, DecisionRecord? Clearance, DecisionRecord? Training);

/// <summary>
/// Puts role, credentials, clearance and training together. What is required before the first day of work blocks while it is not met or not on file; an entry of
/// a list blocks when it is confirmed. What became due later restricts: the texts print no effect on service for it.
/// </summary>
public sealed class Gatekeeper(PolicyService policies)
{
    /// <summary>The name of the fact that only a person's answer settles.</summary>
    private static readonly string Finding = nameof(ClearanceFacts.ExclusionFinding);

    /// <summary>Decides for a role on a day.</summary>
    public Result<Gate> Decide(StaffRecord found, string program, StaffRole role, DateOnly day)
    {
        var member = found.Member;
        if (!policies.Decide(program, QualificationDecision.Kind, day, QualificationEvidence.Of(member, role, day)).Is(out var qualification, out var problem))
            return problem;
        List<Proto.OpenItem> items = [];
        if (!member.EmployedOn(day))
            items.Add(new() { Blocks = true, WouldBeMet = $"employed on {day.Day()}" });
        items.AddRange(Open(qualification).Select(f => Item(f, blocks: true)));

        DecisionRecord? clearance = null;
        if (ClearanceDecision.Kind.AppliesTo(policies.Engine.Programs[program]) && ClearanceEvidence.IsAbout(role))
        {
            var facts = ClearanceEvidence.Of(found, role, member.HireDate, day);
            clearance = Decided(policies.Decide(program, ClearanceDecision.Kind, day, facts));
            // The rules of the first day of work: those that are evaluated for a person who begins today.
            var atHire = Decided(policies.Decide(program, ClearanceDecision.Kind, day, facts with { EmploymentDate = day }))?.Decision.Findings
                .Select(f => f.Rule).ToHashSet() ?? [];
            if (clearance is not null)
                items.AddRange(Open(clearance).Select(f => Item(f, atHire.Contains(f.Rule) && (f.Verdict == Verdict.NotMet || f.MissingFacts.Any(IsNotTheFinding)))));
        }

        var training = Decided(policies.Decide(program, TrainingDecision.Kind, day, TrainingEvidence.Of(found, program, role, day)));
        if (training is not null)
        {
            var days = TrainingPlan.Listed(training);
            foreach (var finding in Open(training).Where(f => f.Verdict != Verdict.NeedsReview))
            {
                // What was done late is done: nothing is open any more.
                var listed = days.FirstOrDefault(d => d.Rule == finding.Rule.Value);
                if (listed?.Status == TrainingStatus.CompletedLate)
                    continue;
                var item = Item(finding, blocks: false);
                item.DueOn = (listed?.DueOn).Day();
                items.Add(item);
            }
        }

        var state = items.Exists(i => i.Blocks) ? Proto.QualificationGate.Blocked
            : items.Count > 0 ? Proto.QualificationGate.Restricted : Proto.QualificationGate.Qualified;
        return new Gate(state, items, qualification, clearance, training);
    }

    /// <summary>The first day after a blocked one on which nothing blocks, by what is on file; null when there is none within a year.</summary>
    /// <param name="found">What is on file.</param>
    /// <param name="program">The program.</param>
    /// <param name="wanted">The role; null for the one that is held on the day.</param>
    /// <param name="blocked">The day.</param>
    public DateOnly? OpensOn(StaffRecord found, string program, StaffRole? wanted, DateOnly blocked)
    {
        foreach (var day in Turns(found.Member, blocked, blocked.AddYears(1)))
        {
            if ((wanted ?? Held(found.Member, program, day)?.Role) is { } role && Decide(found, program, role, day).Is(out var gate, out _)
                && gate.State != Proto.QualificationGate.Blocked)
                return day;
        }

        return null;
    }

    /// <summary>The days of a span on which something on file begins or ends. Experience that lasts grows with every day.</summary>
    private static IEnumerable<DateOnly> Turns(StaffMember member, DateOnly after, DateOnly last)
    {
        if (member.Experience.Exists(e => e.Counts && e.Through is null))
            return Enumerable.Range(1, last.DayNumber - after.DayNumber).Select(after.AddDays);
        var ends = member.Roles.Where(r => r.Through is not null).Select(r => r.Through!.Value.AddDays(1));
        // Work as a specialist counts from its second day.
        var begins = member.Roles.SelectMany(r => new[] { r.From, r.From.AddDays(1) })
            .Concat(member.Credentials.Where(c => c.Counts && c.ValidFrom is not null).Select(c => c.ValidFrom!.Value));
        return ends.Concat(begins).Append(member.HireDate).Where(day => day > after && day <= last).Distinct().Order();
    }

    /// <summary>The state in each program in which the person holds a role today, with the role.</summary>
    public IReadOnlyDictionary<string, (StaffRole Role, Gate Gate)> Of(StaffRecord found) => Of(found, null);

    /// <summary>The state in each program in which the person holds a role on a day, with the role; without a day it is today.</summary>
    public IReadOnlyDictionary<string, (StaffRole Role, Gate Gate)> Of(StaffRecord found, DateOnly? day)
    {
        Dictionary<string, (StaffRole, Gate)> states = new(StringComparer.Ordinal);
        foreach (var program in found.Member.Roles.Select(r => r.Team!.Program).Distinct(StringComparer.Ordinal))
        {
            var on = day ?? policies.Today(program)!.Value;
            if (Held(found.Member, program, on) is { } role && Decide(found, program, role.Role, on).Is(out var gate, out _))
                states[program] = (role.Role, gate);
        }

        return states;
    }

    /// <summary>The role that counts on a day: of several the one that began last.</summary>
    public static RoleHeld? Held(StaffMember member, string program, DateOnly day) =>
        member.Roles.Where(r => r.HeldOn(day) && r.Team!.Program == program).MaxBy(r => r.From);

    /// <summary>The first rule that keeps the person from being qualified; null where no rule does.</summary>
    public static string? RuleOf(Gate gate) =>
        gate.Items.FirstOrDefault(i => i.Blocks || gate.State != Proto.QualificationGate.Blocked)?.RuleId is { Length: > 0 } first ? first : null;

    /// <summary>Publishes where a change moved the state in a program.</summary>
    /// <param name="before">The states before the change.</param>
    /// <param name="after">The record after it.</param>
    /// <param name="changes">Receives the events.</param>
    public void Publish(IReadOnlyDictionary<string, (StaffRole Role, Gate Gate)> before, StaffRecord after, Changes changes)
    {
        foreach (var (program, (role, gate)) in Of(after))
        {
            var was = before.TryGetValue(program, out var earlier) ? earlier.Gate.State : Proto.QualificationGate.Unspecified;
            if (gate.State == was)
                continue;
            var (code, from) = (WireCode.Upper(role)!, policies.Today(program)!.Value);
            var rule = RuleOf(gate);
            var (id, provider) = (after.Member.Id, after.Member.Provider);
            if (gate.State == Proto.QualificationGate.Blocked)
            {
                // A confirmed entry blocks from the day on which it was known.
                var known = after.Hits.Where(h => h.State == Proto.ExclusionHitState.Confirmed && h.KnownOn < from).Select(h => h.KnownOn).Min();
                changes.Publish(new StaffBlockedV1 { StaffMemberId = id, Provider = provider, Program = program, Role = code, From = known ?? from, RuleId = rule });
                continue;
            }

            if (was == Proto.QualificationGate.Blocked)
                changes.Publish(new StaffClearedV1 { StaffMemberId = id, Provider = provider, Program = program, Role = code, From = from, RuleId = rule });
            if (gate.State == Proto.QualificationGate.Restricted)
                changes.Publish(new StaffRestrictedV1 { StaffMemberId = id, Provider = provider, Program = program, Role = code, From = from, RuleId = rule });
            else
                changes.Publish(new StaffQualifiedV1 { StaffMemberId = id, Provider = provider, Program = program, Role = code, From = from, RuleId = rule });
        }
    }

    private static IEnumerable<Policies.Finding> Open(DecisionRecord decision) =>
        decision.Decision.Findings.Where(f => f.Decides && f.Verdict != Verdict.Met);

    private static bool IsNotTheFinding(string fact) => !fact.Equals(Finding, StringComparison.OrdinalIgnoreCase);

    private static Proto.OpenItem Item(Policies.Finding finding, bool blocks) => new()
    {
        RuleId = finding.Rule.Value,
        Blocks = blocks,
        WouldBeMet = finding.Remedy ?? "",
        MissingFacts = { finding.MissingFacts },
    };

    private static DecisionRecord? Decided(Result<DecisionRecord> result) => result.Is(out var decision, out _) ? decision : null;
}
