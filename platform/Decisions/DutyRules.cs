using Ips.Policies;

namespace Ips.Platform.Decisions;

/// <summary>The rule of a duty, for records and errors that have to name one.</summary>
public static class DutyRules
{
    /// <summary>The id of the rule with the duty in the program.</summary>
    /// <exception cref="ProblemException">The program has no such rule.</exception>
    public static string RuleIn(this RuleDuty duty, string program) =>
        duty.FindIn(program) ?? throw new ProblemException(new Problem.NotInForce(Codes.Of(duty), $"{program} has no such rule"));
}
