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

    /// <summary>The person whose record this one was merged into; null while it is a record of its own. Nothing is billed on this account then.</summary>
    public IndividualId? MergedInto { get; set; }

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
    /// <summary>The person's account at the agency, and of a merged record the survivor's: use its person. Read it before what it counts.</summary>
    public static async Task<Account> Account(this BillingDb db, IndividualId individual, string provider, CancellationToken cancellationToken)
    {
        var account = await db.Accounts.AsNoTracking().SingleOrDefaultAsync(a => a.IndividualId == individual && a.Provider == provider, cancellationToken)
            ?? new() { IndividualId = individual, Provider = provider };
        return account.MergedInto is { } survivor ? await db.Account(survivor, provider, cancellationToken) : account;
    }

    /// <summary>The person that a name refers to: the survivor of a merged record. For filters of lists.</summary>
    public static async Task<IndividualId> Survivor(this BillingDb db, IndividualId individual, CancellationToken cancellationToken) =>
        await db.Accounts.Where(a => a.IndividualId == individual).Select(a => a.MergedInto).FirstOrDefaultAsync(cancellationToken) ?? individual;
}

internal sealed class AccountMap : IEntityTypeConfiguration<Account>
{
    public void Configure(EntityTypeBuilder<Account> account)
    {
        account.ToTable("accounts").HasKey(a => new { a.IndividualId, a.Provider });
        account.HasVersion();
    }
}
