using Ips.Billing.Claims;
using Ips.Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Receiving;

/// <summary>An amount that came in at the bank. Never changed.</summary>
public sealed class Deposit
{
    /// <summary>The id.</summary>
    public required DepositId Id { get; init; }

    /// <summary>Code of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>The day on which the bank booked it.</summary>
    public required DateOnly DepositDate { get; init; }

    /// <summary>Dollars.</summary>
    public required decimal Amount { get; init; }

    /// <summary>The number that the 835 carries too.</summary>
    public required string Trace { get; init; }

    /// <summary>The payer's number; empty when the bank does not show it.</summary>
    public required string PayerNumber { get; init; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>Whether it may be money of this payment.</summary>
    public bool IsOf(string trace, string payerNumber) => Trace == trace && (PayerNumber.Length == 0 || PayerNumber == payerNumber);

    /// <summary>As the contract shows it.</summary>
    public Proto.Deposit ToProto(Proto.DepositMatch match, bool recorded) => new()
    {
        Name = Id.Name,
        DepositDate = DepositDate.Day(),
        Amount = Amount.Dollars(),
        Trace = Trace,
        PayerNumber = PayerNumber,
        Match = match,
        AlreadyRecorded = recorded,
    };
}

internal sealed class DepositMap : IEntityTypeConfiguration<Deposit>
{
    public void Configure(EntityTypeBuilder<Deposit> deposit)
    {
        deposit.ToTable("deposits").HasKey(d => d.Id);
        deposit.HasIndex(d => new { d.Provider, d.Trace, d.PayerNumber, d.DepositDate, d.Amount }).IsUnique();
    }
}
