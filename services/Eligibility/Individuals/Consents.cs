using Ips.Contracts;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Individuals;

/// <summary>
/// Written consents of a person to disclose substance use disorder data (42 CFR Part 2) or how the person is reached: recorded, revoked, listed.
/// </summary>
public sealed class Consents(IndividualReader people, Requests requests, Caller caller, TimeProvider clock)
{
    public Task<Result<Proto.Consent>> Handle(Proto.RecordConsentRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<IndividualId>("individual", request.Individual);
        var now = clock.GetUtcNow();
        var consent = Read(fields, "consent", request.Consent ?? new(), caller.Organization, now);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Consent>>(bad);
        return requests.Run(request.RequestId, request, async s =>
        {
            if (await people.Find(caller, id, s) is not { } individual)
                return new Problem.NotFound("individual", request.Individual);
            Changes changes = new(now);
            individual.Record(consent, changes);
            return (Result<Decided<Proto.Consent>>)new Decided<Proto.Consent>(consent.ToProto(individual.Id), changes);
        }, cancellationToken);
    }

    /// <summary>Reads a consent that a caller sends.</summary>
    internal static Consent Read(RequestValidator fields, string at, Proto.Consent given, string by, DateTimeOffset now)
    {
        var purposes = fields.Choices($"{at}.purposes", given.Purposes);
        var scopes = fields.Choices($"{at}.scopes", given.Scopes);
        var recipient = fields.Organization($"{at}.recipient", given.Recipient);
        var (from, through) = (fields.Day($"{at}.from", given.From), fields.Day($"{at}.through", given.Through));
        var document = fields.Sha256($"{at}.document_sha256", given.DocumentSha256, required: false);
        fields.Require(purposes.Count > 0, $"{at}.purposes", "has none; a consent says what the disclosure is for");
        fields.Require(scopes.Count > 0, $"{at}.scopes", "has none; a consent says what may be disclosed");
        return new(
            Guid.CreateVersion7(now), recipient, [.. purposes.Select(p => WireCode.Lower(p) ?? "").Distinct()],
            [.. scopes.Select(s => WireCode.Lower(s) ?? "").Distinct()],
            from, through, null, document, now)
        { RecordedBy = by };
    }

    public Task<Result<Proto.Consent>> Handle(Proto.RevokeConsentRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<ConsentName>("name", request.Name);
        var on = fields.Day("revoked_on", request.RevokedOn);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Consent>>(bad);
        return requests.Run(request.RequestId, request, async s =>
        {
            if (await people.Find(caller, id.Individual, s) is not { } individual
                || individual.Consents.FirstOrDefault(c => c.Id == id.Consent) is not { } consent)
                return new Problem.NotFound("consent", request.Name);
            if (consent.Etag() != request.Etag)
                return new Problem.Stale("consent", request.Name);
            if (consent.RevokedOn is not null)
                return new Problem.Conflict("42 CFR 2.31", "the consent is revoked already");
            // A consent that is given ahead may be revoked before its first day.
            if (consent.From <= clock.UtcDay() && Problem.Invalid.IfBefore("revoked_on", on, consent.From, "the first day of the consent") is { } early)
                return early;
            Changes changes = new(clock.GetUtcNow());
            var revoked = consent with { Version = consent.Version + 1, RecordedAt = changes.Now, RecordedBy = caller.Organization, RevokedOn = on };
            consent.Supersede(changes.Now, caller.Organization, WireCode.Upper(Proto.CorrectionReason.Revoked)!, null);
            changes.Update(consent);
            individual.Record(revoked, changes);
            return (Result<Decided<Proto.Consent>>)new Decided<Proto.Consent>(revoked.ToProto(individual.Id), changes);
        }, cancellationToken);
    }

    public async Task<Result<Proto.ListConsentsResponse>> Handle(Proto.ListConsentsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<IndividualId>("individual", request.Individual);
        var page = Paging.ReadByCode(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        if (await people.Find(caller, id, cancellationToken) is not { } individual)
            return new Problem.NotFound("individual", request.Individual);
        var disclosure = Redisclosure.To(caller, clock);
        var (consents, next) = individual.Consents.Where(c => disclosure.Shows(individual, c)).ToPage(page, c => c.Id.ToString());
        return new Proto.ListConsentsResponse { Consents = { consents.Select(c => c.ToProto(individual.Id)) }, NextPageToken = next };
    }
}
