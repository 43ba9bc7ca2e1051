using System.Security.Cryptography;
using Google.Protobuf;
using Ips.Billing.Db;
using Ips.Contracts;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Claims;

/// <summary>
/// Creates a claim line and decides whether it is payable. A refused line is stored with its receipt and never sent. Units are held before the line is stored:
/// Eligibility assigns them when it receives the event of the ready line, and releases them otherwise.
/// </summary>
public sealed partial class CreateClaimLine(
    BillingDb db, Requests requests, EligibilityClient eligibility, LineEvidence others, PolicyService policies, TimeProvider clock,
    ILogger<CreateClaimLine> log)
{
    /// <param name="Milestone">The milestone with the notes of the day.</param>
    /// <param name="Account">The account of the person and the agency.</param>
    /// <param name="Records">What the agency's own lines say.</param>
    /// <param name="HasLine">Whether the milestone has a line of the day that is ready or needs attention.</param>
    /// <param name="Served">Whether a note of the day that the milestone bills is by the rendering staff member.</param>
    private sealed record Found(Milestone Milestone, Account Account, ClaimLineRecords Records, bool HasLine, bool Served);

    /// <summary>
    /// What was gathered. The first attempt decides on the rows that were read on the way: if they have changed since, nothing is stored, and the next attempt
    /// reads them again.
    /// </summary>
    private sealed class Gathered(ClaimLineEvidence evidence, Found rows)
    {
        private Found? read = rows;

        public ClaimLineEvidence Evidence => evidence;

        public Found? TakeRows()
        {
            var rows = read;
            read = null;
            return rows;
        }
    }

    public async Task<Result<Proto.ClaimLine>> Handle(Proto.CreateClaimLineRequest request, CancellationToken cancellationToken)
    {
        ClaimLineEvidence? evidence = null;
        var answer = await requests.Run(request.ValidateOnly, request.RequestId, request, async s => (await Gather(request, s)).Then(gathered =>
        {
            evidence = gathered.Evidence;
            return gathered;
        }), ReadAndDecide, cancellationToken, Refused);

        // The stored answer is final, so units held for a line that is not ready serve no one. After a problem a retry still needs them.
        if (evidence is { Units.Refusal: null } && answer.Is(out var line, out _) && line.State != Proto.ClaimLineState.Ready)
            await eligibility.Release(evidence.Cover.Authorization, evidence.Requested.Id, evidence.Milestone.Provider, cancellationToken);
        return answer;
    }

    private async Task<Result<Gathered>> Gather(Proto.CreateClaimLineRequest request, CancellationToken cancellationToken)
    {
        if (!Read(request).Is(out var requested, out var problem))
            return problem;
        if (await Find(requested, cancellationToken) is not { } found)
            return new Problem.NotFound("milestone", request.Milestone);
        var milestone = found.Milestone;
        if (milestone.Number == 1 && milestone.Notes.Count == 0)
            return new Problem.Invalid("service_date", "is no day of service of this milestone; milestone 1 makes one line a day");
        if (milestone.Number == 1 && !found.Served)
            return new Problem.Invalid("rendering_staff", "wrote none of the milestone's notes of that day; send the staff member who gave the service");

        if (!(await others.Gather(requested, milestone, cancellationToken)).Is(out var evidence, out problem))
            return problem;
        return (request.ValidateOnly || !EligibilityClient.NeedsAuthorization(milestone.Number) ? evidence
            : await WithUnits(evidence, found.Records, cancellationToken)).Then(complete => new Gathered(complete, found));
    }

    /// <summary>
    /// Holds the units of a line that is ready, or for which units are the only obstacle: a retry finds its own units held already, and only the authorization
    /// knows for which line.
    /// </summary>
    private async Task<Result<ClaimLineEvidence>> WithUnits(ClaimLineEvidence evidence, ClaimLineRecords records, CancellationToken cancellationToken)
    {
        if (!ClaimLineRules.Decide(evidence with { Units = new() }, records, policies, clock.GetUtcNow()).Is(out var expected, out var problem))
            return problem;
        if (expected.Line.State != Proto.ClaimLineState.Ready)
            return evidence;
        return (await eligibility.Hold(
            evidence.Cover.Authorization, expected.Line.Id, expected.Line.Provider, expected.Line.ServiceDate, expected.Line.PayableUnits, cancellationToken))
            .Then(units => evidence with { Units = units });
    }

    /// <summary>Everything in one statement: one round trip, and the lines are those that the version of the account counts.</summary>
    private async Task<Found?> Find(RequestedLine requested, CancellationToken cancellationToken)
    {
        var day = requested.ServiceDate;
        var (first, last) = (new DateOnly(day.Year, 1, 1), new DateOnly(day.Year, 12, 31));
        // A line that is ready counts as paid: it is sent, and a second one must not be.
        var ready = db.ClaimLines.Where(l => l.State == Proto.ClaimLineState.Ready);
        var query = db.Milestones.AsNoTracking().AsSingleQuery()
            .Include(m => m.Decision).Include(m => m.Notes.Where(n => n.ServiceDate == day))
            .Where(m => m.Id == requested.Milestone)
            .LeftJoin(db.Accounts, m => new { m.IndividualId, m.Provider }, a => new { a.IndividualId, a.Provider }, (m, account) => new
            {
                Milestone = m,
                Account = account,
                PaidOn = ready.Where(l => l.IndividualId == m.IndividualId && l.Program == m.Program && l.MilestoneNumber == m.Number)
                    .Select(l => l.ServiceDate).ToList(),
                UnitsUsed = ready.Where(l => l.IndividualId == m.IndividualId && l.Program == m.Program && l.MilestoneNumber == 1
                    && l.Provider == m.Provider && l.ServiceDate >= first && l.ServiceDate <= last).Sum(l => l.PayableUnits),
                HasLine = db.ClaimLines.Any(l => l.MilestoneId == m.Id && l.ServiceDate == day
                    && (l.State == Proto.ClaimLineState.Ready || l.State == Proto.ClaimLineState.Attention)),
                Served = m.Notes.Any(n => n.ServiceDate == day && db.ServiceNotes.Any(s => s.Id == n.NoteId && s.RenderingStaff == requested.Staff)),
            });
        return await query.SingleOrDefaultAsync(cancellationToken) is { } found
            ? new(found.Milestone, found.Account ?? new() { IndividualId = found.Milestone.IndividualId, Provider = found.Milestone.Provider },
                new(found.PaidOn, found.UnitsUsed), found.HasLine, found.Served)
            : null;
    }

    private async Task<Result<Decided<Proto.ClaimLine>>> ReadAndDecide(Gathered gathered, bool store, CancellationToken cancellationToken)
    {
        // It was there when the evidence was gathered, and milestones are not removed.
        var rows = gathered.TakeRows() ?? (await Find(gathered.Evidence.Requested, cancellationToken))!;
        return Decide(gathered.Evidence with { Milestone = rows.Milestone }, rows, store);
    }

    private Result<Decided<Proto.ClaimLine>> Decide(ClaimLineEvidence evidence, Found rows, bool store)
    {
        var (milestone, account, records, hasLine, _) = rows;
        if (milestone.Number == 1 && hasLine)
            return new Problem.Exists("claim line", "of this milestone and day");
        Changes changes = new(clock.GetUtcNow());
        if (!ClaimLineRules.Decide(evidence, records, policies, changes.Now).Is(out var decided, out var problem))
            return problem;
        var (line, decision) = decided;
        if (!store)
            return new Decided<Proto.ClaimLine>(line.ToProto(decision.ToProto(stored: false), "", stored: false), changes);
        // A void in between made room for this line, but no units are held for it; a retry holds them.
        if (line.State == Proto.ClaimLineState.Ready && evidence.Units is null && EligibilityClient.NeedsAuthorization(milestone.Number))
            return new Problem.Stale("milestone", milestone.Id.Name);

        account.Count(changes);
        changes.Expect(milestone);
        if (line.State == Proto.ClaimLineState.Ready && milestone.State != Proto.MilestoneState.Claimed)
        {
            milestone.State = Proto.MilestoneState.Claimed;
            changes.Update(milestone);
        }

        var stored = changes.Insert(policies.Store(decision, line.Provider, line.Id.Name));
        changes.Insert(line);
        changes.Publish(line.ToEvent(stored));
        return new Decided<Proto.ClaimLine>(line.ToProto(decision.ToProto(stored: true), line.Etag(), stored: true), changes, () =>
        {
            ClaimMetrics.CountStored(line);
            Decided(log, line.Id, stored.Verdict, stored.PackVersion);
        });
    }

    // The account guards the agency's own lines. A ready line of another agency, which this caller does not see, only the index knows.
    private static Problem? Refused(string constraint) =>
        constraint == ClaimLineMap.Once ? new Problem.Exists("claim line", "of this milestone and person") : null;

    private Result<RequestedLine> Read(Proto.CreateClaimLineRequest request)
    {
        RequestValidator fields = new();
        RequestedLine requested = new(
            IdOf(request), fields.Id<MilestoneId>("milestone", request.Milestone), fields.Id<StaffMemberId>("rendering_staff", request.RenderingStaff),
            fields.Day("service_date", request.ServiceDate), fields.Number("units", request.Units, 0, 10_000), request.Code, [.. request.Modifiers]);
        fields.Require(request.Code.Length <= 10 && request.Code.All(char.IsAsciiLetterOrDigit), "code", "is not a procedure code");
        fields.Require(request.Modifiers.Count <= 4 && request.Modifiers.All(m => m.Length == 2 && m.All(char.IsAsciiLetterOrDigit)),
            "modifiers", "are not up to 4 modifiers of two letters or digits");
        return fields.Problem is { } bad ? bad : requested;
    }

    /// <summary>
    /// The line's id follows from the request: a retry after a crash holds the units of the same line again, which changes nothing.
    /// </summary>
    private ClaimLineId IdOf(Proto.CreateClaimLineRequest request) => Guid.TryParse(request.RequestId, out var requestId)
        ? new(new Guid(
            SHA256.HashData([.. "claim line "u8, .. requestId.ToByteArray(bigEndian: true), .. request.ToByteArray()]).AsSpan(0, 16), bigEndian: true))
        : ClaimLineId.New(clock);

    [LoggerMessage(5101, LogLevel.Information, "Claim line {ClaimLine} decided {Verdict} with pack {PackVersion}")]
    private static partial void Decided(ILogger log, ClaimLineId claimLine, string verdict, string packVersion);
}
