using Ips.Contracts;

namespace Ips.Eligibility.Individuals;

/// <summary>A fact or a consent of a person. On the wire <c>individuals/{uuid}/facts/{uuid}</c>, <c>individuals/{uuid}/consents/{uuid}</c>.</summary>
internal readonly record struct FactName(IndividualId Individual, Guid Fact)
{
    public static bool TryParseFact(string? name, out FactName fact) => TryParse("facts", name, out fact);

    public static bool TryParseConsent(string? name, out FactName fact) => TryParse("consents", name, out fact);

    private static bool TryParse(string collection, string? name, out FactName fact)
    {
        fact = default;
        var cut = name?.IndexOf($"/{collection}/", StringComparison.Ordinal) ?? -1;
        if (cut < 0 || !IndividualId.TryParse(name![..cut], out var individual) || !ResourceName.TryParse(collection, name[(cut + 1)..], out var id))
            return false;
        fact = new(individual, id);
        return true;
    }
}
