using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Eligibility.Individuals;
using Ips.Policies;
using Ips.Policies.Admission;
using Ips.Policies.Authorizations;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>
/// Evaluates a request, first or renewal, when it is made and again when documents arrive. Both cases read the facts and set the state in the same way.
/// </summary>
public sealed class RequestJudge(EligibilityDb db, PolicyService deciding)
{
    /// <summary>Decides as of today and stores the result on the authorization.</summary>
    public async Task<Result<DecisionRecord>> Judge(Authorization authorization, Individual individual, CancellationToken cancellationToken)
    {
        var today = deciding.Today(authorization.Program)!.Value;
        var decided = authorization.Renews is { } present
            ? deciding.Decide(authorization.Program, ReauthorizationDecision.Kind, today, await Facts(authorization, individual, present, cancellationToken))
            : deciding.Decide(authorization.Program, AuthorizationRequestDecision.Kind, today,
                Facts(authorization, await db.Taken(authorization.IndividualId, cancellationToken)));
        if (!decided.Is(out var evaluated, out var problem))
            return problem;

        DateOnly? Value(string name) => evaluated.Decision.Values.GetValueOrDefault(name) as DateOnly?;
        authorization.State = AuthorizationStateRules.Of(evaluated);
        authorization.DecisionId = evaluated.Id;
        if (authorization.Renews is null)
        {
            (authorization.RequestDueOn, authorization.EarliestFrom) = (Value("dueOn"), Value("earliestEffectiveDate"));
            return evaluated;
        }

        var from = Value("newSpanFrom");
        authorization.EarliestFrom = from;
        authorization.RequestedFrom = from ?? authorization.RequestedFrom;
        (authorization.GapFrom, authorization.GapThrough) = (Value("gapFrom"), Value("gapTo"));
        return evaluated;
    }

    /// <summary>The facts of a first request.</summary>
    internal static AuthorizationRequestFacts Facts(Authorization authorization, IReadOnlyList<ExistingAuthorization> taken)
    {
        var request = Proto.RequestAuthorizationRequest.Parser.ParseFrom(authorization.Asked);
        return new()
        {
            RequestKind = KindOf(authorization.Kind),
            ServiceInitiationDate = request.ServiceInitiationDate.Length == 0
                ? null : DateOnly.Parse(request.ServiceInitiationDate, System.Globalization.CultureInfo.InvariantCulture),
            RequestReceivedDate = authorization.ReceivedOn,
            Documents = [.. request.Documents.Select(d => Read<RequestDocument>(d))],
            PcpContents = [.. request.PcpContents.Select(c => Codes.Parse<PcpContent>(WireCode.Lower(c)!)).OfType<PcpContent>()],
            TransitionPlanContents = [.. request.TransitionPlanContents.Select(c => Read<TransitionPlanContent>(c))],
            RequestedUnits = authorization.RequestedUnits,
            RequestedFrom = authorization.RequestedFrom,
            RequestedTo = authorization.RequestedThrough,
            RequestingProvider = authorization.Provider,
            ExistingAuthorizations = taken,
        };
    }

    internal static RequestKind KindOf(Proto.AuthorizationKind kind) => Codes.Parse<RequestKind>(WireCode.Lower(kind)!.Replace('_', '-'))!.Value;

    private async Task<ReauthorizationFacts> Facts(Authorization authorization, Individual individual, AuthorizationId present,
        CancellationToken cancellationToken)
    {
        var request = Proto.RenewAuthorizationRequest.Parser.ParseFrom(authorization.Asked);
        var renewed = await db.Authorizations.AsNoTracking().SingleAsync(a => a.Id == present, cancellationToken);
        // A finding from before the present authorization was its ground and does not count for the renewal.
        var finding = individual.NecessityFindings.Where(f => f.FoundOn >= renewed.ApprovedFrom).MaxBy(f => (f.FoundOn, f.RecordedAt));
        return new()
        {
            CurrentAuthorizationEnd = renewed.Through,
            RequestReceivedDate = authorization.ReceivedOn,
            Documents = [.. request.Documents.Select(d => Read<ReauthorizationDocument>(d))],
            ContinuedServiceCriteria = [.. request.ContinuedService.Select(c => Read<ContinuedServiceCriterion>(c))],
            MedicalNecessityFinding = finding is null ? null : Codes.Parse<MedicalNecessity>(finding.Finding),
            SteadyWorkSince = request.SteadyWorkSince.Length == 0 ? null
                : DateOnly.Parse(request.SteadyWorkSince, System.Globalization.CultureInfo.InvariantCulture),
        };
    }

    private static T Read<T>(Enum wire) where T : struct, Enum => Codes.Parse<T>(WireCode.Lower(wire)!)!.Value;
}
