using Ips.Contracts;
using Ips.Eligibility.Db;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Individuals;

/// <summary>The history of a person's record: every version of every fact, who recorded and who ended it, when and why.</summary>
public sealed class FindFacts(EligibilityDb db, Caller caller, PersonalDataProtector protector, TimeProvider clock)
{
    public async Task<Result<Proto.ListFactsResponse>> Handle(Proto.ListFactsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<IndividualId>("individual", request.Individual);
        fields.Require(!request.StandingOnly || request.KnownAt is null, "standing_only", "and known_at exclude each other; send one");
        var known = fields.OptionalInstant("known_at", request.KnownAt);
        var page = Paging.ReadByCode(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        if (await db.Load(id, cancellationToken) is not { } individual)
            return new Problem.NotFound("individual", request.Individual);

        var disclosure = Redisclosure.To(caller, clock);
        var (facts, next) = (known is { } at ? individual.Known(at)?.Facts ?? [] : individual.Facts)
            .Where(f => (!request.StandingOnly || f.SupersededAt is null) && disclosure.Shows(individual, f))
            .ToPage(page, f => $"{f.Id}/{f.Version:D6}");
        return new Proto.ListFactsResponse
        {
            Facts = { facts.Select(f => f.ToProto(individual.Id, protector)) },
            NextPageToken = next,
            SubstanceUseWithheld = disclosure.Withholds(individual),
        };
    }
}
