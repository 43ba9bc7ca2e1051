using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Eligibility.Individuals;
using Ips.Policies;
using Ips.Policies.Authorizations;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>What a request contains besides its span and its units: days, documents and their contents, including documents that arrived later.</summary>
public sealed record RequestContent
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>First day of the service; null when the request does not name it.</summary>
    public DateOnly? ServiceInitiationDate { get; init; }

    /// <summary>Documents of a first request.</summary>
    public IReadOnlyList<RequestDocument> Documents { get; init; } = [];

    /// <summary>Contents of the Person-Centered Plan.</summary>
    public IReadOnlyList<PcpContent> PcpContents { get; init; } = [];

    /// <summary>Contents of the IPS Transition Plan.</summary>
    public IReadOnlyList<TransitionPlanContent> TransitionPlanContents { get; init; } = [];

    /// <summary>Documents of a renewal.</summary>
    public IReadOnlyList<ReauthorizationDocument> RenewalDocuments { get; init; } = [];

    /// <summary>Conditions of continued service that were found met, for a renewal.</summary>
    public IReadOnlyList<ContinuedServiceCriterion> ContinuedService { get; init; } = [];

    /// <summary>First day of steady work, for a renewal; null when not known.</summary>
    public DateOnly? SteadyWorkSince { get; init; }

    /// <summary>The content of a first request.</summary>
    public static RequestContent Of(Proto.RequestAuthorizationRequest request) => new()
    {
        ServiceInitiationDate = Day(request.ServiceInitiationDate),
        Documents = [.. request.Documents.Select(d => d.ToPolicy())],
        PcpContents = [.. request.PcpContents.Select(c => c.ToPolicy())],
        TransitionPlanContents = [.. request.TransitionPlanContents.Select(c => c.ToPolicy())],
    };

    /// <summary>The content of a renewal.</summary>
    public static RequestContent Of(Proto.RenewAuthorizationRequest request) => new()
    {
        RenewalDocuments = [.. request.Documents.Select(d => d.ToPolicy())],
        ContinuedService = [.. request.ContinuedService.Select(c => c.ToPolicy())],
        SteadyWorkSince = Day(request.SteadyWorkSince),
    };

    /// <summary>The content together with documents that arrived later.</summary>
    public RequestContent With(Proto.AddDocumentsRequest later) => this with
    {
        Documents = [.. Documents.Union(later.Documents.Select(d => d.ToPolicy()))],
        PcpContents = [.. PcpContents.Union(later.PcpContents.Select(c => c.ToPolicy()))],
        TransitionPlanContents = [.. TransitionPlanContents.Union(later.TransitionPlanContents.Select(c => c.ToPolicy()))],
        RenewalDocuments = [.. RenewalDocuments.Union(later.RenewalDocuments.Select(d => d.ToPolicy()))],
        ContinuedService = [.. ContinuedService.Union(later.ContinuedService.Select(c => c.ToPolicy()))],
    };

    /// <summary>The column: JSON with the codes of the packs.</summary>
    internal string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Reads the column.</summary>
    internal static RequestContent FromJson(string column) => JsonSerializer.Deserialize<RequestContent>(column, Json)!;

    private static DateOnly? Day(string day) => day.Length == 0 ? null : DateOnly.Parse(day, CultureInfo.InvariantCulture);
}

/// <summary>
/// Evaluates a request, first or renewal, when it is made and again when documents arrive. Both cases read the facts and set the state in the same way.
/// </summary>
public sealed class RequestEvaluation(EligibilityDb db, PolicyService policies)
{
    // Rules that a document fixes. Waiting does not fix a rule that fails for another reason.
    private static readonly HashSet<string> FixedByDocuments = ["NC-AUTH-003", "NC-AUTH-005", "NC-AUTH-007", "NC-CONT-001", "NCC-MS-02d", "NCC-MS-06e"];

