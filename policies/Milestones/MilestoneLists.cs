namespace Ips.Policies.Milestones;

/// <summary>A contact.</summary>
/// <param name="Date">Day of the contact.</param>
/// <param name="Minutes">M1: its minutes.</param>
/// <param name="WithRole">M6: the staff role.</param>
/// <param name="Mode">M4, M6: how it took place.</param>
public sealed record MilestoneContact(DateOnly Date, int? Minutes = null, ContactRole? WithRole = null, ContactMode? Mode = null)
{
    internal static MilestoneContact Read(FactReader facts) =>
        new(facts.RequiredDate("date"), facts.Integer("minutes", max: 24 * 60), facts.Code<ContactRole>("withRole"), facts.Code<ContactMode>("mode"));
}

/// <summary>Units already paid in a year.</summary>
public sealed record YearUnits(int Year, int Units)
{
    internal static YearUnits Read(FactReader facts) => new(facts.RequiredInteger("year", 1900, 2200), facts.RequiredInteger("units", 0, 100_000));
}

/// <summary>Payments already made in a year.</summary>
public sealed record YearPayments(int Year, int Payments)
{
    internal static YearPayments Read(FactReader facts) => new(facts.RequiredInteger("year", 1900, 2200), facts.RequiredInteger("payments", 0, 100_000));
}

/// <summary>A period of employment, both days employed.</summary>
/// <param name="From">First day.</param>
/// <param name="To">Last day; absent = still employed on the event date.</param>
public sealed record EmploymentSpell(DateOnly From, DateOnly? To)
{
    internal static EmploymentSpell Read(FactReader facts) => new(facts.RequiredDate("from"), facts.Date("to"));
}
