using Ips.Contracts;

namespace Ips.Eligibility.Individuals;

/// <summary>A fact of a person: <c>individuals/{uuid}/facts/{uuid}</c>.</summary>
internal readonly record struct FactName(IndividualId Individual, Guid Fact) : IResourceName<FactName>
{
    public static string Form => "individuals/{uuid}/facts/{uuid}";

    public static bool TryParse(string? name, out FactName value)
    {
        var isName = NestedName.TryParse("facts", name, out var individual, out var fact);
        value = new(individual, fact);
        return isName;
    }
}

/// <summary>A consent of a person: <c>individuals/{uuid}/consents/{uuid}</c>.</summary>
internal readonly record struct ConsentName(IndividualId Individual, Guid Consent) : IResourceName<ConsentName>
{
    public static string Form => "individuals/{uuid}/consents/{uuid}";

    public static bool TryParse(string? name, out ConsentName value)
    {
        var isName = NestedName.TryParse("consents", name, out var individual, out var consent);
        value = new(individual, consent);
        return isName;
    }
}

/// <summary>A contact of a person: <c>individuals/{uuid}/contacts/{uuid}</c>.</summary>
internal readonly record struct ContactName(IndividualId Individual, Guid Contact) : IResourceName<ContactName>
{
    public static string Form => "individuals/{uuid}/contacts/{uuid}";

    public static bool TryParse(string? name, out ContactName value)
    {
        var isName = NestedName.TryParse("contacts", name, out var individual, out var contact);
        value = new(individual, contact);
        return isName;
    }
}

/// <summary>Names of resources that belong to a person: <c>individuals/{uuid}/collection/{uuid}</c>.</summary>
internal static class NestedName
{
    public static bool TryParse(string collection, string? name, out IndividualId individual, out Guid id)
    {
        (individual, id) = (default, default);
        var cut = name?.IndexOf($"/{collection}/", StringComparison.Ordinal) ?? -1;
        return cut >= 0 && IndividualId.TryParse(name![..cut], out individual) && ResourceName.TryParse(collection, name[(cut + 1)..], out id);
    }
}
