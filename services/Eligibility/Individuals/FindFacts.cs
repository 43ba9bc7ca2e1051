using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.ServiceDefaults;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Individuals;

/// <summary>The history of a person's record: every version of every fact, who recorded and who ended it, when and why.</summary>
public sealed class FindFacts(EligibilityDb db, Caller caller, Particulars particulars, TimeProvider clock)
{
    public async Task<Result<Wire.ListFactsResponse>> Handle(Wire.ListFactsRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var id = fields.Name<IndividualId>("individual", ask.Individual, "individuals/{uuid}", IndividualId.TryParse);
        fields.Require(!ask.StandingOnly || ask.KnownAt is null, "standing_only", "and known_at exclude each other; send one");
        var known = fields.OptionalInstant("known_at", ask.KnownAt);
        var page = Paging.ReadByCode(fields, ask.PageSize, ask.PageToken, $"facts {ask.Individual} {ask.StandingOnly} {known?.UtcTicks}");
        if (fields.Problem is { } bad)
            return bad;
        if (await db.Load(id, stop) is not { } individual)
            return new Problem.NotFound("individual", ask.Individual);

        var disclosure = Redisclosure.To(caller, clock);
        var facts = (known is { } at ? individual.Known(at)?.Facts ?? [] : individual.Facts)
            .Where(f => !ask.StandingOnly || f.SupersededAt is null)
            .Where(f => disclosure.Shows(individual, f))
            .Select(f => (Fact: f, Key: $"{f.Id}/{f.Version:D6}")).OrderBy(f => f.Key, StringComparer.Ordinal)
            .Where(f => page.AfterCode is null || string.CompareOrdinal(f.Key, page.AfterCode) > 0)
            .Take(page.Size + 1).ToList();
        Wire.ListFactsResponse reply = new() { NextPageToken = page.CutByCode(facts, f => f.Key), SubstanceUseWithheld = disclosure.Withholds(individual) };
        reply.Facts.AddRange(facts.Select(f => f.Fact.ToWire(individual.Id, particulars)));
        return reply;
    }
}