    /// <summary>Decides as of today and stores the result on the authorization.</summary>
    public async Task<Result<DecisionRecord>> Evaluate(Authorization authorization, Individual individual, CancellationToken cancellationToken)
    {
        var today = policies.Today(authorization.Program)!.Value;
        var decided = authorization.Renews is { } present
            ? policies.Decide(authorization.Program, ReauthorizationDecision.Kind, today, await Facts(authorization, individual, present, cancellationToken))
            : policies.Decide(authorization.Program, AuthorizationRequestDecision.Kind, today,
                Facts(authorization, await db.OccupiedDays(authorization.IndividualId, cancellationToken)));
        if (!decided.Is(out var evaluated, out var problem))
            return problem;

        DateOnly? Value(string name) => evaluated.Decision.Values.GetValueOrDefault(name) as DateOnly?;
        authorization.State = StateAfter(evaluated.Decision);
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

    /// <summary>
    /// A complete request goes to the payer's review. So does a complete request that is only late, because lateness moves its first day and denies nothing. A
    /// request that documents can fix waits for them. Any other request is not accepted.
    /// </summary>
    private static Proto.AuthorizationState StateAfter(Decision decision)
    {
        var missed = decision.Findings.Where(f => f.Decides && f.Verdict == Verdict.NotMet).Select(f => f.Rule.Value).ToHashSet(StringComparer.Ordinal);
        if (decision.Values.ContainsKey("earliestEffectiveDate"))
            missed.Remove("NC-AUTH-005");
        missed.Remove("NC-AUTH-006");
        if (missed.Count > 0)
            return missed.IsSubsetOf(FixedByDocuments) ? Proto.AuthorizationState.PendedInfo : Proto.AuthorizationState.NotAccepted;
        return decision.Findings.Any(f => f.Decides && f.Verdict == Verdict.NeedsFacts)
            ? Proto.AuthorizationState.PendedInfo : Proto.AuthorizationState.UnderReview;
    }

    private static AuthorizationRequestFacts Facts(Authorization authorization, IReadOnlyList<ExistingAuthorization> occupied) => new()
    {
        RequestKind = authorization.Kind.ToPolicy(),
        ServiceInitiationDate = authorization.Request.ServiceInitiationDate,
        RequestReceivedDate = authorization.ReceivedOn,
        Documents = authorization.Request.Documents,
        PcpContents = authorization.Request.PcpContents,
        TransitionPlanContents = authorization.Request.TransitionPlanContents,
        RequestedUnits = authorization.RequestedUnits,
        RequestedFrom = authorization.RequestedFrom,
        RequestedTo = authorization.RequestedThrough,
        RequestingProvider = authorization.Provider,
        ExistingAuthorizations = occupied,
    };

    private async Task<ReauthorizationFacts> Facts(Authorization authorization, Individual individual, AuthorizationId present,
        CancellationToken cancellationToken)
    {
        var renewed = await db.Authorizations.AsNoTracking().SingleAsync(a => a.Id == present, cancellationToken);
        // A finding from before the present authorization was its ground and does not count for the renewal.
        var finding = individual.NecessityFindings.Where(f => f.FoundOn >= renewed.ApprovedFrom).MaxBy(f => (f.FoundOn, f.RecordedAt));
        return new()
        {
            CurrentAuthorizationEnd = renewed.Through,
            RequestReceivedDate = authorization.ReceivedOn,
            Documents = authorization.Request.RenewalDocuments,
            ContinuedServiceCriteria = authorization.Request.ContinuedService,
            MedicalNecessityFinding = EligibilityVocabulary.Read<Proto.MedicalNecessity>(finding?.Finding)?.ToPolicy(),
            SteadyWorkSince = authorization.Request.SteadyWorkSince,
        };
    }
}

/// <summary>The days of a person that no new authorization may share.</summary>
internal static class OccupiedSpans
{
    /// <summary>
    /// The occupied days: IPS of any agency, and ACT. They are read across all tenants from the table whose constraints prevent overlaps, because the request
    /// must respect them. They are never shown.
    /// </summary>
    public static async Task<List<ExistingAuthorization>> OccupiedDays(this EligibilityDb db, IndividualId person, CancellationToken cancellationToken)
    {
        var days = await db.Database.SqlQuery<Span>(
            $"""select service as "Service", provider as "Provider", from_day as "From", through_day as "Through" from exclusive_days({person.Value})""")
            .ToListAsync(cancellationToken);
        return [.. days.Select(
            d => new ExistingAuthorization(d.Service == "act" ? AuthorizedService.Act : AuthorizedService.Ips, d.Provider, d.From, d.Through))];
    }

    /// <summary>A row of <c>exclusive_days</c>.</summary>
    private sealed record Span(string Service, string Provider, DateOnly From, DateOnly? Through);
}
