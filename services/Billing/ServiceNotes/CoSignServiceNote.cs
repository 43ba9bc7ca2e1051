using Ips.Billing.Claims;
using Ips.Billing.Db;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Staffing.V1;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.ServiceNotes;

/// <summary>A second staff member signs a note. What rests on that signature is decided again.</summary>
public sealed class CoSignServiceNote(
    BillingDb db, Requests requests, Staff.StaffClient staff, ReconsiderClaimLines lines, PolicyService policies, PersonalDataProtector protector, TimeProvider clock)
{
    private sealed record Evidence(StaffMemberId Signer, StaffRole Role, DateOnly On, ReconsiderClaimLines.Evidence Billed);

    public Task<Result<Proto.ServiceNote>> Handle(Proto.CoSignServiceNoteRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<ServiceNoteId>("name", request.Name);
        var signer = fields.Id<StaffMemberId>("staff_member", request.StaffMember);
        var on = fields.Day("date", request.Date);
        return fields.Problem is { } bad
            ? Task.FromResult<Result<Proto.ServiceNote>>(bad)
            : requests.Run(request.ValidateOnly, request.RequestId, request, s => Gather(id, signer, on, s),
                (evidence, _, s) => ReadAndDecide(id, evidence, s), cancellationToken);
    }

    private async Task<Result<Evidence>> Gather(ServiceNoteId id, StaffMemberId signer, DateOnly on, CancellationToken cancellationToken)
    {
        if (await db.ServiceNotes.AsNoTracking().SingleOrDefaultAsync(n => n.Id == id, cancellationToken) is not { } note)
            return new Problem.NotFound("service note", id.Name);
        RequestValidator fields = new();
        fields.UpTo("date", on, policies.Today(note.Program)!.Value);
        if (fields.Problem is { } bad)
            return bad;
        if (!(await staff.VerifyQualificationAsync(new() { StaffMember = signer.Name, Program = note.Program, ServiceDate = on.Day() },
            cancellationToken: cancellationToken).Answer("staffing", "staff member", signer.Name)).Is(out var qualification, out var problem))
            return problem;
        if (qualification.Role == StaffRole.Unspecified)
            return new Problem.Invalid("staff_member", "holds no role in a team of the program on that day; only one who does co-signs");
        return (await lines.Gather([note.IndividualId], cancellationToken))
            .Then(billed => new Evidence(signer, qualification.Role, on, billed));
    }

    private async Task<Result<Decided<Proto.ServiceNote>>> ReadAndDecide(ServiceNoteId id, Evidence evidence, CancellationToken cancellationToken)
    {
        // read
        var note = await db.ServiceNotes.AsNoTracking().AsSingleQuery().Include(n => n.Decision).Include(n => n.Addenda)
            .SingleAsync(n => n.Id == id, cancellationToken);

        // decide
        var elements = note.OpenElements(protector);
        RequestValidator days = new();
        if (note.VoidedAt is not null)
            return new Problem.Conflict("service note state", "the note is void; no one signs it");
        if (string.IsNullOrWhiteSpace(elements.SignedBy) || days.OptionalDay("signed", elements.HasSignatureDate ? elements.SignatureDate : "") is not { } signed)
            return new Problem.Conflict("service note state", "the note is not signed with a day; it is signed before it is co-signed");
        if (note.CoSignedBy is { } first)
            return new Problem.Conflict("service note state", $"the note was co-signed by {first.Name} already");
        RequestValidator fields = new();
        fields.Require(evidence.Signer != note.RenderingStaff && evidence.Signer.Name != elements.Author, "staff_member",
            "wrote the note or gave the service; another staff member co-signs");
        fields.Require(evidence.On >= signed, "date", $"is before the note was signed, {signed.Day()}");
        if (fields.Problem is { } bad)
            return bad;
        Changes changes = new(clock.GetUtcNow());
        (note.CoSignedBy, note.CoSignedAs, note.CoSignedOn, note.CoSignedAt) = (evidence.Signer, evidence.Role, evidence.On, changes.Now);
        changes.Update(note);
        // Counts the account too: a void or another signature at the same time raises it.
        return (await lines.DecideAgain(changes, note.IndividualId, evidence.Billed, new() { CoSigned = note, Provider = note.Provider }, cancellationToken))
            .Then(_ => new Decided<Proto.ServiceNote>(note.ToProto(protector), changes));
    }
}
