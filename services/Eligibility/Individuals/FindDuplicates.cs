using Ips.Contracts;
using Ips.Eligibility.Db;
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
        var page = Paging.ReadByCode(fields, request);
        if (fields.Problem is { } bad)
            return bad;

        var people = db.Individuals.Where(i => i.MergedInto == null);
        var byName =
            from one in people
            join other in people on new { one.Provider, one.PersonHash } equals new { other.Provider, other.PersonHash }
            select new { First = one.Id, Second = other.Id, Ground = (int)Proto.DuplicateGround.NameAndBirthDate };
        var bySpelling =
            from one in people
            where one.SpellingHash != null
            join other in people on new { one.Provider, one.SpellingHash } equals new { other.Provider, other.SpellingHash }
            select new { First = one.Id, Second = other.Id, Ground = (int)Proto.DuplicateGround.NameAndBirthDate };
        var identifiers = people.SelectMany(i => i.Identifiers, (i, h) => new { i.Id, i.Provider, h.ValueHash });
        var byIdentifier =
            from one in identifiers
            join other in identifiers on new { one.Provider, one.ValueHash } equals new { other.Provider, other.ValueHash }
            select new { First = one.Id, Second = other.Id, Ground = (int)Proto.DuplicateGround.Identifier };
        var pairs = byName.Concat(bySpelling).Concat(byIdentifier).Where(p => ((Guid)(object)p.First).CompareTo((Guid)(object)p.Second) < 0);
        if (only is { } person)
            pairs = pairs.Where(p => p.First == person || p.Second == person);

        // A pair is found once for each of the two grounds.
        var grouped = pairs.GroupBy(p => new { p.First, p.Second })
            .Select(g => new { g.Key.First, g.Key.Second, Ground = g.Min(p => p.Ground), OtherGround = g.Max(p => p.Ground) });
        var (found, next) = await grouped.ToPage(page, cancellationToken, p => p.First, p => p.Second);
        Proto.ListDuplicatesResponse reply = new() { NextPageToken = next };
        reply.Duplicates.AddRange(found.Select(p => new Proto.Duplicate
        {
            Individual = p.First.Name,
            Candidate = p.Second.Name,
            Grounds = { ((int[])[p.Ground, p.OtherGround]).Distinct().Select(g => (Proto.DuplicateGround)g) },
        }));
        return reply;
    }
}
