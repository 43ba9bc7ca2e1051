using System.Globalization;
using System.Security.Cryptography;
using Ips.Billing.Claims;
using Ips.Billing.Db;
using Ips.Billing.Mailboxes;
using Ips.Contracts;
using Ips.X12;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Sending;

/// <summary>
/// Makes claims of lines that are ready, and a file of the claims. Numbers, claims and file are stored in one transaction: after a crash there are all of them
/// or none, and no number is used twice.
/// </summary>
public sealed class CreateClaimBatch(
    BillingDb db, Requests requests, Caller caller, SendRecords records, PolicyService policies, PersonalDataProtector protector,
    IOptions<MailboxOptions> mailboxes, TimeProvider clock)
{
    private const int Most = 500;

    /// <summary>What may be sent now.</summary>
    /// <param name="Sends">In the order in which they are sent.</param>
    /// <param name="Lines">Their lines: each is raised, so that no one voids one at the same time.</param>
    /// <param name="LeftOut">Named lines that may not be sent.</param>
    /// <param name="Remaining">What found no room.</param>
    private sealed record Picked(List<ToSend> Sends, Dictionary<ClaimLineId, ClaimLine> Lines, List<Proto.SendFinding> LeftOut, int Remaining);

    private sealed record Gathered(Terms Terms, Dictionary<ClaimLineId, SendEvidence> Evidence);

    private sealed record Written(ToSend Send, ProfessionalClaim Claim, ClaimNumbers Numbers);

    private readonly record struct ClaimNumbers(string Claim, string Line);

    public async Task<Result<Proto.ClaimBatch>> Handle(Proto.CreateClaimBatchRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var payer = fields.Organization("payer", request.Payer);
        var today = policies.Today(fields, "program", request.Program);
        List<ClaimLineId> lines = [.. request.ClaimLines.Select((l, i) => fields.Id<ClaimLineId>($"claim_lines[{i}]", l))];
        fields.Require(lines.Count <= Most, "claim_lines", $"name more than {Most} lines");
        fields.Require(lines.Distinct().Count() == lines.Count, "claim_lines", "name a line twice");
        if (fields.Problem is { } bad)
            return bad;
        return await requests.Run(request.ValidateOnly, request.RequestId, request, async s =>
        {
            if (!(await records.Terms(payer, today, s)).Is(out var terms, out var problem)
                || !(await Pick(payer, request.Program, lines, s)).Is(out var picked, out problem)
                || !(await records.Gather(picked.Sends, s)).Is(out var evidence, out problem))
                return problem;
            return (Result<Gathered>)new Gathered(terms, evidence);
        }, (gathered, store, s) => ReadAndDecide(payer, request.Program, lines, gathered, store, s), cancellationToken);
    }

    /// <summary>What may be sent: corrections that a person confirmed, then lines that are ready and in no claim.</summary>
    private async Task<Result<Picked>> Pick(string payer, string program, List<ClaimLineId> named, CancellationToken cancellationToken)
    {
        var provider = caller.Organization;
        var corrections = await db.Claims.AsNoTracking().Where(c => c.Provider == provider && c.Payer == payer && c.Program == program
            && c.State == Proto.ClaimState.Ready && (named.Count == 0 || named.Contains(c.ClaimLineId))).ToListAsync(cancellationToken);
        var query = db.ClaimLines.AsNoTracking().Where(l => l.Provider == provider);
        var lines = named.Count > 0
            ? await query.Where(l => named.Contains(l.Id)).ToListAsync(cancellationToken)
            : await query.Where(l => l.Payer == payer && l.Program == program && l.State == Proto.ClaimLineState.Ready
                && !db.Claims.Any(c => c.ClaimLineId == l.Id)).OrderBy(l => l.ServiceDate).ThenBy(l => l.Id).Take(Most + 1).ToListAsync(cancellationToken);
        if (named.Find(id => !lines.Exists(l => l.Id == id)) is { Value: var missing } && missing != default)
            return new Problem.NotFound("claim line", new ClaimLineId(missing).Name);
        var claimed = await db.Claims.AsNoTracking().Where(c => named.Contains(c.ClaimLineId) && (c.Live || c.State == Proto.ClaimState.WrittenOff))
            .Select(c => new { c.ClaimLineId, c.State }).ToListAsync(cancellationToken);
        var ofCorrections = corrections.ConvertAll(c => c.ClaimLineId).Except(lines.ConvertAll(l => l.Id)).ToList();
        var others = await db.ClaimLines.AsNoTracking().Where(l => ofCorrections.Contains(l.Id)).ToListAsync(cancellationToken);
        var all = lines.Concat(others).ToDictionary(l => l.Id);

        List<Proto.SendFinding> leftOut = [];
        List<ToSend> sends = [.. corrections.OrderBy(c => c.ServiceDate).ThenBy(c => c.Id.Value).Select(c => Of(c, all[c.ClaimLineId]))];
        foreach (var line in lines.Where(l => !corrections.Exists(c => c.ClaimLineId == l.Id)))
        {
            var why = line.Payer != payer || line.Program != program ? "it is of another payer or program than the batch"
                : line.State != Proto.ClaimLineState.Ready ? $"the line is {WireCode.Lower(line.State)}"
                : claimed.Find(c => c.ClaimLineId == line.Id) is { } claim ? $"it is in a claim that is {WireCode.Lower(claim.State)}"
                : null;
            if (why is null)
                sends.Add(Of(line));
            else
                leftOut.Add(new()
                {
                    ClaimLine = line.Id.Name,
                    Place = "claim_line.state",
                    Reason = $"cannot be sent: {why}",
                    Fix = "see the line and its claims"
                });
        }

        var remaining = named.Count > 0 || sends.Count <= Most ? 0 : sends.Count - Most + await query.CountAsync(
            l => l.Payer == payer && l.Program == program && l.State == Proto.ClaimLineState.Ready && !db.Claims.Any(c => c.ClaimLineId == l.Id),
                cancellationToken)
            - lines.Count;
        return new Picked([.. sends.Take(Most)], all, leftOut, remaining);
    }

    /// <summary>A line as it is sent.</summary>
    internal static ToSend Of(ClaimLine line) => new(null, line.Id, line.IndividualId, line.RenderingStaff, line.MilestoneNumber, line.ServiceDate, line.Code,
        line.Modifiers, line.Units, line.Charge, line.Amount ?? line.Charge, line.DecidedPayer, Proto.ClaimFrequency.Original, "");

    private static ToSend Of(Claim claim, ClaimLine line) => new(claim, line.Id, claim.IndividualId, line.RenderingStaff, claim.MilestoneNumber,
        claim.ServiceDate,
        claim.Code, claim.Modifiers, claim.Units, claim.Charge, claim.Expected, line.DecidedPayer, claim.Frequency, claim.PayerClaim);

    private async Task<Result<Decided<Proto.ClaimBatch>>> ReadAndDecide(
        string payer, string program, List<ClaimLineId> named, Gathered gathered, bool store, CancellationToken cancellationToken)
    {
        // read
        var provider = caller.Organization;
        var numbers = await db.ControlNumbers.AsNoTracking().SingleOrDefaultAsync(n => n.Provider == provider,
            cancellationToken) ?? new() { Provider = provider };
        if (!(await Pick(payer, program, named, cancellationToken)).Is(out var picked, out var problem))
            return problem;
        // What was rejected and is sent again is settled.
        var lines = picked.Sends.ConvertAll(s => s.Line);
        var items = await db.WorkItems.AsNoTracking().Where(w => w.Kind == Proto.WorkItemKind.Rejected && w.ResolvedAt == null
            && db.Claims.Any(c => c.Id == w.ClaimId && lines.Contains(c.ClaimLineId))).ToListAsync(cancellationToken);
        if (numbers.Interchange == ControlNumbers.Most)
            return new Problem.Conflict("control number", $"the last one, {ControlNumbers.Most}, is used; agree on a new submitter id with the payer");

        // decide
        Changes changes = new(clock.GetUtcNow());
        var zone = TimeZoneInfo.FindSystemTimeZoneById(policies.Engine.Programs[program].Header.TimeZone);
        var local = TimeZoneInfo.ConvertTime(changes.Now, zone);
        var (control, terms) = (numbers.Interchange + 1, gathered.Terms);
        var next = numbers.Claim;
        List<Written> written = [];
        List<Proto.SendFinding> leftOut = picked.LeftOut, remarks = [];
        // A line that became ready after the evidence was gathered goes with the next batch.
        foreach (var send in picked.Sends.Where(s => gathered.Evidence.ContainsKey(s.Line)))
        {
            var (draft, missing) = ClaimDraft.Make(send, gathered.Evidence[send.Line], terms.Profile, terms.Payer);
            if (draft is null)
            {
                leftOut.AddRange(missing);
                continue;
            }

            var claim = ClaimFileWriter.Number(draft, next + 1);
            var (errors, remarked) = ClaimFileWriter.Check(claim, send.Line.Name, terms, local, control);
            remarks.AddRange(remarked);
            if (errors.Count > 0)
            {
                leftOut.AddRange(errors);
                continue;
            }

            next++;
            written.Add(new(send, claim, new(claim.Claim, claim.Lines[0].LineControl)));
        }

        var reference = string.Create(CultureInfo.InvariantCulture, $"B{control:000000000}");
        var (file, findings) = ClaimFileWriter.Write([.. written.Select(w => w.Claim)], terms, local, control, reference);
        if (written.Count > 0 && findings.FirstOrDefault(f => f.IsError) is { } error)
            return new Problem.Conflict("claim file",
                $"its head is not sound at {error.At.Reference}: found {error.Found}, expected {error.Expected}; correct the billing profile");

        var sha256 = Convert.ToHexStringLower(SHA256.HashData(file));
        ClaimBatch batch = new()
        {
            Id = ClaimBatchId.New(clock),
            Provider = provider,
            Payer = payer,
            Program = program,
            State = Proto.ClaimBatchState.Stored,
            ControlNumber = control,
            Reference = reference,
            SubmitterId = terms.Payer.SubmitterId,
            ReceiverId = terms.Payer.ReceiverId,
            Claims = written.Count,
            Charge = written.Sum(w => w.Claim.Charge),
            Sha256 = sha256,
            EncryptedFile = protector.Protect(file, []),
            LeftOut = leftOut,
            Remarks = remarks,
            Remaining = picked.Remaining,
            RecordedAt = changes.Now,
        };
        // Without a claim there is nothing to send: no number is used.
        if (!store || written.Count == 0)
            return new Decided<Proto.ClaimBatch>(batch.ToProto(stored: false), changes);

        (numbers.Interchange, numbers.Claim) = (control, next);
        if (numbers.Version == 0)
        {
            numbers.Version = 1;
            changes.Insert(numbers);
        }
        else
        {
            changes.Update(numbers);
        }

        changes.Insert(batch);
        // Stored with the batch: from here on it is delivered, whatever ends.
        if (mailboxes.Value.Of(provider, payer) is not null)
            changes.Insert(FileTransfer.Of(batch, file.Length, clock));
        foreach (var item in items)
            item.Resolve(changes, null);
        foreach (var (i, each) in written.Index())
            Add(changes, each, batch, picked.Lines[each.Send.Line], terms, ClaimFileWriter.SetNumber(i, terms));
        return new Decided<Proto.ClaimBatch>(batch.ToProto(), changes);
    }

    private void Add(Changes changes, Written written, ClaimBatch batch, ClaimLine line, Terms terms, int set)
    {
        var send = written.Send;
        // Raised and not only expected: who voids the line at the same time reads it again, and sees the claim.
        changes.Update(line);
        var claim = send.Claim ?? changes.Insert(new Claim
        {
            Id = ClaimId.New(clock),
            ClaimLineId = send.Line,
            IndividualId = send.Individual,
            Provider = batch.Provider,
            Payer = batch.Payer,
            Program = batch.Program,
            MilestoneNumber = send.Milestone,
            ServiceDate = send.Service,
            State = Proto.ClaimState.Batched,
            Frequency = send.Frequency,
            Code = send.Code,
            Modifiers = [.. send.Modifiers],
            Units = send.Units,
            Charge = send.Charge,
            Expected = written.Claim.OtherPayers.Count == 0 ? send.Expected : Math.Max(0, send.Expected - written.Claim.OtherPayers.Sum(o => o.Paid ?? 0)),
            Live = true,
            RecordedAt = changes.Now,
        });
        (claim.ClaimBatchId, claim.Number, claim.LineControl) = (batch.Id, written.Numbers.Claim, written.Numbers.Line);
        claim.SetNumber = set;
        claim.OriginalStands = send.Frequency == Proto.ClaimFrequency.Replacement
            ? terms.Companion.DeniedReplacements.FirstOrDefault(d => d.FilingIndicator is null || d.FilingIndicator == written.Claim.Payer.FilingIndicator)
                ?.OriginalStands : null;
        claim.EncryptedMember = protector.Protect(written.Claim.Subscriber.MemberId);
        claim.FileThrough = terms.Companion.FileThrough(written.Claim.Payer.FilingIndicator, send.Service);
        claim.Move(changes, Proto.ClaimState.Batched, isNew: send.Claim is null);
    }
}
