using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>
/// An episode of IPS in a program: from the first admission to the discharge, both days included. A lapse or a later no alone does not end it: an admission after
/// that belongs to the same episode, so that what is paid once in an episode is not paid again.
/// </summary>
/// <param name="From">As-of day of the first admission.</param>
/// <param name="Through">Day of discharge, or <see langword="null"/> while there is none.</param>
internal sealed record Episode(DateOnly From, DateOnly? Through)
{
    /// <summary>The episode that holds the day, or <see langword="null"/>.</summary>
    /// <param name="day">The day.</param>
    /// <param name="decided">The decided determinations of the person in the program, by as-of day.</param>
    public static Episode? On(DateOnly day, IEnumerable<(Proto.DeterminationState State, DateOnly AsOf, DateOnly? Through)> decided)
    {
        DateOnly? from = null;
        foreach (var (state, asOf, through) in decided)
        {
            if (state == Proto.DeterminationState.NotEligible)
                continue;
            from ??= asOf;
            if (state != Proto.DeterminationState.Discharged)
                continue;
            if (from <= day && day <= through)
                return new(from.Value, through);
            from = null;
        }

        return from <= day ? new(from.Value, null) : null;
    }
}
