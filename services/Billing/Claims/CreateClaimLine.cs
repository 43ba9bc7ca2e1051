using System.Security.Cryptography;
using Google.Protobuf;
using Ips.Billing.Db;
using Ips.Billing.Milestones;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Events;
using Ips.Policies.ClaimLines;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Claims;

/// <summary>Creates a claim line and decides whether it is payable. A refused line is stored with its receipt and never sent.</summary>
public sealed partial class CreateClaimLine(
    BillingDb db, IdempotentRequests once, Coverage coverage, LineEvidence evidence, PolicyService deciding, TimeProvider clock, ILogger<CreateClaimLine> log)
{
    public Task<Result<Proto.ClaimLine>> Handle(Proto.CreateClaimLineRequest request, CancellationToken cancellationToken) =>
        once.Run(request.ValidateOnly, request.RequestId, request, (store, s) => Create(request, store, s), cancellationToken);

    private async Task<Result<Proto.ClaimLine>> Create(Proto.CreateClaimLineRequest request, bool store, CancellationToken cancellationToken)
    {
        // load
        RequestValidator fields = new();
        var id = fields.Id<MilestoneId>("milestone", request.Milestone);
        var staff = fields.Id<StaffMemberId>("rendering_staff", request.RenderingStaff);
        var day = fields.Day("service_date", request.ServiceDate);
        fields.Number("units", request.Units, 0, 10_000);
        fields.Require(request.Code.Length <= 10 && request.Code.All(char.IsAsciiLetterOrDigit), "code", "is not a procedure code");
        fields.Require(request.Modifiers.Count <= 4
            && request.Modifiers.All(m => m.Length == 2 && m.All(char.IsAsciiLetterOrDigit)), "modifiers",
            "are not up to 4 modifiers of two letters or digits");
        if (fields.Problem is { } bad)
            return bad;
        if (await db.Milestones.Include(m => m.Decision).SingleOrDefaultAsync(m => m.Id == id, cancellationToken) is not { } milestone)
            return new Problem.NotFound("milestone", request.Milestone);
        if (milestone.Number == 1 && milestone.Notes.All(n => n.ServiceDate != day))
            return new Problem.Invalid("service_date", "is no day of service of this milestone; milestone 1 makes one line a day");
        if (store)
        {
            await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended({milestone.IndividualId.Name}, 0))", cancellationToken);
            // It was read before the lock; the previous owner of the lock may have changed it.
            await db.Entry(milestone).ReloadAsync(cancellationToken);
        }

        if (milestone.Number == 1
            && await db.ClaimLines.AnyAsync(l => l.MilestoneId == id && l.ServiceDate == day && l.State == Proto.ClaimLineState.Ready, cancellationToken))
            return new Problem.Exists("claim line", "of this milestone and day");
        if (!(await evidence.Of(milestone, staff, day, request, cancellationToken)).Is(out var known, out var failed))
            return failed;

        // decide
        var today = deciding.Today(milestone.Program)!.Value;
        if (!deciding.Decide(milestone.Program, ClaimLineDecision.Kind, today > day ? today : day, known.Facts).Is(out var ruled, out var problem))
            return problem;
        var line = Draft(request, milestone, staff, known, ruled);
        if (store && milestone.Number is 2 or 6)
        {
            if (!(await Take(request, milestone, staff, known, (line, ruled), cancellationToken)).Is(out var taken, out var undrawn))
                return undrawn;
            (line, ruled) = taken;
        }

        if (!store)
            return line.ToProto(ruled.ToProto(stored: false), "", stored: false);

        // save and publish
        var stored = deciding.Store(ruled, milestone.Provider, line.Id.Name);
        db.Decisions.Add(stored);
        db.ClaimLines.Add(line);
        if (line.State == Proto.ClaimLineState.Ready)
            milestone.State = Proto.MilestoneState.Claimed;
        Publish(line, stored);
        await db.SaveChangesAsync(cancellationToken);
        ClaimMetrics.Stored(line);
        Decided(log, line.Id, stored.Verdict, stored.PackVersion);
        return line.ToProto(ruled.ToProto(stored: true), db.Etag(line), stored: true);
    }

    /// <summary>
    /// Draws the units of a line that is ready. A retry after a lost answer finds its own units drawn already, and only the authorization knows
    /// which line drew them. When the units are the only obstacle, the request goes to the authorization too, and its answer decides.
    /// </summary>
    private async Task<Result<(ClaimLine Line, DecisionRecord DecisionRecord)>> Take(
        Proto.CreateClaimLineRequest request, Milestone milestone, StaffMemberId staff, LineFacts known,
            (ClaimLine Line, DecisionRecord DecisionRecord) drafted, CancellationToken cancellationToken)
    {
        var hoped = drafted;
        if (known.Facts.AuthorizationUnitsLeft < known.Facts.Units)
        {
            var served = known with { Facts = known.Facts with { AuthorizationUnitsLeft = known.Facts.Units } };
            if (!deciding.Decide(milestone.Program, ClaimLineDecision.Kind, drafted.DecisionRecord.Decision.AsOf, served.Facts)
                .Is(out var ruled, out var problem))
                return problem;
            hoped = (Draft(request, milestone, staff, served, ruled), ruled);
        }

        if (hoped.Line.State != Proto.ClaimLineState.Ready)
            return drafted;
        if (!(await coverage.Draw(known.Authorization, hoped.Line.Id, hoped.Line.ServiceDate, hoped.Line.PayableUnits, cancellationToken))
            .Is(out var movement, out var undrawn))
            return undrawn;
        return movement.Refusal is null ? hoped : (Draft(request, milestone, staff, known, drafted.DecisionRecord, movement.Refusal), drafted.DecisionRecord);
    }

    /// <summary>
    /// The line's id follows from the request: a retry after a crash draws the units of the same line again, which changes nothing.
    /// </summary>
    private ClaimLineId IdOf(Proto.CreateClaimLineRequest request) => Guid.TryParse(request.RequestId, out var requestId)
        ? new(new Guid(SHA256.HashData([.. "claim line "u8, .. requestId.ToByteArray(bigEndian: true), .. request.ToByteArray()]).AsSpan(0, 16),
        bigEndian: true))
        : ClaimLineId.New(clock);

    private ClaimLine Draft(
        Proto.CreateClaimLineRequest request, Milestone milestone, StaffMemberId staff, LineFacts known, DecisionRecord ruled, Finding? undrawn = null)
    {
        var values = ruled.Decision.Values;
        var payable = values.GetValueOrDefault("payableUnits") as int? ?? 0;
        List<Finding> refusals = [.. ruled.ToProto(stored: false).Findings.Where(f => f.Deciding && f.Verdict != Verdict.Met)];
        if (!known.Staff.Qualified)
            refusals.AddRange(known.Staff.Decision?.Findings.Where(f => f.Verdict != Verdict.Met) ?? [NoRole(milestone.Program, known.Facts.ServiceDate)]);
        if (undrawn is not null && refusals.All(r => r.RuleId != undrawn.RuleId))
            refusals.Add(undrawn);
        var reached = milestone.State is Proto.MilestoneState.Billable or Proto.MilestoneState.Claimed;
        if (!reached)
            refusals.AddRange(milestone.Decision!.ToProto().Findings.Where(
                f => f.Deciding && f.Verdict != Verdict.Met && refusals.All(r => r.RuleId != f.RuleId)));
        var state = !known.Staff.Qualified || undrawn is not null || milestone.State == Proto.MilestoneState.Denied ? Proto.ClaimLineState.Refused
            : StateOf(ruled.Decision.Verdict, payable);
        if (!reached && state == Proto.ClaimLineState.Ready)
            state = Proto.ClaimLineState.Held;
        Proto.ClaimLine reasons = new() { StaffDecision = known.Staff.Decision };
        reasons.Refusals.AddRange(refusals.OrderBy(f => f.Verdict == Verdict.NotMet ? 0 : 1));
        return new()
        {
            Id = IdOf(request),
            MilestoneId = milestone.Id,
            IndividualId = milestone.IndividualId,
            Provider = milestone.Provider,
            Payer = OrganizationCode.TryParse(known.Verified.Payer, out var payer) ? payer.Value : "",
            Program = milestone.Program,
            MilestoneNumber = milestone.Number,
            RenderingStaff = staff,
            ServiceDate = known.Facts.ServiceDate,
            State = state,
            Code = known.Facts.Code!,
            Modifiers = [.. known.Facts.Modifiers!],
            Units = known.Facts.Units!.Value,
            Charge = known.Facts.Charge!.Value,
            PayableUnits = state == Proto.ClaimLineState.Ready ? payable : 0,
            Amount = state switch
            {
                Proto.ClaimLineState.Ready => values.GetValueOrDefault("amount") as decimal?,
                Proto.ClaimLineState.Refused => 0m,
                _ =>
                null
            },
            Authorization = state == Proto.ClaimLineState.Ready ? known.Authorization : "",
            DecisionId = ruled.Id,
            Said = reasons.ToByteArray(),
            RecordedAt = clock.GetUtcNow(),
        };
    }

    /// <summary>Missing facts or a pending manual decision hold a line; above a cap the units below the cap are sent.</summary>
    private static Proto.ClaimLineState StateOf(Policies.Verdict verdict, int payable) => verdict switch
    {
        Policies.Verdict.NeedsFacts or Policies.Verdict.NeedsReview => Proto.ClaimLineState.Held,
        _ => payable > 0 ? Proto.ClaimLineState.Ready : Proto.ClaimLineState.Refused,
    };

    private Finding NoRole(string program, DateOnly day) => deciding.Refusal(
        program, "NC-STAFF-002", $"the staff member held no role in a team of the program on {day.Day()}",
            $"a role in a team of the program, held on {day.Day()}");

    private void Publish(ClaimLine line, StoredDecision stored)
    {
        db.Publish(new ClaimLineDecidedV1
        {
            ClaimLineId = line.Id,
            MilestoneId = line.MilestoneId,
            IndividualId = line.IndividualId,
            StaffMemberId = line.RenderingStaff,
            Provider = line.Provider,
            Program = line.Program,
            MilestoneNumber = line.MilestoneNumber,
            ServiceDate = line.ServiceDate,
            State = WireCode.Lower(line.State)!,
            Verdict = stored.Verdict,
            Code = line.Code,
            Modifiers = line.Modifiers,
            Units = line.Units,
            PayableUnits = line.PayableUnits,
            Charge = line.Charge,
            Amount = line.Amount,
            Currency = "USD",
            RefusedBy = [.. Proto.ClaimLine.Parser.ParseFrom(line.Said).Refusals.Select(r => r.RuleId)],
            DecisionId = new(stored.Id),
            PackVersion = stored.PackVersion,
        });
    }

    [LoggerMessage(5101, LogLevel.Information, "Claim line {ClaimLine} decided {Verdict} with pack {PackVersion}")]
    private static partial void Decided(ILogger log, ClaimLineId claimLine, string verdict, string packVersion);
}
