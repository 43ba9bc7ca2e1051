using Ips.Contracts;
using Ips.Contracts.Events;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Ips.Fidelity.Measures;

/// <summary>
/// What one event says about the work of a team. A fact is never changed; what counts follows from <see cref="Sequence"/>, so the order of arrival does not
/// matter and
/// the same events give the same numbers. Ids, codes, days and minutes only.
/// </summary>
public sealed class OperationFact
{
    /// <summary>The event that states it.</summary>
    public required Guid EventId { get; init; }

    /// <summary>What it states.</summary>
    public required FactKind Kind { get; init; }

    /// <summary>The resource it happened to.</summary>
    public required string Subject { get; init; }

    /// <summary>The event's number within its subject.</summary>
    public required long Sequence { get; init; }

    /// <summary>Code of the provider agency.</summary>
    public required string Provider { get; init; }

    /// <summary>The program; null when the event belongs to none.</summary>
    public string? Program { get; init; }

    /// <summary>The team; null when the event names none.</summary>
    public TeamId? TeamId { get; init; }

    /// <summary>The staff member; null when the event names none.</summary>
    public StaffMemberId? StaffMemberId { get; init; }

    /// <summary>The person as an opaque id; null when it is about none.</summary>
    public IndividualId? IndividualId { get; init; }

    /// <summary>The record that was merged into that person; null for every other fact.</summary>
    public IndividualId? MergedId { get; init; }

    /// <summary>The role, state, activity or source by its code.</summary>
    public string? Code { get; init; }

    /// <summary>The day, or the first one.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>Last day, included; null while it is open.</summary>
    public DateOnly? Through { get; init; }

    /// <summary>Minutes of a contact.</summary>
    public int? Minutes { get; init; }

    /// <summary>Whether a contact was face to face.</summary>
    public bool? InPerson { get; init; }

    /// <summary>Whether a contact was outside the office.</summary>
    public bool? OutsideOffice { get; init; }

    /// <summary>The fact of an event; null for an event that says nothing about the work of a team.</summary>
    public static OperationFact? Of(DomainEvent happened)
    {
        OperationFact Fact(FactKind kind, DateOnly day, string? program, TeamId? team = null, StaffMemberId? staff = null, IndividualId? person = null,
            IndividualId? merged = null, string? code = null, DateOnly? through = null, ServiceNoteRecordedV1? note = null) => new()
            {
                EventId = happened.EventId,
                Kind = kind,
                Subject = happened.Subject,
                Sequence = happened.Sequence,
                Provider = ((ProviderEvent)happened).Provider,
                Program = program,
                TeamId = team,
                StaffMemberId = staff,
                IndividualId = person,
                MergedId = merged,
                Code = code,
                Day = day,
                Through = through,
                Minutes = note?.DurationMinutes,
                InPerson = note?.InPerson,
                OutsideOffice = note?.OutsideOffice,
            };

        return happened switch
        {
            RoleAssignedV1 e => Fact(FactKind.Role, e.From, null, e.TeamId, e.StaffMemberId, code: e.Role, through: e.Through),
            RoleEndedV1 e => Fact(FactKind.Role, e.From, null, e.TeamId, e.StaffMemberId, code: e.Role, through: e.Through),
            AssignmentMadeV1 e => Fact(FactKind.Assignment, e.From, e.Program, staff: e.StaffMemberId, person: e.IndividualId, code: e.Role),
            AssignmentEndedV1 e => Fact(FactKind.Assignment, e.From, e.Program, staff: e.StaffMemberId, person: e.IndividualId, through: e.Through),
            AssignmentResumedV1 e => Fact(FactKind.Assignment, e.From, e.Program, staff: e.StaffMemberId, person: e.IndividualId, through: e.Through),
            ServiceNoteRecordedV1 { Rendered: not false } e => Fact(FactKind.Contact, e.ServiceDate, e.Program, staff: e.StaffMemberId, person: e.IndividualId,
                code: e.Activity, note: e),
            ServiceNoteVoidedV1 e => Fact(FactKind.ContactVoided, e.ServiceDate, e.Program, person: e.IndividualId),
            DeterminationMadeV1 e => Fact(FactKind.Determination, e.AsOf, e.Program, person: e.IndividualId, code: e.State),
            IntakeReferralMovedV1 e => Fact(FactKind.Referral, e.ReceivedOn, e.Program, person: e.IndividualId, code: e.ToState),
            IndividualsMergedV1 e => Fact(FactKind.Merge, DateOnly.FromDateTime(e.OccurredAt.UtcDateTime), null, person: e.IndividualId, merged: e.MergedId),
            _ => null,
        };
    }
}

/// <summary>What a fact states.</summary>
public enum FactKind
{
    /// <summary>A staff member has a role in a team.</summary>
    Role,

    /// <summary>A person is assigned to a staff member.</summary>
    Assignment,

    /// <summary>A contact with a note.</summary>
    Contact,

    /// <summary>A note counts nowhere any more.</summary>
    ContactVoided,

    /// <summary>Admission was decided.</summary>
    Determination,

    /// <summary>A referral to the agency took a step.</summary>
    Referral,

    /// <summary>Two records of one person were merged.</summary>
    Merge,
}

internal sealed class OperationFactMap : IEntityTypeConfiguration<OperationFact>
{
    public void Configure(EntityTypeBuilder<OperationFact> fact)
    {
        fact.ToTable("operation_facts").HasKey(f => f.EventId);
        fact.HasIndex(f => new { f.Provider, f.Day });
        fact.HasIndex(f => f.TeamId);
    }
}
