using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Eligibility.Individuals;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Roster;

/// <summary>A person whom a payer asks an agency to serve. What it says about the person is kept until the agency answers, or until its time of retention is over, and no longer.</summary>
public sealed class RosterEntry : IVersioned, IUpdatedRow
{
    /// <summary>The id; it contains no personal data.</summary>
    public required RosterEntryId Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <inheritdoc/>
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Code of the payer that sent it.</summary>
    public required string Payer { get; init; }

    /// <summary>Code of the agency to which it was sent.</summary>
    public required string Provider { get; init; }

    /// <summary>Its state.</summary>
    public required Proto.RosterEntryState State { get; set; }

    /// <summary>Names, birth date and identifiers, encrypted; null once it is answered or has lapsed.</summary>
    public byte[]? PersonalData { get; set; }

    /// <summary>The person, once accepted.</summary>
    public IndividualId? IndividualId { get; set; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>Answers it, and erases what it says about the person.</summary>
    public void Answer(Proto.RosterEntryState state, IndividualId? individual) => (State, IndividualId, PersonalData) = (state, individual, null);
}

/// <summary>The stored entry as the contract shows it.</summary>
internal static class RosterProtos
{
    /// <summary>The agency sees whom the entry means until it answers; the payer gets back nothing of what it sent.</summary>
    public static Proto.RosterEntry ToProto(this RosterEntry entry, PersonalDataProtector protector, Caller caller)
    {
        Proto.RosterEntry wire = new()
        {
            Name = entry.Id.Name,
            Etag = entry.Etag(),
            Payer = new OrganizationCode(entry.Payer).Name,
            Provider = new OrganizationCode(entry.Provider).Name,
            State = entry.State,
            Individual = entry.IndividualId?.Name ?? "",
            CreateTime = entry.RecordedAt.ToTimestamp(),
        };
        if (caller.Role != Roles.Provider || entry.PersonalData is not { } encrypted)
            return wire;
        var person = Person.Decrypt(protector, encrypted);
        (wire.GivenName, wire.FamilyName, wire.BirthDate) = (person.GivenName, person.FamilyName, person.BirthDate.Day());
        wire.Identifiers.AddRange(person.Identifiers.Select(i => new Proto.Identifier { System = i.Key, Value = i.Value }));
        return wire;
    }
}
