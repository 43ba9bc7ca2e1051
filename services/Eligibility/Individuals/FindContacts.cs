using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Eligibility.Referrals;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Individuals;

/// <summary>
/// Reads how a person is reached. The agency sees everything. A payer sees it on the days on which it covers the person. A vocational rehabilitation agency
/// sees what it needs to reach the person of an open referral that was sent to it, with the person's consent.
/// </summary>
public sealed class FindContacts(
    EligibilityDb db, IndividualReader people, AuditTrail audit, Caller caller, PersonalDataProtector protector, TimeProvider clock)
{
    public async Task<Result<Proto.ListContactsResponse>> Handle(Proto.ListContactsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<IndividualId>("individual", request.Individual);
        var page = Paging.ReadByCode(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        if (await people.Find(caller, id, cancellationToken) is not { } individual)
            return new Problem.NotFound("individual", request.Individual);
        var found = await db.Contacts.AsNoTracking().Where(c => c.IndividualId == individual.Id && (!request.StandingOnly || c.SupersededAt == null))
            .ToListAsync(cancellationToken);
        var (contacts, next) = found.ToPage(page, c => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{c.Id}/{c.Version:D6}"));
        return new Proto.ListContactsResponse { Contacts = { contacts.Select(c => c.ToProto(protector)) }, NextPageToken = next };
    }

    public async Task<Result<Proto.ReferralContacts>> Handle(Proto.GetReferralContactsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<ReferralId>("referral", request.Referral);
        if (fields.Problem is { } bad)
            return bad;
        if (await db.Referrals.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, cancellationToken) is not { } referral)
            return new Problem.NotFound("referral", request.Referral);
        Proto.ReferralContacts reply = new() { Referral = request.Referral, Withheld = true };
        if (!referral.IsOpen || !await db.ConsentsToContact(referral.IndividualId, cancellationToken))
            return reply;
        var today = clock.UtcDay();
        var contacts = await db.Contacts.AsNoTracking()
            .Where(c => c.IndividualId == referral.IndividualId && c.SupersededAt == null && c.From <= today && (c.Through == null || c.Through >= today))
            .OrderBy(c => c.Id).ToListAsync(cancellationToken);
        // The answer does not name the person.
        await audit.Read([referral.IndividualId], cancellationToken);
        reply.Withheld = false;
        reply.Contacts.AddRange(contacts.Select(c => c.Decrypt(protector)));
        return reply;
    }
}

/// <summary>Contacts of several people.</summary>
internal static class CurrentContacts
{
    /// <summary>The contacts that are current and have not ended, as far as the caller may see them, oldest record first.</summary>
    public static async Task<ILookup<IndividualId, Contact>> ContactsOf(
        this EligibilityDb db, IReadOnlyCollection<IndividualId> people, DateOnly today, CancellationToken cancellationToken) =>
        (await db.Contacts.AsNoTracking()
            .Where(c => people.Contains(c.IndividualId) && c.SupersededAt == null && (c.Through == null || c.Through >= today))
            .OrderBy(c => c.Id).ToListAsync(cancellationToken)).ToLookup(c => c.IndividualId);

    /// <summary>People whose current contacts have one of the keys.</summary>
    public static IQueryable<Individual> WithContact(this EligibilityDb db, IQueryable<Individual> people, List<string> keys, DateOnly today) =>
        people.Where(i => db.Contacts.Any(c => c.IndividualId == i.Id && c.SupersededAt == null && (c.Through == null || c.Through >= today)
            && c.Keys.Any(key => keys.Contains(key))));
}
