using Hl7.Fhir.Model;
using Ips.Contracts;
using Ips.Eligibility.Authorizations;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;
using IssueType = Hl7.Fhir.Model.OperationOutcome.IssueType;

namespace Ips.Eligibility.Fhir;

/// <summary>
/// <c>Claim/$inquire</c>: what came of a Claim, as it is now, with every item that was ever sent (spec-46). It is found by the person and a number: of the Claim,
/// without one of an item, or the authorization's; without any by the days. Of what the caller may not see the answer is the same as of what does not exist:
/// empty.
/// </summary>
internal sealed class InquireClaim(
    EligibilityDb db, PersonalDataProtector protector, PolicyService policies, ServiceCodes codes, BusinessIdentifiers identifiers, AuditTrail audit,
    TimeProvider clock)
{
    private const int Most = 20;

    /// <summary>Answers with a Bundle per Claim or authorization, in Parameters.</summary>
    public async Task<(Parameters? Answer, FhirFault? Fault)> Handle(SentBundle sent, CancellationToken cancellationToken)
    {
        var checks = PasBundle.Check(sent.Bundle, "Claim");
        if (FhirFault.Of(checks.Issues) is { } malformed)
            return (null, malformed);
        var claim = PasClaim.Read(sent.Bundle, checks, inquires: true);
        if (FhirFault.Of(claim.Issues) is { } unusable)
            return (null, unusable);
        var (provider, _, unknown) = await identifiers.Organizations(claim, checks.PathOf, isNew: false, cancellationToken);
        if (unknown is not null)
            return (Nothing(), null);
        var (person, _) = await identifiers.Person(claim.Patient!, claim.Coverage, checks.PathOf(claim.Patient!), cancellationToken);
        if (person is null)
            return (Nothing(), null);
        var rows = await Rows(claim, person.Id, provider, cancellationToken);
        var found = await Authorizations(claim, person.Id, provider, rows, cancellationToken);
        if (found.Count == 0)
            return (Nothing(), null);
        await audit.Read([person.Id], cancellationToken);
        PasReply reply = new(PasFrame.Of(sent.Bundle, checks, claim), PasReply.OfInquiry);
        Parameters answer = new();
        foreach (var bundle in Bundles(reply, rows, found))
            answer.Parameter.Add(new() { Name = "return", Resource = bundle });
        return (answer, null);
    }

    private IEnumerable<Bundle> Bundles(PasReply reply, List<FhirRequest> rows, Dictionary<AuthorizationId, Authorization> found)
    {
        var now = clock.GetUtcNow();
        foreach (var thread in rows.GroupBy(r => r.ThreadId))
        {
            List<PasItemAnswer> answers = [];
            foreach (var row in thread.GroupBy(r => r.Sequence).Select(g => g.MaxBy(r => r.Id)!))
            {
                if (found.TryGetValue(row.AuthorizationId, out var present))
                    answers.Add(new(row.Sequence, row.Read(protector) with { Answer = PasAnswer.Of(present, protector, policies) }, null));
            }

            if (answers.Count > 0)
                yield return reply.Found(now, [.. thread.SelectMany(row => row.Read(protector).Claims).Distinct()], answers, thread.Key);
        }

        foreach (var other in found.Values.Where(a => rows.TrueForAll(r => r.AuthorizationId != a.Id)).OrderBy(a => a.Id.Value))
        {
            var printed = codes.Printed(other.Program, other.Kind, other.RequestedFrom, other.ManagedCare);
            FhirContent content = new(new("", ""), [], [], printed?.Code ?? "not-applicable",
                printed is null ? "http://terminology.hl7.org/CodeSystem/data-absent-reason" : PasCodes.Hcpcs, printed?.Modifiers ?? [], PasAnswer.Of(other, protector, policies));
            yield return reply.Found(now, [], [new(1, content, null)], other.Id.Value);
        }
    }

    // The whole Claim with its updates, also when one number of it was sent (spec-47).
    private async Task<List<FhirRequest>> Rows(PasClaim claim, IndividualId person, string provider, CancellationToken cancellationToken)
    {
        var keys = (claim.Claim.Identifier.Count > 0 ? claim.Claim.Identifier.SelectMany(i => FhirKeys.OfClaim(protector, PartnerNumber.Of(i)))
            : claim.Items.SelectMany(i => i.Traces).SelectMany(t => FhirKeys.OfTrace(protector, PartnerNumber.Of(t)))).ToList();
        if (keys.Count == 0)
            return [];
        return await db.FhirRequests.AsNoTracking()
            .Where(r => db.FhirRequests.Any(named => named.ThreadId == r.ThreadId && named.IndividualId == person && named.Provider == provider
                && named.Keys.Any(k => keys.Contains(k))))
            .OrderBy(r => r.Id).ToListAsync(cancellationToken);
    }

    private async Task<Dictionary<AuthorizationId, Authorization>> Authorizations(
        PasClaim claim, IndividualId person, string provider, List<FhirRequest> rows, CancellationToken cancellationToken)
    {
        var visible = db.Authorizations.AsNoTracking().Include(a => a.Decision).Where(a => a.IndividualId == person && a.Provider == provider);
        List<AuthorizationId> ids = [.. rows.Select(r => r.AuthorizationId).Concat(Named(claim)).Distinct()];
        if (ids.Count == 0 && claim.Claim.Identifier.Count == 0 && claim.Items is [{ From: { } from, Through: { } through }, ..])
            visible = visible.Where(a => a.RequestedFrom <= through && a.RequestedThrough >= from);
        else
            visible = visible.Where(a => ids.Contains(a.Id));
        return await visible.OrderBy(a => a.Id).Take(Most).ToDictionaryAsync(a => a.Id, cancellationToken);
    }

    private static IEnumerable<AuthorizationId> Named(PasClaim claim) => claim.Items.Select(i => i.Authorization)
        .Concat(claim.Claim.Insurance.SelectMany(i => i.PreAuthRef))
        .Concat(claim.Claim.Identifier.Where(i => i.System == PasCodes.Authorizations).Select(i => i.Value))
        .Append(claim.Claim.TextOf("authorizationNumber"))
        .Where(number => Guid.TryParseExact(number, "D", out _)).Select(number => new AuthorizationId(Guid.ParseExact(number!, "D")));

    // No Bundle, and beside that the reason.
    private static Parameters Nothing() => new()
    {
        Parameter =
        [
            new()
            {
                Name = "outcome",
                Resource = new OperationOutcome
                {
                    Issue =
                    [
                        new()
                        {
                            Severity = OperationOutcome.IssueSeverity.Information,
                            Code = IssueType.NotFound,
                            Details = new() { Text = "Nothing that you may see has this person and this number, or these days." },
                            Expression = ["Bundle.entry[0].resource"],
                        },
                    ],
                },
            },
        ],
    };
}
