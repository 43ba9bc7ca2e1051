using Google.Protobuf;
using Ips.Contracts;
using Ips.Staffing.Clearances;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Kind = Ips.Contracts.Staffing.V1.OrganizationFactKind;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Organizations;

/// <summary>Records what a provider has, corrects it, and ends or withdraws it. What was on file before stays in its history with the reason.</summary>
public sealed class RecordOrganizationFact(StaffingDb db, Requests requests, Caller caller, ProviderClocks clocks, TimeProvider clock)
{
    private const int LongestReference = 200;

    public Task<Result<Proto.OrganizationFact>> Handle(Proto.RecordOrganizationFactRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var provider = fields.Organization("organization", request.Organization);
        var given = request.Fact ?? new();
        Check(fields, given);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.OrganizationFact>>(bad);
        if (MayWrite(provider) is { } refused)
            return Task.FromResult<Result<Proto.OrganizationFact>>(refused);
        return requests.Run<Proto.OrganizationFact>(request.RequestId, request, async s =>
        {
            // read
            if (await db.Organizations.AsNoTracking().SingleOrDefaultAsync(o => o.Code == provider, s) is not { Kind: Proto.OrganizationKind.Provider } organization)
                return new Problem.NotFound("organization", request.Organization);
            var facts = await clocks.Facts(provider, s);

            // decide
            Changes changes = new(clock.GetUtcNow());
            OrganizationFact fact = new()
            {
                Id = OrganizationFactId.New(clock),
                Provider = provider,
                Kind = given.Kind,
                RecordedBy = caller.Organization,
                RecordedAt = changes.Now,
            };
            fact.Replace(given);
            if (facts.Find(fact.Overlaps) is { } other)
                return new Problem.Exists("organization fact", other.Id.Name);

            // write
            changes.Insert(fact);
            await clocks.Sync(organization, [.. facts, fact], changes, s);
            return new Decided<Proto.OrganizationFact>(fact.ToProto(), changes);
        }, cancellationToken);
    }

    public Task<Result<Proto.OrganizationFact>> Handle(Proto.CorrectOrganizationFactRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<OrganizationFactId>("name", request.Name);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        fields.Choice("reason", request.Reason);
        var given = request.Fact ?? new();
        Check(fields, given);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.OrganizationFact>>(bad);
        return Change(id, request.Name, request.RequestId, request, request.Etag, request.Reason, (fact, _) =>
        {
            if (fact.Kind != given.Kind)
                return new Problem.Invalid("fact.kind", $"is not {WireCode.Upper(fact.Kind)}; a correction leaves the kind");
            fact.Replace(given);
            return null;
        }, cancellationToken);
    }

    public Task<Result<Proto.OrganizationFact>> Handle(Proto.EndOrganizationFactRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<OrganizationFactId>("name", request.Name);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        fields.Choice("reason", request.Reason);
        var through = fields.OptionalDay("through", request.Through);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.OrganizationFact>>(bad);
        return Change(id, request.Name, request.RequestId, request, request.Etag, request.Reason, (fact, now) =>
        {
            if (through is not { } last)
                (fact.WithdrawnAt, fact.WithdrawnFor) = (now, request.Reason);
            else if (Problem.Invalid.IfBefore("through", last, fact.From, "the first day of the record") is { } early)
                return early;
            else
                fact.Through = last;
            return null;
        }, cancellationToken);
    }

    private Task<Result<Proto.OrganizationFact>> Change(OrganizationFactId id, string name, string requestId, IMessage request, string etag,
        Proto.CorrectionReason reason, Func<OrganizationFact, DateTimeOffset, Problem?> change, CancellationToken cancellationToken) =>
        requests.Run<Proto.OrganizationFact>(requestId, request, async s =>
        {
            // read
            if (await db.OrganizationFacts.AsNoTracking().SingleOrDefaultAsync(f => f.Id == id, s) is not { } fact)
                return new Problem.NotFound("organization fact", name);
            var organization = await db.Organizations.AsNoTracking().SingleAsync(o => o.Code == fact.Provider, s);
            var others = (await clocks.Facts(fact.Provider, s)).FindAll(f => f.Id != id);

            // decide
            if (!fact.Expects(etag))
                return new Problem.Stale("organization fact", name);
            if (!fact.Counts)
                return new Problem.Conflict("organization-fact-state", "a record that was withdrawn is not changed; record it again");
            Changes changes = new(clock.GetUtcNow());
            var before = fact.ToProto();
            if (change(fact, changes.Now) is { } wrong)
                return wrong;
            if (others.Find(fact.Overlaps) is { } other)
                return new Problem.Exists("organization fact", other.Id.Name);

            // write
            changes.Update(fact);
            changes.Insert(new OrganizationChange
            {
                Id = Guid.CreateVersion7(changes.Now),
                Provider = fact.Provider,
                Subject = fact.Id.Name,
                Reason = reason,
                Before = JsonFormatter.Default.Format(before),
                RecordedAt = changes.Now,
            });
            await clocks.Sync(organization, [.. others, fact], changes, s);
            return new Decided<Proto.OrganizationFact>(fact.ToProto(), changes);
        }, cancellationToken);

