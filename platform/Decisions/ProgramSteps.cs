using Ips.Policies;

namespace Ips.Platform.Decisions;

/// <summary>
/// Steps that a program does not have. A use case asks before it reads or stores anything, so that nothing is stored that could never be finished. The pack says
/// whether the program has the step, and which rule of its text stands in its place.
/// </summary>
public static class ProgramSteps
{
    /// <summary>Records a problem of the field when the program does not have the step; does nothing for an unknown program, which is a problem of its own.</summary>
    /// <param name="policies">The packs.</param>
    /// <param name="fields">Gets the problem.</param>
    /// <param name="field">The field that names the program.</param>
    /// <param name="program">The program.</param>
    /// <param name="step">The decision that the step takes.</param>
    /// <param name="instead">The duty of the rule that stands in its place.</param>
    public static void RequireStep(this PolicyService policies, RequestValidator fields, string field, string program, DecisionKind step, RuleDuty instead)
    {
        if (policies.LacksStep(program, step, instead) is { } lacks)
            fields.Wrong(field, lacks.Why);
    }

    /// <summary>The problem of a step that the program does not have; null when it has it, or there is no such program.</summary>
    public static Problem.Invalid? LacksStep(this PolicyService policies, string program, DecisionKind step, RuleDuty instead)
    {
        if (!policies.Engine.Programs.TryGetValue(program, out var pack) || step.AppliesTo(pack))
            return null;
        var place = pack.RuleFor(instead) is { } rule ? $" Instead {rule.Id.Value} applies ({rule.Citation}): {rule.Says}"
            : $" It is written in {pack.Header.Sources.Values.First().Title}.";
        return new("program", $"is {program}; this program has no such step ({step.Name}).{place}");
    }
}
