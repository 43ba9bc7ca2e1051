using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Disclosures;

/// <summary>Reviews a disclosure and takes it off the list. The agency whose person it was reviews, or operations; never the subject that opened it.</summary>
public sealed class ReviewDisclosure(EligibilityDb db, Once once, Caller caller, Particulars particulars, TimeProvider clock)
{
    public Task<Result<Wire.Disclosure>> Handle(Wire.ReviewDisclosureRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var id = fields.Name<DisclosureId>("name", ask.Name, "disclosures/{uuid}", DisclosureId.TryParse);
        fields.Require(ask.Finding is Wire.DisclosureState.Justified or Wire.DisclosureState.NotJustified, "finding", "is not JUSTIFIED or NOT_JUSTIFIED");
        fields.Require(ask.Note.Length <= 500, "note", "is longer than 500 characters");
        return fields.Problem is { } bad
            ? Task.FromResult<Result<Wire.Disclosure>>(bad)
            : once.Run(ask.RequestId, ask, s => Review(id, ask, s), stop);
    }

    private async Task<Result<Wire.Disclosure>> Review(DisclosureId id, Wire.ReviewDisclosureRequest ask, CancellationToken stop)
    {
        // load
        if (await db.Disclosures.SingleOrDefaultAsync(d => d.Id == id, stop) is not { } disclosure)
            return new Problem.NotFound("disclosure", ask.Name);
        if (disclosure.OpenedBy == caller.Subject)
            return new Problem.Forbidden("a disclosure is reviewed by somebody else than the one who opened it");
        if (caller.Role != Roles.Ops && disclosure.Provider != caller.Organization)
            return new Problem.Forbidden("a disclosure is reviewed by the agency whose person it was, or by operations");
        if (disclosure.State != Wire.DisclosureState.AwaitingReview)
            return new Problem.Conflict("break-glass", "the disclosure was reviewed before");

        // decide
        var now = clock.GetUtcNow();
        disclosure.State = ask.Finding;
        disclosure.ReviewedBy = caller.Subject;
        disclosure.ReviewedAt = now;
        disclosure.ReviewNote = ask.Note.Length == 0 ? null : particulars.Seal(ask.Note);

        // save and tell
        db.Tell(disclosure, caller, now);
        await db.SaveChangesAsync(stop);
        return disclosure.ToWire(particulars);
    }
}
