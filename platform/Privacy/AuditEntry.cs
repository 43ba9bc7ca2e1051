namespace Ips.Platform.Privacy;

/// <summary>One access to one person's record: who, when, by which rpc, why. It contains no personal data.</summary>
public sealed class AuditEntry
{
    /// <summary>The id, version 7.</summary>
    public required Guid Id { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary><c>read</c>, <c>write</c> or <c>erase</c>.</summary>
    public required string Action { get; init; }

    /// <summary>The caller's role; <c>service</c> for work outside of a request.</summary>
    public required string Role { get; init; }

    /// <summary>The caller's organization.</summary>
    public required string Organization { get; init; }

    /// <summary>The token's subject.</summary>
    public required string Caller { get; init; }

    /// <summary>The rpc, such as <c>ips.eligibility.v1.Individuals/GetIndividual</c>, or the name of the work.</summary>
    public required string Rpc { get; init; }

    /// <summary>The person.</summary>
    public required Guid Person { get; init; }

    /// <summary>The break-glass disclosure under which it was read; null for ordinary access.</summary>
    public Guid? Disclosure { get; init; }

    /// <summary>Trace id, to find the request in the telemetry.</summary>
    public required string Trace { get; init; }
}
