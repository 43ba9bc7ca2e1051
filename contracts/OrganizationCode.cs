namespace Ips.Contracts;

/// <summary>
/// The code of a provider, payer or agency, the same that its tokens carry in the claim <c>org</c>. On the wire <c>organizations/{code}</c>.
/// 3 to 40 lower-case letters, digits and hyphens, starting with a letter, so it is safe in names, logs and events.
/// </summary>
public readonly record struct OrganizationCode : IResourceName<OrganizationCode>
{
    /// <summary>The collection of its resource names.</summary>
    public const string Collection = "organizations";

    /// <summary>Takes a code.</summary>
    /// <exception cref="ArgumentException">The text is not a code.</exception>
    public OrganizationCode(string value) => Value = IsCode(value)
        ? value
        : throw new ArgumentException("An organization code has 3 to 40 lower-case letters, digits and hyphens and starts with a letter.", nameof(value));

    /// <summary>The code, for example <c>alliance</c>.</summary>
    public string Value { get; }

    /// <summary>The resource name, for example <c>organizations/alliance</c>.</summary>
    public string Name => $"{Collection}/{Value}";

    static string IResourceName<OrganizationCode>.Form => Collection + "/{code}";

    /// <summary>Whether a text may be a code.</summary>
    public static bool IsCode(string? text) => text is { Length: >= 3 and <= 40 }
        && char.IsAsciiLetterLower(text[0])
        && text.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-');

    /// <summary>Reads a resource name; false when it is not one of an organization.</summary>
    public static bool TryParse(string? name, out OrganizationCode code)
    {
        code = default;
        if (name is null || !name.StartsWith(Collection + "/", StringComparison.Ordinal) || !IsCode(name[(Collection.Length + 1)..]))
            return false;
        code = new(name[(Collection.Length + 1)..]);
        return true;
    }

    /// <summary>The bare code, for logs and columns.</summary>
    public override string ToString() => Value;
}
