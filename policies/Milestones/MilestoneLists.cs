using System.ComponentModel.DataAnnotations;

namespace Ips.Policies.Milestones;

/// <summary>A contact.</summary>
/// <param name="Date">Day of the contact.</param>
/// <param name="Minutes">M1: its minutes.</param>
/// <param name="WithRole">M6: the staff role.</param>
/// <param name="Mode">M4, M6: how it took place.</param>
public sealed record MilestoneContact(
    [property: Act] DateOnly Date, [property: Range(0, 24 * 60)] int? Minutes = null, ContactRole? WithRole = null, ContactMode? Mode = null);

/// <summary>Units already paid in a year.</summary>
public sealed record YearUnits([property: Range(1900, 2200)] int Year, [property: Range(0, 100_000)] int Units);

/// <summary>Payments already made in a year.</summary>
public sealed record YearPayments([property: Range(1900, 2200)] int Year, [property: Range(0, 100_000)] int Payments);

/// <summary>A period of employment, both days employed.</summary>
/// <param name="From">First day.</param>
/// <param name="To">Last day; absent = still employed on the event date.</param>
public sealed record EmploymentSpell([property: Act] DateOnly From, [property: AnyDay] DateOnly? To);
