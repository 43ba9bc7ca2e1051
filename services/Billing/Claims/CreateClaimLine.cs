using System.Security.Cryptography;
using Google.Protobuf;
using Ips.Billing.Db;
using Ips.Billing.Milestones;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Events;
using Ips.Policies.ClaimLines;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Claims;

/// <summary>Makes a claim line and says whether it is payable as it would be sent. A line that is refused is kept with its receipt and never goes out.</summary>
public sealed partial class CreateClaimLine(
    BillingDb db, Once once, Coverage coverage, LineEvidence evidence, Deciding deciding, TimeProvider clock, ILogger<CreateClaimLine> log)
{
    public Task<Result<Wire.ClaimLine>> Handle(Wire.CreateClaimLineRequest ask, CancellationToken stop) =>
        once.Run(ask.ValidateOnly, ask.RequestId, ask, (store, s) => Create(ask, store, s), stop);

    private async Task<Result<Wire.ClaimLine>> Create(Wire.CreateClaimLineRequest ask, bool store, CancellationToken stop)
    {
        // load
        Fields fields = new();
        var id = fields.Name<MilestoneId>("milestone", ask.Milestone, "milestones/{uuid}", MilestoneId.TryParse);
        var staff = fields.Name<StaffMemberId>("rendering_staff", ask.RenderingStaff, "staff/{uuid}", StaffMemberId.TryParse);
        var day = fields.Day("service_date", ask.ServiceDate);
        fields.Number("units", ask.Units, 0, 10_000);
        fields.Require(ask.Code.Length <= 10 && ask.Code.All(char.IsAsciiLetterOrDigit), "code", "is not a procedure code");
        fields.Require(ask.Modifiers.Count <= 4 && ask.Modifiers.All(m => m.Length == 2 && m.All(char.IsAsciiLetterOrDigit)), "modifiers", "are not up to 4 modifiers of two letters or digits");
        if (fields.Problem is { } bad)
            return bad;
        if (await db.Milestones.Include(m => m.Decision).SingleOrDefaultAsync(m => m.Id == id, stop) is not { } milestone)
            return new Problem.NotFound("milestone", ask.Milestone);
        if (milestone.Number == 1 && milestone.Notes.All(n => n.ServiceDate != day))
            return new Problem.Invalid("service_date", "is no day of service of this milestone; milestone 1 makes one line a day");
        if (store)
        {
            await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended({milestone.IndividualId.Name}, 0))", stop);
            // It was read before the lock; whoever held the lock may have changed it.
            await db.Entry(milestone).ReloadAsync(stop);
        }

        if (milestone.Number == 1 && await db.ClaimLines.AnyAsync(l => l.MilestoneId == id && l.ServiceDate == day && l.State == Wire.ClaimLineState.Ready, stop))
            return new Problem.Exists("claim line", "of this milestone and day");
        if (!(await evidence.Of(milestone, staff, day, ask, stop)).Is(out var known, out var failed))
            return failed;

        // decide
        var today = deciding.Today(milestone.Program)!.Value;
        if (!deciding.Decide(milestone.Program, ClaimLineDecision.Kind, today > day ? today : day, known.Facts).Is(out var ruled, out var problem))
            return problem;
        var line = Draft(ask, milestone, staff, known, ruled);
        if (store && milestone.Number is 2 or 6)
        {
            if (!(await Take(ask, milestone, staff, known, (line, ruled), stop)).Is(out var taken, out var undrawn))
                return undrawn;
            (line, ruled) = taken;
        }

        if (!store)
            return line.ToWire(ruled.ToWire(stored: false), "", stored: false);

        // save and tell
        var kept = deciding.Store(ruled, milestone.Provider, line.Id.Name);
        db.Decisions.Add(kept);
        db.ClaimLines.Add(line);
        if (line.State == Wire.ClaimLineState.Ready)
            milestone.State = Wire.MilestoneState.Claimed;
        Tell(line, kept);
        await db.SaveChangesAsync(stop);
        Decided(log, line.Id, kept.Verdict, kept.PackVersion);
        return line.ToWire(kept.ToWire(), db.Etag(line), stored: true);
    }

    /// <summary>
    /// Takes the units of a line that is ready. A request sent again after its answer was lost finds its units taken by itself, and only the authorization knows
    /// by which line they were: when nothing but the units stands in the way it is asked too, and has the last word.
    /// </summary>
    private async Task<Result<(ClaimLine Line, Ruled Ruled)>> Take(
        Wire.CreateClaimLineRequest ask, Milestone milestone, StaffMemberId staff, LineFacts known, (ClaimLine Line, Ruled Ruled) drafted, CancellationToken stop)
    {
        var hoped = drafted;
        if (known.Facts.AuthorizationUnitsLeft < known.Facts.Units)
        {
            var served = known with { Facts = known.Facts with { AuthorizationUnitsLeft = known.Facts.Units } };
            if (!deciding.Decide(milestone.Program, ClaimLineDecision.Kind, drafted.Ruled.Decision.AsOf, served.Facts).Is(out var ruled, out var problem))
                return problem;
            hoped = (Draft(ask, milestone, staff, served, ruled), ruled);
        }

        if (hoped.Line.State != Wire.ClaimLineState.Ready)
            return drafted;
        if (!(await coverage.Draw(known.Authorization, hoped.Line.Id, hoped.Line.ServiceDate, hoped.Line.PayableUnits, stop)).Is(out var movement, out var undrawn))
            return undrawn;
        return movement.Refusal is null ? hoped : (Draft(ask, milestone, staff, known, drafted.Ruled, movement.Refusal), drafted.Ruled);
    }

    /// <summary>
    /// The line's id follows from the request: a request that is sent again after a crash draws the same line's units again, and so draws nothing.
    /// </summary>
    private ClaimLineId IdOf(Wire.CreateClaimLineRequest ask) => Guid.TryParse(ask.RequestId, out var request)
        ? new(new Guid(SHA256.HashData([.. "claim line "u8, .. request.ToByteArray(bigEndian: true), .. ask.ToByteArray()]).AsSpan(0, 16), bigEndian: true))
        : ClaimLineId.New(clock);

    private ClaimLine Draft(Wire.CreateClaimLineRequest ask, Milestone milestone, StaffMemberId staff, LineFacts known, Ruled ruled, Finding? undrawn = null)
    {
        var values = ruled.Decision.Values;
        var payable = values.GetValueOrDefault("payableUnits") as int? ?? 0;
        List<Finding> refusals = [.. ruled.ToWire(stored: false).Findings.Where(f => f.Deciding && f.Verdict != Verdict.Met)];
        if (!known.Staff.Qualified)
            refusals.AddRange(known.Staff.Decision?.Findings.Where(f => f.Verdict != Verdict.Met) ?? [NoRole(milestone.Program, known.Facts.ServiceDate)]);
        if (undrawn is not null && refusals.All(r => r.RuleId != undrawn.RuleId))
            refusals.Add(undrawn);
        var reached = milestone.State is Wire.MilestoneState.Billable or Wire.MilestoneState.Claimed;
        if (!reached)
            refusals.AddRange(milestone.Decision!.ToWire().Findings.Where(f => f.Deciding && f.Verdict != Verdict.Met && refusals.All(r => r.RuleId != f.RuleId)));
        var state = !known.Staff.Qualified || undrawn is not null || milestone.State == Wire.MilestoneState.Denied ? Wire.ClaimLineState.Refused : StateOf(ruled.Decision.Verdict, payable);
        if (!reached && state == Wire.ClaimLineState.Ready)
            state = Wire.ClaimLineState.Held;
        Wire.ClaimLine said = new() { StaffDecision = known.Staff.Decision };
        said.Refusals.AddRange(refusals.OrderBy(f => f.Verdict == Verdict.NotMet ? 0 : 1));
        return new()
        {
            Id = IdOf(ask),
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
            PayableUnits = state == Wire.ClaimLineState.Ready ? payable : 0,
            Amount = state switch { Wire.ClaimLineState.Ready => values.GetValueOrDefault("amount") as decimal?, Wire.ClaimLineState.Refused => 0m, _ => null },
            Authorization = state == Wire.ClaimLineState.Ready ? known.Authorization : "",
            DecisionId = ruled.Id,
            Said = said.ToByteArray(),
            RecordedAt = clock.GetUtcNow(),
        };
    }

    /// <summary>Facts that are missing, or a person who has to judge, hold a line; above a cap the rest of it goes out.</summary>
    private static Wire.ClaimLineState StateOf(Policies.Verdict verdict, int payable) => verdict switch
    {
        Policies.Verdict.NeedsFacts or Policies.Verdict.NeedsReview => Wire.ClaimLineState.Held,
        _ => payable > 0 ? Wire.ClaimLineState.Ready : Wire.ClaimLineState.Refused,
    };

    private Finding NoRole(string program, DateOnly day) => deciding.Refusal(
        program, "NC-STAFF-002", $"the staff member held no role in a team of the program on {day.Day()}", $"a role in a team of the program, held on {day.Day()}");

    private void Tell(ClaimLine line, StoredDecision kept)
    {
        var now = line.RecordedAt;
        db.Add(new ClaimLineDecidedV1(
            Guid.CreateVersion7(now), now, line.Id.Value, line.MilestoneId.Value, line.IndividualId.Value, line.RenderingStaff.Value, line.Provider, line.Program,
            line.MilestoneNumber, line.ServiceDate, WireCode.Lower(line.State)!, kept.Verdict, line.Code, line.Modifiers, line.Units, line.PayableUnits, line.Charge, line.Amount,
            "USD", [.. Wire.ClaimLine.Parser.ParseFrom(line.Said).Refusals.Select(r => r.RuleId)], kept.Id, kept.PackVersion));
    }

    [LoggerMessage(5101, LogLevel.Information, "Claim line {ClaimLine} decided {Verdict} with pack {PackVersion}")]
    private static partial void Decided(ILogger log, ClaimLineId claimLine, string verdict, string packVersion);
}
