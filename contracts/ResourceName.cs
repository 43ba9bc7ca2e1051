namespace Ips.Contracts;

/// <summary>Resource names of the form <c>collection/{uuid}</c>.</summary>
public static class ResourceName
{
    /// <summary>Writes a resource name; the uuid in lower case with hyphens.</summary>
    public static string Of(string collection, Guid id) => $"{collection}/{id:D}";

    /// <summary>
    /// Reads a resource name. Only the exact form that <see cref="Of"/> writes is one (the uuid may be in upper case);
    /// the nil uuid names nothing.
    /// </summary>
    public static bool TryParse(string collection, string? name, out Guid id)
    {
        id = Guid.Empty;
        return name is not null
            && name.Length == collection.Length + 37
            && name[collection.Length] == '/'
            && name.StartsWith(collection, StringComparison.Ordinal)
            && Guid.TryParseExact(name.AsSpan(collection.Length + 1), "D", out id)
            && id != Guid.Empty;
    }
}
