using Ips.Contracts;
using Ips.Eligibility.Authorizations;
using Ips.Eligibility.Db;
using Ips.Eligibility.Individuals;
using Microsoft.EntityFrameworkCore;
using Case = Ips.Contracts.Eligibility.V1;
using Proto = Ips.Contracts.Common.V1;

namespace Ips.Eligibility.Decisions;

/// <summary>
/// Which stored decisions a caller may see: those about a subject that it may see. The audit log notes the person as read, because a decision does not name the
/// person.
/// </summary>
internal static class SeenDecisions
{
    /// <summary>The decision with that name.</summary>
    public static Task<Result<StoredDecision>> See(
        this EligibilityDb db, Proto.DecisionRequest request, AuditTrail audit, CancellationToken cancellationToken) =>
        db.Decisions.Named(request, async stored =>
        {
            // A referral that was declined is about a person who is not on file; the reason is the agency's own.
            if (IntakeReferralId.TryParse(stored.Subject, out var intake))
                return await db.IntakeReferrals.AnyAsync(r => r.Id == intake && r.Provider == stored.Provider, cancellationToken);
            if (await db.PersonOf(stored.Subject, cancellationToken) is not { } person)
                return false;
            await audit.Read([person], cancellationToken);
            return true;
        }, cancellationToken);

    /// <summary>The person that a decision is about, when its facts are about the person; this applies to decisions on admission.</summary>
    public static async Task<Individual?> About(this EligibilityDb db, StoredDecision stored, CancellationToken cancellationToken) =>
        IndividualId.TryParse(stored.Subject, out var id) ? await db.Load(id, cancellationToken) : null;

    // The person of the subject; null when the caller may not see it.
    private static async Task<IndividualId?> PersonOf(this EligibilityDb db, string subject, CancellationToken cancellationToken) =>
        IndividualId.TryParse(subject, out var individual) ? await db.Individuals.Where(i => i.Id == individual).Select(i => (IndividualId?)i.Id)
            .SingleOrDefaultAsync(cancellationToken)
            : ServiceOrderId.TryParse(subject, out var order) ? await db.ServiceOrders.Where(o => o.Id == order).Select(o => (IndividualId?)o.IndividualId)
                .SingleOrDefaultAsync(cancellationToken)
            : AuthorizationId.TryParse(subject, out var authorization)
                ? await db.Authorizations.Where(a => a.Id == authorization).Select(a => (IndividualId?)a.IndividualId).SingleOrDefaultAsync(cancellationToken)
            : ReferralId.TryParse(subject, out var referral) ? await db.Referrals.Where(r => r.Id == referral).Select(r => (IndividualId?)r.IndividualId)
                .SingleOrDefaultAsync(cancellationToken)
            : null;
}

/// <summary>Returns a stored decision, as far as the caller may see it.</summary>
public sealed class GetDecision(EligibilityDb db, AuditTrail audit, Caller caller, TimeProvider clock)
{
    public async Task<Result<Proto.Decision>> Handle(Proto.DecisionRequest request, CancellationToken cancellationToken)
    {
        if (!(await db.See(request, audit, cancellationToken)).Is(out var stored, out var problem))
            return problem;
        var decision = stored.ToProto();
        return await db.About(stored, cancellationToken) is { } individual
            ? Redisclosure.To(caller, clock).Limit(decision, stored, individual) : decision;
    }
}

/// <summary>Computes a decision again and compares the bytes.</summary>
public sealed class ReplayDecision(EligibilityDb db, AuditTrail audit, Replaying replaying)
{
    public async Task<Result<Proto.DecisionReplay>> Handle(Proto.DecisionRequest request, CancellationToken cancellationToken) =>
        (await db.See(request, audit, cancellationToken)).Then(replaying.Replay);
}

