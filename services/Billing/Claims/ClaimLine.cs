using Google.Protobuf.WellKnownTypes;
using Ips.Billing.Milestones;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Claims;

/// <summary>A claim line, ready or not, with both receipts that explain it.</summary>
public sealed class ClaimLine
{
    /// <summary>The id.</summary>
    public required ClaimLineId Id { get; init; }

    /// <summary>The milestone claimed.</summary>
    public required MilestoneId MilestoneId { get; init; }

    /// <summary>The person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>Code of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>Code of the payer; empty when none covers the day.</summary>
    public required string Payer { get; init; }

    /// <summary>The program.</summary>
    public required string Program { get; init; }

    /// <summary>The milestone's number.</summary>
    public required int MilestoneNumber { get; init; }

    /// <summary>The staff member who gave the service.</summary>
    public required StaffMemberId RenderingStaff { get; init; }

    /// <summary>The day of service.</summary>
    public required DateOnly ServiceDate { get; init; }

    /// <summary>Its state.</summary>
    public required Proto.ClaimLineState State { get; set; }

    /// <summary>Procedure code.</summary>
    public required string Code { get; init; }

    /// <summary>Modifiers in order.</summary>
    public required List<string> Modifiers { get; init; }

    /// <summary>Units on the line.</summary>
    public required int Units { get; init; }

    /// <summary>Dollars charged: units times the rate.</summary>
    public required decimal Charge { get; init; }

    /// <summary>Units that can be paid.</summary>
    public required int PayableUnits { get; init; }

    /// <summary>Dollars paid for them; null while the decision does not determine them.</summary>
    public required decimal? Amount { get; init; }

    /// <summary>Id of the authorization whose units the line holds; empty when it holds none.</summary>
    public required string Authorization { get; init; }

    /// <summary>The receipt of the line.</summary>
    public required Guid DecisionId { get; init; }

    /// <inheritdoc cref="DecisionId"/>
    public StoredDecision? Decision { get; init; }

    /// <summary>Staffing's decision about the rendering staff member and the ledger's refusal, as protobuf of a reply with these fields only.</summary>
    public required byte[] Said { get; init; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>When it was voided, UTC.</summary>
    public DateTimeOffset? VoidedAt { get; set; }

    /// <summary>As the contract shows it.</summary>
    public Proto.ClaimLine ToProto(Decision decision, string etag, bool stored)
    {
        var wire = Proto.ClaimLine.Parser.ParseFrom(Said);
        wire.Name = stored ? Id.Name : "";
        wire.Etag = etag;
        wire.Individual = IndividualId.Name;
        wire.Provider = new OrganizationCode(Provider).Name;
        wire.Program = Program;
        wire.Milestone = MilestoneId.Name;
        wire.MilestoneNumber = MilestoneNumber;
        wire.RenderingStaff = RenderingStaff.Name;
        wire.ServiceDate = ServiceDate.Day();
        wire.State = State;
        wire.Code = Code;
        wire.Modifiers.AddRange(Modifiers);
        wire.Units = Units;
        wire.Charge = Charge.Dollars();
        wire.PayableUnits = PayableUnits;
        wire.Amount = Amount.Dollars();
        wire.Authorization = Authorization;
        wire.Decision = decision;
        wire.CreateTime = stored ? RecordedAt.ToTimestamp() : null;
        return wire;
    }
}
