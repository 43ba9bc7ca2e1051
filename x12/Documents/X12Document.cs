namespace Ips.X12;

/// <summary>The envelopes of a transaction set or of a TA1.</summary>
/// <param name="Interchange">Its interchange; null for a fragment.</param>
/// <param name="Group">Its group; null for a fragment and for a TA1.</param>
/// <param name="Set">The set; null for a TA1.</param>
public sealed record Envelope(Interchange? Interchange, Group? Group, TransactionSet? Set);

/// <summary>Something a file says, as typed values.</summary>
/// <param name="Envelope">Where it came in.</param>
public abstract record X12Document(Envelope Envelope);

/// <summary>A set for which there is no typed document; its segments were read and checked all the same.</summary>
/// <param name="Envelope">Where it came in.</param>
public sealed record UnreadSet(Envelope Envelope) : X12Document(Envelope);

/// <summary>A person or organization as named in NM1 or N1.</summary>
/// <param name="Entity">The role, NM101 or N101.</param>
/// <param name="LastName">Last name or name of the organization.</param>
/// <param name="FirstName">First name; null for an organization.</param>
/// <param name="IdQualifier">What kind of id; XX is an NPI, MI a member id.</param>
/// <param name="Id">The id.</param>
public sealed record Party(string Entity, string? LastName, string? FirstName, string? IdQualifier, string? Id)
{
    internal static Party OfNm1(in Segment nm1) => new(nm1.Text(1), nm1.TextOrNull(3), nm1.TextOrNull(4), nm1.TextOrNull(8), nm1.TextOrNull(9));

    internal static Party OfN1(in Segment n1) => new(n1.Text(1), n1.TextOrNull(2), null, n1.TextOrNull(3), n1.TextOrNull(4));
}

/// <summary>A TRN segment.</summary>
/// <param name="Number">TRN02.</param>
/// <param name="Company">TRN03: who gave the number, ten characters; null when not said.</param>
public sealed record TraceNumber(string Number, string? Company)
{
    internal static TraceNumber Of(in Segment trn) => new(trn.Text(2), trn.TextOrNull(3));
}

/// <summary>A REF segment.</summary>
/// <param name="Qualifier">REF01.</param>
/// <param name="Value">REF02.</param>
public sealed record Reference(string Qualifier, string Value)
{
    internal static Reference Of(in Segment segment) => new(segment.Text(1), segment.Text(2));
}

/// <summary>A procedure with its modifiers in order.</summary>
/// <param name="Qualifier">The code set, HC for HCPCS.</param>
/// <param name="Code">The code.</param>
/// <param name="Modifiers">Up to four modifiers in the order of the file.</param>
public sealed record Procedure(string Qualifier, string Code, IReadOnlyList<string> Modifiers)
{
    /// <summary>As people write it: <c>H2023 U4 Z3</c>.</summary>
    public override string ToString() => Modifiers.Count == 0 ? Code : $"{Code} {string.Join(' ', Modifiers)}";

    /// <summary>Whether code and modifiers are the same.</summary>
    public bool Equals(Procedure? other) => other is not null && Code == other.Code && Qualifier == other.Qualifier && Modifiers.SequenceEqual(other.Modifiers);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Code, Qualifier, Modifiers.Count);

    internal static Procedure? Of(in Segment segment, int element)
    {
        if (segment[element].IsEmpty)
            return null;
        List<string> modifiers = [];
        for (var i = 3; i <= 6 && segment.TextOrNull(element, i) is { } modifier; i++)
            modifiers.Add(modifier);
        return new(segment.Text(element, 1), segment.Text(element, 2), modifiers);
    }
}

/// <summary>An amount with its qualifier (AMT).</summary>
/// <param name="Qualifier">AMT01.</param>
/// <param name="Amount">AMT02 in dollars.</param>
public sealed record QualifiedAmount(string Qualifier, decimal Amount);
