using Ips.Contracts;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Disclosures;

/// <summary>
/// Reviews a disclosure and removes it from the review list. The person's agency or operations reviews it; the person that opened it cannot, by any client.
/// </summary>
public sealed class ReviewDisclosure(EligibilityDb db, Requests requests, Caller caller, PersonalDataProtector protector, TimeProvider clock)
{
    public Task<Result<Proto.Disclosure>> Handle(Proto.ReviewDisclosureRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<DisclosureId>("name", request.Name);
        fields.Require(request.Finding is Proto.DisclosureState.Justified or Proto.DisclosureState.NotJustified, "finding",
            "is not JUSTIFIED or NOT_JUSTIFIED");
        fields.Require(request.Note.Length <= 500, "note", "is longer than 500 characters");
        return fields.Problem is { } bad
            ? Task.FromResult<Result<Proto.Disclosure>>(bad)
            : requests.Run(request.RequestId, request, s => Review(id, request, s), cancellationToken);
    }

    private async Task<Result<Decided<Proto.Disclosure>>> Review(
        DisclosureId id, Proto.ReviewDisclosureRequest request, CancellationToken cancellationToken) =>
        await db.Disclosures.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id, cancellationToken) is { } disclosure
            ? Review(disclosure, request)
            : new Problem.NotFound("disclosure", request.Name);

    private Result<Decided<Proto.Disclosure>> Review(Disclosure disclosure, Proto.ReviewDisclosureRequest request)
    {
        // decide
        if (!caller.IsPerson)
            return new Problem.Forbidden("a disclosure is reviewed by a person who signed in, not by a program");
        if (disclosure.IsOpenedBy(caller))
            return new Problem.Forbidden("a disclosure is reviewed by someone other than the one who opened it");
        if (caller.Role != Roles.Ops && disclosure.Provider != caller.Organization)
            return new Problem.Forbidden("a disclosure is reviewed by the agency whose person it was, or by operations");
        if (disclosure.State != Proto.DisclosureState.AwaitingReview)
            return new Problem.Conflict("break-glass", "the disclosure was reviewed before");
        Changes changes = new(clock.GetUtcNow());
        disclosure.State = request.Finding;
        disclosure.ReviewedBy = caller.Subject;
        disclosure.ReviewedAt = changes.Now;
        disclosure.ReviewNote = request.Note.Length == 0 ? null : protector.Protect(request.Note);

        // write
        changes.Update(disclosure);
        changes.PublishMove(disclosure, caller);
        return new Decided<Proto.Disclosure>(disclosure.ToProto(protector), changes);
    }
}
