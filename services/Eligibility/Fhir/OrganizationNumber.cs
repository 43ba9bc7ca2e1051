namespace Ips.Eligibility.Fhir;

/// <summary>What Staffing published about the national provider identifier of an organization: one row for each event.</summary>
public sealed class OrganizationNumber
{
    /// <summary>Code of the organization.</summary>
    public required string Organization { get; init; }

    /// <summary>The number of the event within the organization's; later ones correct or continue earlier ones.</summary>
    public required long Sequence { get; init; }

    /// <summary>What it is, as the event names it: <c>provider</c>, <c>payer</c>, ...</summary>
    public required string Kind { get; init; }

    /// <summary>The identifier; null when none is on record.</summary>
    public string? Npi { get; init; }

    /// <summary>First day on which it counts; null when it stands in the place of the one before.</summary>
    public DateOnly? From { get; init; }

    /// <summary>When that event was published, UTC.</summary>
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>Whether the organization has or had the identifier.</summary>
    /// <param name="all">Its rows, in any order.</param>
    /// <param name="npi">The identifier.</param>
    /// <param name="on">The day on which it counts; null for any day.</param>
    public static bool Has(IEnumerable<OrganizationNumber> all, string npi, DateOnly? on)
    {
        List<(string? Npi, DateOnly? From)> spans = [];
        foreach (var row in all.OrderBy(n => n.Sequence))
        {
            // The same number, or one in the place of a wrong one, goes on from its first day, unless the event names another.
            if (spans is [.., var last] && (row.From is null || last.Npi == row.Npi))
                spans[^1] = (row.Npi, row.From ?? last.From);
            else
                spans.Add((row.Npi, row.From));
        }

        return on is { } day ? spans.LastOrDefault(s => s.From is null || s.From <= day).Npi == npi : spans.Exists(s => s.Npi == npi);
    }
}
