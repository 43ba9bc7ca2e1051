using System.Globalization;
using Ips.Reporting.Facts;

namespace Ips.Reporting.Dashboards;

/// <summary>A number: what it is called, what is counted, and how it is found.</summary>
/// <param name="Code">Its code, for example <c>admitted</c>; the same code always has the same definition.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Definition">What is counted, by which day, and what is left out.</param>
/// <param name="Topic">The topic on which events add to it.</param>
/// <param name="Milestone">Only this milestone; null counts regardless.</param>
/// <param name="OncePerPerson">Whether a person counts once, by the first event in the span, or every subject counts.</param>
public sealed record FigureDefinition(string Code, string Title, string Definition, string Topic, int? Milestone, bool OncePerPerson)
{
    /// <summary>The resource name, <c>figures/{code}</c>.</summary>
    public string Name => $"{Collection}/{Code}";

    /// <summary>The collection of resource names.</summary>
    public const string Collection = "figures";
}

/// <summary>All numbers. One list: what is not here cannot be shown.</summary>
public static class Figures
{
    private const string Once = " A person counts once in the span, by the first such event.";

    /// <summary>From registration to payment, in order.</summary>
    public static IReadOnlyList<FigureDefinition> Funnel { get; } =
    [
        new("registered", "Registered",
            "People registered by a provider, by the day of registration. Registration belongs to no program, so every program shows the same people." + Once,
            Topics.Registered, null, OncePerPerson: true),
        new("service-order-in-force", "Service order in force",
            "People with a signed service order that is in force, by the order date. Drafts and orders that a rule refuses are left out." + Once,
            Topics.OrderInForce, null, OncePerPerson: true),
        new("admitted", "Determined eligible",
            "People whom an admission decision found eligible, by the day the question was about. Decisions that need facts or review are left out." + Once,
            Topics.Admitted, null, OncePerPerson: true),
        new("referred-to-dvrs", "Referred to DVRS", "People whose referral was sent to DVRS, by the day it was sent. Offers that were not sent are left out."
            + Once,
            Topics.Referred, null, OncePerPerson: true),
        new("m2-authorized", "Milestone 2 authorized",
            "People whose milestone 2 authorization the payer approved, as asked or modified, by the day of its decision. Denials are left out. "
                + "Approvals by override are counted here too, and by themselves in figures/authorized-by-override." + Once,
            Topics.AuthorizedM2, null, OncePerPerson: true),
        new("m1-claimed", "Milestone 1 claimed",
            "People with at least one claim line of milestone 1 that is ready, by the service date. Refused, held and voided lines are left out." + Once,
            Topics.ClaimLine, 1, OncePerPerson: true),
        new("m2-claimed", "Milestone 2 claimed",
            "People with at least one claim line of milestone 2 that is ready, by the service date. Refused, held and voided lines are left out." + Once,
            Topics.ClaimLine, 2, OncePerPerson: true),
    ];

    /// <summary>How often a payer overrode a condition of an approval.</summary>
    public static FigureDefinition Overridden { get; } = new(
        "authorized-by-override", "Authorized by override",
        "Authorizations that the payer approved although the person was not eligible on their days or a document was not on record, by the day of its decision.",
        Topics.Overridden, null, OncePerPerson: false);

    /// <summary>How often a milestone was reached.</summary>
    public static FigureDefinition Reached(int milestone) => milestone is >= 1 and <= 9
        ? new(Text($"m{milestone}-reached"), Text($"Milestone {milestone} reached"),
            Text($"Milestones {milestone} that can be claimed or are claimed, by the day of the milestone event. ")
                + "Those collecting facts, under review or denied are left out.",
            Topics.MilestoneReached, milestone, OncePerPerson: false)
        : throw new ArgumentOutOfRangeException(nameof(milestone), milestone, "milestones are 1 to 9");

    /// <summary>The claim lines of a milestone: their units and charges.</summary>
    public static FigureDefinition Lines(int milestone) => milestone is >= 1 and <= 9
        ? new(Text($"m{milestone}-claim-lines"), Text($"Claim lines of milestone {milestone}"),
            Text($"Claim lines of milestone {milestone} that are ready, by the service date; ")
                + "claimed units and amount are the sums of their units and charges. Refused, held and voided lines are left out.",
            Topics.ClaimLine, milestone, OncePerPerson: false)
        : throw new ArgumentOutOfRangeException(nameof(milestone), milestone, "milestones are 1 to 9");

    /// <summary>The claims of a milestone that were paid: what payers paid for them. Only the agency has it.</summary>
    public static FigureDefinition Paid(int milestone) => milestone is >= 1 and <= 9
        ? new(Text($"m{milestone}-claims-paid"), Text($"Claims of milestone {milestone} that were paid"),
            Text($"Claims of milestone {milestone} of which the payer has paid something, by the service date; paid amount is the sum of what was paid so far. ")
                + "What a payer took back is subtracted; a claim that it took back as a whole is left out.",
            Topics.ClaimPaid, milestone, OncePerPerson: false)
        : throw new ArgumentOutOfRangeException(nameof(milestone), milestone, "milestones are 1 to 9");

    /// <summary>Every number, by code.</summary>
    public static IReadOnlyDictionary<string, FigureDefinition> All { get; } = Funnel.Append(Overridden)
        .Concat(Enumerable.Range(1, 9).SelectMany(n => new[] { Reached(n), Lines(n), Paid(n) }))
        .ToDictionary(f => f.Code, StringComparer.Ordinal);

    /// <summary>The number of a resource name; null when there is none.</summary>
    public static FigureDefinition? Find(string name) => name.StartsWith(FigureDefinition.Collection + "/", StringComparison.Ordinal)
        ? All.GetValueOrDefault(name[(FigureDefinition.Collection.Length + 1)..])
        : null;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
