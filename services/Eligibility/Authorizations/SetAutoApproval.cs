using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Policies.Authorizations;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>A person of the payer switches automatic approval of a kind on or off, and looks at approvals of the sample.</summary>
public sealed class SetAutoApproval(
    EligibilityDb db, AuthorizationReader authorizations, Requests requests, Caller caller, PolicyService policies, PersonalDataProtector protector,
    TimeProvider clock)
{
    public Task<Result<Proto.AutoApproval>> Handle(Proto.SetAutoApprovalRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        policies.Today(fields, "program", request.Program);
        policies.RequireStep(fields, "program", request.Program, AuthorizationRequestDecision.Kind, Policies.RuleDuty.InsteadOfAuthorization);
        fields.Choice("kind", request.Kind);
        fields.Number("sample_percent", request.SamplePercent, request.Enabled ? 1 : 0, 100);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.AutoApproval>>(bad);
        return requests.Run(request.RequestId, request, async s =>
        {
            var payer = caller.Organization;
            return Set(request, await db.AutoApprovals.AsNoTracking()
                .SingleOrDefaultAsync(a => a.Payer == payer && a.Program == request.Program && a.Kind == request.Kind, s));
        }, cancellationToken);
    }

    private Result<Decided<Proto.AutoApproval>> Set(Proto.SetAutoApprovalRequest request, AutoApproval? present)
    {
        if (!caller.IsPerson)
            return new Problem.Forbidden("automatic approval is switched by a person who signed in, not by a program");
        Changes changes = new(clock.GetUtcNow());
        var approval = present ?? changes.Insert(new AutoApproval
        {
            Payer = caller.Organization,
            Program = request.Program,
            Kind = request.Kind,
            Enabled = request.Enabled,
            SamplePercent = request.SamplePercent,
            SetBy = caller.Subject,
            SetByIssuer = caller.Issuer,
            RecordedAt = changes.Now,
        });
        (approval.Enabled, approval.SamplePercent, approval.SetBy, approval.SetByIssuer) =
            (request.Enabled, request.SamplePercent, caller.Subject, caller.Issuer);
        changes.Update(approval);
        return new Decided<Proto.AutoApproval>(approval.ToProto(), changes);
    }

    public async Task<Result<Proto.ListAutoApprovalsResponse>> Handle(Proto.ListAutoApprovalsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var filters = ListFilters.Read(fields, request, byKeys: true);
        if (fields.Problem is { } bad)
            return bad;
        var (items, next) = (await filters.Of(db.AutoApprovals.AsNoTracking()).By("program", a => a.Program).By("updated_since", a => a.UpdatedAt)
            .ToPage(a => $"{a.Program} {WireCode.Lower(a.Kind)}", cancellationToken));
        return new Proto.ListAutoApprovalsResponse { AutoApprovals = { items.Select(a => a.ToProto()) }, NextPageToken = next };
    }

    public Task<Result<Proto.Authorization>> Handle(Proto.ReviewAutoApprovalRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<AuthorizationId>("name", request.Name);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        fields.Require(request.Finding is Proto.SampleReview.Confirmed or Proto.SampleReview.Disputed, "finding", "is not CONFIRMED or DISPUTED");
        if (request.Note.Length > 0 || request.Finding == Proto.SampleReview.Disputed)
            fields.Text("note", request.Note, 2000);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Authorization>>(bad);
        return requests.Run<Proto.Authorization>(request.ValidateOnly, request.RequestId, request, async (store, s) =>
            await authorizations.Find(caller, id, s) is { } authorization
                ? Review(request, authorization, store) : new Problem.NotFound("authorization", request.Name), cancellationToken);
    }

    private Result<Decided<Proto.Authorization>> Review(Proto.ReviewAutoApprovalRequest request, Authorization authorization, bool store)
    {
        if (!caller.IsPerson)
            return new Problem.Forbidden("an automatic approval is reviewed by a person who signed in, not by a program");
        if (!authorization.Expects(request.Etag))
            return new Problem.Stale("authorization", request.Name);
        if (authorization.SampleReview != Proto.SampleReview.Awaiting)
            return new Problem.Conflict("sample review", "the authorization is no automatic approval of the sample that awaits review");
        Changes changes = new(clock.GetUtcNow());
        (authorization.SampleReview, authorization.SampleReviewedBy) = (request.Finding, caller.Subject);
        authorization.SampleNote = request.Note.Length == 0 ? null : protector.Protect(request.Note);
        changes.UpdateTerms(authorization);
        return new Decided<Proto.Authorization>(authorization.ToProto(
            policies, changes.Now, authorization.Decision!.ToProto(), authorization.Words(protector), store ? authorization.Etag() : request.Etag, stored: true),
            changes);
    }
}