/// <summary>Explains a decision in the text of a letter, as far as the caller may see it.</summary>
public sealed class ExplainDecision(
    EligibilityDb db, AuditTrail audit, KeptPacks packs, PersonalDataProtector protector, Caller caller, TimeProvider clock)
{
    private const string Appeal = "The payer's own notice explains how to appeal.";

    public async Task<Result<Proto.DecisionLetter>> Handle(Proto.DecisionRequest request, CancellationToken cancellationToken)
    {
        if (!(await db.See(request, audit, cancellationToken)).Is(out var stored, out var problem))
            return problem;
        var individual = await db.About(stored, cancellationToken);
        return Letters.Write(packs, stored, individual is null ? _ => null : Redisclosure.To(caller, clock)
            .InLetters(stored, individual), await Decided(stored, cancellationToken));
    }

    // The rules check a request and leave the decision to the payer; they leave some criteria of an admission to a reviewer.
    private async Task<PersonsAnswer?> Decided(StoredDecision stored, CancellationToken cancellationToken)
    {
        if (AuthorizationId.TryParse(stored.Subject, out _))
        {
            return await db.Authorizations.AsNoTracking().SingleOrDefaultAsync(a => a.DecisionId == stored.Id, cancellationToken) is { } authorization
                ? OfPayer(authorization, authorization.PayerReason is { } reason ? protector.Unprotect(reason) : "")
                : null;
        }

        if (stored.Verdict != nameof(Policies.Verdict.NeedsReview))
            return null;
        var state = await db.Determinations.AsNoTracking().Where(d => d.DecisionId == stored.Id).Select(d => (Case.DeterminationState?)d.State)
            .SingleOrDefaultAsync(cancellationToken);
        return state switch
        {
            null or Case.DeterminationState.EvidencePending or Case.DeterminationState.UnderReview or Case.DeterminationState.Withdrawn => null,
            Case.DeterminationState.NotEligible => new("no. A reviewer decided what the rules leave to a person") { Next = Appeal },
            _ => new("yes. A reviewer decided what the rules leave to a person") { Next = "The service may begin on that day." },
        };
    }

    private static PersonsAnswer? OfPayer(Authorization authorization, string reason)
    {
        var rule = authorization.PayerRuleId;
        var approved = $"the payer approved {authorization.ApprovedFrom.Day()} to {authorization.ApprovedThrough.Day()}, units: {authorization.ApprovedUnits}";
        PersonsAnswer? answer = authorization.State switch
        {
            Case.AuthorizationState.NotAccepted => null,
            Case.AuthorizationState.PendedInfo when rule.Length == 0 => null,
            Case.AuthorizationState.PendedInfo => new("there is no answer yet: the payer waits for information") { Next = "Send what the payer waits for." },
            Case.AuthorizationState.UnderReview => new("there is no answer yet: the request is complete, and the payer decides on it")
            {
                Next = "The payer decides; the answer follows.",
            },
            Case.AuthorizationState.Withdrawn => new("there is no answer: the agency took the request back")
            {
                Next = "The agency can send a new request.",
            },
            Case.AuthorizationState.Denied => new("no. The payer denied the request") { Next = Appeals.AppealLetters.Rights(authorization) },
            Case.AuthorizationState.Terminated => Ended(authorization),
            Case.AuthorizationState.Attention => new("there is no answer yet: what the approval rests on changed, and the payer decides again")
            {
                Next = "The payer decides; the answer follows.",
            },
            _ when rule.Length > 0 => new($"yes, with changes: {approved}") { Next = Appeals.AppealLetters.Rights(authorization) },
            _ => new($"yes: {approved}"),
        };
        if (answer is null || rule.Length == 0)
            return answer;
        var code = PayerReasons.WordsOf(authorization.PayerReasonCode);
        return answer with { Reason = code.Length == 0 ? $"{reason} ({rule})" : $"{reason} ({rule}: {code})" };
    }

    // What was approved, through which day it holds, and why not longer.
    private static PersonsAnswer Ended(Authorization authorization)
    {
        var why = authorization.EndReason switch
        {
            Case.TerminationReason.ActStarted => "Assertive Community Treatment began",
            Case.TerminationReason.ProviderChanged => "another agency gives the service",
            Case.TerminationReason.Discharged => "the person was discharged",
            Case.TerminationReason.Died => "the person died",
            Case.TerminationReason.CoverageEnded => "no enrollment covers the person any more",
            Case.TerminationReason.PayerChanged => "another payer covers the person",
            Case.TerminationReason.Cancelled => "the agency gave it up",
            _ => "the person is not eligible any more",
        };
        var days = authorization.EndedThrough < authorization.ApprovedFrom ? "it covers no day"
            : $"it covers {authorization.ApprovedFrom.Day()} to {authorization.EndedThrough.Day()}";
        return new($"the payer had approved it, and it ended early: {days}, because {why}")
        {
            Next = authorization.IsAdverse ? Appeals.AppealLetters.Rights(authorization)
                : "If this is wrong or has changed, inform the agency that gives the service, or the payer.",
        };
    }
}
