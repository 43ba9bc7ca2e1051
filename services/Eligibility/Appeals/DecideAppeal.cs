using Ips.Contracts;
using Ips.Eligibility.Authorizations;
using Ips.Eligibility.Db;
using Ips.Eligibility.Individuals;
using Ips.Policies.Authorizations;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Appeals;

/// <summary>
/// The payer decides an appeal; who decides is another subject than who decided before. What is overturned changes the authorization in the same step, under the
/// conditions of an approval. A decision after the payer's time counts: the clock reports and does not decide.
/// </summary>
public sealed class DecideAppeal(
    EligibilityDb db, IndividualReader people, AuthorizationReader authorizations, DeadlineReader deadlines, Requests requests, Caller caller,
    PolicyService policies, PersonalDataProtector protector, TimeProvider clock)
{
    public async Task<Result<Proto.Appeal>> Handle(Proto.DecideAppealRequest request, CancellationToken cancellationToken)
    {
        // A constraint of the database stands for a rule of the authorization's program.
        var program = "";
        return await requests.Run(request.ValidateOnly, request.RequestId, request, (store, s) => ReadAndDecide(request, store, found => program = found, s),
            cancellationToken, constraint => Exclusivity.Refused(constraint, program));
    }

    /// <summary>What the decision needs to read.</summary>
    /// <param name="Appeal">The appeal.</param>
    /// <param name="Authorization">Its authorization.</param>
    /// <param name="Renewed">The authorization that it renews; null when it renews none.</param>
    /// <param name="Others">All appeals about the authorization.</param>
    /// <param name="Renewals">The approved authorizations that renew it.</param>
    /// <param name="Occupied">The days of the person that are taken.</param>
    /// <param name="Evidence">What an approval rests on.</param>
    /// <param name="Deadlines">The deadlines about all of them.</param>
    private sealed record Case(
        Appeal Appeal, Authorization Authorization, Authorization? Renewed, IReadOnlyList<Appeal> Others, IReadOnlyList<Authorization> Renewals,
        IReadOnlyList<ExistingAuthorization> Occupied, ApprovalEvidence Evidence, SubjectDeadlines Deadlines);

    private async Task<Result<Decided<Proto.Appeal>>> ReadAndDecide(
        Proto.DecideAppealRequest request, bool store, Action<string> reads, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<AppealId>("name", request.Name);
        var outcome = fields.Choice("outcome", request.Outcome);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        fields.Text("reason", request.Reason, 2000);
        var from = fields.OptionalDay("approved_from", request.ApprovedFrom);
        var partly = outcome == Proto.AppealOutcome.OverturnPartly;
        var through = partly ? fields.Day("approved_through", request.ApprovedThrough) : fields.OptionalDay("approved_through", request.ApprovedThrough);
        fields.Number("approved_units", request.ApprovedUnits, 0, 10_000);
        fields.Require(partly || (from is null && through is null && request.ApprovedUnits == 0), "outcome", "sends a span or units, which only a part has");
        if (partly)
        {
            fields.Choice("reason_code", request.ReasonCode);
            fields.Require(request.ReasonCode != Proto.PayerReasonCode.NotDecidedInTime, "reason_code", "is set by the platform alone; send one of the others");
        }
        else
            fields.Require(request.ReasonCode == default, "reason_code", "is sent with an outcome that has none; a part has one");
        if (outcome != Proto.AppealOutcome.Overturn || request.RuleId.Length > 0)
            fields.Text("rule_id", request.RuleId, 20);
        if (request.OverrideReason.Length > 0)
        {
            fields.Text("override_reason", request.OverrideReason, 2000);
            fields.Require(outcome != Proto.AppealOutcome.Uphold, "override_reason", "is sent with an outcome that approves nothing");
        }

        if (fields.Problem is { } bad)
            return bad;
        if (await db.Appeals.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, cancellationToken) is not { } appeal
            || await authorizations.Find(caller, appeal.AuthorizationId, cancellationToken) is not { } authorization
            || await people.Find(caller, authorization.IndividualId, cancellationToken) is not { } individual)
            return new Problem.NotFound("appeal", request.Name);
        reads(authorization.Program);
        var about = authorization.Id;
        var renewed = authorization.Renews is { } present ? await authorizations.Find(caller, present, cancellationToken) : null;
        var others = await db.Appeals.AsNoTracking().Where(a => a.AuthorizationId == about).ToListAsync(cancellationToken);
        var renewals = await db.Authorizations.AsNoTracking().IgnoreAutoIncludes().Where(a => a.Renews == about && a.ApprovedFrom != null)
            .ToListAsync(cancellationToken);
        var occupied = await OnFile.DaysOf(db, about, cancellationToken);
        var evidence = await ApprovalEvidence.Of(db, individual, [authorization.Program], cancellationToken);
        string[] subjects = renewed is null ? [id.Name, about.Name] : [id.Name, about.Name, renewed.Id.Name];
        Case read = new(appeal, authorization, renewed, others, renewals, occupied, evidence, await deadlines.About(caller, subjects, cancellationToken));
        return Decide(request, read, new(from, through, request.ApprovedUnits > 0 ? request.ApprovedUnits : null), store);
    }

    private Result<Decided<Proto.Appeal>> Decide(Proto.DecideAppealRequest request, Case read, ApprovedTerms terms, bool store)
    {
        // decide
        var (appeal, authorization, today) = (read.Appeal, read.Authorization, policies.Today(read.Appeal.Program)!.Value);
        if (!appeal.Expects(request.Etag))
            return new Problem.Stale("appeal", request.Name);
        if (!appeal.IsToDecide)
            return new Problem.Conflict("appeal state", $"the appeal is {WireCode.Lower(appeal.State)}; one that is open is decided");
        var reversed = appeal.State == Proto.AppealState.HearingReversed;
        if (reversed && request.Outcome == Proto.AppealOutcome.Uphold)
            return new Problem.Conflict(AppealClock.ReversalRule, "the fair hearing reversed the decision; it is carried out, and not upheld");
        // Who carries out the decision of a hearing decides nothing.
        if (!reversed && (authorization.WasDecidedBy(caller) || read.Others.Any(a => a.DecidedBy == caller.Subject && a.DecidedByIssuer == caller.Issuer)))
            return new Problem.Forbidden("an appeal is decided by another person than the one who decided before (42 CFR 438.406(b)(2))");
        if (request.RuleId.Length > 0
            && Approvals.Ground(policies, appeal.Program, request.RuleId, request.Outcome == Proto.AppealOutcome.Uphold) is { } groundless)
            return groundless;
        Changes changes = new(clock.GetUtcNow());
        var before = (Appeal: appeal.State, Authorization: authorization.State);
        appeal.State = request.Outcome switch
        {
            Proto.AppealOutcome.Uphold => Proto.AppealState.Upheld,
            Proto.AppealOutcome.Overturn => Proto.AppealState.Overturned,
            _ => Proto.AppealState.PartlyOverturned,
        };
        (appeal.DecidedOn, appeal.DecidedBy, appeal.DecidedByIssuer) = (today, caller.Subject, caller.Issuer);
        (appeal.OutcomeReason, appeal.OutcomeRuleId) = (protector.Protect(request.Reason), request.RuleId);
        if (appeal.State != Proto.AppealState.Upheld && Overturn(request, read, terms, changes) is { } refused)
            return refused;

        // write
        changes.Update(appeal);
        if (appeal.State == Proto.AppealState.Upheld)
            ContinuedServices.End(appeal, authorization, today.AddDays(AppealClock.ContinuationDays), read.Deadlines, changes);
        else
            Write(appeal, read, before.Authorization, today, changes);
        read.Deadlines.SyncDeadlines(appeal, changes);
        changes.PublishMove(appeal, before.Appeal, today);
        return new Decided<Proto.Appeal>(appeal.ToProto(protector, store ? appeal.Etag() : request.Etag, stored: true), changes);
    }

    private Problem? Overturn(Proto.DecideAppealRequest request, Case read, ApprovedTerms terms, Changes changes)
    {
        var (appeal, authorization, partly) = (read.Appeal, read.Authorization, read.Appeal.State == Proto.AppealState.PartlyOverturned);
        if (authorization.State != appeal.Against && !appeal.Continues)
            return new Problem.Conflict("authorization state", $"the authorization is {WireCode.Lower(authorization.State)} by now; "
                + $"it was {WireCode.Lower(appeal.Against)} when the appeal was filed");
        changes.Expect(read.Evidence.Individual);
        if (appeal.Against == Proto.AuthorizationState.Terminated)
            return Restore(request, read, terms);
        if (partly && (terms.From is null || terms.Units is null))
            return Problem.Invalid.From([
                .. terms.From is null ? (Problem.Invalid[])[new("approved_from", "is missing; a part has a span and units")] : [],
                .. terms.Units is null ? (Problem.Invalid[])[new("approved_units", "is missing; a part has a span and units")] : []]);
        // An appeal takes nothing away: what was approved before stays.
        if (partly && appeal.Against == Proto.AuthorizationState.Modified && (terms.From > authorization.ApprovedFrom
            || terms.Through < authorization.ApprovedThrough || terms.Units < authorization.ApprovedUnits))
            return new Problem.Invalid("approved_units", "or the span is less than what was approved before; an appeal takes nothing away");
        (authorization.PayerRuleId, authorization.PayerReasonCode, authorization.PayerReason) = partly
            ? (request.RuleId, request.ReasonCode, protector.Protect(request.Reason)) : ("", default, null);
        authorization.State = partly ? Proto.AuthorizationState.Modified : Proto.AuthorizationState.Approved;
        authorization.Decider = Proto.Decider.Payer;
        return Approvals.Approve(authorization, terms, read.Occupied, read.Evidence, request.OverrideReason, policies, protector);
    }

    // The payer had ended it: it covers its days again, all or through a day.
    private Problem? Restore(Proto.DecideAppealRequest request, Case read, ApprovedTerms terms)
    {
        var (appeal, authorization) = (read.Appeal, read.Authorization);
        if (terms.From is not null || terms.Units is not null)
            return new Problem.Invalid("approved_from", "or units are sent; of an authorization that was ended, approved_through alone is decided");
        var ended = appeal.EndedBefore ?? authorization.EndedThrough;
        if (terms.Through is { } last && (last <= ended || last > authorization.ApprovedThrough))
            return new Problem.Invalid("approved_through", $"is not after {ended.Day()}, where it was ended, or after its last approved day, "
                + authorization.ApprovedThrough.Day());
        var whole = terms.Through is null || terms.Through == authorization.ApprovedThrough;
        (authorization.EndedThrough, authorization.EndReason, authorization.EndedByPayer) = whole ? (null, default, false)
            : (terms.Through, appeal.Continues ? appeal.EndReasonBefore : authorization.EndReason, true);
        authorization.State = whole ? authorization.Undisturbed(read.Renewals) : Proto.AuthorizationState.Terminated;
        return Exclusivity.Missed(authorization, read.Occupied, policies)
            ?? Approvals.Override(authorization, read.Evidence, request.OverrideReason, policies, protector);
    }

    private void Write(Appeal appeal, Case read, Proto.AuthorizationState before, DateOnly today, Changes changes)
    {
        var authorization = read.Authorization;
        changes.UpdateTerms(authorization);
        changes.Action = authorization.OverrideReason is not null ? "override" : changes.Action;
        read.Deadlines.SyncDeadlines(authorization, changes);
        if (appeal.Against == Proto.AuthorizationState.Terminated)
        {
            changes.PublishMove(authorization, before, today, appeal.OutcomeRuleId.Length == 0 ? null : appeal.OutcomeRuleId);
            return;
        }

        if (read.Renewed is { } renewed)
            Approvals.UpdateRenewed(renewed, authorization, read.Deadlines, policies, changes);
        changes.PublishDecision(authorization,
            authorization.State == Proto.AuthorizationState.Modified ? Proto.AuthorizationOutcome.Modify : Proto.AuthorizationOutcome.Approve,
            appeal.OutcomeRuleId, appeal.Id);
    }
}

/// <summary>Ends services that continued while an appeal was open (42 CFR 438.420(c)).</summary>
internal static class ContinuedServices
{
    /// <summary>
    /// The authorization ends as it had ended before, but not before <paramref name="last"/>: what the person received meanwhile stays covered. One that ends by
    /// itself by then is left.
    /// </summary>
    public static void End(Appeal appeal, Authorization authorization, DateOnly last, SubjectDeadlines due, Changes changes)
    {
        if (!appeal.Continues || authorization.EndedThrough is not null)
            return;
        var through = appeal.EndedBefore > last ? appeal.EndedBefore.Value : last;
        if (through < authorization.ApprovedThrough)
            EndAuthorization.End(authorization, appeal.EndReasonBefore, through.AddDays(1), due, changes, byPayer: true);
    }
}
