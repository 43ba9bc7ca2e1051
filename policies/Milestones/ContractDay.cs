namespace Ips.Policies.Milestones;

/// <summary>The day of an event or a service in the contract: the text of that day applies, and what is to come is not paid.</summary>
public static class ContractDay
{
    private static readonly RuleId Contract = RuleId.Of("NCC-DEF-001");
    private static readonly RuleId NotGiven = RuleId.Of("NC-EXCL-021");

    /// <summary>NCC-DEF-001, and NC-EXCL-021 for a service that is still to come. Where the state text is not in force, NCC-DEF-001 refuses it.</summary>
    /// <param name="evaluation">The results.</param>
    /// <param name="day">Date of the event or service.</param>
    /// <param name="partToCome">Whether another service of the same bill is still to come.</param>
    public static void Require(RuleEvaluation evaluation, DateOnly day, bool partToCome = false)
    {
        var toCome = evaluation.Happened(day) == false || partToCome;
        evaluation.Require(Contract, !toCome || evaluation.Has(NotGiven), $"the day {day} lies in the contract; as of {evaluation.AsOf}");
        if (toCome)
            evaluation.Require(NotGiven, Verdict.NotMet, $"not all of it was given by {evaluation.AsOf}").Remedy($"as of {day} or later");
    }
}
