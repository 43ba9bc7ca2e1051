namespace Ips.Platform.Privacy;

/// <summary>
/// One access to the records of one or more people, or a change of what everybody is decided by (<see cref="IAuditedRow"/>): who, when, by which rpc, why. It
/// contains no personal data.
/// </summary>
public sealed class AuditEntry
{
    /// <summary>When, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What was done, by whom.</summary>
    public required AuditContext Context { get; init; }

    /// <summary>The people, each once; at least one. Of a row about no person its own id.</summary>
    public required IReadOnlyList<Guid> People { get; init; }

    /// <summary>The break-glass disclosure under which they were read; null for ordinary access.</summary>
    public Guid? Disclosure { get; init; }

    /// <summary>The 16 bytes of the trace id, to find the request in the telemetry; null outside of a trace.</summary>
    public Guid? Trace { get; init; }
}

/// <summary>What many entries have in common. It is stored once, and each entry has its code.</summary>
/// <param name="Action"><c>read</c>, <c>write</c>, <c>override</c> (a payer overrode what is not met), <c>erase</c>, or <c>refused</c>: the caller may not see it.</param>
/// <param name="Role">The caller's role; <c>service</c> for work outside of a request.</param>
/// <param name="Organization">The caller's organization.</param>
/// <param name="Caller">The token's subject.</param>
/// <param name="Rpc">The rpc, such as <c>ips.eligibility.v1.Individuals/GetIndividual</c>, or the name of the work.</param>
public sealed record AuditContext(string Action, string Role, string Organization, string Caller, string Rpc);
