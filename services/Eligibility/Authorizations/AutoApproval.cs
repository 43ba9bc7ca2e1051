using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>Whether a payer has requests of a kind in a program approved automatically.</summary>
public sealed class AutoApproval : IVersioned, IUpdatedRow
{
    /// <summary>Code of the payer.</summary>
    public required string Payer { get; init; }

    /// <summary>The program.</summary>
    public required string Program { get; init; }

    /// <summary>The kind of request.</summary>
    public required Proto.AuthorizationKind Kind { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <inheritdoc/>
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Whether it is on.</summary>
    public required bool Enabled { get; set; }

    /// <summary>How many of 100 approvals are sampled for review.</summary>
    public required int SamplePercent { get; set; }

    /// <summary>The token's subject that set it last.</summary>
    public required string SetBy { get; set; }

    /// <summary>Who issued that token.</summary>
    public required string SetByIssuer { get; set; }

    /// <summary>When it was first set, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>It as the contract shows it.</summary>
    public Proto.AutoApproval ToProto() => new()
    {
        Payer = new OrganizationCode(Payer).Name,
        Program = Program,
        Kind = Kind,
        Enabled = Enabled,
        SamplePercent = SamplePercent,
        UpdateTime = UpdatedAt.ToTimestamp(),
    };
}
