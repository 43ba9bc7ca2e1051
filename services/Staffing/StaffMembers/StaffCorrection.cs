using Ips.Contracts;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.StaffMembers;

/// <summary>What was on file about a staff member before a correction, and why it was corrected.</summary>
public sealed class StaffCorrection
{
    /// <summary>The id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Who.</summary>
    public required StaffMemberId StaffMemberId { get; init; }

    /// <summary>Why.</summary>
    public required Proto.CorrectionReason Reason { get; init; }

    /// <summary>The record before the correction as the contract writes it, encrypted.</summary>
    public required byte[] EncryptedBefore { get; init; }

    /// <summary>When it was corrected, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }
}
