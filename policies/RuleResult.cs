using System.Runtime.CompilerServices;

namespace Ips.Policies;

/// <summary>The result that was just recorded, to add its remedy.</summary>
public readonly struct RuleResult
{
    private readonly RuleEvaluation? _evaluation;
    private readonly int _index;

    internal RuleResult(RuleEvaluation evaluation, int index) => (_evaluation, _index) = (evaluation, index);

    internal bool WantsRemedy => _evaluation is not null && _evaluation.VerdictAt(_index) is Verdict.NotMet or Verdict.NeedsFacts;

    /// <summary>The smallest change of the facts that would make the rule Met. Kept only when it is NotMet or NeedsFacts.</summary>
    public void Remedy([InterpolatedStringHandlerArgument("")] ReasonInterpolatedStringHandler remedy)
    {
        if (WantsRemedy)
            _evaluation!.SetRemedy(_index, remedy.Text);
    }

    /// <inheritdoc cref="Remedy(ReasonInterpolatedStringHandler)"/>
    public void Remedy(string remedy)
    {
        if (WantsRemedy)
            _evaluation!.SetRemedy(_index, remedy);
    }
}
