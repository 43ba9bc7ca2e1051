using System.Security.Cryptography;
using Google.Protobuf;
using Ips.Billing.Db;
using Ips.Contracts;
using Ips.Contracts.Staffing.V1;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Claims;

/// <summary>
/// Creates a claim line and decides whether it is payable. A refused line is stored with its receipt and never sent. Units are held before the line is stored:
/// Eligibility assigns them when it receives the event of the ready line, and releases them otherwise.
/// </summary>
public sealed partial class CreateClaimLine(
    BillingDb db, IdempotentRequests requests, EligibilityClient eligibility, Staff.StaffClient staff, PolicyService policies, TimeProvider clock,
    ILogger<CreateClaimLine> log)
{
    public async Task<Result<Proto.ClaimLine>> Handle(Proto.CreateClaimLineRequest request, CancellationToken cancellationToken)
    {
        ClaimLineEvidence? evidence = null;
        var answer = await requests.Run(request.ValidateOnly, request.RequestId, request,
            async s => (await Gather(request, s)).Then(gathered => evidence = gathered), Write, cancellationToken);

        // The stored answer is final, so units held for a line that is not ready serve no one. After a problem a retry still needs them.
        if (evidence is { Units.Refusal: null } && answer.Is(out var line, out _) && line.State != Proto.ClaimLineState.Ready)
            await eligibility.Release(evidence.Cover.Authorization, evidence.Requested.Id, cancellationToken);
        return answer;
    }

    private async Task<Result<ClaimLineEvidence>> Gather(Proto.CreateClaimLineRequest request, CancellationToken cancellationToken)
    {
        if (!Read(request).Is(out var requested, out var problem))
            return problem;
        var (day, id) = (requested.ServiceDate, requested.Milestone);
        if (await db.Milestones.AsNoTracking().Include(m => m.Decision).SingleOrDefaultAsync(m => m.Id == id, cancellationToken) is not { } milestone)
            return new Problem.NotFound("milestone", request.Milestone);
        if (milestone.Number == 1 && milestone.Notes.All(n => n.ServiceDate != day))
            return new Problem.Invalid("service_date", "is no day of service of this milestone; milestone 1 makes one line a day");

        var (person, program) = (milestone.IndividualId, milestone.Program);
        var verifying = eligibility.Verify(person, program, day, cancellationToken);
        var ordering = eligibility.CheckServiceOrder(person, program, day, cancellationToken);
        var qualifying = staff.VerifyQualificationAsync(
            new() { StaffMember = requested.Staff.Name, Program = program, ServiceDate = day.Day() }, cancellationToken: cancellationToken)
            .Answer("staffing", "staff member", requested.Staff.Name);
        var covering = eligibility.Covers(milestone.Number, person, milestone.Provider, program, day, cancellationToken);
        await Task.WhenAll(verifying, ordering, qualifying, covering);
        if (!(await verifying).Is(out var verified, out problem) || !(await ordering).Is(out var order, out problem)
            || !(await qualifying).Is(out var qualification, out problem) || !(await covering).Is(out var cover, out problem))
            return problem;

        ClaimLineEvidence evidence = new(requested, milestone, verified, order, qualification, cover, Units: null);
        return request.ValidateOnly || !EligibilityClient.NeedsAuthorization(milestone.Number) ? evidence : await WithUnits(evidence, cancellationToken);
    }

    /// <summary>
    /// Holds the units of a line that is ready, or for which units are the only obstacle: a retry finds its own units held already, and only the authorization
    /// knows for which line.
    /// </summary>
    private async Task<Result<ClaimLineEvidence>> WithUnits(ClaimLineEvidence evidence, CancellationToken cancellationToken)
    {
        if (!(await Decide(evidence with { Units = new() }, cancellationToken)).Is(out var expected, out var problem))
            return problem;
        if (expected.Line.State != Proto.ClaimLineState.Ready)
            return evidence;
        return (await eligibility.Hold(
            evidence.Cover.Authorization, expected.Line.Id, expected.Line.ServiceDate, expected.Line.PayableUnits, cancellationToken))
            .Then(units => evidence with { Units = units });
    }

    private async Task<Result<Proto.ClaimLine>> Write(ClaimLineEvidence evidence, bool store, CancellationToken cancellationToken)
    {
        var milestone = evidence.Milestone;
        if (store)
        {
            await db.Lock(milestone.IndividualId.Name, cancellationToken);
            milestone = await db.Milestones.Include(m => m.Decision).SingleAsync(m => m.Id == milestone.Id, cancellationToken);
            evidence = evidence with { Milestone = milestone };
        }

        var day = evidence.Requested.ServiceDate;
        if (milestone.Number == 1 && await db.ClaimLines.AnyAsync(
            l => l.MilestoneId == milestone.Id && l.ServiceDate == day && l.State == Proto.ClaimLineState.Ready, cancellationToken))
            return new Problem.Exists("claim line", "of this milestone and day");
        if (!(await Decide(evidence, cancellationToken)).Is(out var decided, out var problem))
            return problem;
        var (line, decision) = decided;
        if (!store)
            return line.ToProto(decision.ToProto(stored: false), "", stored: false);
        // A void in between made room for this line, but no units are held for it; a retry holds them.
        if (line.State == Proto.ClaimLineState.Ready && evidence.Units is null && EligibilityClient.NeedsAuthorization(milestone.Number))
            return new Problem.Stale("milestone", milestone.Id.Name);

        var stored = policies.Store(decision, line.Provider, line.Id.Name);
        db.Decisions.Add(stored);
        db.ClaimLines.Add(line);
        if (line.State == Proto.ClaimLineState.Ready)
            milestone.State = Proto.MilestoneState.Claimed;
        db.Publish(line.ToEvent(stored));
        await db.SaveChangesAsync(cancellationToken);
        ClaimMetrics.CountStored(line);
        Decided(log, line.Id, stored.Verdict, stored.PackVersion);
        return line.ToProto(decision.ToProto(stored: true), line.Etag(), stored: true);
    }

    private async Task<Result<DecidedLine>> Decide(ClaimLineEvidence evidence, CancellationToken cancellationToken)
    {
        var (day, milestone) = (evidence.Requested.ServiceDate, evidence.Milestone);
        // A line that is ready counts as paid: it is sent, and a second one must not be.
        ClaimLineRecords records = new(
            await db.ClaimLines.AnyAsync(l => l.IndividualId == milestone.IndividualId && l.Program == milestone.Program
                && l.MilestoneNumber == milestone.Number && l.State == Proto.ClaimLineState.Ready, cancellationToken),
            await db.ClaimLines.OfEngagement(milestone.IndividualId, milestone.Provider, milestone.Program, day.Year).UnitsUsed(cancellationToken));
        return ClaimLineRules.Decide(evidence, records, policies, clock.GetUtcNow());
    }

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