    /// <summary>Why the caller may not write records about the provider; null when it may.</summary>
    private Problem.Forbidden? MayWrite(string provider) =>
        caller.Role == Roles.Provider && provider != caller.Organization ? new("a provider records what it has itself") : null;

    private static void Check(RequestValidator fields, Proto.OrganizationFact given)
    {
        fields.Choice("fact.kind", given.Kind);
        if (given.Body != Proto.OrganizationFactBody.Unspecified)
            fields.Choice("fact.body", given.Body);
        if (given.AdverseChange != Proto.AdverseAccreditationChange.Unspecified)
            fields.Choice("fact.adverse_change", given.AdverseChange);
        var from = fields.OptionalDay("fact.from", given.From);
        fields.OptionalDay("fact.through", given.Through);
        var applied = fields.OptionalDay("fact.applied_on", given.AppliedOn);
        var paid = fields.OptionalDay("fact.fee_paid_on", given.FeePaidOn);
        var submitted = fields.OptionalDay("fact.submitted_on", given.SubmittedOn);
        var notified = fields.OptionalDay("fact.adverse_notified_on", given.AdverseNotifiedOn);
        var reported = fields.OptionalDay("fact.adverse_reported_on", given.AdverseReportedOn);
        given.Reference = given.Reference.Length == 0 ? "" : fields.Text("fact.reference", given.Reference, LongestReference);
        Documents.Check(fields, "fact.document_sha256", given.DocumentSha256);

        fields.Require(from is not null || (applied is not null && given.Kind is Kind.Accreditation or Kind.VrVendor)
            || (given.AdverseChange == Proto.AdverseAccreditationChange.Denied && given.Kind == Kind.Accreditation), "fact.from",
            "is missing; only an accreditation or a VR vendor that is applied for has none");
        fields.Require(from is not null || given.Through.Length == 0, "fact.through", "needs a first day");
        fields.Require((given.Kind is Kind.License or Kind.Accreditation or Kind.PlanEnrollment) == (given.Body != Proto.OrganizationFactBody.Unspecified),
            "fact.body", "is required of a license, of an accreditation and of an enrollment with a plan, and belongs to no other record");
        fields.Require(applied is null || given.Kind is Kind.Accreditation or Kind.VrVendor, "fact.applied_on", "belongs to an accreditation or a VR vendor");
        fields.Require(paid is null || given.Kind == Kind.Accreditation, "fact.fee_paid_on", "belongs to an accreditation");
        fields.Require(!given.ProofOnFile || given.Kind == Kind.Accreditation, "fact.proof_on_file", "belongs to an accreditation");
        fields.Require(submitted is null || given.Kind is Kind.IntegrationAgreement or Kind.DocumentRequest, "fact.submitted_on",
            "belongs to an integration agreement or a document request");
        fields.Require(!given.HasAllComponents || given.Kind == Kind.IntegrationAgreement, "fact.all_components", "belongs to an integration agreement");
        fields.Require(given.AdverseChange == Proto.AdverseAccreditationChange.Unspecified || given.Kind == Kind.Accreditation, "fact.adverse_change",
            "belongs to an accreditation");
        fields.Require(given.AdverseChange != Proto.AdverseAccreditationChange.Unspecified == notified is not null, "fact.adverse_notified_on",
            "is sent with adverse_change, and only with it");
        fields.Require(reported is null || notified is not null, "fact.adverse_reported_on", "needs the day of the notification");
        fields.Require(given.Kind is not (Kind.WrittenPolicy or Kind.ImplementationPlan or Kind.DocumentRequest) || given.Reference.Length > 0, "fact.reference",
            "is missing; a written policy and a plan have a title, and a document request names the documents");
    }
}
