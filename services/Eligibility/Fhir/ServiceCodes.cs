using Ips.Policies;
using Ips.Policies.Authorizations;
using Ips.Policies.ClaimLines;
using Ips.Policies.LouisianaEncounters;
using Ips.Policies.Milestones;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Fhir;

/// <summary>The program and the kind of authorization that a procedure code stands for: each code is that of a pack, on the day of the service.</summary>
public sealed class ServiceCodes(PolicyService policies)
{
    private static readonly (Proto.AuthorizationKind Kind, int Milestone)[] Milestones = [(Proto.AuthorizationKind.M2, 2), (Proto.AuthorizationKind.M6, 6)];

    /// <summary>
    /// The program and kind; null when no program authorizes the service. Where an inherited text prints the code too, the program that prints it itself counts,
    /// unless the caller names one.
    /// </summary>
    /// <param name="code">The procedure code.</param>
    /// <param name="modifiers">Its modifiers, in any order.</param>
    /// <param name="program">The program that the caller names; null to find it.</param>
    /// <param name="day">The first day of the service.</param>
    public (string Program, Proto.AuthorizationKind Kind)? Find(string code, IReadOnlyCollection<string> modifiers, string? program, DateOnly day)
    {
        foreach (var pack in policies.Engine.Programs.Values.OrderBy(p => p.Id, StringComparer.Ordinal))
        {
            if (!AuthorizationRequestDecision.Kind.AppliesTo(pack) || (program is not null && pack.Id != program))
                continue;
            if (KindIn(pack, code, modifiers, day) is { } kind && (program is not null || pack.Parent is null || KindIn(pack.Parent, code, modifiers, day) != kind))
                return (pack.Id, kind);
            // A plan that bills by the month prints no code for what it authorizes.
            if (program is not null && PrintsNoCode(pack, day))
                return (pack.Id, Proto.AuthorizationKind.LaPriorAuth);
        }

        return null;
    }

    /// <summary>The program that prints a service for which no authorization is needed, and the rule that prints it; null when none does.</summary>
    public (string Program, RuleEntry Rule)? WithoutAuthorization(string code, IReadOnlyCollection<string> modifiers, DateOnly day)
    {
        foreach (var pack in policies.Engine.Programs.Values.Where(MilestoneGrid.IsIn).OrderBy(p => p.Id, StringComparer.Ordinal))
        {
            for (var (text, milestone) = (pack.On(day), 1); MilestoneGrid.PrintedFunder(text, milestone) is not null; milestone++)
            {
                if (Milestones.All(m => m.Milestone != milestone) && Prints(text, milestone, code, modifiers))
                    return (pack.Id, pack.Find(MilestoneGrid.CodeRule(milestone))!);
            }
        }

        return null;
    }

    /// <summary>The code and modifiers that the program prints for a kind on a day; null where it prints none.</summary>
    public (string Code, IReadOnlyList<string> Modifiers)? Printed(string program, Proto.AuthorizationKind kind, DateOnly day, bool medicaid)
    {
        var text = policies.TextOn(program, day);
        if (kind == Proto.AuthorizationKind.Ips)
            return StateLineRules.StateCodeOf(text) is { } state ? (state, []) : null;
        if (kind == Proto.AuthorizationKind.LaPriorAuth)
            return LaEncounterDecision.CodeOf(text) is { } encounter ? (encounter, []) : null;
        var milestone = Milestones.First(m => m.Kind == kind).Milestone;
        return MilestoneGrid.PrintedFunder(text, milestone) is null ? null
            : (MilestoneGrid.Code(text, milestone), MilestoneGrid.Modifiers(text, milestone, medicaid ? Funding.Medicaid : Funding.State));
    }

    private static bool PrintsNoCode(Pack pack, DateOnly day) => pack.RuleFor(RuleDuty.SufficientDocumentation) is not null
        && LaEncounterDecision.CodeOf(pack.On(day)) is null;

    private static Proto.AuthorizationKind? KindIn(Pack pack, string code, IReadOnlyCollection<string> modifiers, DateOnly day)
    {
        var text = pack.On(day);
        if (modifiers.Count == 0 && StateLineRules.StateCodeOf(text) == code)
            return Proto.AuthorizationKind.Ips;
        if (LaEncounterDecision.CodeOf(text) == code)
            return Proto.AuthorizationKind.LaPriorAuth;
        foreach (var (kind, milestone) in Milestones)
        {
            if (MilestoneGrid.PrintedFunder(text, milestone) is not null && Prints(text, milestone, code, modifiers))
                return kind;
        }

        return null;
    }

    private static bool Prints(PackDay text, int milestone, string code, IReadOnlyCollection<string> modifiers) => MilestoneGrid.Code(text, milestone) == code
        && (Same(MilestoneGrid.Modifiers(text, milestone, Funding.State), modifiers) || Same(MilestoneGrid.Modifiers(text, milestone, Funding.Medicaid), modifiers));

    private static bool Same(IReadOnlyList<string> printed, IReadOnlyCollection<string> sent) => printed.Count == sent.Count && printed.All(sent.Contains);
}
