using Ips.Contracts;

namespace Ips.Reporting.Db;

/// <summary>What decides who sees a row that comes from an event.</summary>
public interface ISharedRow
{
    /// <summary>Code of the provider agency.</summary>
    string Provider { get; }

    /// <summary>Code of the payer; null when the event does not name one.</summary>
    string? Payer { get; }

    /// <summary>The program; null when the event belongs to none.</summary>
    string? Program { get; }

    /// <summary>The person as an opaque id; after a merge the survivor; null when it is about none.</summary>
    IndividualId? IndividualId { get; }

    /// <summary>The day, in UTC when it has no day of its own: a payer sees the row if it covers the person on this day.</summary>
    DateOnly SeenOn { get; }

    /// <summary>Whether only the agency sees it, and operations: it is about its staff.</summary>
    bool ProviderOnly { get; }
}
