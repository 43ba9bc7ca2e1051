using Ips.Billing.Db;
using Ips.Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Ips.Billing.Claims;

/// <summary>
/// What an agency bills for a person. Notes, milestones and claim lines count each other: the minutes of a day, the notes that are billed, the units of a year.
/// So each of them raises the version of the account, and of two at once the second counts the first.
/// </summary>
public sealed class Account : IVersioned
{
    /// <summary>The person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>Code of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>0 before the account is stored, which its first note, milestone or claim line does.</summary>
    public int Version { get; set; }

    /// <summary>What is written rests on what was counted after the account was read: nothing of it is stored if the account has changed since.</summary>
    public void Count(Changes changes)
    {
        if (Version > 0)
        {
            changes.Update(this);
            return;
        }

        Version = 1;
        changes.Insert(this);
    }
}

/// <summary>Reads accounts for use cases.</summary>
internal static class Accounts
{
    /// <summary>The person's account at the agency. Read it before what it counts.</summary>
    public static async Task<Account> Account(this BillingDb db, IndividualId individual, string provider, CancellationToken cancellationToken) =>
        await db.Accounts.AsNoTracking().SingleOrDefaultAsync(a => a.IndividualId == individual && a.Provider == provider, cancellationToken)
            ?? new() { IndividualId = individual, Provider = provider };
}

internal sealed class AccountMap : IEntityTypeConfiguration<Account>
{
    public void Configure(EntityTypeBuilder<Account> account)
    {
        account.ToTable("accounts").HasKey(a => new { a.IndividualId, a.Provider });
        account.HasVersion();
    }
}
