using Ips.Contracts;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Individuals;

/// <summary>
/// Finds people who are probably on file twice at one provider. It compares keyed hashes only and decrypts no record. It does not compare records of other
/// providers; <see cref="EligibilityDb.RecordsOf"/> finds those that a rule must respect.
/// </summary>
public sealed class FindDuplicates(EligibilityDb db)
{
    public async Task<Result<Proto.ListDuplicatesResponse>> Handle(Proto.ListDuplicatesRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var only = fields.OptionalId<IndividualId>("individual", request.Individual);
        var page = Paging.ReadByCode(fields, request.PageSize, request.PageToken, $"duplicates {request.Individual}");
        var after = page.AfterCode?.Split('/').Select(id => Guid.TryParse(id, out var read) ? read : Guid.Empty).ToArray();
        fields.Require(after is null or { Length: 2 }, "page_token", "is not a token of this list; send next_page_token as it came");
        if (fields.Problem is { } bad)
            return bad;

        var people = db.Individuals.Where(i => i.MergedInto == null);
        var byName =
            from one in people
            join other in people on new { one.Provider, one.PersonHash } equals new { other.Provider, other.PersonHash }
            select new { First = one.Id, Second = other.Id, Ground = (int)Proto.DuplicateGround.NameAndBirthDate };
        var identifiers = people.SelectMany(i => i.Identifiers, (i, h) => new { i.Id, i.Provider, h.ValueHash });
        var byIdentifier =
            from one in identifiers
            join other in identifiers on new { one.Provider, one.ValueHash } equals new { other.Provider, other.ValueHash }
            select new { First = one.Id, Second = other.Id, Ground = (int)Proto.DuplicateGround.Identifier };
        var pairs = byName.Concat(byIdentifier).Where(p => ((Guid)(object)p.First).CompareTo((Guid)(object)p.Second) < 0);
        if (only is { } person)
            pairs = pairs.Where(p => p.First == person || p.Second == person);
        if (after is [var first, var second])
        {
            pairs = pairs.Where(p => ((Guid)(object)p.First).CompareTo(first) > 0
                || (((Guid)(object)p.First).CompareTo(first) == 0 && ((Guid)(object)p.Second).CompareTo(second) > 0));
        }

        // A pair appears once for each ground, so twice as many rows fill a page.
        var rows = await pairs.Distinct().OrderBy(p => p.First).ThenBy(p => p.Second).Take(2 * (page.Size + 1)).ToListAsync(cancellationToken);
        var found = rows.GroupBy(p => (p.First, p.Second)).Take(page.Size + 1).ToList();
        Proto.ListDuplicatesResponse reply = new() { NextPageToken = page.CutByCode(found, p => $"{p.Key.First.Value:N}/{p.Key.Second.Value:N}") };
        reply.Duplicates.AddRange(
            found.Select(p => new Proto.Duplicate
            {
                Individual = p.Key.First.Name,
                Candidate = p.Key.Second.Name,
                Grounds = { p.Select(g => (Proto.DuplicateGround)g.Ground).Order() }
            }));
        return reply;
    }
}
