using System.Security.Cryptography;
using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Eligibility.Individuals;
using Ips.Policies;
using Ips.Policies.Authorizations;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>
/// Approves a request that came under review, where its payer has switched that on for its kind and nothing is open: every rule of the request is met, no
/// document is missing, no other request has one of its days, and the person is eligible on all of them. It denies and modifies nothing; any
/// other request waits for a person. The switch and the request as they are now count.
/// </summary>
public sealed partial class AutoApprove(
    EligibilityDb db, IndividualReader people, AuthorizationReader authorizations, DeadlineReader deadlines, Requests requests, Caller caller,
    PolicyService policies, PersonalDataProtector protector, AuthorizationClocks clocks, TimeProvider clock, ILogger<AutoApprove> log)
{
    /// <param name="id">The request.</param>
    /// <param name="of">Its payer, program and kind, as the event has them.</param>
    /// <param name="message">The row that marks the message about it as processed.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task Handle(
        AuthorizationId id, (string Payer, string Program, string Kind) of, IProcessedOnce message, CancellationToken cancellationToken)
    {
        // Most payers have no switch: one read, and the message leaves no row.
        var switched = db.AutoApprovals.AsNoTracking().Where(a => a.Payer == of.Payer && a.Program == of.Program && a.Enabled);
        if ((await switched.ToListAsync(cancellationToken)).Exists(a => WireCode.Lower(a.Kind) == of.Kind))
            await requests.Run(message, s => ReadAndApprove(id, s), cancellationToken);
    }

    /// <summary>What the approval needs to read.</summary>
    /// <param name="Authorization">The request.</param>
    /// <param name="Switch">What its payer has set.</param>
    /// <param name="Renewed">The authorization that it renews; null when it renews none.</param>
    /// <param name="Occupied">The days of the person that are taken.</param>
    /// <param name="Evidence">What an approval rests on.</param>
    /// <param name="Deadlines">The deadlines about both.</param>
    private sealed record Case(
        Authorization Authorization, AutoApproval Switch, Authorization? Renewed, IReadOnlyList<ExistingAuthorization> Occupied, ApprovalEvidence Evidence,
        SubjectDeadlines Deadlines);

    private async Task<Result<Changes>> ReadAndApprove(AuthorizationId id, CancellationToken cancellationToken)
    {
        if (await authorizations.Find(caller, id, cancellationToken) is not { } authorization
            || await people.Find(caller, authorization.IndividualId, cancellationToken) is not { } individual)
            return new Problem.NotFound("authorization", id.Name);
        var (payer, program, kind) = (authorization.Payer, authorization.Program, authorization.Kind);
        if (await db.AutoApprovals.AsNoTracking().SingleOrDefaultAsync(a => a.Payer == payer && a.Program == program && a.Kind == kind, cancellationToken)
            is not { Enabled: true } switched)
            return new Problem.NotFound("auto approval", payer);
        var renewed = authorization.Renews is { } present ? await authorizations.Find(caller, present, cancellationToken) : null;
        var occupied = await OnFile.DaysOf(db, id, cancellationToken);
        var evidence = await ApprovalEvidence.Of(db, individual, [program], cancellationToken);
        var due = await deadlines.About(caller, renewed is null ? [id.Name] : [id.Name, renewed.Id.Name], cancellationToken);
        return Approve(new(authorization, switched, renewed, occupied, evidence, due));
    }

    private Result<Changes> Approve(Case read)
    {
        // decide
        var authorization = read.Authorization;
        Changes changes = new(clock.GetUtcNow());
        if (authorization.State != Proto.AuthorizationState.UnderReview || !IsClear(authorization)
            || authorization.DecisionDueAt <= changes.Now)
            return changes;
        var approved = Approvals.Approve(authorization, new(null, null, null), read.Occupied, read.Evidence, "", policies, protector);
        if (approved is not null)
            return approved;
        if (authorization.Overridden.Count > 0)
            return changes;
        authorization.State = Proto.AuthorizationState.Approved;
        authorization.DecidedWithout(Proto.Decider.Platform, policies.Today(authorization.Program)!.Value);
        authorization.SampleReview = IsSampled(authorization.Id, read.Switch.SamplePercent) ? Proto.SampleReview.Awaiting : default;
        clocks.UpdateDecisionClock(authorization, changes.Now);

        // write
        changes.UpdateTerms(authorization);
        changes.Expect(read.Switch);
        changes.Expect(read.Evidence.Individual);
        read.Deadlines.SyncDeadlines(authorization, changes);
        if (read.Renewed is { } renewed)
            Approvals.UpdateRenewed(renewed, authorization, read.Deadlines, policies, changes);
        changes.PublishDecision(authorization, Proto.AuthorizationOutcome.Approve, "");
        Approved(log, authorization.Id);
        return changes;
    }

    private bool IsClear(Authorization authorization) => authorization.Decision!.Verdict == nameof(Verdict.Met) && authorization.Overlaps.Count == 0
        && DocumentChecklist.Of(authorization, policies).All(item => item.Received && item.MissingContents.Count == 0);

    /// <summary>Whether an approval is of the sample: by its id, so that no caller chooses and a repetition finds the same.</summary>
    internal static bool IsSampled(AuthorizationId id, int percent) =>
        System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(id.Value.ToByteArray(bigEndian: true))) % 100 < percent;

    [LoggerMessage(2122, LogLevel.Information, "Authorization {Authorization} approved automatically")]
    private static partial void Approved(ILogger log, AuthorizationId authorization);
}
