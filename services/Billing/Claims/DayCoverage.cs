using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Eligibility.V1;
using Ips.Policies;
using Ips.Policies.Payers;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Claims;

/// <summary>A coverage of a person on a day.</summary>
/// <param name="Payer">Code of the payer.</param>
/// <param name="Funding">Its payer program.</param>
internal readonly record struct PayerCoverage(string Payer, Funding Funding)
{
    /// <summary>As the contract shows it.</summary>
    public Proto.ChosenCoverage ToProto() => new() { Payer = new OrganizationCode(Payer).Name, Funding = Funding };
}

/// <summary>What covers a person on a day, in the order of payers of the program's text.</summary>
/// <param name="Live">Every coverage that is live on the day, the first in the order first.</param>
/// <param name="Chosen">Whether a person chose the one that pays among several.</param>
/// <param name="Pays">The coverage that pays: the chosen one, else the first; null where none is live.</param>
internal sealed record DayCoverage(IReadOnlyList<PayerCoverage> Live, bool Chosen, PayerCoverage? Pays)
{
    /// <summary>Code of the payer; empty where none covers the day.</summary>
    public string Payer => Pays?.Payer ?? "";

    /// <summary>Its payer program; unspecified where none covers the day.</summary>
    public Funding Funding => Pays?.Funding ?? default;

    /// <summary>The live coverages as the rules read them; null where none is live.</summary>
    public IReadOnlyList<Policies.Milestones.Funding>? Facts =>
        Live.Count == 0 ? null : [.. Live.Select(coverage => coverage.Funding.ToPolicy()).OfType<Policies.Milestones.Funding>()];

    /// <summary>Whether a person chose, as the rules read it; null where no one did.</summary>
    public bool? ChosenFact => Chosen ? true : null;

    /// <summary>Whether a person has to say which of several coverages pays.</summary>
    public bool IsQuestion(PackDay text) => Live.Count > 1 && !Chosen && PayerRoute.IsQuestion(text);

    /// <summary>What Eligibility answered for the day. A choice counts while it is one of the live coverages.</summary>
    public static DayCoverage Of(VerifyResponse verified, PackDay text, PayerCoverage? chosen)
    {
        PayerCoverage first = new(verified.PayerCode(), verified.Funding);
        // An Eligibility of an earlier version names one coverage only.
        IEnumerable<PayerCoverage> named = verified.Coverages.Count > 0 ? verified.Coverages.Select(Read) : first.Payer.Length > 0 ? [first] : [];
        List<PayerCoverage> live = [.. named.Distinct().OrderBy(c => c.Funding.ToPolicy() is { } funding ? PayerRoute.RankOf(text, funding) : int.MaxValue)
            .ThenBy(c => c == first ? 0 : 1).ThenBy(c => c.Payer, StringComparer.Ordinal)];
        var counts = chosen is { } choice && live.Contains(choice);
        return new(live, counts && live.Count > 1, counts ? chosen : live.Count > 0 ? live[0] : null);
    }

    private static PayerCoverage Read(LiveCoverage live) =>
        new(OrganizationCode.TryParse(live.Payer, out var payer) ? payer.Value : "", live.Funding);
}
