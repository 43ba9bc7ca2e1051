using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Ips.Billing.Claims;
using Ips.Billing.Db;
using Ips.Billing.Receiving;
using Ips.Billing.Sending;
using Ips.Billing.ServiceNotes;
using Ips.Contracts;
using Ips.Contracts.Staffing.V1;
using Ips.Policies.ClaimLines;
using Ips.X12;
using Microsoft.EntityFrameworkCore;
using Claim = Ips.Billing.Sending.Claim;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Packets;

/// <summary>
/// Collects what proves a claim, or all claims of a milestone, in one sealed file. Of files that are about many people it holds what is about this one. It
/// stores nothing; the audit log notes whose records were given out.
/// </summary>
public sealed class GetAuditPacket(
    BillingDb db, EligibilityClient eligibility, Staff.StaffClient staff, PolicyService policies, PersonalDataProtector protector, AuditTrail trail, TimeProvider clock)
{
    /// <summary>What one answer over gRPC holds by default, with room for the rest of it.</summary>
    private const int MostBytes = 4 * 1024 * 1024 - 64 * 1024;

    private const string Purpose = "audit-packet";

    private sealed record Subject(string Name, string Provider, IndividualId Individual, Milestone? Milestone, List<ClaimLine> Lines, List<Claim> Claims);

    public async Task<Result<Proto.AuditPacket>> Handle(Proto.GetAuditPacketRequest request, CancellationToken cancellationToken)
    {
        if (!(await Find(request.Name, cancellationToken)).Is(out var subject, out var problem))
            return problem;
        PacketContent content = new();
        foreach (var line in subject.Lines)
        {
            if (await AddEvidence(content, line, cancellationToken) is { } failed)
                return failed;
        }

        await AddRecords(content, subject, cancellationToken);
        await AddClaims(content, subject, cancellationToken);
        await trail.Read([subject.Individual], cancellationToken);
        using var signer = protector.SigningKey(Purpose);
        var file = content.Seal(subject.Name, subject.Provider, clock.GetUtcNow(), signer);
        if (file.Length > MostBytes)
            return new Problem.Conflict("audit packet", $"has {file.Length} bytes, more than one answer holds; take the packets of its claims");
        return new Proto.AuditPacket
        {
            FileName = $"audit-packet-{subject.Name.Replace('/', '-')}.zip",
            Content = ByteString.CopyFrom(file),
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(file)),
            SignerSha256 = PacketContent.Fingerprint(signer),
            Missing = { content.Missing },
        };
    }

    private async Task<Result<Subject>> Find(string name, CancellationToken cancellationToken)
    {
        if (MilestoneId.TryParse(name, out var milestoneId))
        {
            if (await db.Milestones.AsNoTracking().SingleOrDefaultAsync(m => m.Id == milestoneId, cancellationToken) is not { } milestone)
                return new Problem.NotFound("milestone", name);
            var lines = await Lines(l => l.MilestoneId == milestoneId, cancellationToken);
            var ids = lines.ConvertAll(l => l.Id);
            return new Subject(name, milestone.Provider, milestone.IndividualId, milestone, lines, await Claims(c => ids.Contains(c.ClaimLineId), cancellationToken));
        }

        if (!ClaimId.TryParse(name, out var claimId))
            return new Problem.Invalid("name", "is not of the form claims/{uuid} or milestones/{uuid}");
        if (await db.Claims.AsNoTracking().SingleOrDefaultAsync(c => c.Id == claimId, cancellationToken) is not { } claim)
            return new Problem.NotFound("claim", name);
        // With it what it corrects and what corrects it: without them its money is not explained.
        var claims = await Claims(c => c.Id == claimId || c.Id == claim.Corrects || c.Corrects == claimId, cancellationToken);
        var ofClaims = claims.ConvertAll(c => c.ClaimLineId);
        var all = await Lines(l => ofClaims.Contains(l.Id), cancellationToken);
        var of = all.Find(l => l.Id == claim.ClaimLineId)!.MilestoneId is { } reached
            ? await db.Milestones.AsNoTracking().SingleOrDefaultAsync(m => m.Id == reached, cancellationToken) : null;
        return new Subject(name, claim.Provider, claim.IndividualId, of, all, claims);
    }

    private Task<List<ClaimLine>> Lines(System.Linq.Expressions.Expression<Func<ClaimLine, bool>> which, CancellationToken cancellationToken) =>
        db.ClaimLines.AsNoTracking().AsSingleQuery().Include(l => l.Decision).Include(l => l.Reconsidered).Include(l => l.Notes).Where(which).OrderBy(l => l.Id)
            .ToListAsync(cancellationToken);

    private Task<List<Claim>> Claims(System.Linq.Expressions.Expression<Func<Claim, bool>> which, CancellationToken cancellationToken) =>
        db.Claims.AsNoTracking().AsSingleQuery().Include(c => c.Moves).Where(which).OrderBy(c => c.Id).ToListAsync(cancellationToken);

    /// <summary>What the other services say about the line's day; the problem when one does not answer.</summary>
    private async Task<Problem?> AddEvidence(PacketContent content, ClaimLine line, CancellationToken cancellationToken)
    {
        var (path, day) = ($"lines/{line.Id}", line.ServiceDate);
        var program = policies.Engine.Programs[line.Program];
        var kind = line.MilestoneNumber > 0 ? EligibilityClient.KindFor(line.MilestoneNumber) : NotedWork.KindFor(NotedWork.BilledAs(program));
        var verified = await eligibility.Verify(line.IndividualId, line.Program, day, cancellationToken);
        var covered = await eligibility.Covers(kind, line.IndividualId, line.Provider, line.Program, day, cancellationToken);
        var qualified = await staff.VerifyQualificationAsync(new() { StaffMember = line.RenderingStaff.Name, Program = line.Program, ServiceDate = day.Day() },
            cancellationToken: cancellationToken).Answer("staffing", "staff member", line.RenderingStaff.Name);
        var problems = new[]
        {
            ProblemOf(content.Add($"{path}/eligibility.json", verified, $"whether the person was eligible on {day.Day()}, and who pays")),
            ProblemOf(content.Add($"{path}/authorization.json", covered, $"the authorization that covers {day.Day()}")),
            ProblemOf(content.Add($"{path}/staff-qualification.json", qualified, $"whether the staff member was qualified on {day.Day()}")),
        };
        if (Array.Find(problems, p => p is not null) is { } problem)
            return problem;
        if (line.StaffDecision is { } decided)
            content.Add($"{path}/staff-decision.json", Encoding.UTF8.GetBytes(decided.ReceiptJson), "the decision about the staff member as it was when the line was decided");
        if (!ClaimLineDecision.Kind.AppliesTo(program))
            return null;
        var ordered = await eligibility.CheckServiceOrder(line.IndividualId, line.Program, day, cancellationToken);
        if (ProblemOf(content.Add($"{path}/service-order-decision.json", ordered, $"whether a service order counts on {day.Day()}")) is { } unanswered)
            return unanswered;
        if (!ordered.Is(out var order, out _) || order.ServiceOrder.Length == 0)
        {
            content.Lacks($"service order: none is found that counts on {day.Day()}");
            return null;
        }

        return ProblemOf(content.Add($"{path}/service-order.json", await eligibility.Order(order.ServiceOrder, cancellationToken), "the service order"));
    }

    private async Task AddRecords(PacketContent content, Subject subject, CancellationToken cancellationToken)
    {
        HashSet<ServiceNoteId> notes = [.. subject.Lines.SelectMany(l => l.Notes).Select(n => n.NoteId)];
        foreach (var line in subject.Lines)
        {
            content.Add($"lines/{line.Id}/claim-line.json",
                line.ToProto(line.Decision!.ToProto(), "", stored: true, line.Reconsidered?.ToProto()), "the claim line");
            AddDecision(content, line.Decision, line.Reconsidered);
        }

        if (subject.Milestone is { } of)
        {
            var milestone = await db.Milestones.AsNoTracking().AsSingleQuery().Include(m => m.Decision).Include(m => m.Reconsidered).Include(m => m.Notes)
                .SingleAsync(m => m.Id == of.Id, cancellationToken);
            content.Add("milestone.json", milestone.ToProto(milestone.Decision!.ToProto(), stored: true, milestone.Reconsidered?.ToProto()), "the milestone");
            AddDecision(content, milestone.Decision, milestone.Reconsidered);
            notes.UnionWith(milestone.Notes.Select(n => n.NoteId));
        }

        var found = await db.ServiceNotes.AsNoTracking().AsSingleQuery().Include(n => n.Decision).Include(n => n.Addenda).Where(n => notes.Contains(n.Id))
            .OrderBy(n => n.Id).ToListAsync(cancellationToken);
        foreach (var note in found)
        {
            content.Add($"notes/{note.Id}.json", note.ToProto(protector), $"the service note of {note.ServiceDate.Day()}");
            AddDecision(content, note.Decision);
        }

        if (found.Count == 0)
            content.Lacks("service notes: the line names none");
    }

    private async Task AddClaims(PacketContent content, Subject subject, CancellationToken cancellationToken)
    {
        var batchIds = subject.Claims.Select(c => c.ClaimBatchId).OfType<ClaimBatchId>().Distinct().ToList();
        var batches = await db.ClaimBatches.AsNoTracking().Where(b => batchIds.Contains(b.Id)).ToDictionaryAsync(b => b.Id, cancellationToken);
        var ids = subject.Claims.ConvertAll(c => c.Id);
        var postings = await db.Postings.AsNoTracking().Where(p => p.ClaimId != null && ids.Contains(p.ClaimId.Value)).OrderBy(p => p.Id).ToListAsync(cancellationToken);
        var fileIds = subject.Claims.SelectMany(c => c.Moves).Select(m => m.ReceivedFileId).Concat(postings.Select(p => p.ReceivedFileId)).OfType<ReceivedFileId>()
            .Distinct().ToList();
        var files = await db.ReceivedFiles.AsNoTracking().Where(f => fileIds.Contains(f.Id)).OrderBy(f => f.RecordedAt).ToListAsync(cancellationToken);
        if (subject.Claims.Count == 0)
            content.Lacks("837P: no claim was made");
        foreach (var claim in subject.Claims)
        {
            var path = $"claims/{claim.Id}";
            content.Add($"{path}/claim.json", claim.ToProto(protector), "the claim and how it came to be where it is");
            if (claim.ClaimBatchId is { } batchId && batches.TryGetValue(batchId, out var batch))
                content.Add($"{path}/837p.x12", Excerpt(batch.EncryptedFile, claim), $"the claim as it was sent in {batch.Reference}", batch.Sha256);
            else
                content.Lacks($"837P of {claim.Id.Name}: it is in no file");
            foreach (var posting in postings.Where(p => p.ClaimId == claim.Id))
                content.Add($"{path}/postings/{posting.Id}.json", posting.ToProto(protector), "an amount that the payer paid or took off");
            List<string> transactions = [];
            foreach (var file in files.Where(f => claim.Moves.Exists(m => m.ReceivedFileId == f.Id)
                || postings.Exists(p => p.ClaimId == claim.Id && p.ReceivedFileId == f.Id)))
            {
                transactions.AddRange(file.Transactions);
                if (Excerpt(file.EncryptedFile, claim) is { Length: > 0 } excerpt)
                    content.Add($"{path}/answers/{file.Id}.x12", excerpt, $"what the payer answered: {string.Join(", ", file.Transactions)}", file.Sha256);
                else
                    content.Lacks($"the part of {file.Id.Name} about {claim.Id.Name}: the file names it by none of its numbers");
            }

            foreach (var transaction in new[] { "999", "277CA", "835" }.Where(t => claim.WasBatched && !transactions.Contains(t)))
                content.Lacks($"{transaction} of {claim.Id.Name}: none came in that moved it");
        }
    }

    /// <summary>What a stored file says about the claim.</summary>
    private byte[] Excerpt(byte[] encrypted, Claim claim)
    {
        using MemoryStream file = new(protector.UnprotectBytes(encrypted), writable: false);
        return ClaimExcerpt.Of(file, claim.Number, claim.PayerClaim);
    }

    private static void AddDecision(PacketContent content, params ReadOnlySpan<StoredDecision?> decisions)
    {
        foreach (var decision in decisions)
        {
            if (decision is not null)
                content.Add(decision);
        }
    }

    /// <summary>What ends the request; what was not found is a gap of the packet only.</summary>
    private static Problem? ProblemOf<T>(Result<T> answer) where T : class => answer.Is(out _, out var problem) || problem is Problem.NotFound ? null : problem;
}
